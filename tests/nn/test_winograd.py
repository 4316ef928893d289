"""Short convolutions by fewer products: the same sums, the fewest products, little rounding."""

import numpy as np
import pytest

from nn.winograd import best_sums, transform

POSSIBLE = [(sums, taps) for taps in range(2, 6) for sums in range(1, 8 - taps)]


@pytest.mark.parametrize(("sums", "taps"), [*POSSIBLE, (1, 1), (1, 9)])
def test_the_sums_are_those_of_the_plain_formula(sums: int, taps: int) -> None:
    rng = np.random.default_rng(sums)
    x, kernel = rng.normal(size=sums + taps - 1), rng.normal(size=taps)
    matrices = transform(sums, taps)
    found = matrices.sums @ ((matrices.kernel @ kernel) * (matrices.inputs @ x))
    np.testing.assert_allclose(found, np.correlate(x, kernel, "valid"), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("sums", "taps"), POSSIBLE)
def test_in_single_precision_the_error_stays_a_few_roundings(sums: int, taps: int) -> None:
    rng = np.random.default_rng(taps)
    x, kernel = rng.normal(size=(sums + taps - 1, 1000)), rng.normal(size=(taps, 1000))
    inputs, kernels, back = (matrix.astype(np.float32) for matrix in transform(sums, taps))
    found = back @ ((kernels @ kernel.astype(np.float32)) * (inputs @ x.astype(np.float32)))
    expected = np.array([np.sum(x[y : y + taps] * kernel, axis=0) for y in range(sums)])
    assert np.abs(found - expected).max() < 50 * np.finfo(np.float32).eps * np.abs(expected).max()


def test_what_is_multiplied_by_data_are_whole_numbers() -> None:
    matrices = transform(4, 3)
    assert not np.any(matrices.inputs % 1)
    assert not np.any(matrices.sums % 1)


@pytest.mark.parametrize(
    ("places", "taps", "sums"),
    [(24, 3, 4), (10, 5, 2), (2, 3, 2), (1, 3, 1), (1, 4, 1), (12, 1, 1), (7, 6, 1), (7, 9, 1)],
)
def test_as_many_sums_at_once_as_make_the_fewest_products(places: int, taps: int, sums: int) -> None:
    assert best_sums(places, taps) == sums
