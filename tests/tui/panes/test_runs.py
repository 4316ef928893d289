"""Runs on scripted runs: the list, what it asks for, and deleting at the second press."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from held_clock import Clock
from piloted_app import drawn, ready, screen_text, until
from scripted_events import epochs, finished
from scripted_trainer import ScriptedTrainer
from textual.pilot import Pilot
from textual.widgets import OptionList
from written_run import write_run

from nn.config import Config
from nn.runs.record import RunRecord
from nn.runs.store import RunDirectory, list_records, list_runs, lock
from tui.app import MnistApp
from tui.panes.runs import CONFIRM_SECONDS, HEADS, Columns, RunsPane
from tui.screens.help import HelpScreen
from tui.steering import ON_SCREEN
from tui.widgets.key_line import KeyLine


@pytest.fixture
def runs(runs_dir: Path, config: Config) -> list[RunDirectory]:
    """Three runs, newest first."""
    for name in ("oldest", "middle", "newest"):
        write_run(runs_dir, config, [*epochs(1), finished(step=10)], name=name)
    return list(list_runs(runs_dir))


async def listed(pilot: Pilot[None]) -> OptionList:
    """The list on screen, once it holds the three runs."""
    app = await ready(pilot)
    await pilot.press("7")
    await until(pilot, lambda: app.query(OptionList) and app.query_one(OptionList).option_count == 3)
    return app.query_one(OptionList)


async def test_no_runs_yet(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("7")
        assert "no runs yet: space trains the first one" in await drawn(pilot)
        await pilot.press("D", "u", "T", "v", "enter")  # nothing to do it to
        assert app.session.run is None


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)])
async def test_each_run_is_one_line(app: MnistApp, runs: list[RunDirectory], size: tuple[int, int]) -> None:
    record = runs[0].record()
    record = msgspec.structs.replace(record, epochs=500, epoch=120, steered=True)
    runs[0].write_record(msgspec.structs.replace(record, validation_accuracy=0.9894, test_accuracy=1.0))
    async with app.run_test(size=size) as pilot:
        await listed(pilot)
        text = await drawn(pilot)
        rows = [line for line in text.splitlines() if "finished" in line and "mnist-tui" not in line]
        assert len(rows) == 3
        assert "● newest" in rows[0]
        assert "finished*" in rows[0]
        assert "120/500" in rows[0]
        assert "98.94 % 100.00 %" in rows[0]
        assert rows[0].rstrip(" │").endswith(" s")
        assert [row.split("│")[-2].split()[0] for row in rows[1:]] == ["middle", "oldest"]


@pytest.mark.parametrize(
    ("size", "words"),
    [((80, 24), ["", " ~", " ~"]), ((200, 60), ["", " synthetic", " own images"])],
)
async def test_runs_on_other_images_than_mnist_are_told_apart_behind_their_network(
    app: MnistApp, runs: list[RunDirectory], size: tuple[int, int], words: list[str]
) -> None:
    network = "784-128-10"
    for run, data in zip(runs, ("MNIST", "synthetic digits", "synthetic-shoes"), strict=True):
        run.write_record(msgspec.structs.replace(run.record(), data=data, network=network))
    async with app.run_test(size=size) as pilot:
        await listed(pilot)
        rows = [line for line in (await drawn(pilot)).splitlines() if "│" in line and "finished" in line]
        shown = [re.search(rf"finished +({network}.*?) +\d+/\d+", row) for row in rows]
        assert [found and found[1] for found in shown] == [network + word for word in words]


async def test_letters_choose_a_run_as_arrows_do(app: MnistApp, runs: list[RunDirectory]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await listed(pilot)
        chosen: list[int | None] = []
        for key in ("j", "down", "k", "up"):
            await pilot.press(key)
            chosen.append(shown.highlighted)
        assert chosen == [1, 2, 1, 0]


async def test_a_run_of_no_readable_time_is_listed(app: MnistApp, runs: list[RunDirectory]) -> None:
    runs[1].write_record(msgspec.structs.replace(runs[1].record(), created="yesterday"))
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(pilot)
        row = next(line for line in (await drawn(pilot)).splitlines() if "middle" in line)
        assert row.rstrip(" │").endswith(" -")


async def test_enter_opens_and_the_mark_moves(
    app: MnistApp, runs: list[RunDirectory], trainers: list[ScriptedTrainer]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await listed(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.session.run_name == "middle")
        await drawn(pilot)
        assert "● middle" in screen_text(pilot)
        assert shown.highlighted == 1
        await pilot.press("u")
        await until(pilot, lambda: "is finished" in app.query_one(KeyLine).sentence)
        runs[2].write_record(msgspec.structs.replace(runs[2].record(), state="stopped"))
        await pilot.press("down", "u")
        await until(pilot, lambda: trainers[-1].how == "resume")
        assert trainers[-1].run.record().name == "oldest"
        await pilot.press("up", "v")
        await until(pilot, lambda: app.session.overlays)
        worker = lock(runs[1].events_path)
        await pilot.press("T")
        await until(pilot, lambda: trainers[-1].commands)
        assert trainers[-1].run.record().name == "middle"
        os.close(worker)


async def test_a_run_is_deleted_at_the_second_press(app: MnistApp, runs: list[RunDirectory]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await listed(pilot)
        await pilot.press("down", "D")
        await until(pilot, lambda: app.query_one(KeyLine).sentence)
        assert app.query_one(KeyLine).sentence == f"D again deletes {runs[1].path.name} for good"
        await pilot.press("down", "up")
        await pilot.press("D")  # a first press again: the choice has moved since
        assert runs[1].path.is_dir()
        await pilot.press("D")
        await until(pilot, lambda: shown.option_count == 2)
        assert not runs[1].path.exists()


async def test_a_second_press_counts_only_soon_and_after_no_other_key(
    app: MnistApp, runs: list[RunDirectory], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(pilot)
        monkeypatch.setattr(app.query_one(RunsPane), "set_timer", clock.later)
        line = app.query_one(KeyLine)
        await pilot.press("down", "D", "escape")
        await until(pilot, lambda: not line.sentence)
        await pilot.press("D")
        await until(pilot, lambda: line.sentence)
        assert [seconds for seconds, _ in clock.waiting] == [CONFIRM_SECONDS] * 2
        clock.pass_interval()
        await until(pilot, lambda: not line.sentence)
        await pilot.press("D")
        await until(pilot, lambda: line.sentence)
        assert runs[1].path.is_dir()
        await pilot.press("D")
        await until(pilot, lambda: not runs[1].path.exists())


async def test_a_row_fits_beside_the_scrollbar(app: MnistApp, runs_dir: Path, config: Config) -> None:
    for number in range(30):
        write_run(runs_dir, config, [*epochs(1), finished(step=10)], name=f"run{number}")
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("7")
        shown = app.query_one(OptionList)
        await until(pilot, lambda: shown.option_count == 30)
        assert shown.show_vertical_scrollbar
        rows = [line for line in (await drawn(pilot)).splitlines() if "finished  " in line]
        assert len(rows) > 15
        assert [row for row in rows[1:] if not re.search(r"-  +\d+ [sm]\W*$", row)] == []


async def test_the_run_on_screen_is_not_deleted(app: MnistApp, runs: list[RunDirectory]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(pilot)
        await pilot.press("D")
        await until(pilot, lambda: app.query_one(KeyLine).sentence)
        assert app.query_one(KeyLine).sentence == ON_SCREEN
        await pilot.press("D")
        await drawn(pilot)
        assert runs[0].path.is_dir()


async def test_a_run_with_a_worker_is_not_deleted(app: MnistApp, runs: list[RunDirectory]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(pilot)
        worker = lock(runs[1].events_path)
        await pilot.press("down", "D")
        await until(pilot, lambda: app.query_one(KeyLine).sentence)
        assert app.query_one(KeyLine).sentence == "this run has a worker: T stops it, then D deletes it"
        os.close(worker)
        await pilot.press("D")
        await until(pilot, lambda: "D again deletes" in app.query_one(KeyLine).sentence)


async def test_a_run_made_elsewhere_appears(
    app: MnistApp, runs: list[RunDirectory], runs_dir: Path, config: Config
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await listed(pilot)
        await pilot.press("down")
        write_run(runs_dir, config, [*epochs(1), finished(step=10)], name="elsewhere")
        await until(pilot, lambda: shown.option_count == 4)
        assert shown.highlighted == 2  # the choice stays on its run


async def test_what_a_run_has_become_is_written_into_its_row(app: MnistApp, runs: list[RunDirectory]) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await listed(pilot)
        before = list(shown.options)
        await pilot.press("down")
        runs[2].write_record(msgspec.structs.replace(runs[2].record(), epoch=17))
        await until(pilot, lambda: "17/" in str(shown.get_option_at_index(2).prompt))
        assert list(shown.options) == before  # the list itself is not made anew
        assert shown.highlighted == 1


async def test_it_is_not_read_below_another_screen(
    app: MnistApp, runs: list[RunDirectory], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []

    def counted(runs_dir: Path) -> Iterator[tuple[RunDirectory, RunRecord]]:
        reads.append(runs_dir)
        return list_records(runs_dir)

    monkeypatch.setattr("tui.panes.runs.list_records", counted)
    monkeypatch.setattr("tui.panes.runs.LIST_SECONDS", 3600.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(pilot)
        pane = app.query_one(RunsPane)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        reads.clear()
        pane._reread()
        assert reads == []
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is pane.screen)
        reads.clear()
        pane._reread()
        assert len(reads) == 1


@pytest.mark.parametrize("width", [56, 74, 76, 116, 150])
def test_a_line_fits_its_pane(width: int) -> None:
    columns = Columns.within(width)
    assert len(columns.line("*", HEADS)) <= width
    words = ("name" * 20, "finished*", "784-" * 20, "500/500", "100.00 %", "100.00 %", "59 m")
    long = columns.line("*", words)
    assert len(long) == len(columns.line("", HEADS))
    assert "~" in long
