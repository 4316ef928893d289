"""Calibration against naive loops over single answers, and against what must hold of any temperature."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.calibration import (
    COLDEST,
    HOTTEST,
    answering_most,
    best_temperature,
    expected_calibration_error,
    negative_log_likelihood,
    refusals,
    refusing,
    reliability,
    with_temperature,
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


def softmax(logits: np.ndarray) -> np.ndarray:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


@MODEST
@given(answers(), st.integers(1, 20))
def test_reliability_is_that_of_a_loop(sample: Answers, bins: int) -> None:
    probabilities, labels = sample
    groups: dict[int, list[tuple[float, bool]]] = {}
    for row, label in zip(probabilities, labels, strict=True):
        confidence = float(max(row))
        number = min(int(confidence * bins), bins - 1)
        groups.setdefault(number, []).append((confidence, int(row.argmax()) == label))
    found = reliability(probabilities, labels, bins)
    assert [group.low for group in found] == [number / bins for number in sorted(groups)]
    error = 0.0
    for number, group in zip(sorted(groups), found, strict=True):
        members = groups[number]
        confidence = sum(confidence for confidence, _ in members) / len(members)
        accuracy = sum(right for _, right in members) / len(members)
        assert (group.high, group.count) == ((number + 1) / bins, len(members))
        assert group.confidence == pytest.approx(confidence)
        assert group.accuracy == pytest.approx(accuracy)
        error += abs(confidence - accuracy) * len(members) / len(labels)
    assert expected_calibration_error(found) == pytest.approx(error)


@MODEST
@given(answers(), st.floats(0.1, 10))
def test_a_temperature_divides_the_logits(sample: Answers, temperature: float) -> None:
    logits = np.random.default_rng(len(sample[1])).normal(size=(9, 10)) + 100
    cooled = with_temperature(softmax(logits), temperature)
    assert cooled == pytest.approx(softmax(logits / temperature), abs=1e-6)
    tempered = with_temperature(sample[0], temperature)
    assert tempered.sum(axis=1) == pytest.approx(1)
    of_answer = tempered[np.arange(len(tempered)), sample[0].argmax(axis=1)]
    assert of_answer == pytest.approx(tempered.max(axis=1))  # the answers stay


@MODEST
@given(answers())
def test_no_other_temperature_makes_the_labels_more_likely(sample: Answers) -> None:
    probabilities, labels = sample
    best = best_temperature(probabilities, labels)
    assert COLDEST <= best <= HOTTEST
    least = negative_log_likelihood(with_temperature(probabilities, best), labels)
    # The likelihood's floor of 1e-7 would bend the curve at low temperatures: compare above it.
    for other in np.geomspace(max(COLDEST, best / 3), min(HOTTEST, best * 3), 31):
        tempered = with_temperature(probabilities, float(other))
        exact = -np.log(tempered[np.arange(len(labels)), labels]).mean()
        assert least <= exact + 1e-6


def test_a_known_temperature_is_found_again() -> None:
    rng = np.random.default_rng(7)
    logits = rng.normal(size=(4000, 10)) * 2
    true = softmax(logits)
    labels = np.array([rng.choice(10, p=row) for row in true], np.uint8)
    for factor in (0.5, 1.0, 2.5):  # a network whose logits are too large by this factor
        assert best_temperature(softmax(logits * factor), labels) == pytest.approx(factor, rel=0.05)


def test_scaling_an_overconfident_network_lowers_both_figures() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(4000, 10)) * 2
    labels = np.array([rng.choice(10, p=row) for row in softmax(logits)], np.uint8)
    sure = softmax(logits * 3)
    scaled = with_temperature(sure, best_temperature(sure, labels))
    before, after = reliability(sure, labels), reliability(scaled, labels)
    assert expected_calibration_error(after) < 0.3 * expected_calibration_error(before)
    assert negative_log_likelihood(scaled, labels) < negative_log_likelihood(sure, labels)


def test_a_network_that_is_always_wrong_is_made_unsure_and_one_always_right_sure() -> None:
    probabilities = np.full((3, 10), 0.05)
    probabilities[:, 4] = 0.55
    assert best_temperature(probabilities, np.full(3, 5, np.uint8)) == pytest.approx(HOTTEST, rel=1e-3)
    # As good as one-hot; how far it goes from there on rounding decides.
    assert COLDEST <= best_temperature(probabilities, np.full(3, 4, np.uint8)) < 2 * COLDEST


def test_the_likelihood_is_the_mean_log_and_finite() -> None:
    probabilities = np.array([[0.5, 0.5], [0.25, 0.75]])
    assert negative_log_likelihood(probabilities, np.array([0, 1], np.uint8)) == pytest.approx(
        -(math.log(0.5) + math.log(0.75)) / 2
    )
    assert negative_log_likelihood(
        np.eye(10, dtype=np.float16)[:1], np.array([5], np.uint8)
    ) == pytest.approx(math.log(1e7))


@MODEST
@given(answers())
def test_refusals_are_those_of_a_loop_over_thresholds(sample: Answers) -> None:
    probabilities, labels = sample
    curve = refusals(probabilities, labels)
    expected: list[float] = []
    for threshold in sorted({float(max(row)) for row in probabilities}, reverse=True):
        answered = [
            int(row.argmax()) == label
            for row, label in zip(probabilities, labels, strict=True)
            if float(max(row)) >= threshold
        ]
        expected += [threshold, len(answered) / len(labels), sum(answered) / len(answered)]
    found = [figure for entry in curve for figure in (entry.confidence, entry.answered, entry.accuracy)]
    assert found == pytest.approx(expected)
    assert curve[-1].answered == 1


@MODEST
@given(answers(), st.floats(0, 1))
def test_what_is_refused_keeps_to_what_was_asked(sample: Answers, share: float) -> None:
    curve = refusals(*sample)
    kept = refusing(curve, share)
    assert 1 - kept.answered <= share + 1e-9
    more_careful = [entry for entry in curve if entry.answered < kept.answered]
    assert all(1 - entry.answered > share for entry in more_careful)
    reached = answering_most(curve, share)
    good_enough = [entry.answered for entry in curve if entry.accuracy >= share]
    assert (reached.answered if reached else None) == (max(good_enough) if good_enough else None)


def test_without_images_there_is_nothing_to_be_wrong_about() -> None:
    nothing = np.empty((0, 10)), np.empty(0, np.uint8)
    assert reliability(*nothing) == []
    assert expected_calibration_error([]) == 0.0
    assert negative_log_likelihood(*nothing) == 0.0
    assert best_temperature(*nothing) == 1.0
    assert refusals(*nothing) == []
