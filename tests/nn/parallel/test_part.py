"""Parts together do what one does alone, but for rounding, and do it the same way each time."""

import numpy as np
import pytest
from samples import lone_part

from nn.batches import PixelScale
from nn.config import (
    BatchNormConfig,
    Conv2DConfig,
    DenseConfig,
    LayerConfig,
    MaxPool2DConfig,
    MomentumConfig,
    NetworkConfig,
)
from nn.network import Network
from nn.optimizers import Penalty
from nn.parallel.part import LEAST_WORK
from nn.randomness import StepKey

PIXELS = PixelScale.of(standardise=True)
DENSE = (DenseConfig(20, "relu"), DenseConfig(7, "gelu"), DenseConfig(10))
MAPS = (
    Conv2DConfig(3, 5, activation="relu"),
    MaxPool2DConfig(2),
    BatchNormConfig(),
    DenseConfig(8, "tanh"),
    DenseConfig(10),
)


def bytes_of(images: int, rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 256, (images, 28, 28), np.uint8)


def steps(layers: tuple[LayerConfig, ...], images: int, threads: int) -> list[np.ndarray]:
    """Outputs, gradients and parameters over two steps with momentum."""
    rng = np.random.default_rng(1)
    network = Network(NetworkConfig(layers=layers), np.float64, threads=threads)
    network.initialize(np.random.default_rng(2))
    network.learn_by(MomentumConfig(0.01), Penalty(network.weight_count, 0.0, 0.01))
    found: list[np.ndarray] = []
    for step in range(2):
        outputs = network.forward_bytes(bytes_of(images, rng), PIXELS, StepKey(0, 0, step)).copy()
        network.backward(rng.normal(0, 1, (images, 10)))
        gradients = network.gradients.copy()
        network.move(0.01, step)
        found += [outputs, gradients, network.parameters.copy(), network.statistics.copy()]
    return found


@pytest.mark.parametrize("layers", [DENSE, MAPS], ids=["dense", "maps"])
@pytest.mark.parametrize("images", [1, 20, 70, 97, 800])
def test_parts_do_together_what_one_does_alone(layers: tuple[LayerConfig, ...], images: int) -> None:
    alone, together, again = (steps(layers, images, threads) for threads in (1, 3, 3))
    for one, three, same in zip(alone, together, again, strict=True):
        np.testing.assert_allclose(three, one, rtol=1e-7, atol=1e-9)
        np.testing.assert_array_equal(same, three)


def test_the_range_of_what_each_unit_gave_is_known_share_by_share() -> None:
    network = Network(NetworkConfig(layers=DENSE), np.float64, threads=2)
    network.initialize(np.random.default_rng(0))
    last = network.layers[-1]
    assert network.last_ranges(last) == []
    outputs = network.forward_bytes(bytes_of(70, np.random.default_rng(1)), PIXELS, StepKey(0, 0, 0))
    for (least, largest), share in zip(network.last_ranges(last), np.split(outputs, 2), strict=True):
        np.testing.assert_array_equal(least, share.min(axis=0))
        np.testing.assert_array_equal(largest, share.max(axis=0))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_shows_in_its_units_range_alone(value: float) -> None:
    part = lone_part(MAPS)
    part.pass_forward(np.zeros((2, 28, 28, 1)), None)
    part.layers[0].outputs[1, 3, 4, 2] = value
    np.testing.assert_array_equal(np.isfinite(part.unit_ranges(0)).all(axis=0), [True, True, False])


@pytest.mark.parametrize(("hidden", "images", "members"), [(128, 64, 1), (128, 128, 2), (512, 16, 2)])
def test_steps_of_little_work_are_left_to_one(
    hidden: int, images: int, members: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nn.parallel.part.LEAST_WORK", LEAST_WORK)
    part = lone_part((DenseConfig(hidden, "relu"), DenseConfig(10)), np.float32, parts=2)
    assert part.members(images) == members


def test_one_part_may_take_a_step_in_between() -> None:
    """The last batch of an epoch may be too small to be shared: the same slots, whoever moves."""
    found: list[np.ndarray] = []
    for threads in (1, 2):
        network = Network(NetworkConfig(layers=DENSE), np.float64, threads=threads)
        network.initialize(np.random.default_rng(2))
        network.learn_by(MomentumConfig(0.01), Penalty())
        rng = np.random.default_rng(1)
        for step, is_shared in enumerate((True, False, True)):
            images, key = bytes_of(40, rng), StepKey(0, 0, step)
            if is_shared:
                network.forward_bytes(images, PIXELS, key)
            else:
                network.forward(PIXELS.convert(images, np.empty((40, 28, 28, 1))), key)
            network.backward(rng.normal(0, 1, (40, 10)))
            network.move(0.01, step)
        found.append(network.parameters.copy())
    np.testing.assert_allclose(found[1], found[0], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("images", [5, 600])
def test_answers_are_those_of_a_forward_pass(images: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.network.MOST_SHOWN", 250)
    network = Network(NetworkConfig(layers=MAPS), np.float64, threads=2)
    network.initialize(np.random.default_rng(0))
    shown = bytes_of(images, np.random.default_rng(1))
    expected = network.forward(PIXELS.convert(shown, np.empty((images, 28, 28, 1)))).copy()
    np.testing.assert_allclose(network.answer(shown, PIXELS), expected, rtol=1e-9)


def test_whoever_has_rows_of_the_first_weights_takes_part_though_there_is_no_share_for_it() -> None:
    """It has gradients to learn of all images: 800 of them make 25 shares."""
    part = lone_part((DenseConfig(10),), np.float32, parts=32)
    assert (len(part.shares(800)), part.members(800)) == (25, 32)
