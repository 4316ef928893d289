"""Progress lines: a bar on a terminal alone, at most four times a second, and never the end of a training."""

import io

import pytest

from tui.cli.live import ERASE, LiveLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Gone(Terminal):
    def write(self, text: str) -> int:
        raise OSError("the terminal is gone")


@pytest.fixture(autouse=True)
def terminal_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")


def test_no_bar_without_a_terminal() -> None:
    stream = io.StringIO()
    with LiveLine(stream) as line:
        line.bar(0.5, "half")
        line.say("a line")
    assert stream.getvalue() == "a line\n"


def test_no_bar_on_a_terminal_that_cannot_erase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    LiveLine(stream).bar(0.5, "half")
    assert stream.getvalue() == ""


def test_a_bar_is_drawn_at_most_four_times_a_second() -> None:
    stream, times = Terminal(), iter([10.0, 10.1, 10.24, 10.25, 10.6])
    line = LiveLine(stream, clock=lambda: next(times))
    for share in (0.0, 0.1, 0.2, 0.3, 0.4):
        line.bar(share, f"{share:.0%}")
    assert [text.split()[-1] for text in stream.getvalue().split(ERASE)[1:]] == ["0%", "30%", "40%"]


def test_a_line_takes_the_place_of_the_bar() -> None:
    stream = Terminal()
    with LiveLine(stream) as line:
        line.bar(0.5, "half")
        line.say("a \x1bline")
    assert stream.getvalue().endswith(f"half{ERASE}a ?line\n")


def test_a_bar_fits_the_terminal() -> None:
    stream = Terminal()
    LiveLine(stream).bar(1.5, "x" * 200)
    assert len(stream.getvalue().removeprefix(ERASE)) == 59


def test_a_terminal_that_is_gone_is_passed_over() -> None:
    with LiveLine(Gone()) as line:
        line.bar(0.5, "half")
        line.say("a line")
