"""Train on scripted runs: what it says at every size, and what its keys change."""

import re
from pathlib import Path

import msgspec
import pytest
from few_images import config_of
from piloted_app import app_on, drawn, ready, screen_text, until
from scripted_events import BATCHES, HEALTHY, epochs, finished, measured, started, steps
from scripted_trainer import ScriptedTrainer
from textual.pilot import Pilot
from written_run import write_run

from nn.config import Config
from nn.events import Changed, Note, RunEvent
from nn.runs.client import WorkerLost
from tui.app import MnistApp
from tui.commands import TRAIN
from tui.messages import RunChosen
from tui.panes.train import TrainPane
from tui.training.chart import Axes
from tui.training.plot import draw
from tui.widgets import curve_plot
from tui.widgets.charts import Charts
from tui.widgets.lines import Lines

SIZES = [(80, 24), (120, 36), (60, 20)]


def pane_of(app: MnistApp) -> TrainPane:
    pane = app.deck.pane(TRAIN)
    assert isinstance(pane, TrainPane)
    return pane


def charts_of(app: MnistApp) -> Charts:
    return pane_of(app).query_one(Charts)


def lines(app: MnistApp, name: str) -> str:
    return "\n".join(pane_of(app).query_one(f"#train-{name}", Lines).plain)


def told(app: MnistApp, *events: RunEvent) -> None:
    """The run on screen has told these."""
    for event in events:
        app.session.history.feed(event)
    pane_of(app).show()


@pytest.fixture
def run(runs_dir: Path, config: Config) -> None:
    write_run(runs_dir, config, [*epochs(3), steps(35, 5)], state="stopped")


@pytest.mark.parametrize("size", SIZES)
async def test_progress_and_figures_at_every_size(app: MnistApp, run: None, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.step == 35)
        text = await drawn(pilot)
        assert "run " in text
        assert "70 %" in text
        assert f"{'valid.' if size[0] == 60 else 'validation'} 0.2000" in text
        assert re.search(r" test 0\.\d{4} +│", text)  # to its last digit
        assert "91.67 %" in text
        assert "learning rate 0.005 (one-cycle)" in text
        assert "step 35" in text
        assert "best so far: epoch 3" in text
        assert "4.10e-01" in text
        assert charts_of(app).size.height >= 7
        for plot in (charts_of(app).loss, charts_of(app).accuracy):
            assert [curve.name for curve in plot.curves] == ["train", "validation"]


async def test_the_crosshair_tells_its_figures_below_the_charts(app: MnistApp, run: None) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.step == 35)
        await pilot.press("x")
        said = lines(app, "view").splitlines()
        assert said[0].startswith("loss on a linear axis")
        assert said[1] == "crosshair: step 35, epoch 3.50: loss train 0.4545, validation 0.2000"
        assert said[2] == "accuracy train 79.55 %, validation 91.67 %"
        assert all(len(line) <= 76 for line in said)
        assert said[2] in screen_text(pilot)
        await pilot.press("left", "h")
        assert pane_of(app).crosshair == pytest.approx(3.5 - 2 * 3.5 / 60)
        await pilot.press("right", "l", "l")
        assert pane_of(app).crosshair == 3.5
        await pilot.press("x")
        assert "crosshair" not in lines(app, "view")
        await pilot.press("left")
        assert pane_of(app).crosshair is None


async def test_the_crosshair_is_one_line_where_that_fits(app: MnistApp, run: None) -> None:
    async with app.run_test(size=(160, 40)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.step == 35)
        await pilot.press("x")
        said = lines(app, "view").splitlines()
        assert said[1].startswith("crosshair: step 35, epoch 3.50: loss train")
        assert len(said) == 2


async def test_how_the_charts_are_drawn_is_said_and_changes_by_keys(app: MnistApp, run: None) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.step == 35)
        await pilot.press("y", "s", "z", "z")
        assert lines(app, "view") == "loss on a log axis, training curves smoothed much, last epoch"
        await pilot.pause()
        assert charts_of(app).loss.axes.log
        assert not charts_of(app).accuracy.axes.log
        assert min(charts_of(app).loss.curves[0].x) >= 2.5
        await pilot.press("y", "s", "z")
        assert lines(app, "view") == "loss on a linear axis, training curves not smoothed, all epochs"


async def test_another_axis_draws_the_loss_alone(
    app: MnistApp, run: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    axes: list[Axes] = []

    def counting(curves, width, height, layout, *rest):
        axes.append(layout)
        return draw(curves, width, height, layout, *rest)

    monkeypatch.setattr(curve_plot, "draw", counting)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.step == 35)
        await drawn(pilot)
        axes.clear()
        await pilot.press("y")
        await drawn(pilot)
        assert [layout.log for layout in axes] == [True]


async def test_layers_that_do_not_fit_are_counted(app: MnistApp, run: None) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        app.session.history.measured.clear()
        told(app, measured(35, *[HEALTHY] * 12))
        shown = lines(app, "layers").splitlines()[2:]
        assert shown[-1] == f"and {12 - len(shown) + 1} more layers, in a terminal with more rows"
        assert 2 <= len(shown) <= 8
        assert all(f"dense{place}" in line for place, line in enumerate(shown[:-1], 1))
        await drawn(pilot)
        assert "more layers" in screen_text(pilot)
        assert "best so far" in screen_text(pilot)  # nothing below is pushed off the pane
        app.session.history.measured.clear()
        told(app, measured(35, *[HEALTHY] * 3))
        assert "more layers" not in lines(app, "layers")


async def test_overlays_come_and_go_with_v(app: MnistApp, run: None, runs_dir: Path, config: Config) -> None:
    write_run(runs_dir, config, [*epochs(2), finished(step=20)], name="[red]")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await pilot.press("v")
        await until(pilot, lambda: app.session.overlays)
        await drawn(pilot)
        assert charts_of(app).loss.curves[0].role == "overlay"
        await pilot.press("v")
        await until(pilot, lambda: not app.session.overlays)


async def test_another_run_and_other_overlays_are_drawn_at_once(
    app: MnistApp, runs_dir: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run brings waits for its time, which does not come here; what a person asks for does not."""
    runs = [write_run(runs_dir, config, [*epochs(count), finished(step=10 * count)]) for count in (2, 3)]
    monkeypatch.setattr(Charts, "set_timer", lambda *_: None)
    names: list[list[str]] = []
    lengths: list[int] = []

    def counting(curves, *rest):
        names.append([curve.name for curve in curves])
        lengths.append(max((len(curve.x) for curve in curves), default=0))
        return draw(curves, *rest)

    monkeypatch.setattr(curve_plot, "draw", counting)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.finished)
        await drawn(pilot)
        await pilot.press("v")
        await until(pilot, lambda: app.session.overlays)
        await drawn(pilot)
        assert [len(shown) for shown in names[-2:]] == [3, 3]
        await pilot.press("v")
        await until(pilot, lambda: not app.session.overlays)
        await drawn(pilot)
        assert names[-2:] == [["train", "validation"]] * 2
        app.post_message(RunChosen(runs[0].path, "open"))
        await until(pilot, lambda: app.session.run is not None and app.session.run.path == runs[0].path)
        await until(pilot, lambda: app.session.history.finished)
        await drawn(pilot)
        assert lengths[-2:] == [20, 20]


async def test_nearly_all_dead_is_not_called_all(app: MnistApp, run: None) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.step == 35)
        told(app, measured(35, *[(0.41, 1e-3, 0.996)] * 2))
        assert [line.split("  ")[-1] for line in lines(app, "layers").splitlines()[2:]] == [" >99 %"] * 2


async def test_what_is_off_is_said_in_whole_and_harmless_sentences(
    app: MnistApp, trainers: list[ScriptedTrainer]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        assert "space trains this network" in lines(app, "notes")
        await pilot.press("space")
        await until(pilot, lambda: trainers)
        trainers[0].tell(started(), Note(step=0, text="[red]\x1b[31mthreads differ"))
        trainers[0].tell(WorkerLost("killed by SIGKILL: " + "the machine was out of memory " * 3))
        await until(pilot, lambda: app.session.history.lost)
        text = await drawn(pilot)
        assert "killed by SIGKILL" in text
        assert "space resumes from the last checkpoint" in " ".join(lines(app, "notes").split())
        assert "[red]?[31mthreads differ" in text
        assert "\x1b" not in text


async def test_the_charts_stay_where_they_are_when_a_sentence_goes(app: MnistApp, run: None) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.step == 35)
        at_first = await room_of_charts(pilot)
        told(app, measured(35, *[(0.41, 1e-3, 0.996)] * 2))
        with_sentence = await room_of_charts(pilot)
        assert "dead" in lines(app, "notes")
        assert with_sentence < at_first
        told(app, measured(35, *[HEALTHY] * 2))
        assert await room_of_charts(pilot) == with_sentence
        assert "dead" not in lines(app, "notes")
        await pilot.resize_terminal(90, 24)  # another width, other rows
        await until(pilot, lambda: charts_of(app).size.height == at_first)


async def room_of_charts(pilot: Pilot[None]) -> int:
    app = await ready(pilot)
    await drawn(pilot)
    return charts_of(app).size.height


async def test_a_steered_run_says_by_how_much(app: MnistApp, run: None) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.step == 35)
        told(app, Changed(step=35, rate_factor=0.8, epochs=7))
        assert "(one-cycle, times 0.8 by hand)" in lines(app, "layers")
        assert "50 %" in lines(app, "progress")


async def test_an_epoch_is_at_its_end_only_when_it_is(app: MnistApp, run: None) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await until(pilot, lambda: app.session.history.step == 35)
        told(app, msgspec.structs.replace(started(), batches=430), steps(429, 394))
        assert re.findall(r"[<>]?\d+ %", lines(app, "progress").splitlines()[0]) == [">99 %", "20 %"]
        told(app, steps(431, 2))
        assert re.findall(r"[<>]?\d+ %", lines(app, "progress").splitlines()[0]) == ["<1 %", "20 %"]


async def test_the_time_left_is_told_while_it_trains(app: MnistApp, trainers: list[ScriptedTrainer]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("space")
        await until(pilot, lambda: trainers)
        trainers[0].tell(*epochs(2))
        await until(pilot, lambda: app.session.history.step == 2 * BATCHES)
        text = await drawn(pilot)
        assert "0:06 left" in text
        assert "1,234 images/s" in text
        assert "ETA 0:06" in text


async def test_a_constant_rate_is_called_so(
    runs_dir: Path, few_images: Path, trainers: list[ScriptedTrainer]
) -> None:
    app = app_on(runs_dir, config_of(few_images, schedule={"type": "constant"}))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        assert "schedule constant" in lines(app, "layers")
