"""A drawing gets the answers that the network gives to its two views, and the newest network gives them."""

from pathlib import Path

import numpy as np
import pytest
from strokes import HEIGHTS, PLACES, SLANTS, STROKES, Script, draw, scripts

from nn.arrays import FloatArray
from nn.batches import Images
from nn.checkpoint import save
from nn.config import Config, DenseConfig, NetworkConfig
from nn.runs import store
from nn.trainer import Data, Trainer
from tui.answering.current_network import NO_WEIGHTS, Origin, load
from tui.drawing.ink import GRID, blank
from tui.drawing.pad import WIDTHS
from tui.drawing.reader import Reader
from tui.drawing.views import Views, views

SMALL = Config(network=NetworkConfig(layers=(DenseConfig(8, "relu"), DenseConfig(10))))


def views_of(digit: int) -> Views:
    pair = views(draw(Script(digit, 17, (0.5, 0.5), 2.5, 0.0)))
    assert pair is not None
    return pair


def answers(probabilities: FloatArray | None) -> FloatArray:
    """Ten numbers, which must be there."""
    assert probabilities is not None
    return probabilities


def test_the_answers_are_those_of_the_network_itself() -> None:
    origin = Origin(None, SMALL, 0)
    pair = views_of(3)
    reading = Reader().read(origin, pair)
    current = load(origin)
    images = (np.stack(pair) / 255).astype(np.float32)[..., np.newaxis]
    expected = current.loss.probabilities(current.network.forward(images))
    assert answers(reading.drawn) == pytest.approx(expected[0], abs=1e-5)
    assert answers(reading.normalised) == pytest.approx(expected[1], abs=1e-5)
    assert (reading.step, reading.problem) == (0, "")


def test_an_empty_pad_has_no_answer() -> None:
    reading = Reader().read(Origin(None, SMALL, 0), views(blank()))
    assert reading.drawn is None
    assert reading.normalised is None
    assert reading.step == 0


def test_a_newer_checkpoint_answers_once_it_is_there(tmp_path: Path) -> None:
    run = store.create(tmp_path, SMALL, "small")
    reader, pair = Reader(), views_of(3)
    missing = reader.read(Origin(run, SMALL, 0), pair)
    assert missing.normalised is None
    assert missing.problem == NO_WEIGHTS
    images = Images(np.stack(pair), np.array([3, 3], np.uint8))
    trainer = Trainer(SMALL, Data(images, images, images))
    save(trainer, run.checkpoint_path)
    first = answers(reader.read(Origin(run, SMALL, 1), pair).normalised)
    trainer.network.parameters *= 2
    save(trainer, run.checkpoint_path)
    same = answers(reader.read(Origin(run, SMALL, 1), pair).normalised)
    newer = answers(reader.read(Origin(run, SMALL, 2), pair).normalised)
    assert np.array_equal(first, same)
    assert not np.array_equal(first, newer)


def test_a_score_counts_both_views() -> None:
    reader, origin = Reader(), Origin(None, SMALL, 0)
    pairs = [views_of(digit) for digit in range(10)]
    readings = [reader.read(origin, pair) for pair in pairs]
    labels = np.array([int(answers(reading.normalised).argmax()) for reading in readings], np.uint8)
    right_as_drawn = sum(
        int(answers(reading.drawn).argmax()) == label for reading, label in zip(readings, labels, strict=True)
    )
    assert reader.score(origin, pairs, labels) == (10, right_as_drawn, 10)


def test_scripts_draw_every_digit_wherever_they_are_told() -> None:
    all_scripts = list(scripts())
    assert len(all_scripts) == len(STROKES) * len(HEIGHTS) * len(PLACES) * len(WIDTHS) * len(SLANTS)
    for script in all_scripts[::7]:
        ink = draw(script)
        rows = np.flatnonzero(ink.any(axis=1))
        assert len(rows) == pytest.approx(2 * (script.height - 1 + script.width), abs=3)
        nearest = script.place[0] * (GRID - 1)
        edge = {0.0: rows[0], 0.5: (rows[0] + rows[-1]) / 2, 1.0: rows[-1]}[script.place[0]]
        assert edge == pytest.approx(nearest, abs=5)
