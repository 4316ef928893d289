"""The pages of the backward pass: each delta from the next one, and what it makes of the weights."""

import numpy as np
from rich.text import Text

from nn.arrays import FloatArray
from nn.convolution import Conv2D
from nn.explain.recorders import LayerTrace
from tui.numbers import number
from tui.stepping.forward import input_name
from tui.stepping.look import Look, chosen, formula, product_rows, size, sum_row, words

HANDED_BACK = {
    "flatten": "the same number, its vector folded back",
    "maxpool2d": "all of it where this was the largest of its window, else 0",
    "avgpool2d": "the same part for each pixel of the window",
    "global_avgpool2d": "the same part for each place of the map",
    "dropout": "scaled where this was kept, 0 where it was left out",
    "batchnorm": "by its rule for dL/dx",
}
SLOPES = {
    "none": "1: a = z",
    "relu": "1 where z > 0, else 0; z = {z}",
    "leaky_relu": "1 where z > 0, else 0.01; z = {z}",
    "sigmoid": "a (1 - a) = {a} * (1 - {a})",
    "tanh": "1 - a^2 = 1 - {a}^2",
    "gelu": "P(z) + z p(z), the normal distribution and its density; z = {z}",
}


def strongest_input(layer: LayerTrace, unit: int) -> int:
    """The input of a dense neuron whose weight has the largest gradient."""
    return int(np.abs(layer.tensors["weight"].gradient[:, unit]).argmax())


def dense(look: Look) -> list[Text]:
    """delta from the next layer's, and what it makes of weights and bias."""
    return [*from_above(look), words(), *through_activation(look), words(), *_weights(look)]


def from_above(look: Look) -> list[Text]:
    """dL/da of the chosen number: a sum over what it feeds, or what the layer behind it hands back."""
    layer, name = look.layer, look.cell_name
    value = chosen(layer.output_gradient, look) if layer.output_gradient is not None else 0.0
    following = look.trace.layers[look.place + 1] if look.place + 1 < len(look.trace.layers) else None
    if following is None:
        return [
            formula(f"dL/da_{name} = {number(value)}"),
            words("the loss's own gradient, from the page before"),
        ]
    terms = _what_it_feeds(look, following)
    if terms is None:
        return [
            formula(f"dL/da_{name} = {number(value)}"),
            words(f"from {following.name}: {HANDED_BACK[following.layer.kind]}"),
        ]
    weights, deltas, names = terms
    rows = product_rows(weights, deltas, lambda k: names[k], look.terms(11, sums=2))
    return [
        formula(f"dL/da_{name} = sum of W * delta over all that it feeds in {following.name}"),
        *rows,
        sum_row(f"dL/da_{name}", value),
    ]


def _what_it_feeds(look: Look, following: LayerTrace) -> tuple[FloatArray, FloatArray, list[str]] | None:
    """Weights, deltas and names of what the chosen number is multiplied into; None where it is not."""
    if following.sum_gradient is None:
        return None
    delta = following.sum_gradient[look.image]
    if following.layer.kind == "dense":
        names = [f"neuron {k}" for k in range(len(delta))]
        return following.tensors["weight"].before[look.unit], delta, names
    if isinstance(following.layer, Conv2D):
        return _kernels_over(look.cell, following.layer, following.tensors["weight"].before, delta)
    return None


def _kernels_over(
    cell: tuple[int, ...], conv: Conv2D, weight: FloatArray, delta: FloatArray
) -> tuple[FloatArray, FloatArray, list[str]]:
    """Every place of a convolution whose window holds the cell, with the weight that lies over it."""
    row, column, channel = cell
    (top, _), (left, _) = conv.margins
    stride, kernel = conv.config.stride, conv.config.kernel
    weights: list[FloatArray] = []
    deltas: list[FloatArray] = []
    names: list[str] = []
    for down, along in np.ndindex(kernel, kernel):
        y, y_rest = divmod(row + top - down, stride)
        x, x_rest = divmod(column + left - along, stride)
        if y_rest or x_rest or not (0 <= y < delta.shape[0] and 0 <= x < delta.shape[1]):
            continue
        weights.append(weight[down, along, channel])
        deltas.append(delta[y, x])
        names += [f"at {y}, {x}, kernel {filter_}" for filter_ in range(delta.shape[2])]
    if not weights:  # a long stride passes over it
        return np.empty(0), np.empty(0), []
    return np.concatenate(weights), np.concatenate(deltas), names


def through_activation(look: Look) -> list[Text]:
    """delta = dL/dz = dL/da * f'(z) of the chosen number."""
    layer, name = look.layer, look.cell_name
    if layer.sums is None or layer.slopes is None:
        return []
    gradients = [layer.output_gradient, layer.slopes, layer.sum_gradient]
    upper, slope, delta = (number(chosen(array, look)) if array is not None else "?" for array in gradients)
    z, a = number(chosen(layer.sums, look)), number(chosen(layer.outputs, look))
    return [
        formula(f"delta_{name} = dL/da_{name} * f'(z_{name}) = {upper} * {slope} = {delta}"),
        words(f"f' = {SLOPES[layer.activation].format(z=z, a=a)}"),
    ]


def _weights(look: Look) -> list[Text]:
    """dL/dW of the weight with the largest gradient, dL/db, and whether a gradient goes on."""
    layer, j = look.layer, look.unit
    weight, bias = layer.tensors["weight"], layer.tensors["bias"]
    i, delta = strongest_input(layer, j), layer.sum_gradient
    if delta is None:
        return []
    name = input_name(look.trace, look.place)
    rows = product_rows(layer.inputs[:, i], delta[:, j], lambda n: f"image {n + 1}", look.terms(11, sums=2))
    return [
        formula(f"dL/dW_{i},{j} = sum over images: a_{i} delta_{j}; {name(i)}"),
        *rows,
        sum_row(f"dL/dW_{i},{j}", float(weight.gradient[i, j])),
        formula(f"dL/db_{j} = sum over the images of delta_{j} = {number(bias.gradient[j])}"),
        words(
            "Nothing goes further back: nobody changes the pixels." if layer.input_gradient is None else ""
        ),
    ]


def plain(look: Look) -> list[Text]:
    """A layer that has no page of its own: what comes and what goes."""
    layer = look.layer
    if layer.output_gradient is None:
        return [words("Backpropagation ends before this layer: it has nothing to learn.")]
    lines = [*from_above(look), words(), *through_activation(look), words()]
    lines.append(
        words(
            f"It gets dL/da ({size(layer.output_gradient.shape[1:])}), "
            f"its length {_length(layer.output_gradient)},"
        )
    )
    if layer.input_gradient is None:
        lines.append(words("and hands nothing back: no layer before it learns."))
    else:
        shape = size(layer.input_gradient.shape[1:])
        lines.append(words(f"and hands back ({shape}), its length {_length(layer.input_gradient)}."))
    return lines


def _length(array: "np.ndarray[tuple[int, ...], np.dtype[np.floating]]") -> str:
    return number(float(np.linalg.norm(array)))
