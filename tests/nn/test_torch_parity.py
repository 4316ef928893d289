"""Twenty steps beside PyTorch, from the same weights on the same images, for each method that it has too.

Full batch, float32. Losses agree to 1e-4, weights to 1e-4 of their length; optimizers that divide by a root
make much of small differences in small gradients, so their weights agree to 1e-3.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from samples import Clock, config, data, digits

from nn import weights
from nn.config import (
    ActivationName,
    AdamConfig,
    AdamWConfig,
    Config,
    ConstantConfig,
    CosineConfig,
    DenseConfig,
    ExponentialConfig,
    MomentumConfig,
    NesterovConfig,
    NetworkConfig,
    OneCycleConfig,
    OptimizerConfig,
    RMSpropConfig,
    ScheduleConfig,
    SGDConfig,
    StepConfig,
)
from nn.constraints import MaxNorm
from nn.events import StepFinished
from nn.layers import Dense
from nn.trainer import Data, Trainer

torch: Any = pytest.importorskip("torch", reason="torch (extra `bench`) is not installed")

SCHEDULERS = torch.optim.lr_scheduler
STEPS = 20
LOSS = 1e-4
EXACT, ROOTED = 1e-4, 1e-3
IMAGES = 300

ACTIVATIONS: dict[str, Callable[[], Any]] = {
    "none": torch.nn.Identity,
    "relu": torch.nn.ReLU,
    "leaky_relu": torch.nn.LeakyReLU,
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "gelu": torch.nn.GELU,
}
OPTIMIZERS: dict[str, tuple[OptimizerConfig, Callable[[Any, float], Any], float]] = {
    "sgd": (SGDConfig(0.1), lambda groups, rate: torch.optim.SGD(groups, rate), EXACT),
    "momentum": (
        MomentumConfig(0.05),
        lambda groups, rate: torch.optim.SGD(groups, rate, momentum=0.9),
        EXACT,
    ),
    "nesterov": (
        NesterovConfig(0.05),
        lambda groups, rate: torch.optim.SGD(groups, rate, momentum=0.9, nesterov=True),
        EXACT,
    ),
    "rmsprop": (RMSpropConfig(0.001), lambda groups, rate: torch.optim.RMSprop(groups, rate), ROOTED),
    "rmsprop-centered-momentum": (
        RMSpropConfig(0.0005, alpha=0.9, momentum=0.5, centered=True),
        lambda groups, rate: torch.optim.RMSprop(groups, rate, alpha=0.9, momentum=0.5, centered=True),
        ROOTED,
    ),
    "adam": (AdamConfig(0.005), lambda groups, rate: torch.optim.Adam(groups, rate), ROOTED),
    "adamw": (
        AdamWConfig(0.005, weight_decay=0.1),
        lambda groups, rate: torch.optim.AdamW(groups, rate, weight_decay=0.1),
        ROOTED,
    ),
}


class Twin:
    """PyTorch's network with the weights of a trainer that has not begun, and its optimizer.

    Only weights are decayed: biases are a group of their own.
    """

    def __init__(self, trainer: Trainer, make: Callable[[Any, float], Any], *, l2: float = 0.0) -> None:
        layers: list[Any] = []
        for layer in trainer.network.layers:
            if isinstance(layer, Dense):
                layers.append(torch.nn.Linear(*layer.parameters["weight"].shape))
                layers.append(ACTIVATIONS[layer.activation_name]())
        self.network = torch.nn.Sequential(*layers)
        self.linear = [layer for layer in layers if isinstance(layer, torch.nn.Linear)]
        started = list(exported(trainer).values())
        with torch.no_grad():
            for parameter, value in zip(self.network.parameters(), started, strict=True):
                parameter.copy_(torch.from_numpy(value))
        no_decay = {"params": [layer.bias for layer in self.linear], "weight_decay": 0.0}
        decayed: dict[str, Any] = {"params": [layer.weight for layer in self.linear]}
        if l2:
            decayed["weight_decay"] = l2
        self.optimizer = make([decayed, no_decay], trainer.config.training.optimizer.learning_rate)
        images, labels = next(trainer.batches.epoch(0))
        self.images = torch.from_numpy(images.reshape(len(labels), -1).copy())
        self.labels = torch.from_numpy(labels.astype(np.int64))

    def loss(self, config: Config) -> Any:
        outputs = self.network(self.images)
        if config.training.loss == "mse":
            target = torch.nn.functional.one_hot(self.labels, 10).float()
            return torch.nn.functional.mse_loss(outputs, target)
        return torch.nn.functional.cross_entropy(
            outputs, self.labels, label_smoothing=config.training.label_smoothing
        )

    def train(
        self,
        config: Config,
        *,
        before: Callable[[], object] = lambda: None,
        after: Callable[[], object] = lambda: None,
    ) -> list[float]:
        """The losses of twenty steps; `before` and `after` surround the optimizer's step."""
        losses: list[float] = []
        for _ in range(STEPS):
            self.optimizer.zero_grad()
            loss = self.loss(config)
            loss.backward()
            before()
            self.optimizer.step()
            after()
            losses.append(loss.detach().item())
        return losses

    @property
    def tensors(self) -> list[Any]:
        return [parameter.detach().numpy() for parameter in self.network.parameters()]


def exported(trainer: Trainer) -> dict[str, np.ndarray]:
    """The tensors of an exported file, in the order of PyTorch's parameters."""
    arrays = safetensors.numpy.load(weights.to_bytes(trainer.network, trainer.config))
    names = sorted(arrays, key=lambda name: (int(name.split(".")[0]), name.endswith("bias")))
    return {name: arrays[name] for name in names}


def built(
    activation: ActivationName = "relu", optimizer: OptimizerConfig | None = None, **training: Any
) -> Trainer:
    """A trainer of 784-32-16-10 on the full batch, that has not begun."""
    base = config(optimizer=optimizer, batch_size=0, epochs=STEPS, **training)
    layers = (DenseConfig(32, activation), DenseConfig(16, activation), DenseConfig(10))
    full = Config(network=NetworkConfig(initializer="glorot", layers=layers), training=base.training)
    return Trainer(full, Data(digits(IMAGES, 1), *data()[1:]), clock=Clock())


def trained(trainer: Trainer) -> list[float]:
    return [event.loss for event in trainer.events() if isinstance(event, StepFinished)]


def assert_alike(trainer: Trainer, ours: list[float], twin: Twin, theirs: list[float], bar: float) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=LOSS)
    assert ours[-1] < ours[0]
    for (name, a), b in zip(exported(trainer).items(), twin.tensors, strict=True):
        assert np.linalg.norm(a - b) / np.linalg.norm(b) < bar, name


# PyTorch's AdamW has no coupled penalty beside its decay.
@pytest.mark.parametrize(
    ("name", "l2"), [(name, l2) for name in OPTIMIZERS for l2 in (0.0, 0.01) if name != "adamw" or not l2]
)
def test_every_optimizer(name: str, l2: float) -> None:
    optimizer, make, bar = OPTIMIZERS[name]
    trainer = built(optimizer=optimizer, l2=l2)
    twin = Twin(trainer, make, l2=l2)
    assert_alike(trainer, trained(trainer), twin, twin.train(trainer.config), bar)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    "training", [{}, {"label_smoothing": 0.2}, {"loss": "mse"}], ids=["plain", "smoothed", "mse"]
)
def test_every_activation_and_loss(activation: ActivationName, training: dict[str, Any]) -> None:
    trainer = built(activation, NesterovConfig(0.01), **training)
    twin = Twin(trainer, OPTIMIZERS["nesterov"][1])
    assert_alike(trainer, trained(trainer), twin, twin.train(trainer.config), EXACT)


def test_a_clipped_gradient() -> None:
    optimizer, make, bar = OPTIMIZERS["momentum"]
    trainer = built(optimizer=optimizer, clip_norm=0.2)
    twin = Twin(trainer, make)
    clip = torch.nn.utils.clip_grad_norm_
    theirs = twin.train(trainer.config, before=lambda: clip(twin.network.parameters(), 0.2))
    assert_alike(trainer, trained(trainer), twin, theirs, bar)


def test_the_max_norm() -> None:
    optimizer, make, bar = OPTIMIZERS["sgd"]
    trainer = built(optimizer=optimizer, max_norm=1.0)
    twin = Twin(trainer, make)

    def renormalise() -> None:
        with torch.no_grad():
            for layer in twin.linear:
                layer.weight.copy_(torch.renorm(layer.weight, 2, 0, 1.0))

    theirs = twin.train(trainer.config, after=renormalise)
    assert isinstance(trainer.max_norm, MaxNorm)
    assert_alike(trainer, trained(trainer), twin, theirs, bar)


def test_the_first_penalty() -> None:
    optimizer, make, bar = OPTIMIZERS["sgd"]
    trainer = built(optimizer=optimizer, l1=0.001)
    twin = Twin(trainer, make)

    def add_penalty() -> None:
        for layer in twin.linear:
            layer.weight.grad += 0.001 * torch.sign(layer.weight.detach())

    assert_alike(trainer, trained(trainer), twin, twin.train(trainer.config, before=add_penalty), bar)


def test_the_mean_of_the_weights() -> None:
    optimizer, make, bar = OPTIMIZERS["sgd"]
    trainer = built(optimizer=optimizer, ema=0.9)
    twin = Twin(trainer, make)
    averaging = torch.optim.swa_utils
    mean = averaging.AveragedModel(twin.network, multi_avg_fn=averaging.get_ema_multi_avg_fn(0.9))
    theirs = twin.train(trainer.config, after=lambda: mean.update_parameters(twin.network))
    ours = trained(trainer)
    assert_alike(trainer, ours, twin, theirs, bar)
    with trainer.answering_weights():
        for a, b in zip(exported(trainer).values(), mean.module.parameters(), strict=True):
            b = b.detach().numpy()
            assert np.linalg.norm(a - b) / np.linalg.norm(b) < bar


SCHEDULES: dict[str, tuple[ScheduleConfig, Callable[[Any, int], Any], bool]] = {
    "constant": (ConstantConfig(), lambda made, _: SCHEDULERS.ConstantLR(made, 1.0), False),
    "step": (
        StepConfig(step_size=2, gamma=0.3),
        lambda made, _: SCHEDULERS.StepLR(made, step_size=2, gamma=0.3),
        True,
    ),
    "exponential": (
        ExponentialConfig(gamma=0.9),
        lambda made, _: SCHEDULERS.ExponentialLR(made, gamma=0.9),
        True,
    ),
    "cosine": (CosineConfig(), lambda made, total: SCHEDULERS.CosineAnnealingLR(made, T_max=total), False),
    "cosine-to-a-tenth": (
        CosineConfig(eta_min=0.1),
        lambda made, total: SCHEDULERS.CosineAnnealingLR(made, T_max=total, eta_min=0.01),
        False,
    ),
    "one-cycle": (
        OneCycleConfig(),
        lambda made, total: SCHEDULERS.OneCycleLR(made, 0.1, total_steps=total, cycle_momentum=False),
        False,
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_step_for_step(name: str) -> None:
    """Seven epochs of four steps; the scheduler is stepped after every batch, or after each epoch."""
    schedule, make, is_by_epoch = SCHEDULES[name]
    trainer = Trainer(config(optimizer=SGDConfig(0.1), schedule=schedule, epochs=7), data(), clock=Clock())
    ours = [event.learning_rate for event in trainer.events() if isinstance(event, StepFinished)]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.1)
    scheduler = make(optimizer, 28)
    theirs: list[float] = []
    for step in range(1, 29):
        theirs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < 28 and (step % 4 == 0 or not is_by_epoch):
            scheduler.step()
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_in_training(name: str) -> None:
    """On the full batch an epoch is a step."""
    schedule, make, _ = SCHEDULES[name]
    trainer = built(optimizer=SGDConfig(0.1), schedule=schedule)
    twin = Twin(trainer, OPTIMIZERS["sgd"][1])
    scheduler = make(twin.optimizer, STEPS)
    left = iter(range(STEPS - 1, -1, -1))
    theirs = twin.train(trainer.config, after=lambda: scheduler.step() if next(left) else None)
    assert_alike(trainer, trained(trainer), twin, theirs, EXACT)
