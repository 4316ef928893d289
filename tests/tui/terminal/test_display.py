import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pexpect
import pytest

from tui.terminal.display import (
    ColorMode,
    Display,
    choose,
    detect,
    locale_encoding,
    needs_ascii,
    textual_environment,
)

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("environment", "mode"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, ColorMode.TRUECOLOR),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit"}, ColorMode.TRUECOLOR),
        ({"TERM": "xterm-direct"}, ColorMode.TRUECOLOR),
        ({"TERM": "xterm-ghostty"}, ColorMode.TRUECOLOR),
        ({"TERM": "xterm-kitty"}, ColorMode.TRUECOLOR),
        ({"TERM": "xterm-256color"}, ColorMode.PALETTE),
        ({"TERM": "screen-256color"}, ColorMode.PALETTE),
        ({"TERM": "linux"}, ColorMode.SIXTEEN),
        ({"TERM": "screen"}, ColorMode.SIXTEEN),
        ({"TERM": "dumb"}, ColorMode.NONE),
        ({}, ColorMode.NONE),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, ColorMode.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, ColorMode.PALETTE),
    ],
)
def test_colours_are_guessed_from_the_environment(environment: dict[str, str], mode: ColorMode) -> None:
    assert detect(environment) is mode
    assert choose("auto", environment) is mode


@pytest.mark.parametrize("mode", ColorMode)
def test_a_named_mode_overrides_the_environment(mode: ColorMode) -> None:
    assert choose(mode.value, {"TERM": "linux", "NO_COLOR": "1"}) is mode


def test_an_unknown_mode_is_refused_in_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"^--color '8bit' is not known; allowed are auto, 24bit, .*none\.$"):
        choose("8bit", {})


@pytest.mark.parametrize(
    ("encoding", "expected"), [("UTF-8", False), ("utf8", False), ("ANSI_X3.4-1968", True)]
)
def test_a_locale_without_utf8_needs_ascii(encoding: str, expected: bool) -> None:
    assert needs_ascii(encoding) is expected


@pytest.mark.parametrize(
    ("environment", "is_utf8_mode", "expected"),
    [
        ({"LANG": "C"}, True, True),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, True, True),
        ({"LANG": "de_DE.ISO-8859-1@euro"}, True, True),
        ({"LANG": "de_DE.UTF-8"}, True, False),  # not installed, as is common behind SSH
        ({"LANG": "C.UTF-8"}, True, False),
        ({"LANG": "de_DE"}, True, False),
        ({"LC_CTYPE": "C.UTF-8"}, True, False),
        ({}, True, False),
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, False, False),
    ],
)
def test_the_locale_that_python_hides_decides(
    environment: dict[str, str], is_utf8_mode: bool, expected: bool
) -> None:
    encoding = locale_encoding(environment, "utf-8", is_utf8_mode=is_utf8_mode)
    assert needs_ascii(encoding) is expected


def test_without_utf8_mode_python_knows_the_encoding() -> None:
    assert locale_encoding({"LANG": "C.UTF-8"}, "iso8859-1", is_utf8_mode=False) == "iso8859-1"


def test_marks_in_ascii_are_ascii() -> None:
    marks = Display(ColorMode.NONE, ascii=True).marks
    assert (marks.right + marks.wrong + marks.true + marks.predicted).isascii()


def test_it_does_not_import_textual() -> None:
    """Textual reads the environment when it is first imported: this module has to come before."""
    program = (
        "import sys, tui.terminal.display; sys.exit(any(name in sys.modules for name in ('textual', 'rich')))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


APP = textwrap.dedent("""
    from textual.app import App
    from textual.constants import MAX_FPS
    from textual.widgets import Static
    import sys

    class One(App):
        CSS = "Static { color: #3070b0; background: #102030; }"
        def compose(self):
            yield Static(f"ready at {MAX_FPS}")
        def on_mount(self):
            self.set_timer(0.3, self.exit)

    One(ansi_color=True if sys.argv[1] == "none" else None).run()
""")

FORMS = {
    ColorMode.TRUECOLOR: r"[34]8;2;\d+;\d+;\d+",
    ColorMode.PALETTE: r"[34]8;5;\d+",
    ColorMode.SIXTEEN: r"3[0-7]|4[0-7]|9[0-7]|10[0-7]",
}


@pytest.mark.pty
@pytest.mark.parametrize("mode", ColorMode)
@pytest.mark.parametrize("colorterm", ["truecolor", ""])
def test_textual_emits_only_what_the_mode_allows(tmp_path: Path, mode: ColorMode, colorterm: str) -> None:
    script = tmp_path / "one.py"
    script.write_text(APP)
    environment: dict[str, str] = {**os.environ, "TERM": "xterm-256color", "COLORTERM": colorterm}
    for name, value in textual_environment(mode).items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    child = pexpect.spawn(
        sys.executable, [str(script), mode.value], env=environment, dimensions=(24, 80), cwd=str(ROOT)
    )
    child.expect(pexpect.EOF, timeout=30)
    output = (child.before or b"").decode()
    child.close()
    assert "ready at 250" in output  # frames a second
    found = {
        form
        for form, pattern in FORMS.items()
        for codes in re.findall(r"\x1b\[([0-9;]*)m", output)
        if re.search(rf"(^|;)({pattern})(;|$)", re.sub(FORMS[ColorMode.TRUECOLOR], "t", codes))
        or (form is ColorMode.TRUECOLOR and re.search(pattern, codes))
    }
    assert found == ({mode} if mode is not ColorMode.NONE else set())
