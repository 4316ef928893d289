"""What one member of a team does for a network: its share of each batch, and its stretch of the parameters.

Every member has layers of its own, which see the same parameters. First each passes its share of a batch
forward and back; but a dense layer that sees the images is shared by its weights, see `nn.parallel.rows`.
Then each has the gradients of its own stretches of the parameters over the whole batch, and moves those: so
the gradient of a dense layer, the largest array there is, is never summed.
"""

from functools import partial
from math import prod

import numpy as np

from nn.arrays import ByteArray, FloatArray, FloatType, Shape, Workspace
from nn.batches import PixelScale
from nn.building import build_layers, fused
from nn.config import CLASSES, IMAGE_SHAPE, NetworkConfig, OptimizerConfig
from nn.convolution import Conv2D
from nn.layers import Dense, Learning, Ledger
from nn.normalization import BatchNorm, Exchange
from nn.optimizers import Optimizer, Penalty, build_optimizer
from nn.parallel.cuts import flat_slices, sees_images, shares, stretches
from nn.parallel.memory import Memory
from nn.parallel.rows import Rows
from nn.parallel.team import Meeting
from nn.randomness import StepKey

# Steps of less work than this, about 0.7 ms, are left to one part: meeting takes longer than sharing saves.
# Work is counted in floating-point operations of the forward pass; moving a parameter is as much as so many.
LEAST_WORK = 25e6
WORK_TO_MOVE = 40
# With fewer images a share, packing the weights for a product costs more than the product.
LEAST_SHARE = 32
LEAST_SHARE_OF_MAPS = 8  # a convolution is far more work an image
ANSWERED = 250  # images at a time, so that what layers pass on stays in the processor's cache
PIXELS = prod(IMAGE_SHAPE)


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
        self._flops = sum(layer.flops for layer in self.layers)
        has_maps = any(isinstance(layer, Conv2D) for layer in self.layers)
        self._least_share = LEAST_SHARE_OF_MAPS if has_maps else LEAST_SHARE
        self._stretches = stretches(self.layers, parts)[number]
        first = sees_images(self.layers)
        self._first_rows = Rows(first, self._rows(first), number, parts) if first is not None else None
        self._workspace = Workspace(dtype)
        self.optimizer: Optimizer | None = None
        self.reserve(0)
        self.reserve_learning(0)

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
        """Take memory for so many images and their outputs; what fewer took is not given back."""
        self.most_images = images
        self.images = self._memory.zeros((images, *IMAGE_SHAPE[:2]), np.uint8)
        self.outputs = self._memory.zeros((images, CLASSES), self._dtype)

    def reserve_learning(self, images: int) -> None:
        """Take memory for what passes among the parts while they learn from batches of so many images."""

        def rows(shape: Shape) -> FloatArray:
            return self._memory.zeros((images, *shape), self._dtype)

        self.most_learned = images
        self.gradient = rows((CLASSES,))
        dense = [layer for layer in self.layers if isinstance(layer, Dense)]
        first = self._first_rows.layer if self._first_rows is not None else None
        inputs = [None if layer is first else rows(layer.input_shape) for layer in dense]
        self._ledgers = [
            (layer, Ledger(seen, rows(layer.output_shape))) for layer, seen in zip(dense, inputs, strict=True)
        ]
        if self._first_rows is not None:
            self._first_rows.reserve(images, self._memory, self._dtype)

    def shares(self, images: int) -> list[slice]:
        """How the parts, or as many of them as have enough to do, pass a batch on."""
        return shares(images, self.parts, self._least_share)

    def members(self, images: int) -> int:
        """How many parts learn from a batch."""
        work = images * self._flops + WORK_TO_MOVE * len(self.parameters)
        if work < LEAST_WORK:
            return 1
        return self.parts if self._first_rows is not None else len(self.shares(images))

    def scaled(self, images: ByteArray, pixels: PixelScale) -> FloatArray:
        """Bytes (batch, 28, 28) as the layers see them, (batch, 28, 28, 1)."""
        return pixels.convert(images, self._workspace.array("images", (len(images), *IMAGE_SHAPE)))

    def answer(self, images: int, pixels: PixelScale) -> None:
        """Fill `outputs` for a share of the first `images` of `images`, a few at a time."""
        share = self.shares(images)[self.number]
        for start in range(share.start, share.stop, ANSWERED):
            few = slice(start, min(start + ANSWERED, share.stop))
            self.outputs[few] = self.pass_forward(self.scaled(self.images[few], pixels), None)

    def forward(self, images: int, pixels: PixelScale, key: StepKey) -> None:
        """Learning, pass a share of the first `images` of `images` forward, to `outputs`."""
        cut = self.shares(images)
        has_share = self.number < len(cut)
        rows = self._first_rows
        if rows is not None:
            rows.look_at(self.images[:images], pixels)
        # With very many images, what a part's rows of the first weights give for all of them is more memory
        # to pass on than the weights are.
        if rows is not None and images < PIXELS:
            rows.multiply()
            self._meeting.meet(self.parts)
            if has_share:
                share = cut[self.number]
                values, after = rows.forward(share), rows.layer.position + 1
                self.outputs[share] = self.pass_forward(values, key, len(cut), after)
        elif has_share:
            share = cut[self.number]
            self.outputs[share] = self.pass_forward(self.scaled(self.images[share], pixels), key, len(cut))

    def backward(self, images: int) -> None:
        """Pass a share of `gradient` back, if any; then fill `gradients` in this part's stretches."""
        cut = self.shares(images)
        if self.number < len(cut):
            share = cut[self.number]
            for layer, ledger in self._ledgers:
                layer.ledger = ledger.part(share)
            self.pass_backward(self.gradient[share])
            for layer, _ in self._ledgers:
                layer.ledger = None
        self._meeting.meet(self.parts)
        for layer, ledger in self._ledgers:
            self._write_gradients(layer, ledger.part(slice(0, images)))
        self._add_gradients(len(cut))

    def pass_forward(
        self, values: FloatArray, key: StepKey | None, cut: int = 1, after: int = 0
    ) -> FloatArray:
        """Each layer's outputs are the next one's inputs; `cut` is how many parts pass a share forward.

        The first `after` layers have been passed already.
        """
        learning = None
        if key is not None:
            learning = Learning(key, self.number, cut, partial(self._meeting.meet, cut))
        for layer in self.layers[after:]:
            values = layer.forward(values, learning)
        return values

    def pass_backward(self, gradient: FloatArray) -> None:
        """Each layer's dL/d inputs is the one before's dL/d outputs; nobody needs dL/d images."""
        first = next(position for position, layer in enumerate(self.layers) if layer.parameters)
        for position in range(len(self.layers) - 1, first - 1, -1):
            passed = self.layers[position].backward(gradient, inputs_too=position > first)
            if passed is not None:
                gradient = passed

    def _write_gradients(self, layer: Dense, ledger: Ledger) -> None:
        """Fill the gradients of this part's rows of a dense layer's weights."""
        if ledger.inputs is not None:
            rows = self._rows(layer)
            layer.write_gradients(ledger.inputs[:, rows], ledger.deltas, rows)
        elif self._first_rows is not None:
            self._first_rows.write_gradients(ledger.deltas)

    def _rows(self, layer: Dense) -> slice:
        """The rows of a dense layer's weights that lie in this part's stretches."""
        place, units = layer.slices["weight"], layer.output_shape[0]
        own = self._own(place)
        return slice((own.start - place.start) // units, (own.stop - place.start) // units)

    def _own(self, place: slice) -> slice:
        """What of a place in the flat arrays is this part's to learn; it may be empty."""
        for stretch in self._stretches:
            start, stop = max(place.start, stretch.start), min(place.stop, stretch.stop)
            if start < stop:
                return slice(start, stop)
        return slice(place.start, place.start)

    def _add_gradients(self, cut: int) -> None:
        """Sum what the layers that are not dense have for each share, in this part's stretches."""
        for layer in self.layers:
            if isinstance(layer, Dense):
                continue
            for place in layer.slices.values():
                own = self._own(place)
                for gradients in self._all_gradients[1:cut]:
                    self.gradients[own] += gradients[own]

    def learn_by(self, config: OptimizerConfig, penalty: Penalty) -> None:
        """Move the parameters by this optimizer from now on."""
        self.optimizer = build_optimizer(config, self.parameters, penalty)
        for name, slot in self.optimizer.slots.items():
            self.optimizer.slots[name] = self._memory.zeros(slot.shape, self._dtype)

    def move(self, rate: float, step: int) -> None:
        """Let the optimizer move this part's stretches of the parameters."""
        assert self.optimizer is not None
        self.optimizer.update(self.parameters, self.gradients, rate, step, stretches=self._stretches)

    def move_all(self, rate: float, step: int) -> None:
        """Let the optimizer move all parameters."""
        assert self.optimizer is not None
        self.optimizer.update(self.parameters, self.gradients, rate, step)

    def unit_ranges(self, position: int) -> FloatArray:
        """(2, units): the least and the largest of what each neuron or map gave for this part's share.

        NaN where one of the numbers is NaN.
        """
        outputs = self.layers[position].outputs
        units = outputs.shape[-1]
        # First over the images: rows as long as a whole image's are compared three times as fast.
        least, largest = outputs.min(axis=0), outputs.max(axis=0)
        return np.stack([least.reshape(-1, units).min(axis=0), largest.reshape(-1, units).max(axis=0)])
