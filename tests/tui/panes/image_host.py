"""A small app around one pane that looks at images: it does with messages what the real one does."""

from pathlib import Path

import numpy as np
from textual.app import App, ComposeResult
from textual.message import Message

import mnist_data
from nn.arrays import FloatArray
from nn.config import Config, DataConfig
from nn.runs import predictions
from nn.runs.store import RunDirectory
from tui.choices import SetName
from tui.messages import ImagesWanted, LookedElsewhere, Said
from tui.panes.base import Pane
from tui.session import Session
from tui.terminal.display import ColorMode, Display
from tui.widgets.words import Words

DATASET = mnist_data.synthesize(train=80, test=60)
VALIDATION = 20
NARROW, TALL, BROAD = (80, 22), (80, 33), (160, 50)


def made_up(count: int, seed: int, labels: np.ndarray | None = None, likely: float = 0.7) -> FloatArray:
    """Probabilities (count, 10) that have their largest at the label for about `likely` of the images."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(count, 10))
    if labels is not None:
        knows = rng.random(count) < likely
        logits[np.arange(count)[knows], labels[knows]] += 6
    shares = np.exp(logits)
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


def save_epoch(folder: Path, epoch: int, *, likely: float = 0.7) -> None:
    """Answers after an epoch, as a worker leaves them."""
    labels = {"test": DATASET.test_labels, "validation": DATASET.train_labels[-VALIDATION:]}
    folder.mkdir(parents=True, exist_ok=True)
    predictions.save(
        folder,
        epoch,
        {name: made_up(len(those), epoch, those, likely) for name, those in labels.items()},
    )


def session_with(path: Path, epochs: int) -> Session:
    """A session whose run has answers after epochs 0 to `epochs` - 1; none at all for 0."""
    config = Config(data=DataConfig(source="synthetic", validation=VALIDATION))
    path.mkdir(parents=True, exist_ok=True)
    run = RunDirectory(path)
    for epoch in range(epochs):
        save_epoch(run.predictions_path, epoch)
    session = Session(config, None, path.parent, dataset=DATASET, run=run, run_config=config)
    session.refresh_answers()
    return session


class Host(App[None]):
    """Shows one pane over the whole screen."""

    CSS = ".pane { border: round $panel; padding: 0 1; } .-ascii .pane { border: ascii $panel; }"

    def __init__(self, pane: type[Pane], session: Session, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.session = session
        self.pane = pane(session, Display(ColorMode.PALETTE, ascii_only))
        self.heard: list[Message] = []
        self.looked_at: list[tuple[SetName, int | None, int]] = []  # set, epoch, image
        self.trained = 0
        self.turned_to: list[int] = []
        self.bind("space", "train")
        self.set_class(ascii_only, "-ascii")

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.pane.show()
        self.pane.focus_first()

    def action_train(self) -> None:
        self.trained += 1

    def action_pane(self, number: int) -> None:
        self.turned_to.append(number)

    def on_looked_elsewhere(self, message: LookedElsewhere) -> None:
        session = self.session
        self.looked_at.append((session.set_name, session.epoch, session.chosen))
        self.pane.show()

    def on_images_wanted(self, message: ImagesWanted) -> None:
        self.heard.append(message)

    def on_said(self, message: Said) -> None:
        self.heard.append(message)

    def refresh_answers(self) -> None:
        """What the app does when an epoch is over."""
        self.session.refresh_answers()
        self.pane.show()

    def said(self, name: str) -> str:
        """The words in one place of the pane."""
        return self.pane.query_one(f"#{name}", Words).said

    def text(self) -> str:
        """Everything on the screen."""
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())
