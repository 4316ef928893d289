"""The pages of the loss: outputs to probabilities, probabilities to one number, and its gradient."""

from math import exp

import numpy as np
from rich.text import Text

from nn.arrays import FloatArray
from nn.config import CLASSES
from nn.explain.step_trace import StepTrace
from nn.losses import LEAST_EXPONENT, LOSSES, build_loss
from tui.numbers import number, percent, probability
from tui.stepping.look import Look, formula, words

BAR = 16
_LEAST = 1e-300  # near the smallest number there is


def is_cross_entropy(look: Look) -> bool:
    """Whether the network learns by softmax and cross-entropy; else by squared error."""
    return look.trace.config.training.loss == "cross_entropy"


def guess_words(trace: StepTrace) -> str:
    """What it costs to know nothing, with a tenth on each digit."""
    if trace.config.training.loss == "cross_entropy":
        return "a guess costs ln 10 = 2.303"
    loss, _ = LOSSES["mse"](np.full((1, CLASSES), 1 / CLASSES), np.zeros(1, np.uint8))
    return f"ten outputs of 0.1 cost {number(loss)}"


def loss_figure(trace: StepTrace, loss: float) -> str:
    """One of the step's losses; a squared error is the smaller number."""
    return f"{loss:.{3 if trace.config.training.loss == 'cross_entropy' else 4}f}"


def targets(look: Look) -> FloatArray:
    """What the ten outputs should be: 1 for the digit and 0 for the others, smoothed where asked."""
    smoothing = look.trace.config.training.label_smoothing
    wanted = np.full(CLASSES, smoothing / CLASSES)
    wanted[look.label] += 1 - smoothing
    return wanted


def probabilities_page(look: Look) -> list[Text]:
    """Ten outputs become ten shares."""
    outputs, shares = look.trace.outputs[look.image], look.trace.probabilities[look.image]
    if not is_cross_entropy(look):
        return _clipped(outputs, shares, look.label)
    powers = np.exp((outputs - outputs.max()).astype(np.float64))
    rows = [
        words(
            f"  {_mark(j, look.label)}{j} {number(outputs[j]):>10} {number(powers[j]):>13} "
            f"{probability(shares[j], 2):>9}  {_bar(shares[j])}".rstrip()
        )
        for j in range(CLASSES)
    ]
    return [
        formula("p_j = e^(z_j - m) / sum_k e^(z_k - m),  m the largest z: softmax"),
        words(f"m = {number(outputs.max())}; taking it away changes no p, and e^z cannot overflow."),
        words(),
        formula("   j        z_j     e^(z_j-m)       p_j"),
        *rows,
        words(f"  sum            {number(powers.sum()):>13} {shares.sum() * 100:>7.2f} %"),
    ]


def loss_page(look: Look) -> list[Text]:
    """Ten shares and the label become one number."""
    return _cross_entropy(look) if is_cross_entropy(look) else _squared_error(look)


def gradient_page(look: Look) -> list[Text]:
    """Where backpropagation begins."""
    trace, batch = look.trace, len(look.trace.labels)
    wanted, gradient = targets(look), trace.loss_gradient[look.image]
    if is_cross_entropy(look):
        values, name = np.maximum(trace.probabilities[look.image], exp(LEAST_EXPONENT)), "p_j"
        rule = f"dL/dz_j = (p_j - t_j) / {batch}"
        why = "Softmax and logarithm cancel: what is left is how wrong each share is."
        end = f"They sum to 0: what the {look.label} is to gain, the others are to lose."
        if trace.probabilities[look.image].min() < exp(LEAST_EXPONENT):
            end += f" Here each p_j is {number(exp(LEAST_EXPONENT))} at least."
    else:
        values, name = trace.outputs[look.image], "y_j"
        rule = f"dL/dy_j = 2 (y_j - t_j) / ({batch} * {CLASSES})"
        why = "The square's derivative: twice the difference, in the mean over all."
        end = "The sign says which way each output is to go: against its gradient."
    rows = [
        words(
            f"  {_mark(j, look.label)}{j} {number(values[j]):>10} {number(wanted[j]):>8} "
            f"{number(values[j] - wanted[j]):>11} {number(gradient[j]):>12}"
        )
        for j in range(CLASSES)
    ]
    return [
        formula(rule),
        words(why),
        words(f"{batch} images share one loss, their mean; so each gradient is divided by {batch}."),
        words(),
        formula(f"   j {name:>10}      t_j  difference     gradient"),
        *rows,
        words(),
        words(end),
    ]


def _cross_entropy(look: Look) -> list[Text]:
    trace, label = look.trace, look.label
    alone, loss = _minus_log(look), trace.losses[look.image]
    smoothing = trace.config.training.label_smoothing
    if smoothing:
        rule = f"loss = - sum_j t_j ln p_j,  t_{label} = 1 - {smoothing:g} + {smoothing:g}/10"
        line = f"loss of image {look.image + 1} = {loss:.4f}; -ln p_{label} alone is {alone:.4f}"
    else:
        rule = "loss = - ln p of the true digit"
        line = f"loss of image {look.image + 1} = - ln p_{label} = - ln {_share(exp(-alone))} = {loss:.4f}"
    return [
        formula(rule),
        formula(line),
        *_bounds(look),
        words(),
        *_all_losses(look),
        words(),
        words("A guess among ten digits costs - ln 0.1 = ln 10 = 2.303."),
    ]


def _bounds(look: Look) -> list[Text]:
    """What the loss is at least, and that it has no most."""
    if not look.trace.config.training.label_smoothing:
        return [words("Sure and right costs nothing: -ln 1 = 0. Sure and wrong costs without bound.")]
    wanted = targets(look)
    least, _ = build_loss(look.trace.config.training)(
        np.log(wanted)[np.newaxis], np.array([look.label], np.uint8)
    )
    return [
        words(f"It is never below {least:.4f}: that is where each p_j is t_j, and p_{look.label} is"),
        words(f"{number(wanted[look.label])}. To be surer costs more again; sure and wrong, without bound."),
    ]


def _minus_log(look: Look) -> float:
    """-ln p of the true digit in float64: where one output leads by far, float32 rounds p to 0 or 1."""
    image = slice(look.image, look.image + 1)
    return LOSSES["cross_entropy"](look.trace.outputs[image].astype(np.float64), look.trace.labels[image])[0]


def _share(share: float) -> str:
    """A share whose logarithm is told, in four digits; never none or all, which a softmax does not give."""
    if share < _LEAST:
        return f"<{_LEAST:.0e}"
    return ">0.9999" if share >= 0.99995 else number(share)


def _squared_error(look: Look) -> list[Text]:
    trace, label = look.trace, look.label
    outputs, wanted = trace.outputs[look.image], targets(look)
    rows = [
        words(
            f"  {_mark(j, label)}{j} {number(outputs[j]):>10} {number(wanted[j]):>6} "
            f"{number((outputs[j] - wanted[j]) ** 2):>12}"
        )
        for j in range(CLASSES)
    ]
    return [
        formula("loss = mean over the ten outputs of (y_j - t_j)^2"),
        formula("   j        y_j    t_j  (y_j-t_j)^2"),
        *rows,
        formula(f"loss of image {look.image + 1} = {number(trace.losses[look.image])}, their mean"),
        *_all_losses(look),
        words(f"For comparison: {guess_words(look.trace)}."),
    ]


def _all_losses(look: Look) -> list[Text]:
    """The mean over the batch, written out."""
    losses = look.trace.losses
    terms = " + ".join(loss_figure(look.trace, loss) for loss in losses)
    return [
        formula("L = mean over the batch, the one number that training makes small"),
        words(f"  = ({terms})"),
        formula(f"    / {len(losses)} = {look.trace.loss:.4f}"),
    ]


def _clipped(outputs: FloatArray, shares: FloatArray, label: int) -> list[Text]:
    rows = [
        words(
            f"  {_mark(j, label)}{j} {number(outputs[j]):>10} {percent(shares[j], 2):>10}  "
            f"{_bar(shares[j])}".rstrip()
        )
        for j in range(CLASSES)
    ]
    return [
        formula("p_j = y_j / sum_k y_k, with y clipped to 0..1"),
        words("Squared error needs no probabilities: it compares the outputs themselves."),
        words("These shares are for looking at; training does not see them."),
        words(),
        formula("   j        y_j        p_j"),
        *rows,
    ]


def _mark(digit: int, label: int) -> str:
    return ">" if digit == label else " "


def _bar(share: float) -> str:
    return "=" * round(float(share) * BAR)
