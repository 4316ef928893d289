"""The app around scripted runs: its start, its keys, what it opens, and how it is left."""

from pathlib import Path

import pytest
from few_images import config_of
from piloted_app import app_on, drawn, ready, screen_text, until
from scripted_events import epochs, finished, started, steps
from scripted_trainer import ScriptedTrainer
from textual.widgets import Input
from written_run import write_run

from nn.config import Config
from nn.runs.log import EventWriter
from nn.settings import with_settings
from tui.app import MnistApp
from tui.commands import BROWSE, CONFIGURE, ERRORS, TRAIN
from tui.messages import ConfigEdited
from tui.panes.train import TrainPane
from tui.widgets import key_line
from tui.widgets.header import Header
from tui.widgets.key_line import KeyLine

WIDE, NARROW, TINY = (120, 36), (80, 24), (50, 15)


async def test_first_run_shows_the_first_preset_and_how_to_begin(app: MnistApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        assert app.session.run is None
        assert app.session.preset == "first-minute"
        text = await drawn(pilot)
        assert "space trains this network" in text
        assert "784-128-10" in text
        assert "SYNTHETIC" not in text
        assert app.deck.seen == (CONFIGURE, TRAIN)
        assert isinstance(app.focused, TrainPane)


@pytest.mark.parametrize(("low_bandwidth", "seconds"), [(False, 0.25), (True, 1.0)])
async def test_however_fast_events_come_the_screen_is_drawn_on_the_tick(
    config: Config,
    runs_dir: Path,
    trainers: list[ScriptedTrainer],
    shows: list[int],
    monkeypatch: pytest.MonkeyPatch,
    low_bandwidth: bool,
    seconds: float,
) -> None:
    intervals: list[float] = []
    app = app_on(runs_dir, config, low_bandwidth=low_bandwidth)
    monkeypatch.setattr(app, "set_interval", lambda interval, _: intervals.append(interval))
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("space")
        await until(pilot, lambda: trainers and trainers[0].is_followed)
        assert intervals == [seconds]
        shows.clear()
        trainers[0].tell(*epochs(50))
        await until(pilot, lambda: app.session.history.step == 500)
        assert shows == []  # the clock stands still
        app._tick()
        app._tick()
        assert shows == [TRAIN]


async def test_a_text_cursor_blinks_only_where_cells_are_cheap(config: Config, runs_dir: Path) -> None:
    for low_bandwidth in (False, True):
        app = app_on(runs_dir, config, low_bandwidth=low_bandwidth)
        async with app.run_test(size=NARROW) as pilot:
            await ready(pilot)
            await pilot.press("1", "enter")
            await until(pilot, lambda app=app: isinstance(app.focused, Input))
            await pilot.pause()
            assert isinstance(app.focused, Input)
            assert app.focused.cursor_blink is not low_bandwidth


async def test_single_letters_belong_to_the_text_field_that_has_the_focus(
    app: MnistApp, trainers: list[ScriptedTrainer]
) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("1", "enter")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("q", "space", "2", "r", "S", "e")
        assert isinstance(app.focused, Input)
        assert app.focused.value.endswith("q 2rSe")
        assert trainers == []
        assert app.deck.current == CONFIGURE
        await pilot.press("escape", "2")
        assert app.deck.current == TRAIN


async def test_the_newest_ended_run_is_opened_at_the_start(
    app: MnistApp, config: Config, runs_dir: Path, trainers: list[ScriptedTrainer]
) -> None:
    write_run(runs_dir, config, [*epochs(1), finished(step=10)], name="older")
    newest = write_run(runs_dir, config, [*epochs(2), finished(step=20)], name="newer")
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.finished)
        assert app.session.run is not None
        assert app.session.run.path == newest.path
        assert trainers[0].how == "attach"
        text = await drawn(pilot)
        assert "newer" in text
        assert "87.50 %" in text
        await until(pilot, lambda: app.session.answers and app.session.answers.epoch == 2)


async def test_data_named_on_the_command_line_opens_no_ended_run(
    config: Config, runs_dir: Path, trainers: list[ScriptedTrainer], few_images: Path
) -> None:
    write_run(runs_dir, config, [*epochs(1), finished(step=10)])
    app = app_on(runs_dir, config, source=str(few_images))
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        assert app.session.run is None
        assert trainers == []


@pytest.mark.parametrize("is_named", [False, True])
async def test_a_run_that_trains_is_attached_to_before_a_newer_one(
    config: Config, runs_dir: Path, trainers: list[ScriptedTrainer], few_images: Path, is_named: bool
) -> None:
    running = write_run(runs_dir, config, epochs(2), name="running", state="running")
    write_run(runs_dir, config, [*epochs(1), finished(step=10)], name="newer")
    worker = EventWriter.open(running.events_path)  # holds the lock that means life
    app = app_on(runs_dir, config, source=str(few_images) if is_named else None)
    try:
        async with app.run_test(size=NARROW) as pilot:
            await ready(pilot)
            await until(pilot, lambda: app.session.history.step == 20)
            assert app.session.run is not None
            assert app.session.run.path == running.path
            assert app.session.is_alive
            assert "training" in await drawn(pilot)
            await pilot.press("space")
            await until(pilot, lambda: app.session.history.paused)
            assert trainers[0].commands == [("pause",)]
    finally:
        worker.close()


async def test_a_run_whose_images_are_gone_opens_without_them(
    app: MnistApp, runs_dir: Path, trainers: list[ScriptedTrainer], tmp_path: Path
) -> None:
    write_run(runs_dir, config_of(tmp_path / "gone"), [*epochs(1), finished(step=10)])
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.finished)
        text = await drawn(pilot)
        assert app.session.dataset is None
        assert "the images of this run cannot be shown" in text
        assert "75.00 %" in text
        await pilot.press("3")
        assert "cannot be shown" in await drawn(pilot)
        await pilot.press("space")  # the config names them too
        await until(pilot, lambda: app.query_one(KeyLine).sentence)
        assert "gone" in app.query_one(KeyLine).sentence
        assert len(trainers) == 1


async def test_a_hostile_name_is_harmless_everywhere(app: MnistApp, config: Config, runs_dir: Path) -> None:
    run = write_run(runs_dir, config, [*epochs(1), finished(step=10)])
    text = run.record_path.read_text().replace('"first-minute"', '"[red]\\u001b[31m"')
    run.record_path.write_text(text)
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.finished)
        assert "[red]?[31m" in app.query_one(Header).render().plain
        await pilot.press("7")
        await until(pilot, lambda: "● [red]?[31m" in screen_text(pilot))
        app.say("[red]\x1b[31m")
        await pilot.pause()
        assert "\x1b" not in screen_text(pilot)
        assert app.query_one(KeyLine).sentence == "[red]?[31m"


async def test_q_leaves_without_asking_and_the_run_is_left_alone(
    app: MnistApp, trainers: list[ScriptedTrainer]
) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("space")
        await until(pilot, lambda: trainers)
        trainers[0].tell(started())
        await until(pilot, lambda: app.session.history.state == "running")
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0
    assert trainers[0].commands == []


async def test_ctrl_c_says_how_to_leave(app: MnistApp) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+c")
        assert app.query_one(KeyLine).sentence == "q quits; training goes on without the app"


async def test_the_next_key_brings_the_keys_back_once_a_sentence_could_be_read(
    app: MnistApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        line = app.query_one(KeyLine)
        for seconds, stays in ((1000.0, True), (0.0, False)):
            monkeypatch.setattr(key_line, "LEAST_SECONDS", seconds)
            app.say("it is done")
            await pilot.press("y")
            assert bool(line.sentence) == stays
            assert ("q quit" in await drawn(pilot)) != stays


async def test_an_unreadable_log_is_said_and_not_raised(
    app: MnistApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: ScriptedTrainer):
        raise OSError("the disk is gone")
        yield

    monkeypatch.setattr(ScriptedTrainer, "events", broken)
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        await pilot.press("space")
        await until(pilot, lambda: app.query_one(KeyLine).sentence == "the disk is gone")
        assert app.is_running


async def test_other_panes_get_what_they_ask_for(app: MnistApp, config: Config, runs_dir: Path) -> None:
    from tui.answering.answers import Filter
    from tui.messages import ImagesWanted, LookedElsewhere

    write_run(runs_dir, config, [*epochs(2), finished(step=20)])
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press("4")
        app.session.look_at_epoch(1)
        app.post_message(LookedElsewhere())
        await until(pilot, lambda: "epoch 1, > goes on" in screen_text(pilot))
        app.post_message(ImagesWanted(Filter(right=False)))
        await until(pilot, lambda: app.deck.current == BROWSE)
        assert app.deck.seen == (CONFIGURE, BROWSE)
        assert "only [wrong" in await drawn(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.deck.current == ERRORS)


async def test_what_a_pane_tells_of_an_edit_is_not_written_over(
    app: MnistApp, trainers: list[ScriptedTrainer]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("space")
        await until(pilot, lambda: trainers)
        trainers[0].tell(started(), steps(10))
        await until(pilot, lambda: app.session.history.state == "running")
        for seed, is_told, sentence in ((8, False, "this holds from the next run on"), (9, True, "joined")):
            app.say("joined")
            config = with_settings(app.session.config, {"seed": seed})
            app.deck.post_message(ConfigEdited(config, None, is_told=is_told))
            await until(pilot, lambda seed=seed: app.session.config.seed == seed)
            assert app.query_one(KeyLine).sentence == sentence
