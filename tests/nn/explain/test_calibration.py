"""Calibration against naive loops over single answers, and against what must hold of any temperature."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.explain.calibration import (
    COLDEST,
    HOTTEST,
    TemperatureScaling,
    answering_most,
    expected_calibration_error,
    refusals,
    refusing,
    reliability,
)

Answers = tuple[np.ndarray, np.ndarray]
MODEST = settings(max_examples=40, deadline=None)


@st.composite
def answers(draw: Callable[..., int]) -> Answers:
    """Probabilities (n, 10), sharp or flat, in float16 or float64, some equally sure; labels often right."""
    count, rng = draw(st.integers(1, 40)), np.random.default_rng(draw(st.integers(0, 10**6)))
    logits = rng.normal(size=(count, 10)) * draw(st.sampled_from([0, 1, 8]))
    labels = rng.integers(0, 10, count).astype(np.uint8)
    logits[np.arange(count), labels] += draw(st.sampled_from([0, 3]))
    kind = np.float16 if draw(st.booleans()) else np.float64
    return softmax(logits).astype(kind), labels


def test_rounded_answers_stay_in_their_bin() -> None:
    rounded = np.full((1, 10), 0.0999 / 9, np.float16)
    rounded[0, 3] = 0.8999
    share = float(rounded[0, 3])
    assert share < 0.9 < share / rounded.sum(dtype=np.float64)
    (group,) = TemperatureScaling.of(rounded, np.full(1, 3, np.uint8)).groups(1.0)
    assert (group.low, group.confidence) == (0.8, share)


def test_the_likelihood_of_rounded_answers_has_no_jump_at_the_temperature_1() -> None:
    rounded = np.full((1, 10), 0.0999 / 9, np.float16)
    rounded[0, 3] = 0.8999
    for label in (3, 4):
        scaling = TemperatureScaling.of(rounded, np.full(1, label, np.uint8))
        beside = scaling.negative_log_likelihood(1 + 1e-9)
        assert scaling.negative_log_likelihood(1.0) == pytest.approx(beside, abs=1e-7)


def softmax(logits: np.ndarray) -> np.ndarray:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def judged(sample: Answers) -> tuple[np.ndarray, np.ndarray]:
    """How sure each answer is, and whether it is right."""
    probabilities, labels = sample
    return probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == labels


@MODEST
@given(answers(), st.integers(1, 20))
def test_reliability_is_that_of_a_loop(sample: Answers, bins: int) -> None:
    groups: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in zip(*judged(sample), strict=True):
        number = min(int(confidence * bins), bins - 1)
        groups.setdefault(number, []).append((float(confidence), bool(right)))
    found = reliability(*judged(sample), bins)
    assert [group.low for group in found] == [number / bins for number in sorted(groups)]
    error = 0.0
    for number, group in zip(sorted(groups), found, strict=True):
        members = groups[number]
        confidence = sum(confidence for confidence, _ in members) / len(members)
        accuracy = sum(right for _, right in members) / len(members)
        assert (group.high, group.count) == ((number + 1) / bins, len(members))
        assert group.confidence == pytest.approx(confidence)
        assert group.accuracy == pytest.approx(accuracy)
        error += abs(confidence - accuracy) * len(members) / len(sample[1])
    assert expected_calibration_error(found) == pytest.approx(error)


@MODEST
@given(st.integers(1, 30), st.integers(0, 10**6), st.floats(0.1, 10))
def test_a_temperature_divides_the_logits(count: int, seed: int, temperature: float) -> None:
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(size=(count, 10)) + 100, rng.integers(0, 10, count).astype(np.uint8)
    shares = softmax(logits / temperature)
    scaling = TemperatureScaling.of(softmax(logits), labels)
    assert scaling.confidence(temperature) == pytest.approx(shares.max(axis=1))
    assert scaling.right.tolist() == (shares.argmax(axis=1) == labels).tolist()
    naive = -sum(math.log(row[label]) for row, label in zip(shares, labels, strict=True)) / count
    assert scaling.negative_log_likelihood(temperature) == pytest.approx(naive)
    groups = reliability(shares.max(axis=1), scaling.right)
    assert [group.count for group in scaling.groups(temperature)] == [group.count for group in groups]


@MODEST
@given(answers())
def test_no_other_temperature_makes_the_labels_more_likely(sample: Answers) -> None:
    scaling = TemperatureScaling.of(*sample)
    best = scaling.best()
    assert COLDEST <= best <= HOTTEST
    least = scaling.negative_log_likelihood(best)
    for other in np.geomspace(COLDEST, HOTTEST, 61):
        assert least <= scaling.negative_log_likelihood(float(other)) + 1e-6


def test_a_known_temperature_is_found_again() -> None:
    rng = np.random.default_rng(7)
    logits = rng.normal(size=(4000, 10)) * 2
    labels = np.array([rng.choice(10, p=row) for row in softmax(logits)], np.uint8)
    for factor in (0.5, 1.0, 2.5):  # a network whose logits are too large by this factor
        assert TemperatureScaling.of(softmax(logits * factor), labels).best() == pytest.approx(
            factor, rel=0.05
        )


def test_scaling_an_overconfident_network_lowers_both_figures() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(4000, 10)) * 2
    labels = np.array([rng.choice(10, p=row) for row in softmax(logits)], np.uint8)
    scaling = TemperatureScaling.of(softmax(logits * 3), labels)
    best = scaling.best()
    before, after = (expected_calibration_error(scaling.groups(warmth)) for warmth in (1.0, best))
    assert after < 0.3 * before
    assert scaling.negative_log_likelihood(best) < scaling.negative_log_likelihood(1.0)


def test_a_network_that_is_always_wrong_is_made_unsure_and_one_always_right_sure() -> None:
    probabilities = np.full((3, 10), 0.05)
    probabilities[:, 4] = 0.55
    wrong = TemperatureScaling.of(probabilities, np.full(3, 5, np.uint8))
    assert wrong.best() == pytest.approx(HOTTEST, rel=1e-3)
    # As good as one-hot; how far it goes from there on rounding decides.
    right = TemperatureScaling.of(probabilities, np.full(3, 4, np.uint8))
    assert COLDEST <= right.best() < 2 * COLDEST


def test_a_certain_mistake_has_a_finite_likelihood() -> None:
    certain = TemperatureScaling.of(np.eye(10, dtype=np.float16)[:1], np.array([5], np.uint8))
    assert certain.negative_log_likelihood(1.0) == pytest.approx(math.log(1e7), abs=1e-5)


def test_losses_of_which_only_the_least_is_known_are_counted() -> None:
    shares = np.array([[1, 0, 0, 0, 0, 1e-8, 0, 0, 0, 0]] * 3, np.float32)
    labels = np.array([0, 5, 9], np.uint8)
    assert TemperatureScaling.of(shares.astype(np.float16), labels).capped == 2
    exact = TemperatureScaling.of(shares, labels)
    assert exact.capped == 1
    assert exact.of_label[1] == pytest.approx(math.log(1e-8))


@MODEST
@given(answers())
def test_refusals_are_those_of_a_loop_over_thresholds(sample: Answers) -> None:
    confidence, right = judged(sample)
    curve = refusals(confidence, right)
    expected: list[float] = []
    for threshold in sorted(set(confidence.tolist()), reverse=True):
        answered = [is_right for sure, is_right in zip(confidence, right, strict=True) if sure >= threshold]
        expected += [threshold, len(answered) / len(right), sum(answered) / len(answered)]
    found = [figure for entry in curve for figure in (entry.confidence, entry.answered, entry.accuracy)]
    assert found == pytest.approx(expected)
    assert curve[-1].answered == 1


@MODEST
@given(answers(), st.floats(0, 1))
def test_what_is_refused_keeps_to_what_was_asked(sample: Answers, share: float) -> None:
    curve = refusals(*judged(sample))
    kept = refusing(curve, share)
    assert 1 - kept.answered <= share + 1e-9
    more_careful = [entry for entry in curve if entry.answered < kept.answered]
    assert all(1 - entry.answered > share for entry in more_careful)
    reached = answering_most(curve, share)
    good_enough = [entry.answered for entry in curve if entry.accuracy >= share]
    assert (reached.answered if reached else None) == (max(good_enough) if good_enough else None)


def test_without_images_there_is_nothing_to_be_wrong_about() -> None:
    nothing = np.empty((0, 10)), np.empty(0, np.uint8)
    scaling = TemperatureScaling.of(*nothing)
    assert scaling.groups(2.0) == []
    assert scaling.negative_log_likelihood(2.0) == 0.0
    assert scaling.best() == 1.0
    assert expected_calibration_error([]) == 0.0
    assert refusals(*judged(nothing)) == []
