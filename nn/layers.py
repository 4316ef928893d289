"""Layers: what each computes forward, and how a gradient of the loss passes back through it.

A layer knows its shapes, its parameters and its last inputs; it knows nothing of losses or optimizers.
Arrays have the batch first: (batch, features) or (batch, height, width, channels).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import ClassVar, NamedTuple

import numpy as np

from nn.activations import ACTIVATIONS
from nn.arrays import FloatArray, Shape, Workspace, column_sums
from nn.config import ActivationName, DenseConfig
from nn.initializers import Initializer
from nn.randomness import StepKey


class Learning(NamedTuple):
    """What a layer needs to know of the training step under way; a network that only answers has none.

    A batch is cut into `shares`, of which a layer sees the `share`-th, and `meet` waits for the layers that
    see the others.
    """

    key: StepKey
    share: int
    shares: int
    meet: Callable[[], None]


class Layer(ABC):
    """One step of a network; parameters and gradients are views into the network's two flat arrays."""

    kind: ClassVar[str]
    activation_name: ActivationName = "none"

    def __init__(
        self, input_shape: Shape, output_shape: Shape, parameter_shapes: Mapping[str, Shape]
    ) -> None:
        """Shapes are those of one image, without the batch; nothing is allocated before `bind`."""
        self.input_shape = input_shape
        self.output_shape = output_shape
        self.parameter_shapes = parameter_shapes
        self.position = 0
        self.parameters: dict[str, FloatArray] = {}
        self.gradients: dict[str, FloatArray] = {}
        self.slices: dict[str, slice] = {}
        self.inputs: FloatArray = np.empty(0)
        self.outputs: FloatArray = np.empty(0)

    @property
    def parameter_count(self) -> int:
        """How many numbers the layer learns."""
        return sum(prod(shape) for shape in self.parameter_shapes.values())

    @property
    def flops(self) -> int:
        """Floating-point operations of one image's forward pass; a product and a sum are two."""
        return 0

    @property
    def statistics_shapes(self) -> Mapping[str, Shape]:
        """What the layer measures in training and answers with, but does not learn by its gradient."""
        return {}

    @property
    def fans(self) -> tuple[int, int]:
        """How many inputs feed one output of the layer, and how many outputs one input feeds."""
        shape = self.parameter_shapes["weight"]
        return shape[0], shape[-1]

    def bind(
        self, slices: dict[str, slice], parameters: FloatArray, gradients: FloatArray, workspace: Workspace
    ) -> None:
        """Take views of the network's two flat arrays: `slices` say where each tensor lies in them."""
        self.slices = slices
        for name, shape in self.parameter_shapes.items():
            self.parameters[name] = parameters[slices[name]].reshape(shape)
            self.gradients[name] = gradients[slices[name]].reshape(shape)
        self.workspace = workspace

    def initialize(self, rng: np.random.Generator, initializer: Initializer) -> None:
        """Write first values into the parameters: the initializer's into weights, zeros into the rest."""
        for name, view in self.parameters.items():
            if name == "weight":
                view[...] = initializer(rng, view.shape, *self.fans)
            else:
                view[...] = 0

    @abstractmethod
    def forward(self, inputs: FloatArray, learning: Learning | None = None) -> FloatArray:
        """The layer's outputs, (batch, *output_shape); valid until the next forward pass."""

    @abstractmethod
    def backward(self, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        """Turn dL/d outputs into the parameters' gradients and, with `inputs_too`, return dL/d inputs.

        `gradient` may be overwritten. The first layer of a network is not asked for dL/d inputs.
        """


class Ledger(NamedTuple):
    """What the weights' gradient of a dense layer needs of one share of a batch, kept for the whole batch's.

    All shares lie in the same two arrays, so x^T delta can then be had at once, and row by row of W. Where
    the inputs are the images, which all have, they are not kept.
    """

    inputs: FloatArray | None
    deltas: FloatArray

    def part(self, share: slice) -> "Ledger":
        """The rows of one share of the batch."""
        return Ledger(None if self.inputs is None else self.inputs[share], self.deltas[share])

    def enter(self, inputs: FloatArray, delta: FloatArray) -> None:
        """Keep x (share, features) and delta (share, units)."""
        if self.inputs is not None:
            np.copyto(self.inputs, inputs)
        np.copyto(self.deltas, delta)


class Dense(Layer):
    """z = x W + b, a = f(z): every neuron sees every input.

    With the loss L and delta = dL/dz, of shape (batch, units), the chain rule gives for z_nj = sum_i x_ni
    W_ij + b_j:

        dL/dW_ij = sum_n x_ni delta_nj    ->  x^T delta
        dL/db_j  = sum_n delta_nj         ->  the sum of delta over the batch
        dL/dx_ni = sum_j delta_nj W_ij    ->  delta W^T

    (Rumelhart, Hinton and Williams, 1986; Goodfellow et al., Deep Learning, section 6.5.)
    """

    kind = "dense"

    def __init__(self, config: DenseConfig, input_shape: Shape) -> None:
        """`input_shape` is (features,)."""
        (features,) = input_shape
        super().__init__(
            input_shape, (config.units,), {"weight": (features, config.units), "bias": (config.units,)}
        )
        self.activation_name = config.activation
        self.activation = ACTIVATIONS[config.activation]
        self.ledger: Ledger | None = None

    @property
    def flops(self) -> int:
        """A product and a sum for each weight."""
        return 2 * prod(self.parameter_shapes["weight"])

    def forward(self, inputs: FloatArray, learning: Learning | None = None) -> FloatArray:
        """(batch, features) -> (batch, units)."""
        self.inputs = inputs
        self.outputs = self.workspace.array("outputs", (inputs.shape[0], *self.output_shape))
        np.matmul(inputs, self.parameters["weight"], out=self.outputs)
        return self._finish()

    def forward_from(self, products: Sequence[FloatArray]) -> FloatArray:
        """The same where x W is had as a sum of two or more, each by `multiply`: (batch, units)."""
        self.outputs = self.workspace.array("outputs", products[0].shape)
        np.add(products[0], products[1], out=self.outputs)
        for product in products[2:]:
            self.outputs += product
        return self._finish()

    def multiply(self, inputs: FloatArray, rows: slice, out: FloatArray) -> None:
        """What some features, (batch, rows), add to x W through their rows of W: (batch, units)."""
        np.matmul(inputs, self.parameters["weight"][rows], out=out)

    def _finish(self) -> FloatArray:
        """From x W in `outputs` to a."""
        self.outputs += self.parameters["bias"]
        self.activation.apply_keeping(self.outputs, self.workspace)
        return self.outputs

    def backward(self, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        """(batch, units) -> (batch, features), by the three lines of the class's docstring."""
        delta = gradient
        self.activation.chain(delta, self.outputs, self.workspace)
        if self.ledger is None:
            self.write_gradients(self.inputs, delta, slice(0, self.input_shape[0]))
        else:
            self.ledger.enter(self.inputs, delta)
        if not inputs_too:
            return None
        input_gradient = self.workspace.array("input_gradient", self.inputs.shape)
        return np.matmul(delta, self.parameters["weight"].T, out=input_gradient)

    def write_gradients(self, inputs: FloatArray, delta: FloatArray, rows: slice) -> None:
        """Fill the gradients of some rows of the weights from the features that feed them, (batch, rows).

        Those of the biases come with the last row.
        """
        if rows.start < rows.stop:
            np.matmul(inputs.T, delta, out=self.gradients["weight"][rows])
            if rows.stop == self.input_shape[0]:
                self.gradients["bias"][...] = column_sums(delta)


class Flatten(Layer):
    """(height, width, channels) -> (features,): the same numbers, row by row; gradients go back so."""

    kind = "flatten"

    def __init__(self, input_shape: Shape) -> None:
        """Any shape becomes a vector of as many numbers."""
        super().__init__(input_shape, (prod(input_shape),), {})

    def forward(self, inputs: FloatArray, learning: Learning | None = None) -> FloatArray:
        """A view of the inputs with another shape."""
        self.outputs = inputs.reshape(inputs.shape[0], -1)
        return self.outputs

    def backward(self, gradient: FloatArray, *, inputs_too: bool) -> FloatArray | None:
        """A view of the gradient with the inputs' shape."""
        return gradient.reshape(gradient.shape[0], *self.input_shape) if inputs_too else None
