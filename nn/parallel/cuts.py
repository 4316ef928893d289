"""How a batch, and the flat arrays of parameters, are cut among the parts of a network."""

from itertools import pairwise
from math import prod

from nn.layers import Dense, Flatten, Layer


def sees_images(layers: list[Layer]) -> Dense | None:
    """The first layer that computes, if it is a dense one."""
    first = next((layer for layer in layers if not isinstance(layer, Flatten)), None)
    return first if isinstance(first, Dense) else None


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


def stretches(layers: list[Layer], parts: int) -> list[list[slice]]:
    """For each part its stretches of the flat arrays, about as long as any other's.

    One is of the weights of the layer that sees the images, if it is dense, which are shared by rows; the
    other is of all that follows. None cuts a row of a dense layer's weights.
    """
    first = sees_images(layers)
    middle = first.slices["weight"].stop if first is not None and parts > 1 else 0
    total = sum(layer.parameter_count for layer in layers)
    fields = [(start, stop) for start, stop in ((0, middle), (middle, total)) if start < stop]
    cut = [_edges(layers, start, stop, parts) for start, stop in fields]
    return [[slice(edges[number], edges[number + 1]) for edges in cut] for number in range(parts)]


def _edges(layers: list[Layer], start: int, stop: int, parts: int) -> list[int]:
    edges = [start + (stop - start) * number // parts for number in range(parts + 1)]
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
