"""Every optimizer against its textbook rule, written out of place in float64."""

from collections.abc import Callable

import numpy as np
import pytest

from nn import optimizers
from nn.config import (
    AdamConfig,
    AdamWConfig,
    MomentumConfig,
    NesterovConfig,
    OptimizerConfig,
    RMSpropConfig,
    SGDConfig,
)
from nn.optimizers import BLOCK, Penalty, build_optimizer

COUNT = 2 * BLOCK + 1234
WEIGHTS = BLOCK + 777  # the penalty ends inside the second block
RATES = (0.1, 0.07, 0.2, 0.05, 0.1, 0.1)

Vector = np.ndarray
Rule = Callable[[Vector, list[Vector], list[float]], Vector]


def sgd(w: Vector, gradients: list[Vector], rates: list[float]) -> Vector:
    return w - rates[-1] * gradients[-1]


def momentum(w: Vector, gradients: list[Vector], rates: list[float]) -> Vector:
    return w - rates[-1] * velocity(gradients)


def nesterov(w: Vector, gradients: list[Vector], rates: list[float]) -> Vector:
    return w - rates[-1] * (gradients[-1] + 0.8 * velocity(gradients))


def velocity(gradients: list[Vector]) -> Vector:
    """The decayed sum of all gradients so far."""
    total = np.zeros(COUNT)
    for age, gradient in enumerate(reversed(gradients)):
        total += 0.8**age * gradient
    return total


def adam(w: Vector, gradients: list[Vector], rates: list[float]) -> Vector:
    """Algorithm 1 of Kingma and Ba, from the start each time."""
    m = v = np.zeros(COUNT)
    for g in gradients:
        m = 0.7 * m + 0.3 * g
        v = 0.95 * v + 0.05 * g**2
    t = len(gradients)
    return w - rates[-1] * (m / (1 - 0.7**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-3)


def rmsprop_step(gradients: list[Vector], centered: bool) -> Vector:
    """The last gradient over the root of the running mean of squares, or over the running deviation."""
    mean = square = np.zeros(COUNT)
    for g in gradients:
        mean = 0.9 * mean + 0.1 * g
        square = 0.9 * square + 0.1 * g**2
    return gradients[-1] / (np.sqrt(square - mean**2 if centered else square) + 1e-3)


def rmsprop(w: Vector, gradients: list[Vector], rates: list[float]) -> Vector:
    return w - rates[-1] * rmsprop_step(gradients, centered=False)


def centered_rmsprop_with_momentum(w: Vector, gradients: list[Vector], rates: list[float]) -> Vector:
    steps = [rmsprop_step(gradients[: count + 1], centered=True) for count in range(len(gradients))]
    return w - rates[-1] * velocity(steps)


def adamw(w: Vector, gradients: list[Vector], rates: list[float]) -> Vector:
    """Algorithm 2 of Loshchilov and Hutter, with the decay times the rate, on weights alone."""
    decay = np.where(np.arange(COUNT) < WEIGHTS, 0.2, 0.0)
    return adam(w, gradients, rates) - rates[-1] * decay * w


RULES: dict[str, tuple[OptimizerConfig, Rule]] = {
    "sgd": (SGDConfig(), sgd),
    "momentum": (MomentumConfig(momentum=0.8), momentum),
    "nesterov": (NesterovConfig(momentum=0.8), nesterov),
    "rmsprop": (RMSpropConfig(alpha=0.9, eps=1e-3), rmsprop),
    "centered rmsprop with momentum": (
        RMSpropConfig(alpha=0.9, eps=1e-3, momentum=0.8, centered=True),
        centered_rmsprop_with_momentum,
    ),
    "adam": (AdamConfig(beta1=0.7, beta2=0.95, eps=1e-3), adam),
    "adamw": (AdamWConfig(beta1=0.7, beta2=0.95, eps=1e-3, weight_decay=0.2), adamw),
}


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.0, 0.03), (0.02, 0.0), (0.02, 0.03)])
@pytest.mark.parametrize("name", RULES)
def test_steps_are_those_of_the_textbook(name: str, l1: float, l2: float) -> None:
    config, rule = RULES[name]
    rng = np.random.default_rng(0)
    start = rng.normal(size=COUNT)
    ours, theirs = start.copy(), start.copy()
    optimizer = build_optimizer(config, ours, Penalty(WEIGHTS, l1, l2))
    gradients: list[Vector] = []
    for step, rate in enumerate(RATES):
        gradient = rng.normal(size=COUNT)
        penalty = np.where(np.arange(COUNT) < WEIGHTS, l1 * np.sign(theirs) + l2 * theirs, 0.0)
        gradients.append(gradient + penalty)
        theirs = rule(theirs, gradients, list(RATES[: step + 1]))
        given = gradient.copy()
        optimizer.update(ours, given, rate, step)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(given, gradients[-1], rtol=1e-9, atol=1e-14)
        np.testing.assert_array_equal(given[WEIGHTS:], gradient[WEIGHTS:])


@pytest.mark.parametrize("name", RULES)
def test_float32_stays_float32_and_close(name: str) -> None:
    config, rule = RULES[name]
    rng = np.random.default_rng(1)
    ours = rng.normal(size=COUNT).astype(np.float32)
    theirs = ours.astype(np.float64)
    optimizer = build_optimizer(config, ours, Penalty(WEIGHTS))
    gradients: list[Vector] = []
    for step, rate in enumerate(RATES):
        gradient = rng.normal(size=COUNT).astype(np.float32)
        gradients.append(gradient.astype(np.float64))
        theirs = rule(theirs, gradients, list(RATES[: step + 1]))
        optimizer.update(ours, gradient, rate, step)
    assert ours.dtype == np.float32
    assert {slot.dtype for slot in optimizer.slots.values()} <= {np.dtype(np.float32)}
    np.testing.assert_allclose(ours, theirs, atol=3e-6)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("count", [1, BLOCK - 1, BLOCK, BLOCK + 1])
def test_every_element_is_updated_once(name: str, count: int) -> None:
    config, _ = RULES[name]
    parameters, gradients = np.zeros(count), np.ones(count)
    build_optimizer(config, parameters, Penalty(count)).update(parameters, gradients, 0.1, 0)
    assert parameters[0] < 0
    assert (parameters == parameters[0]).all()


@pytest.mark.parametrize("name", RULES)
def test_a_rate_of_zero_moves_nothing(name: str) -> None:
    config, _ = RULES[name]
    parameters = np.arange(5.0)
    build_optimizer(config, parameters, Penalty(5, 0.1, 0.1)).update(parameters, np.ones(5), 0.0, 0)
    np.testing.assert_array_equal(parameters, np.arange(5.0))


def test_adams_first_step_is_the_rate_whatever_the_gradients_size() -> None:
    for size in (1e-3, 1.0, 1e3):
        parameters = np.zeros(3, np.float32)
        gradients = np.array([size, -size, 0.0], np.float32)
        build_optimizer(AdamConfig(), parameters, Penalty(3)).update(parameters, gradients, 0.01, 0)
        np.testing.assert_allclose(parameters, [-0.01, 0.01, 0.0], rtol=1e-4)


@pytest.mark.parametrize(("beta1", "beta2"), [(0.0, 0.0), (0.0, 0.999), (0.9, 0.0)])
def test_adam_without_memory_is_finite(beta1: float, beta2: float) -> None:
    parameters = np.zeros(2)
    optimizer = build_optimizer(AdamConfig(beta1=beta1, beta2=beta2), parameters, Penalty(2))
    for step in range(5):
        optimizer.update(parameters, np.array([1.0, -2.0]), 0.01, step)
    np.testing.assert_allclose(parameters, [-0.05, 0.05], rtol=1e-4)


LEAST_NORMAL = np.finfo(np.float32).tiny
REMEMBERING: dict[str, OptimizerConfig] = {
    "momentum": MomentumConfig(),
    "nesterov": NesterovConfig(),
    "rmsprop": RMSpropConfig(alpha=0.9, momentum=0.9, centered=True),
    "adam": AdamConfig(beta2=0.95),
    "adamw": AdamWConfig(beta2=0.95),
}


def learn_then_rest(config: OptimizerConfig, rest: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Weights and slots of float32 after a few gradients and so many steps in which half of them get none."""
    rng = np.random.default_rng(2)
    weights = rng.normal(size=40).astype(np.float32)
    optimizer = build_optimizer(config, weights, Penalty(40))
    for step in range(rest):
        gradients = rng.normal(scale=1e-3, size=40).astype(np.float32)
        if step > 5:
            gradients[20:] = 0
        optimizer.update(weights, gradients, 0.01, step)
        if step > 5:
            for slot in optimizer.slots.values():
                assert not np.any((slot != 0) & (np.abs(slot) < LEAST_NORMAL)), step
    return weights, list(optimizer.slots.values())


@pytest.mark.parametrize("name", REMEMBERING)
def test_what_decays_does_not_become_subnormal(name: str) -> None:
    _, slots = learn_then_rest(REMEMBERING[name], 2000)
    for slot in slots:
        assert not slot[20:].any()
        assert slot[:20].all()


@pytest.mark.parametrize("name", REMEMBERING)
def test_no_weight_moves_otherwise_for_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    weights, _ = learn_then_rest(REMEMBERING[name], 650)
    monkeypatch.setattr(optimizers, "TINY", 0.0)
    plain, slots = learn_then_rest(REMEMBERING[name], 650)
    np.testing.assert_array_equal(weights, plain)
    assert any(np.any((slot != 0) & (np.abs(slot) < 1e-30)) for slot in slots)


def test_the_first_penalty_leaves_a_weight_of_zero_alone() -> None:
    parameters, gradients = np.array([2.0, 0.0, -3.0, 5.0]), np.zeros(4)
    build_optimizer(SGDConfig(), parameters, Penalty(3, l1=0.5)).update(parameters, gradients, 0.1, 0)
    np.testing.assert_allclose(parameters, [1.95, 0.0, -2.95, 5.0])
    np.testing.assert_allclose(gradients, [0.5, 0.0, -0.5, 0.0])


def test_adamws_decay_does_not_pass_through_the_root() -> None:
    """Without a gradient the weights shrink by rate * weight_decay and the bias stays."""
    parameters = np.array([100.0, -0.01, 7.0])
    build_optimizer(AdamWConfig(weight_decay=0.5), parameters, Penalty(2)).update(
        parameters, np.zeros(3), 0.1, 0
    )
    np.testing.assert_allclose(parameters, [95.0, -0.0095, 7.0])


def test_rmsprop_keeps_only_the_slots_it_needs() -> None:
    slots = {
        (momentum, centered): list(
            build_optimizer(
                RMSpropConfig(momentum=momentum, centered=centered), np.zeros(1), Penalty(1)
            ).slots
        )
        for momentum in (0.0, 0.9)
        for centered in (False, True)
    }
    assert slots == {
        (0.0, False): ["square_sum"],
        (0.0, True): ["square_sum", "gradient_sum"],
        (0.9, False): ["square_sum", "velocity"],
        (0.9, True): ["square_sum", "gradient_sum", "velocity"],
    }
