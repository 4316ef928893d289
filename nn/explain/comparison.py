"""Two networks on the same images: who is right where, and whether the difference could be chance.

McNemar's test looks only at the images on which exactly one of the two is right.
"""

from fractions import Fraction

import msgspec
import numpy as np

from nn.arrays import BoolArray


class Comparison(msgspec.Struct, frozen=True):
    """How many images both read right, the second alone (fixed), the first alone (broken), and neither."""

    both_right: int
    fixed: int
    broken: int
    both_wrong: int

    @property
    def p_value(self) -> float:
        """See `mcnemar`."""
        return mcnemar(self.fixed, self.broken)


def compare(first: BoolArray, second: BoolArray) -> Comparison:
    """Count from whether each of two networks is right, (n,) each, about the same images."""
    return Comparison(
        both_right=int(np.count_nonzero(first & second)),
        fixed=int(np.count_nonzero(~first & second)),
        broken=int(np.count_nonzero(first & ~second)),
        both_wrong=int(np.count_nonzero(~first & ~second)),
    )


def mcnemar(fixed: int, broken: int) -> float:
    """McNemar's exact p-value, two-sided: how likely so uneven a split is if both networks are as good.

    Then each of the n = fixed + broken images on which exactly one is right falls to either with
    probability 1/2, so the smaller count k follows Binomial(n, 1/2), and
    p = min(1, 2 * sum over i <= k of C(n, i) / 2^n)   (McNemar, 1947; the exact form as in Fagerland et al.,
    "The McNemar test for binary matched-pairs data", 2013). Computed in whole numbers; 1 for n = 0.
    """
    number, fewer = fixed + broken, min(fixed, broken)
    term, tail = 1, 1
    for place in range(fewer):
        term = term * (number - place) // (place + 1)  # C(n, i + 1) from C(n, i), without a remainder
        tail += term
    return min(1.0, float(Fraction(2 * tail, 2**number)))
