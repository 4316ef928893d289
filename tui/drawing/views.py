"""A drawing as a network may see it: as it was drawn, and in MNIST's form."""

from typing import NamedTuple

from mnist_data.normalise import normalise
from tui.drawing.changes import Changes
from tui.drawing.ink import Ink, pixels

NOISE_SEED = 7


class Views(NamedTuple):
    """Two images uint8 (28, 28) of one drawing."""

    drawn: Ink
    normalised: Ink


def views(ink: Ink, changes: Changes | None = None) -> Views | None:
    """Both views of ink (56, 56), after the changes; None where there is no ink (any more).

    Shift and turn come before the normalisation, which takes a shift away again. Noise comes after it,
    because with ink in every corner there would be nothing to fit into the box.
    """
    changes = changes or Changes()
    moved = changes.moved(ink)
    if not moved.any():
        return None
    return Views(
        changes.noisy(pixels(moved), NOISE_SEED),
        changes.noisy(normalise(moved), NOISE_SEED),
    )
