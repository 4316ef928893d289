"""The Draw pane in a small app, and what its tests look up in it."""

from pathlib import Path

from image_host import DATASET, Host
from piloted_app import until
from strokes import Script, draw
from textual.message import Message
from textual.pilot import Pilot

from nn.arrays import FloatArray
from nn.config import Config, DataConfig, DenseConfig, NetworkConfig
from tui.messages import ConfigEdited, Said
from tui.panes.draw import DrawPane
from tui.session import Session

SMALL = Config(
    data=DataConfig(source="synthetic", validation=20),
    network=NetworkConfig(layers=(DenseConfig(8, "relu"), DenseConfig(10))),
)


THREE = draw(Script(3, 20, (0.5, 0.5), 2.5, 0.0))


def untrained(runs_dir: Path) -> Session:
    """Without a run: a small network as training would begin with it."""
    made = Session(SMALL, None, runs_dir, dataset=DATASET, dataset_source="synthetic")
    made.refresh_answers()
    return made


class DrawHost(Host):
    """Takes what the pane says of the config, as the app does."""

    def on_config_edited(self, message: ConfigEdited) -> None:
        self.heard.append(message)
        self.session.config = message.config


def pane_of(app: Host) -> DrawPane:
    assert isinstance(app.pane, DrawPane)
    return app.pane


def is_quiet(app: Host) -> bool:
    """Whether the newest drawing has been read."""
    return not pane_of(app).latest.is_busy


def answers(probabilities: FloatArray | None) -> FloatArray:
    """Ten numbers, which must be there."""
    assert probabilities is not None
    return probabilities


async def settled(pilot: Pilot[None]) -> None:
    """Until what keys began is done."""
    app = pilot.app
    assert isinstance(app, Host)
    await pilot.pause()
    await until(pilot, lambda: is_quiet(app))
    await pilot.pause()


async def told(pilot: Pilot[None], words: str) -> None:
    """Until a sentence with these words is said."""
    app = pilot.app
    assert isinstance(app, Host)
    await until(pilot, lambda: any(isinstance(heard, Said) and words in heard.text for heard in app.heard))


def heard(app: Host, kind: type[Message]) -> list[Message]:
    return [message for message in app.heard if isinstance(message, kind)]
