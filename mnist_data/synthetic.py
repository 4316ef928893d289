"""Built-in digits for a machine without MNIST: pen strokes, written differently each time, in MNIST's form.

Each image takes one way of writing its digit (`glyphs`), moves the points that its curves run through,
slants, turns and stretches it, draws it with a soft pen into a 20x20 box and centres it by its mass.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_data.dataset import CLASSES, SIDE, SYNTHETIC, Dataset
from mnist_data.glyphs import GLYPHS, Glyph, Stroke

Floats = NDArray[np.float64]
BOX = 20.0  # pixels: MNIST's digits fit this square before they are centred by mass
_SPACING = 0.035  # distance of the pen's dots along a stroke, in heights of the glyph
_BATCH = 64  # images drawn at once: the arrays stay in the processor's cache


@dataclass(frozen=True)
class Hand:
    """How much handwriting varies: standard deviations, in heights of the glyph where no unit is given."""

    jitter: float = 0.085  # of each point of a stroke
    reach: float = 0.22  # how near points are that move alike: a dent would be no handwriting
    slant_mean: float = 0.12  # shear to the right
    slant: float = 0.32
    turn: float = 0.13  # radians
    stretch: float = 0.18  # of the logarithm of width over height
    bend: float = 0.065  # of a slow wave through the whole digit
    taper: float = 0.2  # of the logarithm of width at the bottom over width at the top
    balance: float = 0.2  # of how much more height the lower half takes than the upper
    edge: float = 1.1  # softness of the pen in pixels
    pen: float = 1.2  # mean radius in pixels
    pen_spread: float = 0.25  # of the radius's logarithm


def synthesize(train: int = 10_000, test: int = 2_000, seed: int = 7) -> Dataset:
    """Return `train` and `test` synthetic digits; equal arguments give equal images."""
    train_seed, test_seed = np.random.SeedSequence(seed).spawn(2)
    train_images, train_labels = draw_digits(train, np.random.default_rng(train_seed))
    test_images, test_labels = draw_digits(test, np.random.default_rng(test_seed))
    return Dataset(
        SYNTHETIC,
        "drawn by this program, not MNIST",
        train_images,
        train_labels,
        test_images,
        test_labels,
        is_synthetic=True,
    )


def draw_digits(
    count: int, rng: np.random.Generator, hand: Hand | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw `count` digits in random order: images uint8 (count, 28, 28) and labels uint8 (count,)."""
    hand = hand or Hand()
    chances = np.array([glyph.weight for glyph in GLYPHS], np.float64)
    digits = np.array([glyph.digit for glyph in GLYPHS], np.uint8)
    for digit in range(CLASSES):
        chances[digits == digit] /= chances[digits == digit].sum() * CLASSES
    choice = rng.choice(len(GLYPHS), size=count, p=chances)
    images = np.empty((count, SIDE, SIDE), np.uint8)
    for index, glyph in enumerate(GLYPHS):
        (places,) = np.nonzero(choice == index)
        for start in range(0, len(places), _BATCH):
            batch = places[start : start + _BATCH]
            images[batch] = _draw(glyph, len(batch), rng, hand)
    return images, digits[choice]


def _draw(glyph: Glyph, count: int, rng: np.random.Generator, hand: Hand) -> NDArray[np.uint8]:
    anchors, curve = _curve(glyph)
    moved = anchors + _near_alike(anchors, hand.reach) @ rng.normal(0.0, hand.jitter, (count, *anchors.shape))
    dots = _vary(curve @ moved, rng, hand)
    radius = hand.pen * np.exp(rng.normal(0.0, hand.pen_spread, (count, 1)))
    return _centre(_ink(_place(dots, radius), radius, hand.edge))


def _near_alike(anchors: Floats, reach: float) -> Floats:
    """Return the matrix that makes independent noise of the anchors alike where they are near each other."""
    squared = ((anchors[:, None] - anchors) ** 2).sum(axis=2)
    alike: Floats = np.exp(-squared / (2 * reach**2)) + 1e-6 * np.eye(len(anchors))
    return np.asarray(np.linalg.cholesky(alike), np.float64)


def _curve(glyph: Glyph) -> tuple[Floats, Floats]:
    """Return the glyph's distinct points (k, 2) and the matrix (dots, k) that turns them into dots."""
    anchors = list(dict.fromkeys(point for stroke in glyph.strokes for point in stroke))
    rows = [_stroke_rows(stroke, anchors) for stroke in glyph.strokes]
    return np.array(anchors), np.concatenate(rows)


def _stroke_rows(stroke: Stroke, anchors: list[tuple[float, float]]) -> Floats:
    """Weights of the anchors for dots along a Catmull-Rom spline through the points of `stroke`."""
    index = [anchors.index(point) for point in stroke]
    closed = stroke[0] == stroke[-1]
    unit = np.eye(len(anchors))
    rows: list[Floats] = []
    last = len(index) - 1
    for i in range(last):
        start, end = unit[index[i]], unit[index[i + 1]]
        before = unit[index[i - 1]] if i > 0 else unit[index[last - 1]] if closed else 2 * start - end
        after = unit[index[i + 2]] if i + 1 < last else unit[index[1]] if closed else 2 * end - start
        length = float(np.hypot(*np.subtract(stroke[i + 1], stroke[i])))
        steps = max(2, round(length / _SPACING))
        t = (np.arange(steps + (i + 1 == last)) / steps)[:, None]
        rows.append(
            start
            + t * (end - before) / 2
            + t**2 * (2 * before - 5 * start + 4 * end - after) / 2
            + t**3 * (3 * start - before - 3 * end + after) / 2
        )
    return np.concatenate(rows)


def _vary(dots: Floats, rng: np.random.Generator, hand: Hand) -> Floats:
    """Bend, stretch, slant and turn each digit of `dots` (n, dots, 2) as a whole."""
    count = len(dots)
    centred = dots - dots.mean(axis=1, keepdims=True)
    phase = rng.uniform(0, 2 * np.pi, (count, 1, 2))
    waves = rng.normal(0.0, hand.bend, (count, 1, 2)) * np.sin(4.0 * centred[:, :, ::-1] + phase)
    x, y = np.moveaxis(centred + waves, 2, 0)
    x = x * np.exp(rng.normal(0.0, hand.stretch, (count, 1)) + y * rng.normal(0.0, hand.taper, (count, 1)))
    y = y + y**2 * rng.normal(0.0, hand.balance, (count, 1))
    x = x - y * rng.normal(hand.slant_mean, hand.slant, (count, 1))
    angle = rng.normal(0.0, hand.turn, (count, 1))
    return np.stack([x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)], axis=2)


def _place(dots: Floats, radius: Floats) -> Floats:
    """Scale each digit, pen included, to the 20x20 box in the middle of the image.

    Positions are rounded far below what is visible, so that the last bit of a sine, which differs between
    processors, does not change a pixel.
    """
    low, high = dots.min(axis=1), dots.max(axis=1)
    scale = (BOX - 2 * radius) / (high - low).max(axis=1, keepdims=True)
    in_box = (dots - (low + high)[:, None] / 2) * scale[:, None] + SIDE / 2
    return np.asarray(np.round(in_box * 1024) / 1024, np.float64)


def _ink(dots: Floats, radius: Floats, softness: float) -> NDArray[np.uint8]:
    """Darken each pixel by its distance to the nearest dot: full inside the pen, then a soft edge."""
    centres = np.arange(SIDE, dtype=np.float32) + np.float32(0.5)
    squared = (dots.astype(np.float32)[..., None] - centres) ** 2
    across, down = squared[:, :, 0, None, :], squared[:, :, 1, :, None]
    nearest = across[:, 0] + down[:, 0]
    candidate = np.empty_like(nearest)
    for dot in range(1, dots.shape[1]):
        np.add(across[:, dot], down[:, dot], out=candidate)
        np.minimum(nearest, candidate, out=nearest)
    edge = np.round(radius[:, :, None] * 1024).astype(np.float32) / 1024 + np.float32(softness / 2)
    ink: NDArray[np.floating[Any]] = (edge - np.sqrt(nearest)) / np.float32(softness)
    shades: NDArray[np.floating[Any]] = np.clip(ink, 0.0, 1.0) * 255
    return shades.astype(np.uint8)


def _centre(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Move each image by whole pixels so that its centre of mass is at pixel (14, 14), as in MNIST."""
    mass = images.sum(axis=(1, 2), dtype=np.int64)
    pixels = np.arange(SIDE)
    row = images.sum(axis=2, dtype=np.int64) @ pixels / mass
    column = images.sum(axis=1, dtype=np.int64) @ pixels / mass
    down = np.rint(SIDE / 2 - row).astype(np.int64)[:, None, None]
    right = np.rint(SIDE / 2 - column).astype(np.int64)[:, None, None]
    # SIDE / 2 empty pixels all round: no centre of mass is farther from the middle than that.
    margin = SIDE // 2
    padded = np.pad(images, ((0, 0), (margin, margin), (margin, margin)))
    rows = margin + pixels[:, None] - down
    columns = margin + pixels - right
    return padded[np.arange(len(images))[:, None, None], rows, columns]
