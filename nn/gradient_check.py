"""Is the gradient right? Compare backpropagation with central differences, in float64, layer by layer.

(L(w + h) - L(w - h)) / 2h differs from dL/dw by O(h^2); in float64 a right gradient agrees to about 1e-8 and
a wrong one does not agree at all. In float32 rounding alone gives 1e-2, which proves nothing. Where the loss
has a kink, see `STEPS` (Karpathy, CS231n notes, "Gradient checks").
"""

from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from nn.arrays import ByteArray, FloatArray
from nn.building import build_layers
from nn.config import CLASSES, IMAGE_SHAPE, Config
from nn.losses import Loss, build_loss
from nn.network import Network
from nn.randomness import Purpose, StepKey, generator

BAR = 1e-6
# Where a ReLU or a maximum turns between w - h and w + h, the difference is a mean of two slopes and says
# nothing; at a smaller h that kink lies outside, unless it is at w itself. A wrong gradient stays wrong.
STEPS = (1e-6, 1e-7, 1e-8)
IMAGES = 8
CHECKED = 60
KEY = StepKey(0, 0, 0)  # the same step each time, so that dropout leaves out the same inputs
# A loss near 2.3 is rounded by about 1e-16, so a difference over 2e-6 by 1e-10 and more: where this is more
# than a millionth of the gradient, the two cannot be compared, and only the absolute error counts.
SMALLEST_SIZE = 1e-2


class TensorCheck(msgspec.Struct, frozen=True):
    """One tensor of one layer: how many of its numbers were compared, and their relative error.

    The error is |backpropagation - differences| / (|backpropagation| + |differences|), over all numbers
    compared; where the gradient all but vanishes, the divisor is at least 0.01.
    """

    layer: str
    tensor: str
    compared: int
    error: float

    @property
    def passed(self) -> bool:
        """Whether the error is below 1e-6."""
        return self.error < BAR


def tensor_count(config: Config) -> int:
    """How many tensors `check` looks at."""
    return sum(len(layer.parameter_shapes) for _, layer in build_layers(config.network))


def check(config: Config) -> list[TensorCheck]:
    """Check every tensor of a config's network and loss on eight random images."""
    return list(checks(config))


def checks(config: Config, plant: Callable[[Network], None] | None = None) -> Iterator[TensorCheck]:
    """What `check` finds, a tensor at a time; `plant` may put a mistake into the network first.

    At most 60 numbers of a tensor are compared, drawn by the config's seed, those of the largest gradient
    among them.
    """
    rng = generator(config.seed, Purpose.CHECK)
    network = Network(config.network, np.float64)
    network.initialize(rng)
    for _, layer in network.learning_layers():
        layer.parameters["bias"][...] = rng.normal(0.0, 0.1, layer.parameters["bias"].shape)
    images = rng.uniform(0.0, 1.0, (IMAGES, *IMAGE_SHAPE))
    labels = rng.integers(0, CLASSES, IMAGES).astype(np.uint8)
    if plant is not None:
        plant(network)
    yield from check_network(network, build_loss(config.training), images, labels, rng)


def check_network(
    network: Network, loss: Loss, images: FloatArray, labels: ByteArray, rng: np.random.Generator
) -> Iterator[TensorCheck]:
    """Compare both gradients of every tensor of `network` on `images` (batch, 28, 28, 1), all in float64."""
    _, gradient = loss(network.forward(images, KEY), labels)
    network.backward(gradient)
    analytic = network.gradients.copy()

    def current_loss() -> float:
        return loss(network.forward(images, KEY), labels)[0]

    for name, layer in network.learning_layers():
        for tensor, numbers in layer.slices.items():
            compared, error = _compare(network.parameters[numbers], analytic[numbers], current_loss, rng)
            yield TensorCheck(layer=name, tensor=tensor, compared=compared, error=error)


def _compare(
    parameters: FloatArray, analytic: FloatArray, current_loss: Callable[[], float], rng: np.random.Generator
) -> tuple[int, float]:
    """How many numbers of a tensor were compared, and their relative error; `parameters` is a view of it."""
    largest = np.argsort(-np.abs(analytic))[: CHECKED // 2]
    drawn = rng.permutation(len(analytic))[: CHECKED // 2]
    chosen = np.union1d(largest, drawn)
    ours = analytic[chosen]
    allowed = BAR / 10 * _size(ours, ours)  # of 60 numbers so far off, all together pass
    differences = np.array(
        [
            _nearest_difference(parameters, index, gradient, allowed, current_loss)
            for index, gradient in zip(chosen, ours, strict=True)
        ]
    )
    return len(chosen), float(np.linalg.norm(ours - differences)) / _size(ours, differences)


def _nearest_difference(
    parameters: FloatArray, index: int, gradient: float, allowed: float, current_loss: Callable[[], float]
) -> float:
    """The central difference that comes nearest to `gradient`, the first within `allowed` of it."""
    nearest = np.inf
    for step in STEPS:
        difference = _central_difference(parameters, index, step, current_loss)
        if abs(difference - gradient) < abs(nearest - gradient):
            nearest = difference
        if abs(nearest - gradient) <= allowed:
            break
    return nearest


def _central_difference(
    parameters: FloatArray, index: int, step: float, current_loss: Callable[[], float]
) -> float:
    kept = parameters[index]
    parameters[index] = kept + step
    above = current_loss()
    parameters[index] = kept - step
    below = current_loss()
    parameters[index] = kept
    return (above - below) / (2 * step)


def _size(ours: FloatArray, theirs: FloatArray) -> float:
    return max(float(np.linalg.norm(ours) + np.linalg.norm(theirs)), SMALLEST_SIZE)
