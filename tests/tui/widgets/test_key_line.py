"""The last line: the keys that matter, or a sentence in their place."""

import pytest
from textual.app import App, ComposeResult

from tui.commands import APP, DRAW, PANE_NAMES, TRAIN, of_pane
from tui.terminal.display import ColorMode, Display
from tui.widgets import key_line
from tui.widgets.key_line import MOST_LINES, KeyLine


class KeysApp(App[None]):
    def __init__(self, ascii_only: bool = False) -> None:
        super().__init__()
        self.keys = KeyLine(Display(ColorMode.TRUECOLOR, ascii_only))

    def compose(self) -> ComposeResult:
        yield self.keys

    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return [strip.text for strip in strips[: self.keys.outer_size.height]]


@pytest.mark.parametrize("width", [60, 80, 118, 200])
async def test_the_first_key_help_and_quit_are_always_there(width: int) -> None:
    app = KeysApp()
    async with app.run_test(size=(width, 10)) as pilot:
        for pane in PANE_NAMES:
            app.keys.show_pane(pane)
            await pilot.pause()
            (line,) = app.lines()
            assert len(line) == width
            assert line.startswith(" space pen  " if pane == DRAW else " space train/pause  ")
            assert "? help  q quit" in line
            taken = {command.keys for command in of_pane(pane)}
            everywhere = [command for command in of_pane(APP) if command.keys not in taken]
            shorts = [command.short for command in (*everywhere, *of_pane(pane)) if command.short]
            if width == 200:
                assert all(short in line for short in shorts)


async def test_an_empty_sentence_brings_the_keys_back() -> None:
    app = KeysApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.keys.say("there is nothing to undo", is_error=True)
        app.keys.say("")
        await pilot.pause()
        assert "? help  q quit" in app.lines()[0]
        assert not app.keys.has_class("-said", "-error")


@pytest.mark.parametrize(("seconds", "after"), [(0.0, ""), (1000.0, "saved")])
async def test_a_sentence_that_could_be_read_makes_way(
    monkeypatch: pytest.MonkeyPatch, seconds: float, after: str
) -> None:
    monkeypatch.setattr(key_line, "LEAST_SECONDS", seconds)
    app = KeysApp()
    async with app.run_test(size=(60, 10)):
        app.keys.say("saved")
        app.keys.make_way()
        assert app.keys.sentence == after


async def test_a_sentence_takes_the_place_of_the_keys_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_line, "SENTENCE_SECONDS", 1000.0)
    app = KeysApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.keys.show_pane(TRAIN)
        app.keys.say("saved")
        await pilot.pause()
        assert app.lines() == [" saved".ljust(60)]
        assert app.keys.has_class("-said")
        app.keys.say("wrong", is_error=True)
        assert app.keys.has_class("-error")
        assert not app.keys.has_class("-said")
        assert app.keys.sentence == "wrong"
        app.keys._fall_silent()
        await pilot.pause()
        assert "q quit" in app.lines()[0]
        assert not app.keys.has_class("-error")


async def test_where_nothing_is_said_nothing_is_painted() -> None:
    app = KeysApp()
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        app.keys.say("")
        app.keys.make_way()
        assert not app.keys._repaint_required


async def test_a_sentence_falls_silent_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_line, "SENTENCE_SECONDS", 0.01)
    app = KeysApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.keys.say("saved")
        while app.keys.sentence:
            await pilot.pause(0.01)
        assert "q quit" in app.lines()[0]


async def test_a_long_sentence_takes_more_lines_and_gives_them_back() -> None:
    app = KeysApp()
    async with app.run_test(size=(60, 10)) as pilot:
        app.keys.say("the runs folder cannot be written: " + "a long reason " * 6)
        await pilot.pause()
        assert len(app.lines()) == 3
        assert " ".join(" ".join(app.lines()).split()).endswith("a long reason")
        app.keys.say("word " * 200)
        await pilot.pause()
        assert len(app.lines()) == MOST_LINES
        app.keys.say("short")
        await pilot.pause()
        assert len(app.lines()) == 1


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_a_sentence_is_harmless(ascii_only: bool) -> None:
    app = KeysApp(ascii_only)
    async with app.run_test(size=(60, 10)) as pilot:
        app.keys.say("[red]\x1b[31m é")
        await pilot.pause()
        assert app.lines()[0].strip() == ("[red]?[31m ?" if ascii_only else "[red]?[31m é")
