"""The plain formulas of the layers that are fast: loops over places, one number or patch at a time."""

from typing import NamedTuple

import numpy as np

from nn.arrays import FloatArray
from nn.config import Conv2DConfig


class Convolved(NamedTuple):
    """The sums of a convolution, and what it saw and with what: all as (batch, rows, columns, ...)."""

    sums: FloatArray
    framed: FloatArray
    margins: tuple[int, int]


class Gradients(NamedTuple):
    """dL/d weight, dL/d bias and dL/d images."""

    weight: FloatArray
    bias: FloatArray
    images: FloatArray


def framed(images: FloatArray, config: Conv2DConfig) -> tuple[FloatArray, tuple[int, int]]:
    """The images in a frame of zeros, and its rows above and columns at the left."""
    if config.padding == "valid":
        return images, (0, 0)
    frames: list[tuple[int, int]] = []
    for side in images.shape[1:3]:
        places = int(np.ceil(side / config.stride))
        zeros = max((places - 1) * config.stride + config.kernel - side, 0)
        frames.append((zeros // 2, zeros - zeros // 2))
    return np.pad(images, ((0, 0), *frames, (0, 0))), (frames[0][0], frames[1][0])


def convolved(images: FloatArray, weight: FloatArray, bias: FloatArray, config: Conv2DConfig) -> Convolved:
    """z_yx = b + sum of x W over the window whose corner is at (stride y, stride x)."""
    inputs, margins = framed(images, config)
    kernel, stride = config.kernel, config.stride
    rows, columns = ((side - kernel) // stride + 1 for side in inputs.shape[1:3])
    sums = np.zeros((len(images), rows, columns, len(bias)))
    for n, y, x, f in np.ndindex(sums.shape):
        window = inputs[n, stride * y : stride * y + kernel, stride * x : stride * x + kernel]
        sums[n, y, x, f] = bias[f] + np.sum(window * weight[..., f])
    return Convolved(sums, inputs, margins)


def convolved_back(
    delta: FloatArray, seen: Convolved, weight: FloatArray, config: Conv2DConfig, images: FloatArray
) -> Gradients:
    """The chain rule place by place: what each sum passes to its weights, its bias and its pixels."""
    kernel, stride = config.kernel, config.stride
    weights, bias, inputs = np.zeros_like(weight), np.zeros(delta.shape[-1]), np.zeros_like(seen.framed)
    for n, y, x, f in np.ndindex(delta.shape):
        place = np.s_[n, stride * y : stride * y + kernel, stride * x : stride * x + kernel]
        weights[..., f] += seen.framed[place] * delta[n, y, x, f]
        inputs[place] += weight[..., f] * delta[n, y, x, f]
        bias[f] += delta[n, y, x, f]
    (top, left), (_, height, width, _) = seen.margins, images.shape
    return Gradients(weights, bias, inputs[:, top : top + height, left : left + width])


def max_pooled(images: FloatArray, size: int) -> tuple[FloatArray, list[tuple[int, int, int, int]]]:
    """The largest of each window, and where it came from: the first of equals, row by row."""
    count, height, width, channels = images.shape
    pooled = np.zeros((count, height // size, width // size, channels))
    sources: list[tuple[int, int, int, int]] = []
    for n, y, x, c in np.ndindex(pooled.shape):
        window = images[n, size * y : size * (y + 1), size * x : size * (x + 1), c]
        down, along = divmod(int(window.argmax()), size)
        pooled[n, y, x, c] = window[down, along]
        sources.append((n, size * y + down, size * x + along, c))
    return pooled, sources


def max_pooled_back(
    gradient: FloatArray, sources: list[tuple[int, int, int, int]], to: FloatArray
) -> FloatArray:
    """All of a window's gradient to where its largest number came from."""
    passed = np.zeros_like(to)
    for source, share in zip(sources, gradient.ravel(), strict=True):
        passed[source] += share
    return passed
