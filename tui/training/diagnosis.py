"""What is off with a run, in words, from a history alone: what was measured, what is usual, what to try."""

from collections.abc import Iterator
from math import ceil, log, log10

import numpy as np

from nn.config import CLASSES
from nn.events import EpochFinished, LayerHealth
from nn.runs.history import History
from tui.numbers import percent

GUESS = log(CLASSES)
LARGE_UPDATE, TYPICAL_UPDATE, SMALL_UPDATE = 0.1, 0.001, 1e-5
MANY_DEAD = 0.5
VANISHED = 0.01  # of the last layer's gradient; the other way round, it explodes
LONG_GRADIENT = 100
LARGE_GAP, UNMIXED_GAP = 0.04, 0.5
BY_HEART, LEARNED = 0.99, 0.5
RECENT_STEPS = 100


def diagnose(history: History, *, is_cross_entropy: bool) -> list[str]:
    """The sentences that hold now, the most serious first; empty where nothing is off."""
    return [*_end(history), *ailments(history, is_cross_entropy=is_cross_entropy)]


def ailments(history: History, *, is_cross_entropy: bool) -> list[str]:
    """Those of them that say more than how the run ended."""
    return [
        *_zero_weights(history.layers),
        *_vanishing_or_exploding(history.layers),
        *(_guesses(history) if is_cross_entropy else []),
        *_too_low(history),
        *_steps_and_neurons(history.layers),
        *_unmixed(history.epochs),
        *_overfitting(history.epochs),
    ]


def advice_after_divergence(history: History) -> list[str]:
    """Where a run diverged: its last loss that was a number, the rate, and what to try, in one sentence."""
    rate = history.learning_rate
    if history.finished is None or history.finished.state != "diverged" or not rate:
        return []
    losses = history.training_loss().y
    last = f"the last loss was {losses[-1]:.3g}, " if len(losses) else ""
    return [
        f"{last}the rate {rate:.3g}; a loss that falls from about {GUESS:.1f} is usual; "
        f"try a rate of {rate / 10:.2g} and less, or training.clip_norm = 1"
    ]


def _end(history: History) -> list[str]:
    if history.lost is not None:
        return [f"the worker is gone: {history.lost}; space resumes from the last checkpoint"]
    if history.finished is None or not history.finished.reason:
        return []
    state, reason = history.finished.state, history.finished.reason
    sentence = reason if reason.startswith(state) else f"{state}: {reason}"
    return ["; ".join([sentence, *advice_after_divergence(history)])]


def _zero_weights(layers: list[LayerHealth]) -> list[str]:
    """An update has no ratio to weights that are all 0."""
    names = [layer.name for layer in layers if layer.update_ratio is None and layer.gradient_norm == 0]
    if not names:
        return []
    return [
        f"the weights of {', '.join(names)} are all 0 and get no gradient: neurons that begin alike stay "
        'alike; small random weights are usual; try initializer = "he"'
    ]


def _vanishing_or_exploding(layers: list[LayerHealth]) -> list[str]:
    """The first layer's gradient against the last one's; and gradients that are long by themselves.

    A batch normalisation's gradient is of another kind and not compared.
    """
    norms = {
        layer.name: layer.gradient_norm
        for layer in layers
        if layer.gradient_norm and not layer.name.startswith("batchnorm")
    }
    if not norms:
        return []
    first, last = next(iter(norms)), next(reversed(norms))
    begin, end = norms[first], norms[last]
    longest = max(norms, key=norms.__getitem__)
    usual = "where a hundredth to a hundred times is usual"
    if begin < VANISHED * end:
        return [
            f"vanishing gradients: that of {first} is {begin / end:.1g} of that of {last}, {usual}; "
            "try relu, fewer layers or batch-norm"
        ]
    if begin * VANISHED > end:
        return [
            f"exploding gradients: that of {first} is {begin / end:,.0f} times that of {last}, {usual}; "
            'try initializer = "he", batch-norm or training.clip_norm = 1'
        ]
    if norms[longest] > LONG_GRADIENT:
        return [
            f"exploding gradients: that of {longest} is {norms[longest]:,.3g} long, where less than "
            f"{LONG_GRADIENT} is usual; try a tenth of the rate or training.clip_norm = 1"
        ]
    return []


def _guesses(history: History) -> list[str]:
    losses = history.training_loss().y
    enough = len(losses) >= RECENT_STEPS and history.step >= min(history.batches or 0, 3 * RECENT_STEPS)
    mean = float(np.mean(losses[-RECENT_STEPS:])) if enough else 0.0
    if abs(mean - GUESS) >= 0.01:
        return []
    return [
        f"loss stays at {mean:.3f}, and ln 10 = {GUESS:.3f} is a guess among ten digits; below 0.5 after an "
        "epoch is usual; try another rate or initializer"
    ]


def _too_low(history: History) -> list[str]:
    """No layer has moved at any time: a schedule that ends low does not count."""
    if history.step < RECENT_STEPS or any(ratio >= SMALL_UPDATE for ratio in _update_ratios(history)):
        return []  # nearly always at the first ratio there is
    largest = max(_update_ratios(history), default=None)
    if largest is None:
        return []
    advice = f"a rate {_rounded(TYPICAL_UPDATE / largest):,} times as high" if largest else "a higher rate"
    return [
        f"rate too low: no step moved a layer by more than {largest:.2g} of its weights "
        f"(update-to-weight ratio); about {TYPICAL_UPDATE} is usual; try {advice}"
    ]


def _rounded(times: float) -> int:
    """To 1, 2 or 5 with zeros: a rate need not be had more exactly."""
    power = 10 ** int(log10(times))
    return min((step * power for step in (1, 2, 5, 10)), key=lambda near: abs(log(near / times)))


def _update_ratios(history: History) -> Iterator[float]:
    """Of all layers, each time they were measured."""
    for measured in history.measured:
        for layer in measured.layers:
            if layer.update_ratio is not None:
                yield layer.update_ratio


def _steps_and_neurons(layers: list[LayerHealth]) -> list[str]:
    """Each layer's own: steps that are too large, neurons that are silent."""
    found: list[str] = []
    for layer in layers:
        if layer.update_ratio is not None and layer.update_ratio > LARGE_UPDATE:
            times = 10 ** ceil(log10(layer.update_ratio / LARGE_UPDATE))
            found.append(
                f"rate too high: one step moves {layer.name} by {percent(layer.update_ratio, 0)} of its "
                f"weights (update-to-weight ratio {layer.update_ratio:.2g}); "
                f"below {percent(LARGE_UPDATE, 0)} is usual; try the rate divided by {times:,}"
            )
        if layer.dead is not None and layer.dead >= MANY_DEAD and layer.update_ratio is not None:
            found.append(
                f"dead ReLUs: {percent(layer.dead, 0)} of the ReLUs in {layer.name} fire for no image "
                f"of a batch; below {percent(MANY_DEAD, 0)} is usual; try a tenth of the rate, or leaky_relu"
            )
    return found


def _unmixed(epochs: list[EpochFinished]) -> list[str]:
    """Right on each batch as it comes, wrong on all digits together."""
    gap = _gap(epochs)
    if gap is None or gap < UNMIXED_GAP:
        return []
    now = epochs[-1]
    return [
        f"batches are not mixed: {percent(now.train_accuracy)} right in training, "
        f"{percent(now.validation_accuracy or 0)} on validation, where a point or two between them is usual; "
        "try shuffle = true"
    ]


def _overfitting(epochs: list[EpochFinished]) -> list[str]:
    """Training far better than validation, or validation's loss rising while training goes on."""
    gap = _gap(epochs)
    if gap is None or gap >= UNMIXED_GAP:
        return []
    now = epochs[-1]
    if now.train_accuracy >= BY_HEART and gap >= LARGE_GAP:
        return [
            f"overfitting: {percent(now.train_accuracy)} right in training, "
            f"{percent(now.validation_accuracy or 0)} on validation, where a point or two between them is "
            "usual; try more images, augmentation, l2 or fewer neurons"
        ]
    return _rising_loss(epochs) if now.train_accuracy >= LEARNED else []


def _rising_loss(epochs: list[EpochFinished]) -> list[str]:
    """How many epochs in a row the validation loss has risen; two or more are worth a word."""
    rose = 0
    for before, after in zip(reversed(epochs[:-1]), reversed(epochs[1:]), strict=True):
        if None in (before.validation_loss, after.validation_loss) or not (
            (after.validation_loss or 0) > (before.validation_loss or 0)
        ):
            break
        rose += 1
    if rose < 2:
        return []
    then, now = epochs[-1 - rose], epochs[-1]
    gained = (now.validation_accuracy or 0) > (then.validation_accuracy or 0)
    tail = (
        "accuracy still rose" if gained else "accuracy did not rise: it learns the training images by heart"
    )
    return [
        f"validation loss rose for {rose} epochs, from {then.validation_loss:.3g} to "
        f"{now.validation_loss:.3g}; {tail}; falling or level is usual; try an earlier stop (patience) or l2"
    ]


def _gap(epochs: list[EpochFinished]) -> float | None:
    """Training's accuracy over validation's in the last epoch; None where one is missing."""
    if not epochs or epochs[-1].validation_accuracy is None:
        return None
    return epochs[-1].train_accuracy - epochs[-1].validation_accuracy
