import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.explain.comparison import compare, mcnemar


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_every_image_is_counted_once_where_it_belongs(pairs: list[tuple[bool, bool]]) -> None:
    first, second = (np.array([pair[place] for pair in pairs], np.bool_) for place in (0, 1))
    found = compare(first, second)
    assert found.both_right == pairs.count((True, True))
    assert found.fixed == pairs.count((False, True))
    assert found.broken == pairs.count((True, False))
    assert found.both_wrong == pairs.count((False, False))
    assert found.p_value == mcnemar(found.fixed, found.broken)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_sum_of_a_binomials_tails(fixed: int, broken: int) -> None:
    number = fixed + broken
    ways = [math.comb(number, count) for count in range(number + 1)]
    as_uneven = sum(ways[: min(fixed, broken) + 1])
    assert mcnemar(fixed, broken) == pytest.approx(min(1.0, 2 * as_uneven / 2**number))
    assert mcnemar(fixed, broken) == mcnemar(broken, fixed)


# binom.test(c(10, 3)) and binom.test(c(25, 9)) in R
@pytest.mark.parametrize(("fixed", "broken", "p"), [(10, 3, 0.09228516), (25, 9, 0.009041)])
def test_known_values(fixed: int, broken: int, p: float) -> None:
    assert mcnemar(fixed, broken) == pytest.approx(p, rel=1e-3)


@settings(deadline=None)
@given(st.integers(4000, 6000))
def test_large_counts_neither_overflow_nor_divide_by_zero(fixed: int) -> None:
    assert mcnemar(fixed, fixed) == 1.0
    assert 0.0 <= mcnemar(fixed, 10) < 1e-300
