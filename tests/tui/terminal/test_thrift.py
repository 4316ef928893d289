import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color
from rich.console import Console
from rich.style import Style

from tui.terminal.thrift import thrifty

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
    st.tuples(st.text(" ab▀█", min_size=1, max_size=5), STYLES).map(lambda pair: rendered(*pair)),
    st.tuples(st.integers(1, 6), st.integers(1, 20)).map(lambda place: f"\x1b[{place[0]};{place[1]}H"),
    st.sampled_from(["\r\n", "\x1b[K", "\x1b[?25l"]),
)
CONSOLE = Console(color_system="truecolor", force_terminal=True)


def rendered(text: str, style: Style) -> str:
    return style.render(text, color_system=CONSOLE._color_system)


def screen(text: str) -> list[list[pyte.screens.Char]]:
    """Every cell with its letter and colours; the colour of a blank that shows nothing of it is left out."""
    shown = pyte.Screen(20, 6)
    pyte.Stream(shown).feed(text + "x")  # where the cursor stands, and with which colours, is seen too
    cells = [[shown.buffer[y][x] for x in range(20)] for y in range(6)]
    return [
        [
            cell._replace(fg="default", bold=False)
            if cell.data == " " and not (cell.underscore or cell.reverse)
            else cell
            for cell in row
        ]
        for row in cells
    ]


@given(st.lists(PIECES, max_size=25).map("".join))
def test_the_screen_is_the_same_and_the_bytes_are_no_more(text: str) -> None:
    short = thrifty(text)
    assert screen(short) == screen(text)
    assert len(short) <= len(text)


def test_colours_that_stay_are_not_said_again() -> None:
    grey, light = Style(color="#808080", bgcolor="#101010"), Style(color="#c0c0c0", bgcolor="#101010")
    text = "\x1b[1;5H\r\n\x1b[2;3H" + rendered("a", grey) + rendered("  ", light) + rendered("b", light)
    assert thrifty(text) == (
        "\x1b[2;3H\x1b[0;38;2;128;128;128;48;2;16;16;16ma  \x1b[38;2;192;192;192mb\x1b[m".replace("[0;", "[")
    )


@pytest.mark.parametrize(
    "text",
    ["", "plain", "\x1b[38;2;1mx\x1b[0m", "\x1b[4:3mx\x1b[0m", "\x1b]52;c;aGk=\x07", "\x1b[1mleft bold"],
)
def test_what_is_not_known_is_left_as_it_is(text: str) -> None:
    assert thrifty(text) == text
