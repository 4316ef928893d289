"""The pages of layers that see feature maps: a window of the input, and what becomes of it."""

import numpy as np
from rich.text import Text

from nn.arrays import FloatArray
from nn.convolution import Conv2D
from nn.explain.recorders import LayerTrace
from nn.pooling import Pool2D
from tui.numbers import number
from tui.stepping.backward import from_above, through_activation
from tui.stepping.forward import activation_line, spread_line
from tui.stepping.look import Look, chosen, formula, product_rows, sum_row, value_row, words

WIDEST = 5  # a window with longer sides is shown by its largest terms, not as a square


def convolution(look: Look) -> list[Text]:
    """The window under the kernel, channel by channel, for one cell of one map."""
    layer, (row, column, filter_) = look.layer, look.cell
    weight, bias = layer.tensors["weight"].before, layer.tensors["bias"].before[filter_]
    window = _window(look)
    products = window.astype(np.float64) * weight[..., filter_]
    kernel, _, channels, _ = weight.shape
    sums = layer.sums if layer.sums is not None else layer.outputs
    place = f"{row},{column},{filter_}"
    head = [
        formula(f"z_{place} = b_{filter_} + sum over the window of a * W"),
        words(
            f"the window is {kernel} x {kernel} x {channels}; kernel {filter_} sees it as it sees all others"
        ),
        words(),
    ]
    if kernel <= WIDEST:
        channel = int(np.abs(products.sum(axis=(0, 1))).argmax())
        own, rest = products[..., channel].sum(), products.sum() - products[..., channel].sum()
        body = [
            *_squares(f"a, channel {channel}", window[..., channel], "W", weight[..., channel, filter_]),
            value_row(f"sum in channel {channel}", float(own)),
            *([value_row(f"{channels - 1} other channels", float(rest))] if channels > 1 else []),
        ]
    else:
        body = product_rows(
            window.ravel(),
            weight[..., filter_].ravel(),
            lambda i: "({}, {}), channel {}".format(*np.unravel_index(i, window.shape)),
            look.terms(9),
        )
    return [
        *head,
        *body,
        value_row(f"b_{filter_}", float(bias)),
        sum_row(f"z_{place}", chosen(sums, look)),
        words(),
        activation_line(look),
        spread_line(layer, look.image),
    ]


def convolution_back(look: Look) -> list[Text]:
    """delta of one cell; and the kernel's weight with the largest gradient, a sum over all places."""
    layer, filter_ = look.layer, look.cell[-1]
    weight, bias, delta = layer.tensors["weight"], layer.tensors["bias"], layer.sum_gradient
    if delta is None:
        return [words("Backpropagation ends before this layer.")]
    down, along, channel = np.unravel_index(
        int(np.abs(weight.gradient[..., filter_]).argmax()), weight.gradient.shape[:-1]
    )
    conv, padded = _conv(layer), _padded(layer)
    rows, columns = delta.shape[1:3]
    stride = conv.config.stride
    seen = padded[
        :,
        down : down + stride * (rows - 1) + 1 : stride,
        along : along + stride * (columns - 1) + 1 : stride,
        channel,
    ]
    name, upper = f"{down},{along},{channel},{filter_}", from_above(look)
    lines = product_rows(
        seen.ravel(),
        delta[..., filter_].ravel(),
        lambda i: "image {}, at {}, {}".format(*_from_one(np.unravel_index(i, seen.shape))),
        look.terms(8 + len(upper)),
    )
    return [
        *upper,
        words(),
        *through_activation(look),
        words(),
        formula(f"dL/dW_{name} = sum over images and places of a * delta"),
        *lines,
        sum_row(f"dL/dW_{name}", float(weight.gradient[down, along, channel, filter_])),
        formula(f"dL/db_{filter_} = sum of delta over the same = {number(bias.gradient[filter_])}"),
        words(
            "Nothing goes further back: nobody changes the pixels." if layer.input_gradient is None else ""
        ),
    ]


def max_pool(look: Look) -> list[Text]:
    """The largest of the window."""
    return _pool(look, "the largest of the window: a feature counts wherever in it it is")


def average_pool(look: Look) -> list[Text]:
    """The mean of the window."""
    return _pool(look, "the mean of the window")


def pool_back(look: Look) -> list[Text]:
    """What each pixel of the window gets of the cell's gradient."""
    layer, channel = look.layer, look.cell[-1]
    is_max = layer.layer.kind == "maxpool2d"
    why = (
        "All of it goes to the largest, which alone moved the output."
        if is_max
        else "Each pixel moved the output by the same part, and gets that part of it."
    )
    lines = [
        *from_above(look),
        words(),
        formula(f"da/dinput: {'1 for the largest, else 0' if is_max else 'one over their number'}"),
    ]
    if layer.input_gradient is None:
        return [*lines, words("It hands nothing back: no layer before it learns.")]
    corner = _pool_corner(look)
    window = layer.input_gradient[look.image][corner][..., channel]
    return [
        *lines,
        words(why),
        words(),
        *_squares("input", layer.inputs[look.image][corner][..., channel], "dL/dinput", window),
    ]


def global_pool(look: Look) -> list[Text]:
    """The mean of a whole map."""
    layer, channel = look.layer, look.unit
    values = layer.inputs[look.image, :, :, channel]
    rows, columns = values.shape
    return [
        formula(f"a_{channel} = the mean of map {channel}, {rows} x {columns} = {values.size} places"),
        words("One number a map: how much of its feature there is, wherever it is."),
        words(),
        sum_row("sum of the map", float(values.astype(np.float64).sum())),
        sum_row(f"over {values.size}: a_{channel}", float(layer.outputs[look.image, channel])),
        words(),
        words(f"The map goes from {number(values.min())} to {number(values.max())}."),
        spread_line(layer, look.image),
    ]


def global_pool_back(look: Look) -> list[Text]:
    """The same part for every place of a map."""
    layer, channel = look.layer, look.unit
    lines = [*from_above(look), words()]
    if layer.input_gradient is None:
        return [*lines, words("It hands nothing back: no layer before it learns.")]
    passed = layer.input_gradient[look.image, 0, 0, channel]
    places = layer.inputs[look.image, :, :, channel].size
    return [
        *lines,
        formula(f"each of the {places} places of map {channel} gets one part in {places}: {number(passed)}"),
    ]


def _pool(look: Look, rule: str) -> list[Text]:
    layer, channel = look.layer, look.cell[-1]
    window = layer.inputs[look.image][_pool_corner(look)][..., channel]
    rows, columns = window.shape
    shapes = f"{_plain(layer.inputs.shape[1:])} -> {_plain(layer.outputs.shape[1:])}"
    return [
        formula(f"a = {rule}"),
        words(f"windows of {rows} x {columns}: {shapes}; nothing to learn here"),
        words(),
        *_squares(f"input, map {channel}", window),
        sum_row(f"a_{look.cell_name}", chosen(layer.outputs, look)),
        words(),
        spread_line(layer, look.image),
    ]


def _plain(shape: tuple[int, ...]) -> str:
    return " x ".join(str(length) for length in shape)


def _pool_corner(look: Look) -> tuple[slice, slice]:
    pool = look.layer.layer
    size = pool.size if isinstance(pool, Pool2D) else 1
    row, column, _ = look.cell
    return slice(row * size, (row + 1) * size), slice(column * size, (column + 1) * size)


def _conv(layer: LayerTrace) -> Conv2D:
    assert isinstance(layer.layer, Conv2D)
    return layer.layer


def _padded(layer: LayerTrace) -> FloatArray:
    """The inputs inside the frame of zeros that padding adds."""
    return np.pad(layer.inputs, ((0, 0), *_conv(layer).margins, (0, 0)))


def _window(look: Look) -> FloatArray:
    """What the kernel sees at the chosen cell: (kernel, kernel, channels)."""
    config = _conv(look.layer).config
    top, left = (at * config.stride for at in look.cell[:2])
    return _padded(look.layer)[look.image, top : top + config.kernel, left : left + config.kernel]


def _squares(
    title: str, values: FloatArray, other_title: str = "", others: FloatArray | None = None
) -> list[Text]:
    """One or two squares of numbers beside each other, under their titles; the corner of large ones."""
    values = values[:WIDEST, :WIDEST]
    width = 7 * values.shape[1]
    lines = [formula(f"  {title:<{width}}   {other_title}".rstrip())]
    for at, row in enumerate(values):
        line = "".join(f"{_cell(value):>7}" for value in row)
        if others is not None:
            line += "   " + "".join(f"{_cell(value):>7}" for value in others[at, :WIDEST])
        lines.append(words(line))
    return lines


def _cell(value: float) -> str:
    """A number in six cells."""
    value = float(value)
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"


def _from_one(place: tuple[np.intp, ...]) -> tuple[int, ...]:
    """Images are counted from 1 on screen, places from 0."""
    return int(place[0]) + 1, *(int(at) for at in place[1:])
