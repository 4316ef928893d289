"""The words of a filter in one line: those that fit, whole, and the marked one always."""

import pytest
from textual.app import App, ComposeResult

from tui.answering.answers import Filter
from tui.answering.filter_words import parse
from tui.terminal.display import Display
from tui.widgets.filter_line import FilterLine

LONG = parse("true 4 predicted 9 wrong confidence 0.1-1 forgotten 1 raters-disagree")


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield FilterLine(display=Display())


@pytest.mark.parametrize(
    ("width", "hint"),
    [(48, ""), (67, "  backspace removes ✗"), (84, "  backspace removes ✗; w marks another")],
)
async def test_the_hint_is_whole_or_not_there(width: int, hint: str) -> None:
    app = Host()
    async with app.run_test(size=(width, 5)) as pilot:
        line = app.query_one(FilterLine)
        line.show_filter(parse("true 4 wrong confidence 0.1-1"))
        await pilot.pause()
        assert line.said == f"only [true 4] [wrong] [confidence 0.1-1 ✗]{hint}"


async def test_the_marked_word_is_in_sight_and_no_word_is_cut() -> None:
    app = Host()
    async with app.run_test(size=(76, 5)) as pilot:
        line = app.query_one(FilterLine)
        line.show_filter(LONG)
        seen: list[str] = []
        for _ in range(6):
            seen.append(line.said)
            line.mark_next()
        await pilot.pause()
        assert seen == [
            "only .. [wrong] [confidence 0.1-1] [forgotten 1] [raters-disagree ✗]",
            "only [true 4] [predicted 9] [wrong] [confidence 0.1-1] [forgotten 1 ✗] ..",
            "only [true 4] [predicted 9] [wrong] [confidence 0.1-1 ✗] [forgotten 1] ..",
            "only [true 4] [predicted 9] [wrong ✗] [confidence 0.1-1] [forgotten 1] ..",
            "only [true 4] [predicted 9 ✗] [wrong] [confidence 0.1-1] [forgotten 1] ..",
            "only [true 4 ✗] [predicted 9] [wrong] [confidence 0.1-1] [forgotten 1] ..",
        ]
        await pilot.resize_terminal(130, 5)
        await pilot.pause()
        assert line.said.endswith("[raters-disagree ✗]  backspace removes ✗; w marks another")


@pytest.mark.parametrize(("width", "end"), [(76, "and more"), (56, "f filters")])
async def test_without_a_filter_the_line_says_how_to_in_the_room_there_is(width: int, end: str) -> None:
    app = Host()
    async with app.run_test(size=(width, 5)) as pilot:
        line = app.query_one(FilterLine)
        line.show_filter(Filter())
        await pilot.pause()
        assert line.said.endswith(end)
