import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from tui.terminal.display import ColorMode, Display
from tui.terminal.ramps import ASCII_RAMP, UNICODE_RAMP, signed_ramps
from tui.widgets.pixels import (
    Image,
    SignedStyles,
    halve,
    image_strips,
    sequential,
    signed_strips,
)

IMAGES = hnp.arrays(np.uint8, (28, 28))
TRUE, PALETTE = Display(ColorMode.TRUECOLOR), Display(ColorMode.PALETTE)
SIXTEEN, NONE = Display(ColorMode.SIXTEEN), Display(ColorMode.NONE)
ASCII = Display(ColorMode.TRUECOLOR, ascii=True)


def pixels(strips: list[Strip]) -> Image:
    """Read half blocks back into an image, as a terminal would show them."""
    rows: list[list[int]] = []
    for strip in strips:
        above: list[int] = []
        below: list[int] = []
        for text, style, _ in strip:
            assert style is not None
            assert style.bgcolor is not None
            background = style.bgcolor.get_truecolor()
            front = background if style.color is None else style.color.get_truecolor()
            assert front.red == front.green == front.blue
            above += [front.red] * len(text)
            below += [background.red] * len(text)
        rows += [above, below]
    return np.array(rows, np.uint8)


@given(IMAGES)
def test_24_bits_show_every_grey_exactly(image: Image) -> None:
    assert np.array_equal(pixels(image_strips(image, TRUE)), image)


@given(IMAGES)
def test_256_colours_show_the_nearest_grey_of_the_palette(image: Image) -> None:
    shown = [0, *range(8, 239, 10), 255]
    strips = image_strips(image, PALETTE)
    for text, style, _ in (segment for strip in strips for segment in strip):
        assert style is not None
        assert style.bgcolor is not None
        number = style.bgcolor.downgrade(ColorSystem.EIGHT_BIT).number
        assert number is not None
        assert number in (16, 231) or 232 <= number <= 255
        assert text
    grey = pixels(strips).astype(int)
    levels = np.array(shown)[np.rint(grey / 10.2).astype(int)]
    assert np.abs(levels - image.astype(int)).max() <= 8


def test_the_palette_is_hit_step_by_step() -> None:
    ramp = np.tile(np.array([0, *range(8, 239, 10), 255], np.uint8), (2, 1))
    numbers = []
    for _, style, _ in image_strips(ramp, PALETTE)[0]:
        assert style is not None
        assert style.bgcolor is not None
        numbers.append(style.bgcolor.downgrade(ColorSystem.EIGHT_BIT).number)
    assert numbers == [16, *range(232, 256), 231]


@pytest.mark.parametrize(
    ("display", "ramp"), [(SIXTEEN, UNICODE_RAMP), (NONE, UNICODE_RAMP), (ASCII, ASCII_RAMP)]
)
@given(image=IMAGES)
def test_without_greys_a_ramp_of_glyphs_stands_in(image: Image, display: Display, ramp: str) -> None:
    for strip in image_strips(image, display):
        assert set(strip.text) <= set(ramp)
        assert all(style is None for _, style, _ in strip)


def test_the_ramp_goes_from_blank_to_full() -> None:
    black, white = np.zeros((2, 3), np.uint8), np.full((2, 3), 255, np.uint8)
    assert image_strips(black, SIXTEEN)[0].text == "   "
    assert image_strips(white, SIXTEEN)[0].text == "███"
    assert image_strips(white, ASCII)[0].text == "@@@"
    greys = np.repeat(np.arange(256, dtype=np.uint8)[None], 2, axis=0)
    for display, ramp in ((SIXTEEN, UNICODE_RAMP), (ASCII, ASCII_RAMP)):
        heights = [ramp.index(glyph) for glyph in image_strips(greys, display)[0].text]
        assert heights == sorted(heights)
        assert set(heights) == set(range(len(ramp)))


@pytest.mark.parametrize("display", [TRUE, PALETTE, SIXTEEN, NONE, ASCII])
@pytest.mark.parametrize(("shape", "cells"), [((28, 28), (14, 28)), ((14, 14), (7, 14))])
def test_two_pixels_share_a_cell(display: Display, shape: tuple[int, int], cells: tuple[int, int]) -> None:
    strips = image_strips(np.zeros(shape, np.uint8), display)
    assert (len(strips), {strip.cell_length for strip in strips}) == (cells[0], {cells[1]})


def test_equal_neighbours_are_one_segment() -> None:
    image = np.zeros((2, 28), np.uint8)
    image[0, 10:20] = 200
    assert [text for text, _, _ in image_strips(image, TRUE)[0]] == [" " * 10, "▀" * 10, " " * 8]


@given(IMAGES)
def test_halving_takes_the_mean_of_four(image: Image) -> None:
    small = halve(image)
    mean = image.astype(float).reshape(14, 2, 14, 2).mean(axis=(1, 3))
    assert small.shape == (14, 14)
    assert np.abs(small - mean).max() <= 0.5


@given(hnp.arrays(np.float64, (4, 4), elements=st.floats(-2, 2) | st.just(np.nan)))
def test_a_ramp_stays_between_its_ends(values: np.ndarray) -> None:
    colors = sequential(values, (10, 20, 200), (200, 120, 0))
    assert np.all((colors >= (10, 20, 0)) & (colors <= (200, 120, 200)))


SIGNED = SignedStyles(
    Style(color="#6cb6ff"), Style(color="#f0a35e"), Style(color="#101010"), Style(color="#555555")
)
NUMBERS = hnp.arrays(
    np.float32, hnp.array_shapes(min_dims=2, max_dims=2), elements=st.floats(-3, 3, width=32)
)


def hues(strips: list[Strip]) -> np.ndarray:
    """Half blocks read back, as red, green and blue: (rows, columns, 3)."""
    rows: list[list[tuple[int, ...]]] = []
    for strip in strips:
        above, below = list[tuple[int, ...]](), list[tuple[int, ...]]()
        for text, style, _ in strip:
            assert style is not None
            assert style.bgcolor is not None
            back = tuple(style.bgcolor.get_truecolor())
            above += [tuple(style.color.get_truecolor()) if style.color else back] * len(text)
            below += [back] * len(text)
        rows += [above, below]
    return np.array(rows)


@pytest.mark.parametrize("display", [TRUE, PALETTE])
@given(values=NUMBERS)
def test_sign_and_size_can_be_read_from_the_hues(display: Display, values: np.ndarray) -> None:
    shown = hues(signed_strips(values, 1.0, SIGNED, display))[: len(values)].astype(float)
    blueness = shown[..., 2] - shown[..., 0]  # blue above zero, orange below
    certain = np.abs(values) > 1 / 6
    assert np.array_equal(np.sign(blueness)[certain], np.sign(values)[certain])
    full = np.abs(values) >= 1
    ends = np.where((values > 0)[..., None], (0x6C, 0xB6, 0xFF), (0xF0, 0xA3, 0x5E))
    assert np.array_equal(shown[full], ends[full])
    order = np.argsort(np.clip(values, -1, 1), axis=None)
    assert (np.diff(blueness.reshape(-1)[order]) >= 0).all()


@pytest.mark.parametrize("display", [SIXTEEN, NONE, ASCII])
@given(values=NUMBERS)
def test_glyphs_tell_sign_and_size_of_the_number_further_from_zero(
    display: Display, values: np.ndarray
) -> None:
    positive, negative = signed_ramps(display)
    assert not set(positive[1:]) & set(negative[1:])
    strips = signed_strips(values, 1.0, SIGNED, display)
    assert len(strips) == -(-len(values) // 2)
    for y, strip in enumerate(strips):
        pair = values[2 * y : 2 * y + 2]
        strongest = np.take_along_axis(pair, np.abs(pair).argmax(axis=0)[None], axis=0)[0]
        for glyph, number in zip(strip.text, np.clip(strongest, -1, 1), strict=True):
            level = positive.index(glyph) if glyph in positive else -negative.index(glyph)
            assert abs(abs(level) / 4 - abs(number)) <= 0.126


def test_gaps_have_a_colour_of_their_own_and_no_glyph() -> None:
    values = np.array([[1.0, np.nan], [1.0, np.nan]])
    assert hues(signed_strips(values, 1.0, SIGNED, TRUE))[0, 1].tolist() == [0x55, 0x55, 0x55]
    assert signed_strips(values, 1.0, SIGNED, NONE)[0].text == "█ "


def test_zeros_alone_are_one_segment() -> None:
    (strip,) = signed_strips(np.zeros((2, 20)), 0.0, SIGNED, TRUE)
    assert [text for text, _, _ in strip] == [" " * 20]
    (strip,) = signed_strips(np.array([[np.inf, -np.inf]]), 1.0, SIGNED, ASCII)
    assert strip.text == "#Z"
