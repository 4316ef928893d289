"""The running mean of weights against its definition, and the exchange with the live ones."""

import numpy as np
import pytest

from nn.averages import WeightAverage


def test_the_mean_is_the_decayed_sum_of_all_weights() -> None:
    rng = np.random.default_rng(0)
    history = rng.normal(size=(6, 5))
    parameters = np.zeros(5)
    average = WeightAverage(parameters, 0.8)
    for step, weights in enumerate(history):
        parameters[...] = weights
        average.update(step)
    # The first weights are taken whole: they have what is left of 1.
    shares = [0.8**5, *(0.2 * 0.8**age for age in (4, 3, 2, 1, 0))]
    np.testing.assert_allclose(average.values, np.array(shares) @ history, rtol=1e-12)
    assert sum(shares) == pytest.approx(1)


def test_before_the_first_step_it_is_the_weights() -> None:
    parameters = np.arange(3.0)
    np.testing.assert_array_equal(WeightAverage(parameters, 0.9).values, parameters)


def test_it_is_lent_and_the_live_weights_come_back() -> None:
    parameters = np.arange(3.0)
    average = WeightAverage(parameters, 0.5)
    parameters += 7
    with average.in_place():
        np.testing.assert_array_equal(parameters, [0, 1, 2])
    np.testing.assert_array_equal(parameters, [7, 8, 9])
    np.testing.assert_array_equal(average.values, [0, 1, 2])


def test_the_live_weights_come_back_after_an_error() -> None:
    parameters = np.arange(3.0)
    average = WeightAverage(parameters, 0.5)
    parameters += 7
    with pytest.raises(ZeroDivisionError), average.in_place():
        raise ZeroDivisionError
    np.testing.assert_array_equal(parameters, [7, 8, 9])
