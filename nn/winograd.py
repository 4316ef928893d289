"""Winograd's short convolutions: neighbouring sums share products, so that fewer are needed than there are.

Two polynomials are multiplied value by value; a convolution is that, read backwards (Winograd, Arithmetic
Complexity of Computations, 1980; Lavin and Gray, 2016, for neural networks).
"""

from typing import NamedTuple

import numpy as np
from numpy.polynomial.polynomial import polyfromroots

from nn.arrays import FloatArray

# Small whole numbers, since their powers are factors in sums that float32 must bear: with these five and
# infinity an error is a few roundings' larger than without; with two more it would be ten times that.
POINTS = (0, 1, -1, 2, -2)


class Transform(NamedTuple):
    """m sums z_y = x_y w_0 + ... + x_(y + r - 1) w_(r - 1) of r products each, for n = m + r - 1 products.

    Polynomials u of m and w of r coefficients have a product s of n, which n values determine: s = C (A u *
    G w), where the rows of A and G are the powers of a point (the last point is infinity, where only the
    highest power counts), * goes value by value, and C interpolates. Seen as a function of u that is a
    matrix; it sends u_y to s_(y + k) by the factor w_k. Its transpose sends x_(y + k) to z_y by the same:

        z = A^T (G w * B^T x)   with B = C

    Backwards, dL/dz = delta takes the same way: dL/dw = G^T (A delta * B^T x), dL/dx = B (A delta * G w).
    With m = 1 nothing is shared, and z is the sum of the r products themselves.
    """

    inputs: FloatArray
    """B^T, (n, n)"""
    kernel: FloatArray
    """G, (n, r)"""
    sums: FloatArray
    """A^T, (m, n)"""


def transform(sums: int, taps: int) -> Transform:
    """For `sums` sums at once of `taps` products each, in float64; sums + taps is at most 7, or sums is 1.

    Interpolation through the values s_i at points p_i is by Lagrange: s = sum_i s_i prod_(j != i) (x - p_j) /
    (p_i - p_j). The denominators go to G, so that A and B have whole numbers.
    """
    if sums == 1:
        return Transform(np.eye(taps), np.eye(taps), np.ones((1, taps)))
    points = np.array(POINTS[: sums + taps - 2], float)
    others = [np.delete(points, index) for index in range(len(points))]
    inputs = np.zeros((len(points) + 1, len(points) + 1))
    inputs[:-1, :-1] = [polyfromroots(rest) for rest in others]
    inputs[-1] = polyfromroots(points)
    kernel = _powers(points, taps)
    kernel[:-1] /= np.array([(point - rest).prod() for point, rest in zip(points, others, strict=True)])[
        :, None
    ]
    return Transform(inputs, kernel, _powers(points, sums).T)


def best_sums(places: int, taps: int) -> int:
    """How many sums at once make the fewest products for `places` sums; of equals the fewest, as exactest."""

    def products(sums: int) -> int:
        return -(-places // sums) * (sums + taps - 1)

    return min(range(1, max(1, len(POINTS) + 2 - taps) + 1), key=lambda sums: (products(sums), sums))


def _powers(points: FloatArray, count: int) -> FloatArray:
    """The powers 0 to count - 1 of each point, then those of infinity, (points + 1, count)."""
    return np.vstack([np.vander(points, count, increasing=True), np.eye(count)[-1:]])
