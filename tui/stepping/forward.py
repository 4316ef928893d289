"""The pages of the forward pass: the batch, then what each layer makes of one image."""

from collections.abc import Callable
from math import prod

import numpy as np
from rich.text import Text

from nn.explain.recorders import LayerTrace
from nn.explain.step_trace import StepTrace
from tui.numbers import number, probability
from tui.stepping.look import Look, chosen, formula, product_rows, size, sum_row, value_row, words
from tui.stepping.loss import guess_words, loss_figure

IN_NUMBERS = {
    "none": "z = {a}",
    "relu": "relu(z) = max({z}, 0) = {a}",
    "leaky_relu": "max(z, 0.01 z) of z = {z} = {a}",
    "sigmoid": "sigmoid(z) = 1 / (1 + e^-z) of z = {z} = {a}",
    "tanh": "tanh({z}) = {a}",
    "gelu": "z P(z) of z = {z} = {a}, P the normal distribution's",
}


def batch_page(look: Look) -> list[Text]:
    """The images of the batch with the answers that the step begins with."""
    trace = look.trace
    answers = trace.probabilities.argmax(axis=1)
    lines = [
        words(_when(trace)),
        words(f"{len(trace.labels)} images of its batch go through at once."),
        words(f"X is {size(trace.images.shape)}: image, row, column, grey"),
        words(f"from {number(trace.images.min())} to {number(trace.images.max())}."),
        *([words("Dropout is on, as always in learning.")] if _has_dropout(trace) else []),
        words(),
        formula("  image  true  answer  of the true   loss"),
    ]
    for n, (label, answer) in enumerate(zip(trace.labels, answers, strict=True)):
        share = probability(float(trace.probabilities[n, label]))
        chosen = ">" if n == look.image else " "
        lines.append(
            words(
                f"{chosen} {n + 1:>5}  {label:>4}  {answer:>6}  {share:>11}  "
                f"{loss_figure(trace, trace.losses[n]):>6}"
            )
        )
    lines += [words(), words(f"mean loss {loss_figure(trace, trace.loss)}; {guess_words(trace)}")]
    return lines


def _has_dropout(trace: StepTrace) -> bool:
    return any(layer.layer.kind == "dropout" for layer in trace.layers)


def _when(trace: StepTrace) -> str:
    if trace.step == 0:
        return "The first step: nothing is learned yet."
    if trace.epoch >= trace.epochs:
        return "The run ended; its next step would be this."
    return f"The run's next step, in epoch {trace.epoch + 1} of {trace.epochs}."


def input_name(trace: StepTrace, place: int) -> Callable[[int], str]:
    """How an input of a dense layer is called: by its pixel where it is one, else by its neuron."""
    shape = _shape_before_flattening(trace, place)
    if shape is None:
        before = trace.layers[place - 1].name
        return lambda i: f"i = {i} ({before})"
    if shape == trace.images.shape[1:]:
        return lambda i: "i = {} (pixel {}, {})".format(i, *np.unravel_index(i, shape)[:2])
    return lambda i: "i = {} ({}, {}, channel {})".format(i, *np.unravel_index(i, shape))


def _shape_before_flattening(trace: StepTrace, place: int) -> tuple[int, ...] | None:
    """The shape of what was flattened into a layer's inputs; None where it gets a layer's vector."""
    while place > 0 and trace.layers[place - 1].layer.kind in ("flatten", "dropout"):
        place -= 1
        if len(trace.layers[place].inputs.shape) > 2:
            return trace.layers[place].inputs.shape[1:]
    return trace.images.shape[1:] if place == 0 else None


def dense(look: Look) -> list[Text]:
    """One neuron: its sum with the largest terms filled in, and the activation."""
    layer, j = look.layer, look.unit
    weight, bias = (layer.tensors[name].before for name in ("weight", "bias"))
    batch, (features, units) = len(look.trace.labels), weight.shape
    sums = layer.sums if layer.sums is not None else layer.outputs
    rows = product_rows(
        layer.inputs[look.image], weight[:, j], input_name(look.trace, look.place), look.terms(9)
    )
    return [
        formula("Z = A W + b"),
        words(f"shapes: ({batch} x {features}) ({features} x {units}) + ({units}) = ({batch} x {units})"),
        words(),
        formula(f"z_{j} = sum_i a_i W_i,{j} + b_{j}"),
        *rows,
        value_row(f"b_{j}", float(bias[j])),
        sum_row(f"z_{j}", float(sums[look.image, j])),
        words(),
        activation_line(look),
        spread_line(layer, look.image),
    ]


def activation_line(look: Look) -> Text:
    """What the layer's activation makes of the chosen z."""
    layer, name = look.layer, look.cell_name
    sums = layer.sums if layer.sums is not None else layer.outputs
    z, a = number(chosen(sums, look)), number(chosen(layer.outputs, look))
    return formula(f"a_{name} = {IN_NUMBERS[layer.activation].format(z=z, a=a)}")


def spread_line(layer: LayerTrace, image: int) -> Text:
    """How the layer answers to the image, in a line."""
    values = layer.outputs[image]
    fired = int(np.count_nonzero(values > 0))
    return words(
        f"Its {values.size:,} outputs: {fired:,} above 0; from {number(values.min())} "
        f"to {number(values.max())}, mean {number(values.mean())}."
    )


def flatten(look: Look) -> list[Text]:
    """One number, and where in the map it came from."""
    layer, i = look.layer, look.unit
    shape = layer.inputs.shape[1:]
    place = np.unravel_index(i, shape)
    value = layer.outputs[look.image, i]
    strides = " + ".join(
        f"{prod(shape[axis + 1 :])} * {at}" if prod(shape[axis + 1 :]) > 1 else f"{at}"
        for axis, at in enumerate(place)
    )
    return [
        formula(f"{size(shape)} becomes one vector of {layer.outputs.shape[1]:,} numbers"),
        words("Row by row, and in a row column by column; no number changes."),
        words("A dense layer sees a vector: it does not know which inputs are neighbours."),
        words(),
        formula(f"a_i is input ({', '.join(str(at) for at in place)}), where i = {strides} = {i}"),
        formula(f"a_{i} = {number(value)}"),
        words(),
        spread_line(layer, look.image),
        words("Gradients go back the same way: the vector is folded to the old shape."),
    ]
