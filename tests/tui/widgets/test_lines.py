"""A few lines that repaint one by one."""

import pytest
from rich.text import Text
from textual.app import App, ComposeResult
from textual.geometry import Region

from tui.widgets.lines import Lines


class LinesApp(App[None]):
    CSS = "Screen { layout: vertical; }"

    def compose(self) -> ComposeResult:
        yield Lines(id="lines")

    @property
    def lines(self) -> Lines:
        return self.query_one(Lines)


def texts(*words: str) -> list[Text]:
    return [Text(word) for word in words]


async def test_it_is_as_high_as_it_has_lines() -> None:
    app = LinesApp()
    async with app.run_test(size=(30, 10)) as pilot:
        assert app.lines.size.height == 0
        app.lines.set_lines(texts("one", "two", "three"))
        await pilot.pause()
        assert app.lines.size.height == 3
        assert app.lines.plain == ["one", "two", "three"]
        app.lines.set_lines(texts("one"))
        await pilot.pause()
        assert app.lines.size.height == 1


async def test_it_is_so_after_a_layout_between_two_changes_too() -> None:
    """As when the terminal is resized twice in a moment."""
    app = LinesApp()
    async with app.run_test(size=(30, 10)) as pilot:
        app.lines.set_lines(texts("1", "2", "3", "4", "5"))
        app.screen._refresh_layout()
        app.lines.set_lines(texts("one"))
        await pilot.pause()
        assert app.lines.size.height == 1


async def test_only_the_line_that_changed_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = LinesApp()
    async with app.run_test(size=(30, 10)) as pilot:
        app.lines.set_lines(texts("one", "two", "three"))
        await pilot.pause()
        painted: list[Region] = []
        monkeypatch.setattr(app.lines, "refresh", lambda *regions, **_: painted.extend(regions))
        app.lines.set_lines(texts("one", "2", "three"))
        assert painted == [Region(0, 1, 30, 1)]
        app.lines.set_lines(texts("one", "2", "three"))
        assert len(painted) == 1
        app.lines.set_lines([Text("one", "bold"), *texts("2", "three")])  # another style is another look
        assert painted[1:] == [Region(0, 0, 30, 1)]


async def test_a_line_is_cut_or_filled_to_the_width() -> None:
    app = LinesApp()
    async with app.run_test(size=(10, 5)) as pilot:
        app.lines.set_lines(texts("a line that is too long", "[red]x"))
        await pilot.pause()
        assert app.lines.render_line(0).text == "a line tha"
        assert app.lines.render_line(1).text == "[red]x    "
        assert app.lines.render_line(7).text == " " * 10
