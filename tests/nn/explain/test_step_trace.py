"""A traced step is the trainer's own step, to the last bit, and its numbers hang together."""

from itertools import pairwise
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import pytest
from samples import OPTIMIZERS, SCHEDULES, config, digits, trainer

from nn import checkpoint
from nn.activations import ACTIVATIONS
from nn.arrays import FloatArray
from nn.config import (
    ActivationName,
    AvgPool2DConfig,
    BatchNormConfig,
    Config,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    GlobalAvgPool2DConfig,
    MaxPool2DConfig,
    NetworkConfig,
    OptimizerConfig,
    ScheduleConfig,
    SGDConfig,
)
from nn.divergence import Diverged
from nn.explain.step_trace import StepTrace, trace_step
from nn.trainer import Data, Trainer

ACTIVATION_NAMES: tuple[ActivationName, ...] = get_args(ActivationName)
BATCH = 6


def deep(config_: Config, hidden: ActivationName = "relu", last: ActivationName = "none") -> Config:
    layers = (DenseConfig(12, hidden), DenseConfig(9, hidden), DenseConfig(10, last))
    return msgspec.structs.replace(config_, network=NetworkConfig(layers=layers))


def after_steps(config_: Config, count: int) -> Trainer:
    one = trainer(config_)
    events = one.events()
    while one.step < count:
        next(events)
    return one


def same_as_the_trainers_step(config_: Config, count: int) -> StepTrace:
    """Trace the step after `count` steps and hold it against a second trainer's: the batches are as long."""
    theirs, ours = after_steps(config_, count), after_steps(config_, count)
    before = theirs.network.parameters.copy()
    event = next(theirs.train_epoch())
    trace = trace_step(ours, config_.training.batch_size)
    assert (trace.loss, trace.rate, trace.step) == (event.loss, event.learning_rate, count)
    assert np.array_equal(ours.network.parameters, theirs.network.parameters)
    assert not np.array_equal(before, theirs.network.parameters)
    for layer, (_, learning) in zip(
        (layer for layer in trace.layers if layer.tensors), theirs.network.learning_layers(), strict=True
    ):
        for name, tensor in layer.tensors.items():
            assert np.array_equal(tensor.before.ravel(), before[learning.slices[name]])
            assert np.array_equal(tensor.pulled, learning.gradients[name])
            assert np.array_equal(tensor.after, learning.parameters[name])
            for slot, values in tensor.slots_after.items():
                place = learning.slices[name]
                assert np.array_equal(values.ravel(), theirs.optimizer.slots[slot][place])
    return trace


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: type(one).__name__)
def test_it_is_the_trainers_own_step(optimizer: OptimizerConfig) -> None:
    trace = same_as_the_trainers_step(config(optimizer=optimizer, batch_size=BATCH), 4)
    names = trace.layers[-1].tensors["weight"].slots_before
    assert set(names) == set(trace.layers[-1].tensors["weight"].slots_after)
    assert all(np.any(slot) for slot in names.values())


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda one: type(one).__name__)
def test_with_every_schedule(schedule: ScheduleConfig) -> None:
    same_as_the_trainers_step(config(schedule=schedule, batch_size=BATCH), 3)


@pytest.mark.parametrize("count", [0, 9])
def test_with_penalties_bounds_smoothing_and_a_mean(count: int) -> None:
    """The ninth step is the first of the second epoch's batches."""
    trace = same_as_the_trainers_step(
        config(batch_size=BATCH, l1=1e-3, l2=1e-2, clip_norm=0.1, max_norm=0.3, label_smoothing=0.1, ema=0.9),
        count,
    )
    weight, bias = (trace.layers[1].tensors[name] for name in ("weight", "bias"))
    assert trace.norm > 0.1
    np.testing.assert_allclose(weight.clipped, weight.gradient * 0.1 / trace.norm, rtol=1e-4, atol=1e-9)
    penalty = 1e-3 * np.sign(weight.before) + 1e-2 * weight.before
    np.testing.assert_allclose(weight.pulled - weight.clipped, penalty, atol=1e-7)
    assert np.array_equal(bias.pulled, bias.clipped)
    assert count or np.linalg.norm(weight.stepped, axis=0).max() > 0.3
    assert np.linalg.norm(weight.after, axis=0).max() <= 0.3 + 1e-6


MAPS = {
    "conv and pool": (Conv2DConfig(4, 5, activation="relu"), MaxPool2DConfig(2), DenseConfig(10)),
    "same padding, stride": (
        Conv2DConfig(3, 3, stride=2, padding="same", activation="gelu"),
        AvgPool2DConfig(2),
        DenseConfig(10),
    ),
    "batch norm": (
        Conv2DConfig(4, 3),
        BatchNormConfig(activation="relu"),
        MaxPool2DConfig(3),
        Conv2DConfig(10, 3, activation="relu"),
        MaxPool2DConfig(2),
        GlobalAvgPool2DConfig(),
    ),
    "dropout behind pooling": (
        Conv2DConfig(4, 5, activation="relu"),
        MaxPool2DConfig(2),
        DropoutConfig(0.3),
        DenseConfig(20, "relu"),
        DropoutConfig(0.5),
        DenseConfig(10),
    ),
}


@pytest.mark.parametrize("name", MAPS)
def test_convolutions_are_seen_with_the_pooling_behind_them(name: str) -> None:
    """The trainer pools on the way, which may differ in the last bits; dropout leaves out the same."""
    config_ = msgspec.structs.replace(
        config(optimizer=OPTIMIZERS[5], batch_size=BATCH, max_norm=1.0),
        network=NetworkConfig(layers=MAPS[name]),
    )
    theirs, ours = after_steps(config_, 2), after_steps(config_, 2)
    event = next(theirs.train_epoch())
    trace = trace_step(ours, BATCH)
    assert abs(trace.loss - event.loss) < 1e-6
    np.testing.assert_allclose(ours.network.parameters, theirs.network.parameters, atol=2e-6)
    np.testing.assert_allclose(ours.network.statistics, theirs.network.statistics, atol=2e-6)
    kinds = [layer.layer.kind for layer in trace.layers if layer.layer.kind != "flatten"]
    assert kinds == [type(layer).__struct_config__.tag for layer in MAPS[name]]
    learning = {layer.name for layer in trace.layers if layer.tensors}
    assert learning == {layer for layer, _ in theirs.network.learning_layers()}
    for layer, following in pairwise(trace.layers):
        assert np.array_equal(layer.outputs, following.inputs)
        assert same(layer.output_gradient, following.input_gradient)


def test_without_pooling_behind_them_convolutions_are_the_same_to_the_bit() -> None:
    layers = (Conv2DConfig(4, 5, activation="relu"), DropoutConfig(0.3), DenseConfig(10))
    config_ = msgspec.structs.replace(config(batch_size=BATCH), network=NetworkConfig(layers=layers))
    same_as_the_trainers_step(config_, 2)


def test_after_a_checkpoint_it_is_the_step_that_would_come(tmp_path: Path) -> None:
    config_ = config(optimizer=OPTIMIZERS[-1], batch_size=BATCH)
    first = after_steps(config_, 5)
    checkpoint.save(first, tmp_path / "saved")
    second = trainer(config_)
    checkpoint.load(second, tmp_path / "saved")
    trace = trace_step(second, BATCH)
    next(first.train_epoch())
    assert trace.step == 5
    assert np.array_equal(second.network.parameters, first.network.parameters)


def test_the_few_images_are_the_first_of_the_next_batch() -> None:
    config_ = config()
    one = after_steps(config_, 2)
    images, labels = next(one.batches.epoch(0, first=2))
    pixels = one.pixels.convert(images, np.empty((*images.shape, 1), np.float32))
    trace = trace_step(one, BATCH)
    assert np.array_equal(trace.images, pixels[:BATCH])
    assert np.array_equal(trace.labels, labels[:BATCH])
    assert len(labels) == 16
    assert len(trace_step(trainer(config(batch_size=4)), BATCH).labels) == 4


@pytest.mark.parametrize("last", ACTIVATION_NAMES)
@pytest.mark.parametrize("hidden", ACTIVATION_NAMES)
def test_the_numbers_hang_together(hidden: ActivationName, last: ActivationName) -> None:
    """By the formulas of the docstrings, in float64 from the trace's own numbers."""
    trace = trace_step(trainer(deep(config(), hidden, last)), BATCH)
    for layer, following in pairwise(trace.layers):
        assert same(layer.outputs, following.inputs)
        assert same(layer.output_gradient, following.input_gradient)
    assert same(trace.layers[-1].output_gradient, trace.loss_gradient)
    for layer in trace.layers[1:]:
        assert layer.activation == (last if layer.name == "dense3" else hidden)
        weight, bias = (layer.tensors[name] for name in ("weight", "bias"))
        sums, delta = _there(layer.sums), _there(layer.sum_gradient)
        close(_wide(layer.inputs) @ weight.before + bias.before, sums)
        close(_there(layer.output_gradient) * _there(layer.slopes), delta)
        close(layer.inputs.T @ delta, weight.gradient)
        close(delta.sum(axis=0), bias.gradient)
    assert abs(float(np.mean(trace.losses)) - trace.loss) < 1e-6
    np.testing.assert_allclose(trace.probabilities.sum(axis=1), 1.0, rtol=1e-5)


def test_the_slope_is_the_activations() -> None:
    """Against central differences of the activation itself."""
    for name in ACTIVATION_NAMES:
        layer = trace_step(trainer(deep(config(), name)), BATCH).layers[1]
        sums, step = _wide(_there(layer.sums)), 1e-6
        activation = ACTIVATIONS[name]
        above, below = sums + step, sums - step
        activation.apply(above)
        activation.apply(below)
        smooth = np.abs(sums) > 1e-4
        slopes = _there(layer.slopes)
        np.testing.assert_allclose(((above - below) / (2 * step))[smooth], slopes[smooth], atol=1e-4)


def test_a_loss_that_is_not_finite_is_said() -> None:
    one = trainer(config(optimizer=SGDConfig(1.0)))
    one.network.parameters[:] = np.nan
    with pytest.raises(Diverged, match="diverged at step 1"):
        trace_step(one, BATCH)


def test_a_network_of_one_layer() -> None:
    config_ = msgspec.structs.replace(config(), network=NetworkConfig(layers=(DenseConfig(10),)))
    trace = trace_step(Trainer(config_, Data(digits(9), digits(0), digits(0))), BATCH)
    assert [layer.name for layer in trace.layers] == ["flatten1", "dense1"]
    assert trace.layers[0].output_gradient is None
    assert trace.layers[0].sums is None
    assert trace.layers[1].input_gradient is None


def same(one: FloatArray | None, other: FloatArray | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


def close(one: FloatArray, other: FloatArray) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def _there(array: FloatArray | None) -> FloatArray:
    assert array is not None
    return array


def _wide(array: FloatArray) -> FloatArray:
    return array.astype(np.float64)
