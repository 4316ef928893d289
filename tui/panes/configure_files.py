"""Configure's files: the line that asks for a path, and the config written there or read from there."""

from pathlib import Path

from textual.message import Message

from nn.config import Config
from nn.settings import ConfigError
from tui.cli.errors import UsageError
from tui.editing import config_file
from tui.editing.draft import Draft
from tui.messages import Said
from tui.paths import person_path
from tui.widgets.path_prompt import PathPrompt

DEFAULT_PATH = "mnist-tui.toml"
SAVE, OPEN = "Save as", "Open"


class ConfigureFiles(PathPrompt):
    """Goes away when it is done, as when it is left; what goes wrong keeps it open."""

    class Opened(Message):
        """A config was read."""

        def __init__(self, config: Config) -> None:
            self.config = config
            super().__init__()

    class Refused(Message):
        """What was asked cannot be, or wants Enter once more."""

        def __init__(self, reason: str) -> None:
            self.reason = reason
            super().__init__()

    def __init__(self, draft: Draft) -> None:
        """`draft` is what is saved."""
        super().__init__()
        self._draft = draft
        self._path = DEFAULT_PATH
        self._overwrite: Path | None = None

    def ask_to_save(self) -> None:
        """Ask where to save the draft."""
        self._overwrite = None
        self.ask(SAVE, self._path)

    def ask_to_open(self) -> None:
        """Ask which file to open."""
        self.ask(OPEN, self._path)

    def on_path_prompt_given(self, message: PathPrompt.Given) -> None:
        """Save or open."""
        message.stop()
        typed = message.text.strip()
        if not typed:
            self.post_message(self.Refused("type the path of a TOML file"))
            return
        try:
            path = person_path(typed)
            done = self._save(path) if message.purpose == SAVE else self._open(path)
        except (ConfigError, UsageError) as error:
            self.post_message(self.Refused(str(error)))
            return
        if done:
            self._path = typed
            self.action_leave()
            self.post_message(Said(done))

    def _save(self, path: Path) -> str | None:
        """Write the draft; None where a file is in the way and Enter must be pressed again."""
        if path.is_file() and path != self._overwrite:
            self._overwrite = path
            self.post_message(self.Refused(f"{path} exists; Enter again replaces it"))
            return None
        config_file.write(path, self._draft.config)
        return f"saved as {path}"

    def _open(self, path: Path) -> str:
        self.post_message(self.Opened(config_file.read(path)))
        return f"opened {path}"
