"""A trainer of ours and its twin in PyTorch: twenty steps from equal weights on equal images."""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from samples import config, data, digits, trainer
from torch_modules import Tensors, exported, load, modules, pytorch_images, torch, without_warnings

from nn.arrays import FloatArray
from nn.config import (
    AdamConfig,
    AdamWConfig,
    Config,
    ConstantConfig,
    CosineConfig,
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
from nn.events import StepFinished
from nn.network_config import LayerConfig
from nn.trainer import Data, Trainer

STEPS = 20
LOSS = 1e-4
EXACT, ROOTED = 1e-4, 1e-3

SCHEDULERS = torch.optim.lr_scheduler

Make = Callable[[Any, float], Any]

OPTIMIZERS: dict[str, tuple[OptimizerConfig, Make, float]] = {
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


class Twin:
    """PyTorch's network with the weights of a trainer that has not begun, and its optimizer.

    Only weights are decayed: biases, and what batch normalisation learns, are a group of their own.
    """

    def __init__(self, trainer: Trainer, make: Make, *, l2: float = 0.0) -> None:
        self.network = modules(trainer.config.network)
        load(self.network, exported(trainer.network, trainer.config))
        parameters = list(self.network.parameters())
        self.weights = [parameter for parameter in parameters if parameter.ndim > 1]
        rest = [parameter for parameter in parameters if parameter.ndim == 1]
        decayed: dict[str, Any] = {"params": self.weights}
        if l2:
            decayed["weight_decay"] = l2
        self.optimizer = make(
            [decayed, {"params": rest, "weight_decay": 0.0}], trainer.config.training.optimizer.learning_rate
        )
        images, labels = next(trainer.batches.epoch(0))
        pixels = np.empty((*images.shape, 1), np.float32)
        self.images = pytorch_images(trainer.pixels.convert(images, pixels))
        self.labels = torch.from_numpy(labels.astype(np.int64))

    def loss(self, config: Config) -> Any:
        outputs = without_warnings(self.network, self.images)
        if config.training.loss == "mse":  # in both the mean over batch and outputs
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
    def tensors(self) -> Tensors:
        """What our file would hold."""
        state = self.network.state_dict().items()
        return {name: tensor.numpy() for name, tensor in state if not name.endswith("num_batches_tracked")}


def built(
    *layers: LayerConfig,
    optimizer: OptimizerConfig | None = None,
    images: int = 300,
    threads: int = 1,
    **training: Any,
) -> Trainer:
    """A trainer on the full batch, one step an epoch, that has not begun."""
    base = config(optimizer=optimizer, batch_size=0, epochs=STEPS, **training)
    full = Config(network=NetworkConfig(initializer="glorot", layers=layers), training=base.training)
    return trainer(full, Data(digits(images, 1), *data()[1:]), threads=threads)


def trained(trainer: Trainer) -> list[float]:
    """The losses of its twenty steps."""
    return [event.loss for event in trainer.events() if isinstance(event, StepFinished)]


def difference(ours: FloatArray, theirs: FloatArray) -> float:
    """||a - b|| / ||b||."""
    return float(np.linalg.norm(ours - theirs) / np.linalg.norm(theirs))


def assert_alike(
    trainer: Trainer,
    ours: list[float],
    twin: Twin,
    theirs: list[float],
    bar: float,
    by_chance: Collection[str] = (),
) -> None:
    """Losses to 1e-4, each tensor, running statistics too, to `bar` of its length; `by_chance`: to 1e-3."""
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=LOSS)
    assert ours[-1] < ours[0]
    mine = exported(trainer.network, trainer.config)
    assert mine.keys() == twin.tensors.keys()
    for name, tensor in twin.tensors.items():
        assert difference(mine[name], tensor) < (ROOTED if name in by_chance else bar), name
