"""A small app around the Configure pane: it takes edits as the real one does."""

from pathlib import Path

from textual.app import App, ComposeResult

from nn.config import Config
from tui.messages import ConfigEdited, Said
from tui.panes.configure import ConfigurePane
from tui.session import Session
from tui.terminal.display import Display

UNITS = "network.layers.0.units"


class Host(App[None]):
    """Takes edits as the app does, and notes every key that reaches it."""

    def __init__(self, runs_dir: Path, config: Config, display: Display) -> None:
        super().__init__()
        self.session = Session(config, None, runs_dir)
        self.display_mode = display
        self.edits: list[ConfigEdited] = []
        self.sentences: list[Said] = []
        self.trained = 0
        self.bind("space", "train")

    def compose(self) -> ComposeResult:
        yield ConfigurePane(self.session, self.display_mode)

    def on_mount(self) -> None:
        self.pane.focus_first()

    def action_train(self) -> None:
        self.trained += 1

    def on_config_edited(self, message: ConfigEdited) -> None:
        self.edits.append(message)
        self.session.config, self.session.preset = message.config, message.preset
        self.pane.show()

    def on_said(self, message: Said) -> None:
        self.sentences.append(message)

    @property
    def pane(self) -> ConfigurePane:
        return self.query_one(ConfigurePane)

    @property
    def config(self) -> Config:
        return self.session.config

    @property
    def help(self) -> str:
        return self.pane.foot.texts["help"]

    @property
    def totals(self) -> str:
        return self.pane.foot.texts["totals"]

    def line(self, label: str) -> str:
        return next(line for line in self.lines() if label in line)

    def lines(self) -> list[str]:
        fields = self.pane.fields
        return [fields.render_line(y).text for y in range(fields.content_size.height)]

    def select(self, key: str) -> None:
        self.pane.fields.select(key)
