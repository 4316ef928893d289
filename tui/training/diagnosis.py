"""What is off with a run, in words: each sentence says what was measured and what is usual. Pure."""

from math import log

import numpy as np

from nn.config import CLASSES
from nn.events import EpochFinished
from nn.runs.history import History

GUESS = log(CLASSES)
LARGE_UPDATE = 0.1
MANY_DEAD = 0.5
RECENT_STEPS = 100


def diagnose(history: History, *, is_cross_entropy: bool) -> list[str]:
    """The sentences that hold now, the most serious first; empty where nothing is off."""
    found: list[str] = []
    if history.lost is not None:
        found.append(f"the worker is gone: {history.lost}; space resumes from the last checkpoint")
    elif history.finished is not None and history.finished.reason:
        found.append(f"{history.finished.state}: {history.finished.reason}")
    if is_cross_entropy and _guesses(history):
        found.append("loss stays at 2.303 = ln 10: the network guesses among ten digits")
    for layer in history.layers:
        if layer.update_ratio is not None and layer.update_ratio > LARGE_UPDATE:
            found.append(
                f"rate too high: one step moves {layer.name} by {layer.update_ratio:.0%} of its weights; "
                "about 0.1 % is usual"
            )
        if layer.dead is not None and layer.dead >= MANY_DEAD:
            found.append(f"{layer.dead:.0%} of the ReLUs in {layer.name} fire for no image of a batch")
    found += _overfitting(history.epochs)
    return found


def _guesses(history: History) -> bool:
    losses = history.training_loss().y
    enough = len(losses) >= RECENT_STEPS and history.step >= min(history.batches or 0, 3 * RECENT_STEPS)
    return bool(enough and abs(float(np.mean(losses[-RECENT_STEPS:])) - GUESS) < 0.01)


def _overfitting(epochs: list[EpochFinished]) -> list[str]:
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
    return [f"validation loss rose for {rose} epochs; {tail}"]
