"""What one member of a team does for a network: its share of each batch, and its stretch of the parameters.

Every member has layers of its own, which see the same parameters. First each passes its share of a batch
forward and back. Then each has the gradients of its own stretch of the parameters over the whole batch, and
moves that stretch: so the gradient of a dense layer, the largest array there is, is never summed.
"""

from functools import partial
from itertools import pairwise
from math import prod

import numpy as np

from nn.arrays import FloatArray, FloatType, Shape, Workspace
from nn.building import build_layers, fused
from nn.config import CLASSES, IMAGE_SHAPE, NetworkConfig, OptimizerConfig
from nn.convolution import Conv2D
from nn.layers import Dense, Flatten, Layer, Learning, Ledger
from nn.normalization import BatchNorm, Exchange
from nn.optimizers import Optimizer, Penalty, build_optimizer
from nn.parallel.memory import Memory
from nn.parallel.team import Meeting
from nn.randomness import StepKey

# With fewer images a share, packing the weights for a product costs more than the product.
LEAST_SHARE = 32
LEAST_SHARE_OF_MAPS = 8  # a convolution is far more work an image


class Part:
    """Layers in order, for one share of a batch: the chain rule in a loop."""

    def __init__(
        self,
        config: NetworkConfig,
        dtype: FloatType,
        parts: int,
        fuse: bool,
        number: int,
        memory: Memory,
        meeting: Meeting,
    ) -> None:
        """Allocate parameters and gradients as zeros, in memory that all `parts` parts see."""
        self.parts, self.number = parts, number
        self._memory, self._dtype, self._meeting = memory, dtype, meeting
        self.layers = [layer for _, layer in (fused if fuse else build_layers)(config)]
        slices, self.weight_count = flat_slices(self.layers)
        total = sum(layer.parameter_count for layer in self.layers)
        self.parameters = memory.zeros((total,), dtype)
        self._all_gradients = [memory.zeros((total,), dtype) for _ in range(parts)]
        self.gradients = self._all_gradients[0]
        for position, (layer, places) in enumerate(zip(self.layers, slices, strict=True)):
            layer.position = position
            own = self.gradients if isinstance(layer, Dense) else self._all_gradients[number]
            layer.bind(places, self.parameters, own, Workspace(dtype))
        self.statistics = self._share_statistics()
        self._stretch = slice(*stretches(self.layers, total, parts)[number : number + 2])
        has_maps = any(isinstance(layer, Conv2D) for layer in self.layers)
        self._least_share = LEAST_SHARE_OF_MAPS if has_maps else LEAST_SHARE
        # A dense layer that sees the images themselves finds them where they are.
        self._first = next((layer for layer in self.layers if not isinstance(layer, Flatten)), None)
        self.optimizer: Optimizer | None = None
        self.reserve(0)

    def _share_statistics(self) -> FloatArray:
        """One flat array for what layers measure rather than learn."""
        total = sum(prod(shape) for layer in self.layers for shape in layer.statistics_shapes.values())
        statistics = self._memory.zeros((total,), self._dtype)
        start = 0
        for layer in self.layers:
            if not isinstance(layer, BatchNorm):
                continue
            features = layer.parameter_shapes["bias"][0]
            layer.exchange = Exchange(self._memory.zeros((2, self.parts, 2, features), np.float64))
            for name, shape in layer.statistics_shapes.items():
                layer.running[name] = statistics[start : start + prod(shape)].reshape(shape)
                start += prod(shape)
        return statistics

    def reserve(self, images: int) -> None:
        """Take memory for batches of so many images; what smaller batches took is not given back."""

        def rows(shape: Shape) -> FloatArray:
            return self._memory.zeros((images, *shape), self._dtype)

        self.most_images = images
        self.images, self.outputs, self.gradient = rows(IMAGE_SHAPE), rows((CLASSES,)), rows((CLASSES,))
        dense = [layer for layer in self.layers if isinstance(layer, Dense)]
        self._ledgers = [(layer, rows(layer.input_shape), rows(layer.output_shape)) for layer in dense]
        if self._ledgers and self._first is self._ledgers[0][0]:
            pixels = self.images.reshape(images, prod(IMAGE_SHAPE))
            self._ledgers[0] = (self._ledgers[0][0], pixels, self._ledgers[0][2])

    def shares(self, images: int) -> list[slice]:
        """How the parts, or as many of them as have enough to do, share a batch."""
        return shares(images, self.parts, self._least_share)

    def forward(self, images: int, key: StepKey | None) -> None:
        """Pass a share of the first `images` of `images` forward, to `outputs`."""
        cut = self.shares(images)
        share = cut[self.number]
        self.outputs[share] = self.pass_forward(self.images[share], key, len(cut))

    def backward(self, images: int) -> None:
        """Pass a share of `gradient` back, if there is one, then fill `gradients` in this part's stretch."""
        cut = self.shares(images)
        if self.number < len(cut):
            share = cut[self.number]
            for layer, inputs, deltas in self._ledgers:
                layer.ledger = Ledger(inputs[share], deltas[share])
            self.pass_backward(self.gradient[share])
            for layer, _, _ in self._ledgers:
                layer.ledger = None
        self._meeting.meet(self.parts)
        for layer, inputs, deltas in self._ledgers:
            layer.learn(inputs[:images], deltas[:images], self._rows(layer))
        self._add_gradients(len(cut))

    def pass_forward(self, values: FloatArray, key: StepKey | None, cut: int = 1) -> FloatArray:
        """Each layer's outputs are the next one's inputs; `cut` is how many parts pass a share forward."""
        learning = None
        if key is not None:
            learning = Learning(key, self.number, cut, partial(self._meeting.meet, cut))
        for layer in self.layers:
            values = layer.forward(values, learning)
        return values

    def pass_backward(self, gradient: FloatArray) -> None:
        """Each layer's dL/d inputs is the one before's dL/d outputs; nobody needs dL/d images."""
        first = next(position for position, layer in enumerate(self.layers) if layer.parameters)
        for position in range(len(self.layers) - 1, first - 1, -1):
            passed = self.layers[position].backward(gradient, inputs_too=position > first)
            if passed is not None:
                gradient = passed

    def _rows(self, layer: Dense) -> slice:
        """The rows of a dense layer's weights that lie in this part's stretch."""
        features, units = layer.parameter_shapes["weight"]
        place = layer.slices["weight"]
        start, stop = ((edge - place.start) // units for edge in (self._stretch.start, self._stretch.stop))
        return slice(min(max(0, start), features), min(max(0, stop), features))

    def _add_gradients(self, cut: int) -> None:
        """Sum what the layers that are not dense have for each share, in this part's stretch."""
        stretch = self._stretch
        for layer in self.layers:
            if isinstance(layer, Dense):
                continue
            for place in layer.slices.values():
                own = slice(max(place.start, stretch.start), min(place.stop, stretch.stop))
                if own.start < own.stop:
                    for gradients in self._all_gradients[1:cut]:
                        self.gradients[own] += gradients[own]

    def learn_by(self, config: OptimizerConfig, penalty: Penalty) -> None:
        """Move the parameters by this optimizer from now on."""
        self.optimizer = build_optimizer(config, self.parameters, penalty)
        for name, slot in self.optimizer.slots.items():
            self.optimizer.slots[name] = self._memory.zeros(slot.shape, self._dtype)

    def move(self, rate: float, step: int) -> None:
        """Let the optimizer move this part's stretch of the parameters."""
        assert self.optimizer is not None
        self.optimizer.update(self.parameters, self.gradients, rate, step, stretch=self._stretch)

    def unit_ranges(self, position: int) -> FloatArray:
        """(2, units): the least and the largest of what each neuron or map gave for this part's share.

        NaN where one of the numbers is NaN.
        """
        outputs = self.layers[position].outputs
        units = outputs.shape[-1]
        # First over the images: rows as long as a whole image's are compared three times as fast.
        least, largest = outputs.min(axis=0), outputs.max(axis=0)
        return np.stack([least.reshape(-1, units).min(axis=0), largest.reshape(-1, units).max(axis=0)])


def flat_slices(layers: list[Layer]) -> tuple[list[dict[str, slice]], int]:
    """Where each layer's tensors lie in the flat arrays: all weights first, then the rest; the weights' end.

    A batch normalisation's scale, one number a feature, is among the rest: nothing should pull it to 0.
    """
    slices: list[dict[str, slice]] = [{} for _ in layers]
    start = weight_count = 0
    for weights in (True, False):
        for layer, places in zip(layers, slices, strict=True):
            for name, shape in layer.parameter_shapes.items():
                if (len(shape) > 1) == weights:
                    places[name] = slice(start, start + prod(shape))
                    start = places[name].stop
        if weights:
            weight_count = start
    return slices, weight_count


def stretches(layers: list[Layer], total: int, parts: int) -> list[int]:
    """The edges of about equal stretches of the flat arrays; none cuts a row of a dense layer's weights."""
    edges = [total * number // parts for number in range(parts + 1)]
    for layer in layers:
        if isinstance(layer, Dense):
            place, units = layer.slices["weight"], layer.output_shape[0]
            edges = [
                edge - (edge - place.start) % units if place.start <= edge < place.stop else edge
                for edge in edges
            ]
    return edges


def shares(images: int, parts: int, least: int) -> list[slice]:
    """Cut a batch into at most `parts` shares, equal but for one image, of `least` or more unless alone."""
    count = max(1, min(parts, images // least))
    edges = [images * number // count for number in range(count + 1)]
    return [slice(start, stop) for start, stop in pairwise(edges)]
