import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color
from rich.style import Style

from tui.terminal.thrift import Thrift

COLUMNS, ROWS = 20, 6
COLORS = st.sampled_from(["default", "#000000", "#102030", "#ffffff", "color(30)", "red", "bright_blue"])
STYLES = st.builds(
    lambda front, back, bold, underline, reverse: (
        Style.from_color(Color.parse(front), Color.parse(back))
        + Style(bold=bold, underline=underline, reverse=reverse)
    ),
    COLORS,
    COLORS,
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
PIECES = st.one_of(
    st.tuples(st.text(" ab▀█", min_size=1, max_size=9), STYLES).map(lambda pair: rendered(*pair)),
    st.tuples(st.integers(1, ROWS), st.integers(1, COLUMNS)).map(
        lambda place: f"\x1b[{place[0]};{place[1]}H"
    ),
    st.sampled_from(["\r\n", "\x1b[K", "\x1b[?25l", "漢", "\x1b[?2026h"]),
)
FRAMES = st.lists(PIECES, max_size=20).map(lambda pieces: "\x1b[1;1H" + "".join(pieces))


def rendered(text: str, style: Style) -> str:
    return style.render(text)


def thrift(columns: int = COLUMNS, rows: int = ROWS) -> Thrift:
    made = Thrift()
    made.fit(columns, rows)
    return made


class Screen:
    """A terminal that wraps no lines, as Textual asks of it."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self._screen)
        self.feed("\x1b[?7l")

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        """Every cell; the colour of a blank that shows nothing of it is left out."""
        return [
            [
                cell._replace(fg="default", bold=False)
                if cell.data == " " and not (cell.underscore or cell.reverse)
                else cell
                for cell in (self._screen.buffer[y][x] for x in range(COLUMNS))
            ]
            for y in range(ROWS)
        ]


@given(st.lists(FRAMES, max_size=5))
def test_the_screen_is_the_same_after_every_frame(frames: list[str]) -> None:
    whole, part, thrifty = Screen(), Screen(), thrift()
    for frame in frames:
        whole.feed(frame)
        part.feed(thrifty.changes(frame))
        assert part.cells == whole.cells


LINES = st.lists(st.lists(st.tuples(st.text(" ab▀█", min_size=1, max_size=4), STYLES)), max_size=ROWS)


@given(LINES)
def test_a_frame_costs_no_more_than_it_is_and_nothing_the_second_time(
    lines: list[list[tuple[str, Style]]],
) -> None:
    drawn = ("".join(rendered(*piece) for piece in line[:5]) for line in lines)
    frame = "\n".join(f"\x1b[{row};1H{line}" for row, line in enumerate(drawn, 1)) + "\x1b[1;1H"
    thrifty = thrift()
    assert len(thrifty.changes(frame)) <= len(frame)
    assert thrifty.changes(frame) == ""


def test_only_the_cells_that_differ_are_written() -> None:
    thrifty, grey = thrift(), Style(color="#808080", bgcolor="#101010")
    thrifty.changes("\x1b[2;3H" + rendered("loss 0.1234  ", grey))
    assert thrifty.changes("\x1b[2;3H" + rendered("loss 0.1299  ", grey)) == (
        "\x1b[2;12H\x1b[38;2;128;128;128;48;2;16;16;16m99\x1b[m\x1b[2C"
    )


def test_letters_that_get_other_colours_are_written_and_blanks_are_not() -> None:
    thrifty = thrift()
    thrifty.changes("\x1b[1;1H" + rendered("a    b", Style(color="red")))
    assert thrifty.changes("\x1b[1;1H" + rendered("a    b", Style(color="blue")) + "\x1b[1;1H") == (
        "\x1b[1;1H\x1b[34ma\x1b[4Cb\x1b[m\x1b[1;1H"
    )


def test_the_marks_of_a_frame_pass_and_nothing_is_forgotten() -> None:
    thrifty = thrift()
    thrifty.changes("\x1b[1;1Habc\x1b[1;1H")
    assert thrifty.changes("\x1b[?2026h") == "\x1b[?2026h"
    assert thrifty.changes("\x1b[1;1Habc\x1b[1;1H") == ""


@pytest.mark.parametrize(
    "unknown",
    [
        "\x1b[2J",
        "\x1b[?1049h",
        "\x1b[1;1H\x1b[38;2;1mx\x1b[0m",
        "\x1b[1;1H\x1b[4:3mx\x1b[0m",
        "\x1b]52;c;aGk=\x07",
        "\x1b[1;1H\x1b[1mleft bold",
        "\x1b[1;18Hbeyond the edge",
        "\x1b[7;1Hbelow the last row",
        "\x1b[1;1Ha\tb",
        "\x1b[1;1H漢",
    ],
)
def test_after_what_is_not_known_all_is_written_again(unknown: str) -> None:
    thrifty, frame = thrift(), "\x1b[1;1Habc\x1b[1;1H"
    thrifty.changes(frame)
    assert thrifty.changes(unknown) == unknown
    assert thrifty.changes(frame) == frame


def test_another_size_or_a_word_from_outside_means_that_nothing_is_known() -> None:
    thrifty, frame = thrift(), "\x1b[1;1Habc\x1b[1;1H"
    thrifty.changes(frame)
    thrifty.fit(COLUMNS, ROWS)
    assert thrifty.changes(frame) == ""
    thrifty.fit(COLUMNS - 1, ROWS)
    assert thrifty.changes(frame) == frame
    thrifty.forget()
    assert thrifty.changes(frame) == frame
