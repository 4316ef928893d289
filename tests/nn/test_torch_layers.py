"""Convolution and pooling, one layer at a time, beside PyTorch's functions in float64."""

from typing import Any

import numpy as np
import pytest
from layer_samples import bound
from torch_modules import torch

from nn.arrays import FloatArray
from nn.config import AvgPool2DConfig, Conv2DConfig, MaxPool2DConfig
from nn.convolution import Conv2D
from nn.layers import Layer
from nn.pooling import AvgPool2D, MaxPool2D

F = torch.nn.functional


def channels_first(images: FloatArray) -> Any:
    return torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).requires_grad_()


def channels_last(tensor: Any) -> FloatArray:
    return tensor.detach().numpy().transpose(0, 2, 3, 1)


def gradients(layer: Layer, images: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Outputs, some dL/d outputs and what becomes of them: dL/d inputs."""
    outputs = layer.forward(images).copy()
    upstream = np.random.default_rng(2).normal(size=outputs.shape)
    passed = layer.backward(upstream.copy(), inputs_too=True)
    assert passed is not None
    return outputs, upstream, passed.copy()


@pytest.mark.parametrize(
    ("shape", "filters", "kernel", "stride", "padding", "pool"),
    [
        ((28, 28, 1), 4, 5, 1, "valid", 1),
        ((28, 28, 1), 4, 5, 1, "valid", 2),
        ((12, 12, 4), 6, 3, 1, "same", 1),
        ((13, 11, 3), 5, 3, 1, "same", 2),
        ((13, 11, 3), 5, 4, 1, "same", 3),
        ((13, 11, 3), 5, 3, 2, "valid", 1),
        ((13, 11, 3), 5, 3, 2, "valid", 2),
        ((9, 10, 2), 3, 2, 3, "valid", 1),
        ((7, 7, 8), 16, 7, 1, "valid", 1),
        ((6, 5, 3), 4, 1, 1, "valid", 1),
        ((6, 5, 3), 4, 1, 2, "valid", 1),
    ],
)
def test_convolution(
    shape: tuple[int, int, int], filters: int, kernel: int, stride: int, padding: Any, pool: int
) -> None:
    config = Conv2DConfig(filters, kernel=kernel, stride=stride, padding=padding, activation="tanh")
    layer = bound(Conv2D(config, shape, pool))
    rng = np.random.default_rng(1)
    for parameter in layer.parameters.values():
        parameter[...] = rng.normal(size=parameter.shape)
    images = rng.normal(size=(5, *shape))
    ours, upstream, passed = gradients(layer, images)
    inputs = channels_first(images)
    weight = torch.from_numpy(layer.parameters["weight"].transpose(3, 2, 0, 1).copy()).requires_grad_()
    bias = torch.from_numpy(layer.parameters["bias"].copy()).requires_grad_()
    frame = ((kernel - 1) // 2, kernel // 2) * 2 if padding == "same" else (0, 0, 0, 0)
    theirs = torch.tanh(F.conv2d(F.pad(inputs, frame), weight, bias, stride=stride))
    if pool > 1:
        theirs = F.max_pool2d(theirs, pool)
    theirs.backward(torch.from_numpy(upstream.transpose(0, 3, 1, 2).copy()))
    weight_gradient = weight.grad.numpy().transpose(2, 3, 1, 0)
    for mine, other in (
        (ours, channels_last(theirs)),
        (passed, channels_last(inputs.grad)),
        (layer.gradients["weight"], weight_gradient),
        (layer.gradients["bias"], bias.grad.numpy()),
    ):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("shape", [(6, 6, 2), (7, 5, 3), (5, 8, 1)])
def test_pooling(shape: tuple[int, int, int], size: int) -> None:
    """Of equals the first wins in both: half of the numbers are equal."""
    images = np.maximum(np.random.default_rng(1).integers(-3, 4, (4, *shape)).astype(np.float64), 0)
    pairs = (
        (MaxPool2D(MaxPool2DConfig(size), shape), F.max_pool2d),
        (AvgPool2D(AvgPool2DConfig(size), shape), F.avg_pool2d),
    )
    for layer, function in pairs:
        ours, upstream, passed = gradients(bound(layer), images)
        inputs = channels_first(images)
        theirs = function(inputs, size)
        theirs.backward(torch.from_numpy(upstream.transpose(0, 3, 1, 2).copy()))
        np.testing.assert_allclose(ours, channels_last(theirs), rtol=1e-12)
        np.testing.assert_allclose(passed, channels_last(inputs.grad), rtol=1e-12)
