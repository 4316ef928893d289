"""The evidence screen opens on a pane's image, fills part by part, steps, and goes."""

from dataclasses import replace
from pathlib import Path

import pytest
from piloted_app import app_on, drawn, ready, screen_text, until
from scripted_trainer import ScriptedTrainer
from textual.pilot import Pilot

from nn import checkpoint
from nn.config import Config
from nn.runs.store import RunDirectory
from nn.trainer import Trainer
from tui.answering.case import NO_IMAGES, Case, case_of
from tui.app import MnistApp
from tui.commands import BROWSE, ERRORS
from tui.panes.errors import ErrorsPane
from tui.screens.evidence import EvidenceScreen
from tui.terminal.display import ColorMode
from tui.widgets.captioned_picture import CaptionedPicture
from tui.widgets.evidence_report import EvidenceReport
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.thumbnail_row import ThumbnailRow
from tui.widgets.words import Words

NARROW, WIDE, LARGE = (80, 24), (120, 36), (200, 60)


async def opened(pilot: Pilot[None], pane: int = ERRORS) -> EvidenceScreen:
    """The screen over a pane, once all that comes by itself is there."""
    app = await ready(pilot)
    await until(pilot, lambda: app.session.history.finished)
    await pilot.press(str(pane))
    await drawn(pilot)
    await pilot.press("i")
    await until(pilot, lambda: isinstance(app.screen, EvidenceScreen))
    await complete(pilot)
    assert isinstance(app.screen, EvidenceScreen)
    return app.screen


async def complete(pilot: Pilot[None]) -> None:
    """All parts are on the screen."""
    await pilot.app.workers.wait_for_complete()
    await until(pilot, lambda: "turns" in words(pilot, "flips") or "No square" in words(pilot, "flips"))
    await pilot.pause()


def words(pilot: Pilot[None], name: str) -> str:
    return pilot.app.screen.query_one(f"#evidence-{name}", Words).said


def captions(pilot: Pilot[None], row: str = "pictures") -> list[str]:
    """What stands under the pictures that are shown."""
    shown = pilot.app.screen.query_one(f"#evidence-{row}").query(CaptionedPicture)
    return [" ".join(picture.words) for picture in shown if picture.display]


def neighbours(pilot: Pilot[None], by: str) -> list[str]:
    row = pilot.app.screen.query_one(f"#evidence-{by}", ThumbnailRow)
    return row.captions if row.display else []


async def test_arrows_that_come_faster_than_frames_all_count(app: MnistApp, full_run: RunDirectory) -> None:
    async with app.run_test(size=NARROW) as pilot:
        screen = await opened(pilot)
        for _ in range(6):
            screen.report.action_scroll_down()
        assert screen.report.scroll_y == 6


@pytest.mark.parametrize(("size", "pictures"), [(NARROW, 2), (WIDE, 3), (LARGE, 6)])
async def test_it_shows_all_that_there_is_room_for(
    app: MnistApp, full_run: RunDirectory, size: tuple[int, int], pictures: int
) -> None:
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        assert len(captions(pilot)) == pictures
        assert captions(pilot)[0].startswith("as the network sees it true ▸")
        assert captions(pilot)[1].startswith("covered: blue -")
        assert len(captions(pilot, "others")) == (3 * (len(report(pilot).digits) - 1) if size == LARGE else 0)
        assert "Blanking" in words(pilot, "flips") or "No square" in words(pilot, "flips")
        assert "loss" in words(pilot, "reply")
        assert "untrained" in words(pilot, "head")
        assert len(neighbours(pilot, "pixels")) == 5
        assert words(pilot, "by-features").endswith("f computes it for 150 images, once.")
        assert "Nearest by pixels (784 numbers)" in screen_text(pilot)
        assert ("Distance: root of" in screen_text(pilot)) == (size != NARROW)


def report(pilot: Pilot[None]) -> EvidenceReport:
    return pilot.app.screen.query_one(EvidenceReport)


async def test_features_come_on_request_and_stay(app: MnistApp, full_run: RunDirectory) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        assert neighbours(pilot, "features") == []
        await pilot.press("f")
        await until(pilot, lambda: len(neighbours(pilot, "features")) == 5)
        assert "last hidden layer (12 numbers)" in words(pilot, "by-features")
        before = neighbours(pilot, "features")
        await pilot.press("n")
        await until(pilot, lambda: neighbours(pilot, "features") != before)
        await complete(pilot)
        assert len(neighbours(pilot, "features")) == 5
        await pilot.press("escape", "i")
        await complete(pilot)
        assert len(neighbours(pilot, "features")) == 5  # the same checkpoint is still known


async def test_it_steps_as_the_pane_does_and_goes_back_to_it(app: MnistApp, full_run: RunDirectory) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        pane = app.deck.pane(ERRORS)
        assert isinstance(pane, ErrorsPane)
        first = pane.image_shown
        await until(pilot, lambda: app.session.chosen == first)
        assert words(pilot, "head").startswith(f"image {first} of test")
        await pilot.press("n")
        await until(pilot, lambda: not words(pilot, "head").startswith(f"image {first} "))
        await complete(pilot)
        second = pane.image_shown
        assert words(pilot, "head").startswith(f"image {second} of test")
        assert app.session.chosen == second
        assert report(pilot).query_one(ProbabilityBars).predicted == report(pilot).digits[0]
        await pilot.press("p")
        await until(pilot, lambda: words(pilot, "head").startswith(f"image {first} of test"))
        await complete(pilot)
        await pilot.press("space", "2")  # neither trains nor turns
        assert app.deck.current == ERRORS
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, EvidenceScreen))
        assert app.focused is not None
        assert pane in app.focused.ancestors


async def test_keys_turn_the_maps_and_change_the_digit(app: MnistApp, full_run: RunDirectory) -> None:
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot, BROWSE)
        seen: list[str] = []
        for _ in range(5):
            seen.append(captions(pilot)[1].split(" ")[0])
            await pilot.press("m")
        assert seen == ["covered:", "gradient", "gradient", *(seen[3:])]
        assert captions(pilot)[1].startswith("covered:")
        digits = report(pilot).digits
        assert report(pilot).digit == digits[0]
        await pilot.press("m", "d")
        assert report(pilot).digit == digits[1]
        assert captions(pilot)[1].startswith(f"gradient of output z_{digits[1]}:")


async def test_a_newer_checkpoint_is_asked_when_that_is_wished(app: MnistApp, full_run: RunDirectory) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        before = words(pilot, "reply")
        data = app.session.data()
        assert data is not None
        trainer = Trainer(full_run.config(), data)
        trainer.network.layers[-1].parameters["bias"][3] += 20
        checkpoint.save(trainer, full_run.checkpoint_path)
        await pilot.press("u")
        await until(pilot, lambda: words(pilot, "reply") != before)
        await complete(pilot)
        assert report(pilot).digits[0] == 3


async def test_the_head_says_that_the_pane_shows_another_epoch(app: MnistApp, full_run: RunDirectory) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await opened(pilot, BROWSE)
        assert words(pilot, "head").endswith(" · last checkpoint, step 0, untrained; the pane shows epoch 3")
        assert "pane shows epoch 3" in screen_text(pilot)
        await pilot.press("escape", *["less_than_sign"] * 3, "i")
        await complete(pilot)
        assert words(pilot, "head").endswith(" · step 0, untrained")


async def test_features_that_fail_are_told_of_any_image_of_that_network(
    app: MnistApp, full_run: RunDirectory
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        screen = await opened(pilot)
        begun = case_of(app.session, app.session.chosen)
        assert isinstance(begun, Case)
        await pilot.press("n")
        await complete(pilot)
        screen.post_message(EvidenceScreen.Progressed(begun, 40, 150))
        await until(pilot, lambda: "for 40 of 150" in words(pilot, "by-features"))
        screen.post_message(EvidenceScreen.FeaturesFailed(begun, "they are not finite"))
        await until(pilot, lambda: words(pilot, "by-features") == "they are not finite")
        elsewhere = replace(begun, origin=begun.origin._replace(version=-1))
        screen.post_message(EvidenceScreen.FeaturesFailed(elsewhere, "of another network"))
        await pilot.pause()
        assert words(pilot, "by-features") == "they are not finite"


async def test_nothing_old_stands_under_the_sentence_that_there_is_nothing(
    app: MnistApp, full_run: RunDirectory
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot)
        app.session.answers = None
        await pilot.press("u")
        await until(pilot, lambda: words(pilot, "head") == NO_IMAGES)
        assert captions(pilot) == []
        assert neighbours(pilot, "pixels") == []
        assert {words(pilot, name) for name in ("reply", "flips", "by-pixels", "explained")} == {""}
        assert report(pilot).digits == []
        app.session.refresh_answers()
        app.screen.dismiss()
        await until(pilot, lambda: not isinstance(app.screen, EvidenceScreen))
        await pilot.press("i")
        await complete(pilot)
        assert len(captions(pilot)) == 3


async def test_before_any_run_it_says_that_there_is_no_network(app: MnistApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press(str(BROWSE))
        await drawn(pilot)
        await pilot.press("i")
        await until(pilot, lambda: "There is no trained network yet" in screen_text(pilot))
        assert not isinstance(app.screen, EvidenceScreen)


async def test_a_checkpoint_that_cannot_be_read_is_said(app: MnistApp, full_run: RunDirectory) -> None:
    full_run.checkpoint_path.write_bytes(b"torn")
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        await pilot.press(str(BROWSE))
        await drawn(pilot)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, EvidenceScreen))
        await until(pilot, lambda: "has no last weights" in words(pilot, "head"))


@pytest.mark.parametrize("size", [NARROW, WIDE, LARGE])
async def test_it_is_ascii_where_the_terminal_is(
    full_run: RunDirectory,
    config: Config,
    runs_dir: Path,
    trainers: list[ScriptedTrainer],
    size: tuple[int, int],
) -> None:
    app = app_on(runs_dir, config, ascii_only=True)
    assert app.display_mode.color is ColorMode.NONE
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await pilot.press("f")
        await until(pilot, lambda: len(neighbours(pilot, "features")) == 5)
        for key in ("m", "m", "m", "m", "d", "pagedown"):
            assert screen_text(pilot).isascii(), screen_text(pilot)
            await pilot.press(key)


async def test_a_terminal_too_small_for_a_while_changes_nothing(
    app: MnistApp, full_run: RunDirectory
) -> None:
    async with app.run_test(size=NARROW) as pilot:
        screen = await opened(pilot, BROWSE)
        first = words(pilot, "head")
        await pilot.press("n")
        await complete(pilot)
        head = words(pilot, "head")
        assert head != first
        await pilot.resize_terminal(50, 15)
        await until(pilot, lambda: app.screen is not screen)
        await pilot.resize_terminal(*NARROW)
        await until(pilot, lambda: app.screen is screen)
        await pilot.pause()
        assert words(pilot, "head") == head
