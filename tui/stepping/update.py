"""The pages of the update: how a weight's gradient becomes its move, by the optimizer's own rule.

Slots, gradients and weights are the trace's. What stands between them (Adam's corrected means) is worked out
here, to be read beside them, and its last line is the weight that the optimizer left. The slots hold plain
sums, which the papers' means are (1 - beta) times.
"""

from collections.abc import Callable, Mapping

import numpy as np
from rich.text import Text

from nn.config import (
    AdamConfig,
    AdamWConfig,
    MomentumConfig,
    NesterovConfig,
    RMSpropConfig,
)
from nn.explain.recorders import LayerTrace, TensorTrace
from tui.numbers import number
from tui.stepping.look import Look, formula, words

Index = tuple[int, ...]
COARSE = 100  # steps of float32: a move of fewer is rounded by what its written digits show


def layer_page(look: Look) -> list[Text]:
    """One weight of the chosen neuron, moved; its layer's moves in a line."""
    layer = look.layer
    name = next(iter(layer.tensors))
    tensor, place = layer.tensors[name], strongest(layer, name, look.cell[-1])
    title = _called(layer, name, place)
    return [
        words(
            f"{title}: the scale of its normalised numbers."
            if layer.layer.kind == "batchnorm"
            else f"{title}: of this one's {name}s, that with the largest gradient."
        ),
        *_gradient(look, name, tensor, place),
        words(),
        *_rule(look)(look, tensor, place),
        *_small_move(tensor, place),
        *_bound(look, tensor, place),
        words(),
        *_others(look, name),
        *_layers_move(layer, name),
    ]


def strongest(layer: LayerTrace, name: str, last: int) -> Index:
    """The place with the largest gradient among those of one neuron, filter or channel: the last axis."""
    own = np.abs(layer.tensors[name].gradient[..., last])
    return (*(int(at) for at in np.unravel_index(int(own.argmax()), own.shape)), last)


def _letters(layer: LayerTrace) -> Mapping[str, str]:
    """How a layer's formulas call its tensors; g is the gradient on these pages."""
    is_scale = layer.layer.kind == "batchnorm"
    return {"weight": "gamma", "bias": "beta"} if is_scale else {"weight": "W", "bias": "b"}


def _called(layer: LayerTrace, name: str, place: Index) -> str:
    return f"{_letters(layer)[name]}_{','.join(str(at) for at in place)}"


def _gradient(look: Look, name: str, tensor: TensorTrace, place: Index) -> list[Text]:
    """From backpropagation's gradient to the one that the optimizer sees, and the rate."""
    training = look.trace.config.training
    raw, clipped, pulled = (float(a[place]) for a in (tensor.gradient, tensor.clipped, tensor.pulled))
    lines = [formula(f"gradient  g = {number(raw)}")]
    if training.clip_norm:
        lines.append(
            words(
                f"  clipped: the whole gradient is {number(look.trace.norm)} long, allowed "
                f"{training.clip_norm:g}: g = {number(clipped)}"
            )
        )
    if name == "weight" and (training.l1 or training.l2):
        lines.append(
            words(
                f"  penalties: {training.l1:g} sign(w) + {training.l2:g} w = {number(pulled - clipped)}: "
                f"g = {number(pulled)}"
            )
        )
    peak = training.optimizer.learning_rate
    factor = look.trace.rate_factor
    share = look.trace.rate / (peak * factor) if peak * factor else 0.0
    steered = f" * {number(factor)}" if factor != 1 else ""
    schedule = training.schedule.__struct_config__.tag
    lines.append(formula(f"rate      r = {peak:g} * {number(share)}{steered} = {number(look.trace.rate)}"))
    note = f"  the share is the schedule's ({schedule}) at step {look.trace.step + 1:,}"
    lines.append(words(f"{note}; the last factor is yours" if steered else note))
    return lines


def _rule(look: Look) -> Callable[[Look, TensorTrace, Index], list[Text]]:
    match look.trace.config.training.optimizer:
        case AdamConfig() | AdamWConfig():
            return _adam
        case RMSpropConfig():
            return _rmsprop
        case MomentumConfig() | NesterovConfig():
            return _momentum
        case _:
            return _sgd


def _sgd(look: Look, tensor: TensorTrace, place: Index) -> list[Text]:
    g = float(tensor.pulled[place])
    return [formula("w := w - r * g"), _move(tensor, place, f"{number(look.trace.rate)} * {number(g)}")]


def _momentum(look: Look, tensor: TensorTrace, place: Index) -> list[Text]:
    optimizer = look.trace.config.training.optimizer
    assert isinstance(optimizer, MomentumConfig | NesterovConfig)
    old, new = (float(slots["velocity"][place]) for slots in (tensor.slots_before, tensor.slots_after))
    rate, g, keep = number(look.trace.rate), number(tensor.pulled[place]), f"{optimizer.momentum:g}"
    lines = [formula(f"v := {keep} v + g = {keep} * {number(old)} + {g} = {number(new)}")]
    if isinstance(optimizer, NesterovConfig):
        lines.append(formula(f"w := w - r * (g + {keep} v): a look one step ahead"))
        return [*lines, _move(tensor, place, f"{rate} * ({g} + {keep} * {number(new)})")]
    return [*lines, formula("w := w - r * v"), _move(tensor, place, f"{rate} * {number(new)}")]


def _adam(look: Look, tensor: TensorTrace, place: Index) -> list[Text]:
    """The paper's form; the optimizer keeps m / (1 - beta1) and v / (1 - beta2)."""
    optimizer = look.trace.config.training.optimizer
    assert isinstance(optimizer, AdamConfig | AdamWConfig)
    t, (b1, b2) = look.trace.step + 1, (optimizer.beta1, optimizer.beta2)
    g = float(tensor.pulled[place])
    m_old, m = (
        float(slots["gradient_sum"][place]) * (1 - b1) for slots in (tensor.slots_before, tensor.slots_after)
    )
    v_old, v = (
        float(slots["square_sum"][place]) * (1 - b2) for slots in (tensor.slots_before, tensor.slots_after)
    )
    mean, square = m / (1 - b1**t), v / (1 - b2**t)
    lines = [
        formula(
            f"m := {b1:g} m + {1 - b1:.3g} g = "
            f"{b1:g} * {number(m_old)} + {1 - b1:.3g} * {number(g)} = {number(m)}"
        ),
        formula(
            f"v := {b2:g} v + {1 - b2:.3g} g^2 = "
            f"{b2:g} * {number(v_old)} + {1 - b2:.3g} * {number(g * g)} = {number(v)}"
        ),
        words(f"m' = m / (1 - {b1:g}^{t}) = {number(mean)}, v' = v / (1 - {b2:g}^{t}) = {number(square)}"),
    ]
    step = f"{number(look.trace.rate)} * {number(mean)} / ({number(square**0.5)} + {optimizer.eps:g})"
    if isinstance(optimizer, AdamWConfig) and optimizer.weight_decay:
        decay = f"{optimizer.weight_decay:g}"
        shrunk = number(look.trace.rate * optimizer.weight_decay * float(tensor.before[place]))
        lines.append(
            formula(f"w := w - r * {decay} w - r * m' / (sqrt(v') + eps),  r * {decay} w = {shrunk}")
        )
        return [*lines, _move(tensor, place, f"{shrunk} - {step}")]
    return [*lines, formula("w := w - r * m' / (sqrt(v') + eps)"), _move(tensor, place, step)]


def _rmsprop(look: Look, tensor: TensorTrace, place: Index) -> list[Text]:
    optimizer = look.trace.config.training.optimizer
    assert isinstance(optimizer, RMSpropConfig)
    alpha, g = optimizer.alpha, float(tensor.pulled[place])
    v_old, v = (
        float(slots["square_sum"][place]) * (1 - alpha) for slots in (tensor.slots_before, tensor.slots_after)
    )
    lines = [
        formula(
            f"v := {alpha:g} v + {1 - alpha:.3g} g^2 = {alpha:g} * {number(v_old)} + "
            f"{1 - alpha:.3g} * {number(g * g)} = {number(v)}"
        )
    ]
    divisor = v
    if optimizer.centered:
        mean = float(tensor.slots_after["gradient_sum"][place]) * (1 - alpha)
        divisor = max(v - mean * mean, 0.0)
        lines.append(
            words(f"centered: v less the square of the mean gradient {number(mean)} = {number(divisor)}")
        )
    share = f"{number(g)} / ({number(divisor**0.5)} + {optimizer.eps:g})"
    if optimizer.momentum:
        keep, scale = f"{optimizer.momentum:g}", (1 - alpha) ** 0.5
        old, new = (
            number(slots["velocity"][place] / scale) for slots in (tensor.slots_before, tensor.slots_after)
        )
        lines.append(formula(f"u := {keep} u + g / (sqrt(v) + eps) = {keep} * {old} + {share} = {new}"))
        return [
            *lines,
            formula("w := w - r * u"),
            _move(tensor, place, f"{number(look.trace.rate)} * {new}"),
        ]
    lines.append(formula("w := w - r * g / (sqrt(v) + eps)"))
    return [*lines, _move(tensor, place, f"{number(look.trace.rate)} * {share}")]


def _move(tensor: TensorTrace, place: Index, step: str) -> Text:
    before, stepped = float(tensor.before[place]), float(tensor.stepped[place])
    return formula(f"   = {before:.6f} - {step} = {stepped:.6f}")


def _small_move(tensor: TensorTrace, place: Index) -> list[Text]:
    """Where six decimals do not show the move, and where float32 does not hold all of it."""
    before, stepped = float(tensor.before[place]), float(tensor.stepped[place])
    lines: list[Text] = []
    if f"{before:.6f}" == f"{stepped:.6f}":
        lines.append(words(f"   a move of {number(stepped - before)}"))
    spacing = float(np.abs(np.spacing(tensor.before[place])))
    if abs(stepped - before) < COARSE * spacing:
        steps = f"float32 near {before:.2g} has steps of {number(spacing)}"
        lines.append(words(f"   {steps}: the move is rounded to those"))
    return lines


def _bound(look: Look, tensor: TensorTrace, place: Index) -> list[Text]:
    longest = look.trace.config.training.max_norm
    if not longest:
        return []
    after = float(tensor.after[place])
    return [words(f"within max_norm {longest:g} for all weights of a neuron together: {after:.6f}")]


def _others(look: Look, name: str) -> list[Text]:
    """The layer's other tensors move by the same rule."""
    lines: list[Text] = []
    for other, tensor in look.layer.tensors.items():
        if other != name:
            place = strongest(look.layer, other, look.cell[-1])
            title = _called(look.layer, other, place)
            lines.append(
                words(
                    f"{title} by the same rule: g = {number(tensor.pulled[place])}, "
                    f"{tensor.before[place]:.6f} -> {tensor.after[place]:.6f}"
                )
            )
    return lines


def _layers_move(layer: LayerTrace, name: str) -> list[Text]:
    tensor = layer.tensors[name]
    length = float(np.linalg.norm(tensor.before))
    moved = float(np.linalg.norm(tensor.after - tensor.before))
    plural = "scales" if layer.layer.kind == "batchnorm" else f"{name}s"
    if not length:
        return [words(f"All of {layer.name}'s {plural} were 0 before the step.")]
    return [
        words(
            f"All {tensor.before.size:,} {plural}: moved by {number(moved)}, they are {number(length)} long: "
            f"{number(moved / length)}"
        ),
        words("of themselves; about 0.001 is usual in a run under way."),
    ]
