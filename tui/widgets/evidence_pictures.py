"""The pictures that the evidence is drawn as: the image, maps over it, patches that change the answer.

Each is strips and a caption, from whatever parts have come so far.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from textual.strip import Strip

from nn.arrays import FloatArray
from nn.explain.occlusion import Flip
from nn.explain.saliency import Saliency
from tui.answering.case import Case
from tui.answering.evidence import Flips, Occlusion, Part, Reply
from tui.answering.evidence_words import (
    Caption,
    digit_caption,
    flip_caption,
    gradient_caption,
    occlusion_caption,
    product_caption,
)
from tui.terminal.display import Display
from tui.widgets.pixels import Image, image_strips
from tui.widgets.tinted import map_strips, normalised, patch_strips

Parts = Mapping[type[Part], Part]


class View(StrEnum):
    """What can be drawn of one image; the values are names."""

    DIGIT = "image"
    OCCLUSION = "covered"
    GRADIENT = "gradient"
    PRODUCT = "gradient x input"
    BLANKED = "blanked"
    PAINTED = "painted"


MAPS = tuple(view for view in View if view is not View.DIGIT)
OF_A_DIGIT = (View.OCCLUSION, View.GRADIENT, View.PRODUCT)


class Picture(NamedTuple):
    """Strips of 28 cells, and two lines under them."""

    strips: list[Strip]
    caption: Caption


def picture(view: View, case: Case, parts: Parts, digit: int, display: Display) -> Picture:
    """One view as far as it is known; maps are of the evidence for `digit`."""
    reply, maps = parts.get(Reply), parts.get(Saliency)
    covered, flips = parts.get(Occlusion), parts.get(Flips)
    waiting = Picture(image_strips(case.image, display), (f"{view}: computing", ""))
    match view:
        case View.DIGIT:
            answered = reply if isinstance(reply, Reply) else None
            return Picture(waiting.strips, digit_caption(case, answered, display))
        case View.OCCLUSION if isinstance(covered, Occlusion):
            falls = covered.falls[digit]
            return _map(case.image, falls, occlusion_caption(falls, digit, display), display)
        case View.GRADIENT if isinstance(maps, Saliency):
            gradient = maps.gradient[digit]
            return _map(case.image, gradient, gradient_caption(gradient, digit, display), display)
        case View.PRODUCT if isinstance(maps, Saliency):
            product = maps.product[digit]
            return _map(case.image, product, product_caption(product, digit, display), display)
        case View.BLANKED if isinstance(flips, Flips):
            return _patch(case.image, flips.blanked, flip_caption(flips.blanked, painted=False), display)
        case View.PAINTED if isinstance(flips, Flips):
            return _patch(case.image, flips.painted, flip_caption(flips.painted, painted=True), display)
        case _:
            return waiting


def views(slots: int, turn: int) -> list[View]:
    """The views that fill so many places after `turn` turns; the image comes first unless it would be all."""
    if slots == 1:
        return [list(View)[turn % len(View)]]
    count = min(slots - 1, len(MAPS))
    return [View.DIGIT, *(MAPS[(turn + place) % len(MAPS)] for place in range(count))]


def _map(image: Image, values: FloatArray, caption: Caption, display: Display) -> Picture:
    return Picture(map_strips(image, normalised(values), display), caption)


def _patch(image: Image, flip: Flip | None, caption: Caption, display: Display) -> Picture:
    """The image as the patch leaves it, with the patch marked."""
    changed, patch = image.copy(), np.zeros(image.shape, np.bool_)
    if flip is not None:
        here = (slice(flip.row, flip.row + flip.size), slice(flip.column, flip.column + flip.size))
        changed[here], patch[here] = flip.value, True
    return Picture(patch_strips(changed, patch, display), caption)
