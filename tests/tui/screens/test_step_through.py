"""Stepping through a training step by keys: pages, neurons, images, and the lessons on them."""

from pathlib import Path

import pytest
from piloted_app import app_on, ready, screen_text, until
from textual.containers import Horizontal
from textual.pilot import Pilot

from nn import checkpoint
from nn.config import Config
from nn.runs import store
from nn.runs.images import split
from nn.settings import with_settings
from nn.trainer import Trainer
from tui.app import MnistApp
from tui.numbers import a_digit
from tui.panes.inside import InsidePane
from tui.screens.lesson import LessonScreen
from tui.screens.step_through import StepThroughScreen
from tui.widgets.digit import Digit
from tui.widgets.lines import Lines
from tui.widgets.words import Words


async def opened(pilot: Pilot[None]) -> StepThroughScreen:
    """The screen over pane 5, with its step."""
    app = await ready(pilot)
    await pilot.press("5")
    await until(pilot, lambda: isinstance(app.deck.pane(5), InsidePane) and app.focused is not None)
    await pilot.press("t")
    await until(pilot, lambda: isinstance(app.screen, StepThroughScreen) and app.screen.trace is not None)
    screen = app.screen
    assert isinstance(screen, StepThroughScreen)
    return screen


def way(screen: StepThroughScreen) -> str:
    return screen.query_one("#where", Words).said


def about(screen: StepThroughScreen) -> str:
    return screen.query_one("#about", Words).said


def page(screen: StepThroughScreen) -> list[str]:
    return screen.query_one("#page", Lines).plain


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_pages_are_walked_forward_and_back(app: MnistApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        ways = [way(screen)]
        for _ in range(30):
            await pilot.press("n")
            if way(screen) == ways[-1]:
                break
            ways.append(way(screen))
            assert len(page(screen)) <= size[1] - 5
        assert ways[0].startswith("FORWARD: [batch]")
        assert ways[2].startswith("FORWARD: batch flatten1 [dense1]")
        assert ways[-1] == "forward > loss > backward > UPDATE: dense1 [dense2]"
        assert len(ways) == 11
        await pilot.press("p")
        assert way(screen) == ways[-2]
        await pilot.press("home")
        assert way(screen) == ways[0]
        stages: list[str] = []
        for _ in range(4):
            stages.append(way(screen))
            await pilot.press("tab")
        assert [ways.index(stage) for stage in stages] == [0, 4, 7, 9]
        await pilot.press("shift+tab")
        assert way(screen) == stages[2]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not screen)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_no_line_is_cut_off(config: Config, runs_dir: Path, size: tuple[int, int]) -> None:
    """On pages of long rules and long names; beside the digit where it is seen."""
    long = {
        "network.layers": [
            {"type": "conv2d", "filters": 4, "kernel": 5},
            {"type": "batchnorm", "activation": "leaky_relu"},
            {"type": "maxpool2d", "size": 4},
            {"type": "dropout", "rate": 0.25},
            {"type": "flatten"},
            {"type": "dense", "units": 10},
        ],
        "training.optimizer": {"type": "rmsprop", "centered": True, "momentum": 0.9},
    }
    app = app_on(runs_dir, with_settings(config, long))
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        assert screen.trace is not None
        for _ in range(len(screen.trace.layers) * 3 + 1):
            await pilot.pause()
            lines, room = screen.query_one("#page", Lines), screen.query_one(Horizontal)
            assert len(page(screen)) <= room.size.height or size[1] < 24
            assert max(map(len, page(screen))) <= lines.size.width, page(screen)
            for line in (screen.query_one("#where", Words), screen.query_one("#about", Words)):
                assert len(line.said) <= line.size.width, line.said
            digit = screen.query_one(Digit)
            assert not digit.display or digit.region.x >= lines.region.right
            await pilot.press("n")
        assert about(screen).startswith("19/19 dense1")


async def test_another_neuron_and_another_image(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await pilot.press("n", "n")
        before, said = page(screen), about(screen)
        await pilot.press("down")
        assert page(screen) != before
        await pilot.press("up")
        assert (page(screen), about(screen)) == (before, said)
        await pilot.press("pagedown", "pageup")
        assert page(screen) == before
        chosen = [about(screen)]
        for digit in "12":
            await pilot.press(digit)
            chosen.append(about(screen))
            assert f"image {digit}, a " in chosen[-1]
        assert isinstance(app.screen, StepThroughScreen)  # a digit turns no pane here


async def test_each_page_opens_its_lesson(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        titles: list[str] = []
        for _ in range(11):
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(app.screen, LessonScreen))
            lesson = app.screen
            assert isinstance(lesson, LessonScreen)
            assert lesson.example is not None
            assert lesson.example.trace is screen.trace
            assert about(screen).endswith(f"{lesson.example.image}, {a_digit(lesson.example.label)}")
            titles.append(lesson.lesson.title)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is screen)
            await pilot.press("n")
        assert {"Why one output a digit", "Why softmax", "The chain rule", "The learning rate"} <= set(titles)
        assert {"Why an activation, why ReLU", "Flattening and the shapes of matrices"} <= set(titles)


async def test_it_is_the_step_after_the_runs_last_checkpoint(
    app: MnistApp, config: Config, runs_dir: Path
) -> None:
    """The newest is taken up on a key."""
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        data = app.session.data()
        assert data is not None
        trainer = Trainer(config, split(_dataset(app), config.data))
        run = store.create(runs_dir, config, "one")
        app.session.run, app.session.run_config = run, config
        screen = await opened(pilot)
        assert screen.trace is not None
        assert screen.trace.step == 0
        steps = trainer.train_epoch()
        next(steps)
        checkpoint.save(trainer, run.checkpoint_path)
        event = next(steps)
        await pilot.press("r")
        await until(pilot, lambda: screen.trace is not None and screen.trace.step == 1)
        assert screen.trace.rate == event.learning_rate
        assert "step 2" in screen_text(pilot)


async def test_what_cannot_be_shown_is_said(app: MnistApp, config: Config, runs_dir: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        run = store.create(runs_dir, config, "one")
        run.checkpoint_path.write_bytes(b"nothing")
        app.session.run, app.session.run_config = run, config
        await pilot.press("r")
        await until(pilot, lambda: about(screen) == "this step cannot be taken")
        assert "has no last weights" in " ".join(page(screen))
        unfit = with_settings(config, {"data.validation": 60_000})
        app.session.run, app.session.config = None, unfit
        await pilot.press("r")
        await until(pilot, lambda: "leaves nothing to train on" in " ".join(page(screen)))
        assert max(map(len, page(screen))) <= 44  # beside the digit at 80 columns
        app.session.dataset = None
        await pilot.press("r")
        await until(pilot, lambda: "images are not there" in about(screen))


async def test_it_is_ascii_where_that_is_asked(config: Config, runs_dir: Path) -> None:
    app = app_on(runs_dir, config, ascii_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        for _ in range(11):
            await pilot.pause()
            assert screen_text(pilot).isascii()
            await pilot.press("n")
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, LessonScreen))
        await pilot.pause()
        assert screen_text(pilot).isascii()


def _dataset(app: MnistApp):
    assert app.session.dataset is not None
    return app.session.dataset
