"""Lessons on learning: how far a step goes, and how the blame for an error finds its way back."""

import numpy as np

from nn.building import build_layers, parameter_count
from nn.config import Config
from nn.explain.recorders import LayerTrace
from nn.explain.step_trace import StepTrace
from nn.schedules import build_schedule
from tui.numbers import number
from tui.stepping.update import strongest

PLAN = 1000  # steps of an epoch, to read a schedule off; its shape does not depend on it


def learning_rate(config: Config, trace: StepTrace | None) -> list[str]:
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
    moved = _moved(trace)
    if trace and moved is not None:
        layer, share = moved
        lines += [
            f"Step {trace.step + 1:,}: the rate is {number(trace.rate)}; it moves {layer} by {number(share)}",
            "of its weights.",
        ]
    return lines


def chain_rule(config: Config, trace: StepTrace | None) -> list[str]:
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
    layer = _first_learning(trace)
    if trace is None or layer is None:
        return lines
    weight, place = layer.tensors["weight"], strongest(layer, "weight", _strongest_unit(layer))
    slope, name = float(weight.gradient[place]), ",".join(str(at) for at in place)
    return [
        *lines,
        "",
        f"Here, {layer.name}: dL/dW_{name} = {number(slope)}. Raised by 0.001, this weight",
        f"changes the mean loss {number(trace.loss)} by about {number(slope * 0.001)}.",
    ]


def _moved(trace: StepTrace | None) -> tuple[str, float] | None:
    """A layer's name and how much of its weights the step moves."""
    for layer in trace.layers if trace else ():
        weight = layer.tensors.get("weight")
        if weight is not None and np.any(weight.before):
            moved = float(np.linalg.norm(weight.after - weight.before))
            return layer.name, moved / float(np.linalg.norm(weight.before))
    return None


def _first_learning(trace: StepTrace | None) -> LayerTrace | None:
    """The first layer with weights: its gradient came the longest way."""
    return next((layer for layer in trace.layers if "weight" in layer.tensors), None) if trace else None


def _strongest_unit(layer: LayerTrace) -> int:
    gradient = np.abs(layer.tensors["weight"].gradient)
    return int(np.unravel_index(int(gradient.argmax()), gradient.shape)[-1])
