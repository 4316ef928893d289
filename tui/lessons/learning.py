"""Lessons on learning: how far a step goes, and how the blame for an error finds its way back."""

import numpy as np

from nn.arrays import FloatArray
from nn.building import build_layers, parameter_count
from nn.config import Config
from nn.schedules import build_schedule
from tui.lessons.example import Example, SeenLayer
from tui.numbers import number

PLAN = 1000  # steps of an epoch, to read a schedule off; its shape does not depend on it


def learning_rate(config: Config, example: Example | None) -> list[str]:
    """Why neither too far nor too short."""
    training = config.training
    peak, tag = training.optimizer.learning_rate, str(training.optimizer.__struct_config__.tag)
    schedule = build_schedule(training.schedule, max(1, training.epochs) * PLAN, PLAN)
    total = max(1, training.epochs) * PLAN
    begin, third, end = (peak * schedule(total * share) for share in (0, 1 / 3, 1))
    lines = [
        "The gradient says which way is down, not how far down goes on:",
        "",
        "    w := w - rate * gradient",
        "",
        "In a valley of curvature c a step of rate 1/c lands at the bottom, one above",
        "2/c lands higher on the other side than it began, each time further: it",
        "diverges. Far below that, all is right and nothing happens. The steepest",
        "curvature decides, so one tries: 3 times up, 3 times down, and looks.",
        "A sign of health: a step moves a layer by about 0.001 of its weights.",
        "High first, to get far; low at the end, to settle: that is the schedule.",
        "",
        f"Here: {tag} at {peak:g}, schedule {training.schedule.__struct_config__.tag}: the rate begins at",
        f"{number(begin)}, is {number(third)} after a third of {training.epochs} epochs and ends at",
        f"{number(end)}.",
    ]
    if tag in ("adam", "adamw", "rmsprop"):
        lines.append(f"{tag} divides by the gradient's usual size: {peak:g} is about the size of a step.")
    moved = _moved(example) if example else None
    if example and example.trace and moved is not None:
        layer, share = moved
        lines += [
            f"Step {example.step + 1:,}: the rate is {number(example.trace.rate)}; it moves {layer} by",
            f"{number(share)} of its weights.",
        ]
    return lines


def chain_rule(config: Config, example: Example | None) -> list[str]:
    """How dL/dw of every weight comes from one pass back."""
    count = parameter_count(config.network)
    depth = sum(layer.parameter_count > 0 for _, layer in build_layers(config.network))
    lines = [
        "If w moves z, z moves a, and a moves the loss L, slopes multiply:",
        "",
        "    dL/dw = dL/da * da/dz * dz/dw",
        "",
        "Where a feeds many, their shares add up. delta = dL/dz is what a neuron is to",
        "blame for; the layer before gets its deltas from these alone:",
        "",
        "    delta_j = f'(z_j) * sum_k W_jk delta_k       dL/dW_ij = a_i delta_j",
        "",
        f"So one pass back through {depth} layers that learn gives all {count:,} slopes, for",
        "about twice the work of the pass forward. Trying each weight by itself would",
        f"take {count:,} passes: that is the gradient check, done for a few.",
    ]
    layer = example.layer_with_gradient() if example else None
    if example is None or layer is None or layer.gradient is None:
        return lines
    place = _strongest(layer, layer.gradient)
    slope, name = float(layer.gradient[place]), ",".join(str(at) for at in place)
    letter = "gamma" if layer.kind == "batchnorm" else "W"
    loss, value = example.slope_of
    return [
        *lines,
        "",
        f"Here, {layer.name}: dL/d{letter}_{name} = {number(slope)}. Raised by 0.001, this weight",
        f"changes {loss}, {number(value)}, by about {number(slope * 0.001)}.",
    ]


def _moved(example: Example) -> tuple[str, float] | None:
    """The layer looked at, or the first that had weights before the step, and how much of them it moves."""
    layers = example.trace.layers if example.trace else ()
    looked_at = layers[example.place : example.place + 1] if example.place is not None else ()
    for layer in (*looked_at, *layers):
        weight = layer.tensors.get("weight")
        if weight is not None and np.any(weight.before):
            moved = float(np.linalg.norm(weight.after - weight.before))
            return layer.name, moved / float(np.linalg.norm(weight.before))
    return None


def _strongest(layer: SeenLayer, gradient: FloatArray) -> tuple[int, ...]:
    """The largest gradient of a weight: of the neuron or filter looked at, else of all."""
    sizes = np.abs(gradient)
    if layer.cell is None:
        return tuple(int(at) for at in np.unravel_index(int(sizes.argmax()), sizes.shape))
    own = sizes[..., layer.cell[-1]]
    return (*(int(at) for at in np.unravel_index(int(own.argmax()), own.shape)), layer.cell[-1])
