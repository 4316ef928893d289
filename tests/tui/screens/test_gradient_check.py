"""The gradient check on screen: right without a mistake, wrong where one is planted, and words for it."""

from pathlib import Path

import pytest
from piloted_app import app_on, ready, screen_text, until
from textual.pilot import Pilot

from nn.config import Config
from nn.explain.planted_mistakes import BIAS_OVER_EVERYTHING, WITHOUT_DERIVATIVE
from nn.gradient_check import TensorCheck
from tui.screens.gradient_check import GradientCheckScreen
from tui.stepping.gradient_words import about, table, verdict
from tui.terminal.display import Display
from tui.widgets.words import Words

SHAPE = {
    "network.layers": [{"type": "dense", "units": 5, "activation": "relu"}, {"type": "dense", "units": 10}]
}
GOOD, BAD = TensorCheck("dense1", "weight", 60, 3e-9), TensorCheck("dense2", "bias", 10, 0.9)


@pytest.fixture
def small(config: Config) -> Config:
    from nn.settings import with_settings

    return with_settings(config, SHAPE)


async def opened(pilot: Pilot[None]) -> GradientCheckScreen:
    app = await ready(pilot)
    await pilot.press("5")
    await pilot.press("G")
    await until(pilot, lambda: isinstance(app.screen, GradientCheckScreen) and app.screen.is_done)
    screen = app.screen
    assert isinstance(screen, GradientCheckScreen)
    return screen


def wrong(screen: GradientCheckScreen) -> list[tuple[str, str]]:
    return [(one.layer, one.tensor) for one in screen.results if not one.passed]


async def test_without_a_mistake_all_is_right(small: Config, runs_dir: Path) -> None:
    app = app_on(runs_dir, small)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        assert [(one.layer, one.tensor) for one in screen.results] == [
            (layer, tensor) for layer in ("dense1", "dense2") for tensor in ("weight", "bias")
        ]
        assert wrong(screen) == []
        assert "All 4 gradients are right" in screen.query_one("#verdict", Words).said
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not screen)


async def test_planted_mistakes_are_found_and_taken_out(small: Config, runs_dir: Path) -> None:
    app = app_on(runs_dir, small)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await pilot.press("2")
        await until(pilot, lambda: screen.mistake is BIAS_OVER_EVERYTHING and screen.is_done)
        assert wrong(screen) == [("dense1", "bias"), ("dense2", "bias")]
        assert not screen.is_elsewhere
        await pilot.pause()
        assert "bias of dense1, dense2. 0 takes it" in screen_text(pilot)
        await pilot.press("1")
        await until(pilot, lambda: screen.mistake is WITHOUT_DERIVATIVE and screen.is_done)
        assert screen.is_elsewhere  # one hidden layer and no activation at the end: nothing is left out
        assert wrong(screen) == [("dense1", "weight"), ("dense1", "bias")]
        assert "here is classic-sigmoid" in " ".join(screen.query_one("#about", Words).said.split())
        await pilot.press("0")
        await until(pilot, lambda: screen.mistake is None and screen.is_done)
        assert wrong(screen) == []


def test_right_and_wrong_are_told_by_sign_word_and_colour() -> None:
    for display in (Display(), Display(ascii=True)):
        text = table([GOOD, BAD], display)
        heading, right, false = text.plain.split("\n")
        assert right.split() == [display.marks.right, "dense1", "weight", "60", "3.0e-09", "right"]
        assert false.split() == [display.marks.wrong, "dense2", "bias", "10", "9.0e-01", "wrong"]
        assert "bar 1e-06" in heading
        assert {str(span.style) for span in text.spans} >= {"$text-success", "bold $text-error"}
        assert text.plain.isascii() or not display.ascii


def test_the_verdict_names_what_is_wrong_and_nothing_else() -> None:
    def tensor(layer: str, name: str, error: float) -> TensorCheck:
        return TensorCheck(layer, name, 60, error)

    checked = [
        *(tensor("conv1", name, error) for name, error in (("weight", 0.4), ("bias", 1e-9))),
        *(tensor("batchnorm1", name, 0.4) for name in ("weight", "bias")),
        *(tensor("conv2", name, error) for name, error in (("weight", 0.4), ("bias", 1e-9))),
        *(tensor("dense1", name, 0.4) for name in ("weight", "bias")),
        *(tensor("dense2", name, 1e-9) for name in ("weight", "bias")),
    ]
    assert verdict(checked, WITHOUT_DERIVATIVE) == (
        "Found: 6 of 10 gradients are wrong, weight of conv1, conv2; weight and bias of batchnorm1, dense1. "
        "0 takes it out."
    )


def test_the_verdict_is_a_sentence() -> None:
    assert verdict([GOOD], None).startswith("All 1 gradients are right: each error is below 1e-06")
    assert verdict([GOOD, BAD], None) == "1 of 2 gradients is wrong: bias of dense2."
    assert verdict([GOOD, BAD], BIAS_OVER_EVERYTHING).startswith("Found: 1 of 2 gradients is wrong")
    assert "No mistake is planted" in about(None, is_elsewhere=False)
    assert WITHOUT_DERIVATIVE.title in about(WITHOUT_DERIVATIVE, is_elsewhere=True)
