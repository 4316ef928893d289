"""What is said about a layer and about one neuron, filter or channel of it: numbers with their names."""

from collections.abc import Sequence
from math import prod

import numpy as np

from nn.explain.inspection import IMAGE, Inspection, LayerRecord, Tensor
from nn.metrics import least_known
from tui import numbers
from tui.answering.image_words import loss
from tui.inspecting.inspector import Told
from tui.inspecting.sheets import Shape, Sheet, View, input_shape, main_parameter, unit_word
from tui.terminal.display import Display, Marks
from tui.terminal.ramps import signed_ramps

ANSWER_WIDTH = 14  # cells of what is said beside the image
_STRONGEST = 3


def number(value: float) -> str:
    """Three digits that matter, in at most nine cells."""
    return numbers.number(value, 3)


def signed(value: float) -> str:
    """The same with the sign in front."""
    return number(value) if value < 0 else f"+{number(value)}"


def shape_words(shape: Shape) -> str:
    """`24x24x16`, or `128`."""
    return "x".join(str(size) for size in shape)


def spread(tensor: Tensor, width: int = 80) -> str:
    """`min -0.41  mean 0.002  max 0.38`; in fewer cells than that takes, `min -0.41  max 0.38`."""
    least, most = f"min {number(tensor.minimum)}", f"max {number(tensor.maximum)}"
    whole = f"{least}  mean {number(tensor.mean)}  {most}"
    return whole if len(whole) <= width else f"{least}  {most}"


def answer_lines(index: int, label: int, told: Told | None, marks: Marks) -> list[str]:
    """An image, its digit, the answer, its loss, how far the network had learned; `ANSWER_WIDTH` cells.

    The loss is -ln of the digit's share, as wherever answers are looked at; the network may learn by another.
    """
    lines = [f"image {index}", f"{marks.true} true {label}"]
    if told is None:
        return lines
    shares = told.inspection.probabilities
    digit = int(shares.argmax())
    verdict = marks.right if digit == label else marks.wrong
    lines += [f"{marks.predicted} answer {digit} {verdict}", f"  {numbers.probability(float(shares[digit]))}"]
    lines.append(f"loss {loss(shares[label], least_known(shares))}")
    if told.subject.origin.run is None:
        return [*lines, "untrained:", "space trains"]
    return [*lines, f"step {told.step:,}"]


def layer_words(record: LayerRecord) -> str:
    """`dense1: 784 -> 128, relu`."""
    if record.kind == IMAGE:
        return f"the image: {shape_words(record.output_shape)}"
    activation = "" if record.activation == "none" else f", {record.activation}"
    return (
        f"{record.name}: {shape_words(record.input_shape)} -> {shape_words(record.output_shape)}{activation}"
    )


def scale_words(sheet: Sheet, display: Display, *, hues: bool, width: int) -> str:
    """What the colours, or the glyphs, mean; `hues` says whether there are colours to speak of.

    What is blank goes without saying where there is no room for all in `width`.
    """
    if sheet.limit == 0:
        return "all are 0"
    positive, negative = ("blue", "orange") if hues else (ramp.strip() for ramp in signed_ramps(display))
    lowest, highest = sheet.total.minimum, sheet.total.maximum
    parts: list[str] = []
    if highest > 0:
        beyond = " up" if highest > sheet.limit * 1.0001 else ""
        parts.append(f"{positive} {signed(sheet.limit)}{beyond}")
    if lowest < 0:
        beyond = " down" if -lowest > sheet.limit * 1.0001 else ""
        parts.append(f"{negative} {signed(-sheet.limit)}{beyond}")
    words = ", ".join(["blank is 0", *parts])
    return words if len(words) <= width else ", ".join(parts)


def unit_lines(inspection: Inspection, position: int, view: View, unit: int) -> list[str]:
    """The numbers of one neuron, filter or channel: activation, parameters, strongest inputs."""
    layers = inspection.layers
    record = layers[position]
    heading = "pixels" if record.kind == IMAGE else f"{unit_word(record)} {unit}"
    if position == len(layers) - 1:
        heading = f"digit {unit}"
    lines = _own_lines(record, heading, view, unit) + _weight_lines(record, view, unit)
    if record.kind == "dense":
        lines += _input_lines(layers, position, view, unit)
    return lines


def _own_lines(record: LayerRecord, heading: str, view: View, unit: int) -> list[str]:
    """What the unit gives, or its gradient, and the parameters that are its own."""
    values, slopes = record.outputs.values[..., unit], None
    if record.output_gradient is not None:
        slopes = record.output_gradient.values[..., unit]
    vectors = _vector_lines(record, view, unit)
    if values.ndim == 0:
        slope = "" if slopes is None else f", dL/da {number(float(slopes))}"
        return [f"{heading}: activation {number(float(values))}{slope}", *vectors]
    seen = slopes if view is View.ACTIVATION_GRADIENTS and slopes is not None else values
    if not seen.any():
        return [f"{heading}: 0 everywhere", *vectors]
    row, column = np.unravel_index(np.abs(seen).argmax(), seen.shape)
    return [f"{heading}: strongest at row {row}, column {column}", spread(Tensor.of(seen)), *vectors]


def _vector_lines(record: LayerRecord, view: View, unit: int) -> list[str]:
    """`bias 0.021`, or the gradients of such parameters; and what was measured of the unit in training."""
    tensors = record.parameter_gradients if view.is_gradient else {**record.parameters, **record.statistics}
    words = ", ".join(
        f"{_of(name, view)} {number(float(tensor.values[unit]))}"
        for name, tensor in tensors.items()
        if tensor.values.ndim == 1
    )
    return [words] if words else []


def _weight_lines(record: LayerRecord, view: View, unit: int) -> list[str]:
    tensors = record.parameter_gradients if view.is_gradient else record.parameters
    main = main_parameter(record)
    if main is None or main not in tensors or tensors[main].values.ndim == 1:
        return []
    name = _of(main, view) if view.is_gradient else f"{main}s"
    return [f"{name} {spread(Tensor.of(tensors[main].values[..., unit]))}"]


def _of(name: str, view: View) -> str:
    """A parameter's name; of its gradient, with the usual letter."""
    letter = {"weight": "w", "bias": "b"}.get(name, f" {name}")
    return f"dL/d{letter}" if view.is_gradient else name.replace("running_", "")


def _input_lines(layers: Sequence[LayerRecord], position: int, view: View, unit: int) -> list[str]:
    """Which inputs move the neuron most, input x weight; or its weights with the largest gradients."""
    record, inputs = layers[position], layers[position - 1].outputs.values
    weights = record.parameters["weight"].values[:, unit]
    gradient = record.parameter_gradients.get("weight")
    if view.is_gradient and gradient is not None:
        parts, heading = gradient.values[:, unit], "largest dL/dw, from:"
    else:
        with np.errstate(invalid="ignore"):  # nothing times infinity
            parts = inputs * weights
        heading = "strongest inputs, input x weight:"
    lines = [heading]
    for index in np.argsort(-np.abs(parts), kind="stable")[:_STRONGEST].tolist():
        factors = f"{number(float(inputs[index]))} x {signed(float(weights[index]))} = "
        product = ("" if view.is_gradient else factors) + signed(float(parts[index]))
        if parts[index] != 0:
            lines.append(f"  {input_name(layers, position, index)}: {product}")
    return lines if len(lines) > 1 else []


def input_name(layers: Sequence[LayerRecord], position: int, index: int) -> str:
    """Where a dense layer's input comes from: `row 14, column 8`, `channel 3 at (1, 2)`, or `dense1 17`."""
    shape, before = input_shape(layers, position), layers[position - 1]
    if len(shape) == 1 or prod(shape) != before.output_shape[0]:
        return f"{before.name} {index}"
    row, column, channel = np.unravel_index(index, shape)
    return f"row {row}, column {column}" if shape[2] == 1 else f"channel {channel} at ({row}, {column})"
