"""Losses against their definitions, written with plain loops in double precision."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.config import TrainingConfig
from nn.losses import LOSSES, CrossEntropy, Loss, MeanSquaredError, build_loss

EACH = {**LOSSES, "smoothed": CrossEntropy(0.1)}


def sample(seed: int, batch: int, scale: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, scale, (batch, 10)), rng.integers(0, 10, batch).astype(np.uint8)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), batch=st.integers(1, 7))
def test_cross_entropy_is_its_definition(seed: int, batch: int) -> None:
    outputs, labels = sample(seed, batch)
    expected = 0.0
    for row, label in zip(outputs, labels, strict=True):
        shares = [math.exp(z) for z in row]
        expected -= math.log(shares[label] / sum(shares)) / batch
    loss, _ = CrossEntropy()(outputs, labels)
    assert loss == pytest.approx(expected, rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), batch=st.integers(1, 7))
def test_squared_error_is_its_definition(seed: int, batch: int) -> None:
    outputs, labels = sample(seed, batch)
    expected = sum(
        (outputs[n, j] - (1.0 if j == labels[n] else 0.0)) ** 2 for n in range(batch) for j in range(10)
    )
    loss, _ = MeanSquaredError()(outputs, labels)
    assert loss == pytest.approx(expected / (batch * 10), rel=1e-12)


@pytest.mark.parametrize("loss", EACH.values(), ids=EACH)
def test_the_gradient_is_that_of_central_differences(loss: Loss) -> None:
    outputs, labels = sample(5, 4, 1.0)
    _, gradient = loss(outputs, labels)
    step = 1e-6
    for index in np.ndindex(outputs.shape):
        kept = outputs[index]
        outputs[index] = kept + step
        above, _ = loss(outputs, labels)
        outputs[index] = kept - step
        below, _ = loss(outputs, labels)
        outputs[index] = kept
        assert gradient[index] == pytest.approx((above - below) / (2 * step), abs=1e-9)


@pytest.mark.parametrize("loss", EACH.values(), ids=EACH)
def test_the_outputs_are_left_as_they_are(loss: Loss) -> None:
    outputs, labels = sample(6, 3)
    before = outputs.copy()
    loss(outputs, labels)
    loss.probabilities(outputs)
    np.testing.assert_array_equal(outputs, before)


@pytest.mark.parametrize("loss", EACH.values(), ids=EACH)
def test_a_batch_twice_over_has_the_same_loss(loss: Loss) -> None:
    outputs, labels = sample(7, 5)
    once, _ = loss(outputs, labels)
    twice, _ = loss(np.concatenate([outputs, outputs]), np.concatenate([labels, labels]))
    assert twice == pytest.approx(once, rel=1e-12)


@pytest.mark.parametrize("loss", EACH.values(), ids=EACH)
def test_probabilities_sum_to_one(loss: Loss) -> None:
    outputs, _ = sample(8, 50)
    probabilities = loss.probabilities(outputs)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-12)


def test_a_guess_among_ten_costs_ln_10() -> None:
    loss, _ = CrossEntropy()(np.zeros((3, 10)), np.array([0, 4, 9], np.uint8))
    assert loss == pytest.approx(math.log(10))


def test_huge_logits_do_not_overflow() -> None:
    outputs = np.full((1, 10), -3e38, np.float32)
    outputs[0, 3] = 3e30
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        right, _ = CrossEntropy()(
            np.where(outputs > 0, np.float32(1e30), np.float32(0)), np.array([3], np.uint8)
        )
        wrong, gradient = CrossEntropy()(
            np.float32(1e4) * np.eye(10, dtype=np.float32)[:1], np.array([5], np.uint8)
        )
    assert right == 0.0
    assert wrong == pytest.approx(1e4)
    assert gradient[0, 0] == 1
    assert gradient[0, 5] == -1


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_sure_answers_gradient_is_far_from_subnormal(smoothing: float) -> None:
    outputs = np.linspace(-180, 0, 10, dtype=np.float32)[None].repeat(4, axis=0)
    labels = np.full(4, 4, np.uint8)
    loss, gradient = CrossEntropy(smoothing)(outputs, labels)
    shares = np.exp(outputs[0].astype(np.float64))
    exact = shares / shares.sum() - smoothing / 10 - (1 - smoothing) * (np.arange(10) == 4)
    assert loss == pytest.approx((1 - smoothing) * 100 + smoothing * 90)
    np.testing.assert_allclose(gradient[0], exact / 4, rtol=1e-5, atol=1e-26)
    assert np.all(np.abs(gradient) > 1e-28)


def test_squared_errors_probabilities_are_clipped_shares() -> None:
    outputs = np.zeros((2, 10))
    outputs[0, :3] = [2.0, 0.5, -4.0]
    probabilities = MeanSquaredError().probabilities(outputs)
    assert probabilities[0, 0] == pytest.approx(1 / 1.5)
    assert probabilities[0, 1] == pytest.approx(0.5 / 1.5)
    assert probabilities[0, 2] == 0
    np.testing.assert_allclose(probabilities[1], 0.1)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), batch=st.integers(1, 7), smoothing=st.floats(0.0, 0.99))
def test_smoothed_cross_entropy_is_its_definition(seed: int, batch: int, smoothing: float) -> None:
    """Against the smoothed target, a digit at a time: e / 10 for each, and 1 - e more for the label."""
    outputs, labels = sample(seed, batch)
    expected = 0.0
    for row, label in zip(outputs, labels, strict=True):
        total = sum(math.exp(z) for z in row)
        for digit, z in enumerate(row):
            target = smoothing / 10 + (1 - smoothing if digit == label else 0.0)
            expected -= target * math.log(math.exp(z) / total) / batch
    loss, _ = CrossEntropy(smoothing)(outputs, labels)
    assert loss == pytest.approx(expected, rel=1e-12)


def test_smoothing_does_not_change_the_answers() -> None:
    outputs, _ = sample(9, 5)
    np.testing.assert_array_equal(
        CrossEntropy(0.3).probabilities(outputs), CrossEntropy().probabilities(outputs)
    )


def test_the_configs_loss() -> None:
    smoothed = build_loss(TrainingConfig(label_smoothing=0.2))
    assert isinstance(smoothed, CrossEntropy)
    assert smoothed.label_smoothing == 0.2
    assert build_loss(TrainingConfig()) is LOSSES["cross_entropy"]
    assert build_loss(TrainingConfig(loss="mse")) is LOSSES["mse"]
