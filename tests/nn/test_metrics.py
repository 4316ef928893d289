"""Metrics against naive loops over single answers."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn import metrics

Answers = tuple[np.ndarray, np.ndarray]


@st.composite
def answers(draw: Callable[..., int], least: int = 1) -> Answers:
    """Probabilities (n, 10), sharp or flat, in float16, float32 or float64, and labels."""
    count, seed = draw(st.integers(least, 40)), draw(st.integers(0, 10**6))
    scale, kind = (
        draw(st.sampled_from([0, 1, 30])),
        draw(st.sampled_from([np.float16, np.float32, np.float64])),
    )
    rng = np.random.default_rng(seed)
    shares = np.exp(rng.normal(size=(count, 10)) * scale)
    probabilities = (shares / shares.sum(axis=1, keepdims=True)).astype(kind)
    return probabilities, rng.integers(0, draw(st.sampled_from([1, 3, 10])), count).astype(np.uint8)


MODEST = settings(max_examples=30, deadline=None)


def predicted(row: np.ndarray) -> int:
    """The first of the most probable digits."""
    best = 0
    for digit in range(10):
        if row[digit] > row[best]:
            best = digit
    return best


@MODEST
@given(answers())
def test_accuracy(sample: Answers) -> None:
    right = sum(predicted(row) == label for row, label in zip(*sample, strict=True))
    assert metrics.accuracy(*sample) == right / len(sample[1])


@MODEST
@given(answers())
def test_confusion_and_scores(sample: Answers) -> None:
    probabilities, labels = sample
    guesses = [predicted(row) for row in probabilities]
    pairs = [(int(label), guess) for label, guess in zip(labels, guesses, strict=True)]
    matrix = metrics.confusion(np.array(guesses), labels)
    assert matrix.shape == (10, 10)
    for true in range(10):
        for guess in range(10):
            assert matrix[true, guess] == pairs.count((true, guess))
    for digit, score in enumerate(metrics.per_digit(matrix)):
        hits = pairs.count((digit, digit))
        said = sum(guess == digit for _, guess in pairs)
        there = sum(label == digit for label, _ in pairs)
        precision, recall = hits / said if said else 0.0, hits / there if there else 0.0
        f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
        assert score.digit == digit
        assert score.support == there
        assert (score.precision, score.recall, score.f1) == pytest.approx((precision, recall, f1))


@MODEST
@given(answers())
def test_losses_and_margins(sample: Answers) -> None:
    probabilities, labels = sample
    for row, label, loss, margin in zip(
        probabilities, labels, metrics.losses(*sample), metrics.margins(probabilities), strict=True
    ):
        least = 1e-7 if probabilities.dtype == np.float16 else 1e-30
        assert loss == pytest.approx(-math.log(max(float(row[label]), least)))
        first, second = sorted((float(p) for p in row), reverse=True)[:2]
        assert margin == pytest.approx(first - second)


def test_a_certain_mistake_has_a_finite_loss() -> None:
    five = np.array([5], np.uint8)
    for kind, least in ((np.float16, 1e-7), (np.float32, 1e-30), (np.float64, 1e-30)):
        probabilities = np.eye(10, dtype=kind)[:1]
        assert metrics.losses(probabilities, five)[0] == pytest.approx(-math.log(least))
    wider = np.array([[1, 0, 0, 0, 0, 1e-10, 0, 0, 0, 0]], np.float32)
    assert metrics.losses(wider, five)[0] == pytest.approx(-math.log(1e-10))
