"""The pages of dropout and of batch normalisation: what they do to one number, in training."""

import numpy as np
from rich.text import Text

from nn.dropout import Dropout
from nn.normalization import BatchNorm
from tui.numbers import number, percent
from tui.stepping.backward import from_above, through_activation
from tui.stepping.forward import activation_line, spread_line
from tui.stepping.look import Look, chosen, formula, sum_row, words


def dropout(look: Look) -> list[Text]:
    """Kept and scaled, or left out."""
    layer = look.layer
    rate = layer.layer.rate if isinstance(layer.layer, Dropout) else 0.0
    given, kept = chosen(layer.inputs, look), chosen(layer.outputs, look)
    were = layer.inputs[look.image] != 0
    total, left_out = int(were.sum()), int((were & (layer.outputs[look.image] == 0)).sum())
    fate = "left out" if given and not kept else "kept" if given else "0 either way"
    return [
        formula(f"a = 0 with probability {rate:g}, else a = input / (1 - {rate:g})"),
        words("No neuron can rely on one other: each step trains another, thinner network."),
        words("Scaled, so that the mean stays; when the network answers, all are kept."),
        words(),
        formula(f"input {number(given)} was {fate}: a = {number(kept)}"),
        words(
            f"of the {total:,} numbers that were not 0, {left_out:,} are left out"
            f"{f': {percent(left_out / total, 0)}' if total else ''}"
        ),
        words(),
        spread_line(layer, look.image),
    ]


def dropout_back(look: Look) -> list[Text]:
    """The same mask once more."""
    lines = [*from_above(look), words()]
    if look.layer.input_gradient is None:
        return [*lines, words("It hands nothing back: no layer before it learns.")]
    return [
        *lines,
        formula("dL/dinput = dL/da / (1 - rate) for what was kept, 0 for what was left out"),
        formula(f"dL/dinput = {number(chosen(look.layer.input_gradient, look))}"),
    ]


def batch_norm(look: Look) -> list[Text]:
    """Mean and deviation over the batch taken off, scale and shift put on."""
    layer, feature = look.layer, look.cell[-1]
    images, is_map = len(layer.inputs), layer.inputs.ndim > 2
    mean, deviation, count = _measured(look)
    x = chosen(layer.inputs, look)
    scale, shift = (float(layer.tensors[name].before[feature]) for name in ("weight", "bias"))
    sums = layer.sums if layer.sums is not None else layer.outputs
    what = "map" if is_map else "neuron"
    return [
        formula("z = gamma * (x - m) / s + beta"),
        words(f"m and s over these {images} images: {count:,} numbers of {what} {feature}; the run"),
        words("takes them over its whole batch, and answers by their running means."),
        words(),
        sum_row("m, the mean", mean),
        sum_row("s, the deviation", deviation),
        sum_row("n = (x - m) / s", (x - mean) / deviation, f"x = {number(x)}"),
        sum_row(
            "z = gamma n + beta",
            chosen(sums, look),
            f"gamma = {number(scale)}, beta = {number(shift)}",
        ),
        words(),
        activation_line(look),
        spread_line(layer, look.image),
    ]


def batch_norm_back(look: Look) -> list[Text]:
    """dL/dx with its two means, and the gradients of scale and shift."""
    layer, feature = look.layer, look.cell[-1]
    weight, bias = layer.tensors["weight"], layer.tensors["bias"]
    lines = [
        *from_above(look),
        words(),
        *through_activation(look),
        words(),
        formula(f"dL/dgamma_{feature} = sum of delta n = {number(weight.gradient[feature])}"),
        formula(f"dL/dbeta_{feature}  = sum of delta   = {number(bias.gradient[feature])}"),
    ]
    if layer.input_gradient is None:
        return [*lines, words("It hands nothing back: no layer before it learns.")]
    scale, delta = float(weight.before[feature]), layer.sum_gradient
    mean, deviation, count = _measured(look)
    own = scale * (chosen(delta, look) if delta is not None else 0.0)
    shares = scale * float(bias.gradient[feature]) / count, scale * float(weight.gradient[feature]) / count
    n = (chosen(layer.inputs, look) - mean) / deviation
    return [
        *lines,
        words(),
        formula("dL/dx = (d - mean(d) - n mean(d n)) / s,  d = gamma delta"),
        words("Two means are taken off, because every x moves m and s for all of them."),
        words(
            f"  ({number(own)} - {number(shares[0])} - {number(n)} * {number(shares[1])}) "
            f"/ {number(deviation)}"
        ),
        formula(f"  = {number(chosen(layer.input_gradient, look))}"),
    ]


def _measured(look: Look) -> tuple[float, float, int]:
    """Mean and deviation of the chosen feature over the batch, and over how many numbers."""
    values = look.layer.inputs[..., look.cell[-1]].astype(np.float64)
    eps = look.layer.layer.eps if isinstance(look.layer.layer, BatchNorm) else 0.0
    return float(values.mean()), (float(values.var()) + eps) ** 0.5, values.size
