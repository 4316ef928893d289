"""PyTorch's modules for a config, filled from an exported file, and an optimizer that trains them beside ours.

Importing this skips the importing tests where torch is not installed.
"""

import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from samples import Clock, config, data, digits

from nn import weights
from nn.arrays import FloatArray, Shape
from nn.config import (
    IMAGE_SHAPE,
    AdamConfig,
    AdamWConfig,
    AvgPool2DConfig,
    BatchNormConfig,
    Config,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    FlattenConfig,
    GlobalAvgPool2DConfig,
    LayerConfig,
    MaxPool2DConfig,
    MomentumConfig,
    NesterovConfig,
    NetworkConfig,
    OptimizerConfig,
    RMSpropConfig,
    SGDConfig,
)
from nn.events import StepFinished
from nn.network import Network
from nn.trainer import Data, Trainer

torch: Any = pytest.importorskip("torch", reason="torch (extra `bench`) is not installed")

STEPS = 20
LOSS = 1e-4
EXACT, ROOTED = 1e-4, 1e-3

Make = Callable[[Any, float], Any]
Tensors = dict[str, FloatArray]

ACTIVATIONS: dict[str, Callable[[], Any]] = {
    "none": torch.nn.Identity,
    "relu": torch.nn.ReLU,
    "leaky_relu": torch.nn.LeakyReLU,
    "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh,
    "gelu": torch.nn.GELU,
}
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


def modules(network: NetworkConfig) -> Any:
    """The network as a person would write it in PyTorch, so that `state_dict` has the names of our files.

    `same` with a stride is TensorFlow's, ceil(side / stride) places, the odd zero at the end: PyTorch has no
    `same` with strides.
    """
    named: OrderedDict[str, Any] = OrderedDict()
    shape: Shape = IMAGE_SHAPE
    for index, layer in enumerate(network.layers):
        if isinstance(layer, DenseConfig) and len(shape) > 1:
            named[f"{index}-flatten"] = torch.nn.Flatten()
            shape = (prod(shape),)
        for name, module, shape in _modules(layer, shape):
            named[f"{index}{name}"] = module
        if not isinstance(layer, DropoutConfig) and getattr(layer, "activation", "none") != "none":
            named[f"{index}-activation"] = ACTIVATIONS[getattr(layer, "activation", "none")]()
    return torch.nn.Sequential(named)


def _modules(layer: LayerConfig, shape: Shape) -> Iterator[tuple[str, Any, Shape]]:
    """What stands for one layer: names after its index, modules, and the shapes they give, channels last."""
    nn = torch.nn
    match layer:
        case DenseConfig():
            yield "", nn.Linear(shape[0], layer.units), (layer.units,)
        case Conv2DConfig():
            yield from _convolution(layer, shape)
        case MaxPool2DConfig(size):
            yield "", nn.MaxPool2d(size), (shape[0] // size, shape[1] // size, shape[2])
        case AvgPool2DConfig(size):
            yield "", nn.AvgPool2d(size), (shape[0] // size, shape[1] // size, shape[2])
        case GlobalAvgPool2DConfig():
            yield "", nn.AdaptiveAvgPool2d(1), (1, 1, shape[2])
            yield "-flatten", nn.Flatten(), (shape[2],)
        case FlattenConfig():
            yield "", nn.Flatten(), (prod(shape),)
        case DropoutConfig(rate):
            yield "", nn.Dropout(rate), shape
        case BatchNormConfig():
            kind = nn.BatchNorm2d if len(shape) > 1 else nn.BatchNorm1d
            yield "", kind(shape[-1], eps=layer.eps, momentum=layer.momentum), shape


def _convolution(layer: Conv2DConfig, shape: Shape) -> Iterator[tuple[str, Any, Shape]]:
    kernel, stride, (height, width, channels) = layer.kernel, layer.stride, shape
    padding: Any = 0
    if layer.padding == "same" and stride == 1:
        padding = "same"
        rows, columns = height, width
    else:
        if layer.padding == "same":
            frame = [_frame(side, kernel, stride) for side in (height, width)]
            height, width = (side + sum(zeros) for side, zeros in zip((height, width), frame, strict=True))
            yield "-frame", torch.nn.ZeroPad2d((*frame[1], *frame[0])), (height, width, channels)
        rows, columns = ((side - kernel) // stride + 1 for side in (height, width))
    made = torch.nn.Conv2d(channels, layer.filters, kernel, stride=stride, padding=padding)
    yield "", made, (rows, columns, layer.filters)


def _frame(side: int, kernel: int, stride: int) -> tuple[int, int]:
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


def load(module: Any, tensors: Tensors) -> None:
    """Put an exported file's tensors into modules; nothing may be left over or without a value."""
    state = {name: torch.from_numpy(tensor.copy()) for name, tensor in tensors.items()}
    missing, unexpected = module.load_state_dict(state, strict=False)
    assert not unexpected
    assert all(name.endswith("num_batches_tracked") for name in missing)  # PyTorch's own counter


def exported(network: Network, config: Config) -> Tensors:
    """The tensors of an exported file."""
    return safetensors.numpy.load(weights.to_bytes(network, config))


def pytorch_images(images: FloatArray) -> Any:
    """(batch, 28, 28, 1) as PyTorch's (batch, 1, 28, 28)."""
    return torch.from_numpy(images.transpose(0, 3, 1, 2).copy())


def without_warnings(module: Any, images: Any) -> Any:
    """Its outputs; PyTorch warns that an even kernel with `same` costs it a copy."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Using padding='same' with even kernel")
        return module(images)


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
        self.images = pytorch_images(images)
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
    """A trainer on the full batch, one step an epoch, that has not begun; no bias of it is 0."""
    base = config(optimizer=optimizer, batch_size=0, epochs=STEPS, **training)
    full = Config(network=NetworkConfig(initializer="glorot", layers=layers), training=base.training)
    made = Trainer(full, Data(digits(images, 1), *data()[1:]), threads=threads, clock=Clock())
    rest = made.network.parameters[made.network.weight_count :]
    rest += np.random.default_rng(5).normal(0, 0.1, len(rest)).astype(rest.dtype)
    return made


def trained(trainer: Trainer) -> list[float]:
    """The losses of its twenty steps."""
    return [event.loss for event in trainer.events() if isinstance(event, StepFinished)]


def difference(ours: FloatArray, theirs: FloatArray) -> float:
    """||a - b|| / ||b||."""
    return float(np.linalg.norm(ours - theirs) / np.linalg.norm(theirs))


def assert_alike(trainer: Trainer, ours: list[float], twin: Twin, theirs: list[float], bar: float) -> None:
    """Losses to 1e-4, each tensor to `bar` of its length, the running statistics among them."""
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=LOSS)
    assert ours[-1] < ours[0]
    mine = exported(trainer.network, trainer.config)
    assert mine.keys() == twin.tensors.keys()
    for name, tensor in twin.tensors.items():
        assert difference(mine[name], tensor) < bar, name
