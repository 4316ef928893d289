"""What the app shows before it has looked for runs."""

from pathlib import Path

from tui.options import AppOptions
from tui.start import _first_session


def test_images_that_the_command_line_names_are_those_of_every_preset(tmp_path: Path) -> None:
    def session_on(source: str | None) -> tuple[str, bool]:
        options = AppOptions(source=source, color="auto", ascii=None, low_bandwidth=False, runs_dir=tmp_path)
        session = _first_session(options)
        return session.config.data.source, session.keeps_source

    assert session_on(None) == ("mnist", False)
    assert session_on("synthetic") == ("synthetic", True)
