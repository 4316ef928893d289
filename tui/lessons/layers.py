"""Lessons on layers: what an activation is for, how weights begin, and which shapes fit."""

import numpy as np

from nn.building import build_layers, parameter_count
from nn.config import CLASSES, Config
from nn.initializers import deviation
from nn.layers import Layer
from tui.lessons.example import Example, SeenLayer
from tui.numbers import number
from tui.stepping.look import size

MOST_ROWS = 8


def relu(config: Config, example: Example | None) -> list[str]:
    """Why something must bend between two layers, and why this bend."""
    count = parameter_count(config.network)
    linear = 784 * CLASSES + CLASSES
    activations = [getattr(layer, "activation", "none") for layer in config.network.layers]
    hidden = sum(name != "none" for name in activations)
    lines = [
        "Without a bend between them two layers are one:",
        "",
        "    (x W1 + b1) W2 + b2 = x (W1 W2) + (b1 W2 + b2)",
        "",
        f"however many there are. This network's {count:,} parameters could then do",
        f"no more than one layer of {linear:,} (784 x 10 + 10): about 92 % on MNIST.",
        "",
        "ReLU, max(z, 0), bends once. Its slope is 1 or 0: a gradient passes whole or",
        "not at all. A sigmoid's slope is at most 1/4, and slopes multiply:",
        f"as many sigmoids as there are activations here, {hidden}, leave at best "
        f"{0.25**hidden:.2g} of the gradient.",
        "The price: a neuron below 0 for every image has slope 0 for good. It is",
        "dead; leaky_relu leaves it a slope of 0.01.",
    ]
    found = example.layer_with_activation() if example else None
    if example is None or found is None:
        return [*lines, "", f"Here: activations {_joined(activations)}."]
    return [*lines, "", f"Here, {example.image}: {_bent(found)}{_slope_at(found)}"]


def _bent(layer: SeenLayer) -> str:
    """What the layer's activation makes of an image."""
    if layer.activation in ("sigmoid", "tanh") and layer.slopes is not None:
        most = "1/4" if layer.activation == "sigmoid" else "1"
        return (
            f"the slopes of {layer.name} ({layer.activation}), at most {most}, "
            f"are {number(layer.slopes.mean())} in the mean."
        )
    fired, total = int(np.count_nonzero(layer.outputs > 0)), layer.outputs.size
    said = f"{layer.name} ({layer.activation}) gives more than 0 at {fired:,} of {total:,} places"
    if layer.sums is None:
        return f"{said}."
    silent = int(np.count_nonzero(~(layer.sums > 0).any(axis=0)))
    return f"{said}; {silent:,} give no more than 0 for any of the {len(layer.sums)} images."


def _slope_at(layer: SeenLayer) -> str:
    """The number looked at, and its slope."""
    if layer.cell is None or layer.slopes is None:
        return ""
    name = ",".join(str(at) for at in layer.cell)
    a, slope = number(layer.outputs[layer.cell]), number(layer.slopes[layer.cell])
    return f" At a_{name} = {a} the slope is {slope}."


def initialisation(config: Config, example: Example | None) -> list[str]:
    """Why weights begin as random numbers of just this size."""
    name = config.network.initializer
    layers = [layer for _, layer in build_layers(config.network) if _draws(layer)]
    lines = [
        "Neurons that begin alike get the same gradient and stay alike: weights must",
        "begin different, so at random. And of the right size: z sums fan_in terms, so",
        "its deviation is sqrt(fan_in) times that of a weight (with inputs near 1).",
        "Too large, and numbers explode from layer to layer; too small, and they",
        "vanish, and the gradients with them on the way back.",
        "",
        "  he      sqrt(2 / fan_in)               for ReLU, which lets half pass",
        "  glorot  sqrt(2 / (fan_in + fan_out))   for sigmoid and tanh",
        "  lecun   sqrt(1 / fan_in)",
        "",
        f'Here: initializer "{name}" draws weights of deviation',
    ]
    lines += [
        f"  {number(deviation(config.network, *layer.fans)):>8}   "
        f"fan_in {layer.fans[0]:,}, fan_out {layer.fans[1]:,}, {layer.kind}"
        for layer in layers[:3]
    ]
    if len(layers) > 3:
        lines.append(f"  .. and {_more_layers(len(layers) - 3)}")
    learned = example.layer_with_weights() if example else None
    if example and learned is not None and learned.weights is not None:
        given = (
            f"what it gives for {example.image} {number(learned.outputs.std())}"
            if learned.sums is None
            else f"its z {number(learned.sums.std())}"
        )
        lines.append(
            f"At step {example.step:,} {learned.name}'s weights have {number(learned.weights.std())}, "
            f"{given}."
        )
    return lines


def shapes(config: Config, example: Example | None) -> list[str]:
    """Flattening, and what multiplies what."""
    trace = example.trace if example else None
    batch = len(trace.labels) if trace else config.training.batch_size
    lines = [
        "A batch of images is one array: (images, rows, columns, channels). A dense",
        "layer multiplies matrices, (n x a)(a x b) = (n x b): the inner lengths must",
        "agree. So an image is laid flat first: row after row, 28 x 28 x 1 = 784",
        "numbers. Nothing is lost but who is whose neighbour; conv2d keeps that.",
        "The bias (b) is added to each of the n rows. n may be any number: no weight",
        "depends on it.",
        "",
        f"Here, {f'{batch:,}' if batch else 'all'} images at a time; behind the colon the parameters:",
    ]
    layers = [layer for _, layer in build_layers(config.network)]
    kept = layers if len(layers) <= MOST_ROWS else [*layers[: MOST_ROWS - 1], layers[-1]]
    for number_, layer in enumerate(kept):
        if len(kept) < len(layers) and number_ == len(kept) - 1:
            lines.append(f"  .. {_more_layers(len(layers) - len(kept))}")
        lines.append("  " + _shape_row(layer))
    return [*lines, f"Together: {parameter_count(config.network):,} parameters."]


def _shape_row(layer: Layer) -> str:
    if layer.kind == "dense":
        a, b = layer.input_shape[0], layer.output_shape[0]
        return f"dense      (n x {a})({a} x {b}) + ({b}) = (n x {b}): {layer.parameter_count:,}"
    row = f"{layer.kind:<10} n x {size(layer.input_shape)} -> n x {size(layer.output_shape)}"
    return row + (f": {layer.parameter_count:,}" if layer.parameter_count else "")


def _draws(layer: Layer) -> bool:
    """Whether the initializer draws the layer's weights; those of a batch normalisation begin as 1."""
    return "weight" in layer.parameter_shapes and layer.kind != "batchnorm"


def _more_layers(count: int) -> str:
    return f"{count} more layer{'s' if count != 1 else ''}"


def _joined(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else ", ".join([*names[:5], f".. {len(names) - 5} more"])
