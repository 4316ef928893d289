"""Where the panes lie in every size of terminal, and that one that is not seen is not drawn."""

import pytest
from piloted_app import drawn, ready, screen_text, until
from textual.geometry import Size

from tui.app import MnistApp
from tui.commands import BROWSE, CONFIGURE, ERRORS, PANE_NAMES, TRAIN
from tui.panes import deck
from tui.panes.base import Pane
from tui.panes.train import TrainPane
from tui.widgets.lines import Lines

WIDE, NARROW, TINY = (120, 36), (80, 24), (50, 15)


async def test_narrow_shows_one_pane_at_a_time(app: MnistApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        text = ""
        for number, name in PANE_NAMES.items():
            await pilot.press(str(number))
            text = await drawn(pilot)
            assert app.deck.seen == (number,)
            assert f"{number} {name}" in text
            pane = app.deck.pane(number)
            assert pane is not None
            assert pane.outer_size.width == 80
            assert app.focused is not None
            assert pane in app.focused.ancestors_with_self
        assert "1 Configure" not in text


async def test_wide_keeps_configure_at_the_left_and_the_other_pane_where_it_is(app: MnistApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("3")
        assert app.deck.seen == (CONFIGURE, BROWSE)
        await pilot.press("1")
        assert app.deck.seen == (CONFIGURE, BROWSE)
        assert app.deck.current == CONFIGURE
        left = app.deck.pane(CONFIGURE)
        assert left is not None
        assert left.outer_size.width == 40


async def test_the_keys_are_those_of_the_pane_that_has_the_focus(app: MnistApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        assert "smooth" in await drawn(pilot)
        configure = app.deck.pane(CONFIGURE)
        assert configure is not None
        configure.focus_first()
        await until(pilot, lambda: app.deck.current == CONFIGURE)
        text = await drawn(pilot)
        assert "undo" in text.splitlines()[-1]
        assert "smooth" not in text.splitlines()[-1]


async def test_m_gives_the_pane_the_screen_and_takes_it_back(app: MnistApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("m")
        train = app.deck.pane(TRAIN)
        assert train is not None
        assert app.deck.seen == (TRAIN,)
        assert train.outer_size.width == 120
        await pilot.press("1")
        assert app.deck.seen == (CONFIGURE,)
        await pilot.press("m")
        assert app.deck.seen == (CONFIGURE, TRAIN)


async def test_too_small_a_terminal_says_only_that(app: MnistApp, shows: list[int]) -> None:
    async with app.run_test(size=TINY) as pilot:
        await ready(pilot)
        text = await drawn(pilot)
        assert text.strip() == "terminal 50x15, needs 60x20; training goes on"
        assert shows == []
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: "2 Train" in screen_text(pilot))
        assert "needs" not in screen_text(pilot)
        assert isinstance(app.focused, TrainPane)
        await pilot.resize_terminal(200, 19)
        await until(pilot, lambda: "terminal 200x19" in screen_text(pilot))
        assert "Train" not in screen_text(pilot)


async def test_resizing_goes_between_wide_and_narrow(app: MnistApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("4")
        await pilot.resize_terminal(*NARROW)
        await until(pilot, lambda: app.deck.seen == (ERRORS,))
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: app.deck.seen == (CONFIGURE, ERRORS))


async def test_a_hidden_pane_is_not_drawn(app: MnistApp, shows: list[int]) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("3", "2")
        shows.clear()
        await drawn(pilot)
        assert set(shows) == {TRAIN}
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: app.deck.seen == (CONFIGURE, TRAIN))
        await pilot.press("m")
        shows.clear()
        await drawn(pilot)
        assert set(shows) == {TRAIN}


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("number", [number for number in PANE_NAMES if number != CONFIGURE])
async def test_a_pane_that_comes_back_is_drawn_in_the_size_that_it_has(
    app: MnistApp, number: int, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = BROWSE if number != BROWSE else TRAIN
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await pilot.press(str(number))
        await until(pilot, lambda: (there := app.deck.pane(number)) and there.size)
        pane, widths = app.deck.pane(number), list[int]()
        assert pane is not None
        original = type(pane).show

        def show(self: Pane) -> None:
            widths.append(self.content_size.width)
            original(self)

        monkeypatch.setattr(type(pane), "show", show)
        for _ in range(3):
            await drawn(pilot)
            await pilot.press(str(elsewhere))
            await until(pilot, lambda: not pane.size)
            widths.clear()
            await pilot.press(str(number))
            await until(pilot, lambda: widths and widths[-1] == pane.content_size.width > 0)


async def test_what_has_not_changed_is_not_drawn_anew_when_it_is_seen_again(
    app: MnistApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[int] = []

    def counting(self: Lines, y: int):
        lines.append(y)
        return original(self, y)

    original = Lines.render_line
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await drawn(pilot)
        await pilot.press("7")
        await drawn(pilot)
        monkeypatch.setattr(Lines, "render_line", counting)
        await pilot.press("2")
        assert "schedule one-cycle" in await drawn(pilot)
        assert lines == []


async def test_a_pane_that_was_resized_while_hidden_is_drawn_for_its_new_size(app: MnistApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await drawn(pilot)
        await pilot.press("3")
        await pilot.resize_terminal(100, 30)
        await until(pilot, lambda: app.deck.seen == (BROWSE,))
        await pilot.press("2")
        train = app.deck.pane(TRAIN)
        assert train is not None
        bars = train.query_one("#train-progress", Lines)
        await until(pilot, lambda: len(bars.plain[0]) == 80)


async def test_a_pane_is_drawn_anew_where_only_a_part_of_it_was_resized(
    app: MnistApp, shows: list[int]
) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await drawn(pilot)
        app.deck.show_resized()
        shows.clear()
        app.deck.show_resized()
        assert shows == []
        app.query_one("#train-progress", Lines).styles.width = 30
        await pilot.pause()
        app.deck.show_resized()
        assert shows == [TRAIN]


async def test_nothing_is_measured_where_nothing_was_laid_out(
    app: MnistApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[Pane] = []

    def sizes(pane: Pane) -> list[Size]:
        measured.append(pane)
        return original(pane)

    original = deck._sizes
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await drawn(pilot)
        app.deck.show_resized()
        monkeypatch.setattr(deck, "_sizes", sizes)
        app.deck.show_resized()
        app.deck.show()
        assert measured == []
        app.query_one("#train-progress", Lines).styles.width = 30
        await pilot.pause()
        app.deck.show_resized()
        app.deck.show_resized()
        assert measured == [app.deck.pane(TRAIN)]


async def test_a_pane_is_not_drawn_before_it_is_composed(
    app: MnistApp, shows: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A tick that falls between mounting and composing: the deck draws while the pane is still bare.
    bare: list[bool] = []

    def compose_late(self: TrainPane):
        app.deck.show()
        bare.append(TRAIN in shows)
        yield from original(self)

    original = TrainPane.compose
    monkeypatch.setattr(TrainPane, "compose", compose_late)
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await drawn(pilot)
        assert bare == [False]
        assert TRAIN in shows


async def test_nothing_is_drawn_while_the_app_goes(app: MnistApp, shows: list[int]) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        train = app.deck.pane(TRAIN)
        assert train is not None
        app.exit()
        await train.query("*").remove()  # as the app does: first what is in a pane
        shows.clear()
        app.deck.show()
        app.deck.show_resized()
        assert shows == []
