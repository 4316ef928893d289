import numpy as np
import pytest
from textual.strip import Strip

from tui.terminal.display import ColorMode, Display
from tui.terminal.ramps import INK_GLYPH, PATCH_GLYPH, legend, signed_ramps
from tui.widgets.pixels import image_strips
from tui.widgets.tinted import map_strips, normalised, patch_strips

IMAGE = np.zeros((28, 28), np.uint8)
IMAGE[10:18, 12:16] = 255
NOTHING = np.zeros((28, 28))
GLYPHS = [Display(ColorMode.SIXTEEN), Display(ColorMode.NONE), Display(ColorMode.TRUECOLOR, ascii=True)]


def upper_pixels(strip: Strip) -> list[tuple[int, int, int]]:
    """The colours of the upper pixel of each cell."""
    found: list[tuple[int, int, int]] = []
    for text, style, _ in strip:
        assert style is not None
        colour = style.color or style.bgcolor
        assert colour is not None
        red, green, blue = colour.get_truecolor()
        found += [(red, green, blue)] * len(text)
    return found


def test_maps_are_divided_by_their_largest_number() -> None:
    assert normalised(np.array([[-4.0, 2.0]])).tolist() == [[-1.0, 0.5]]
    assert normalised(NOTHING).tolist() == NOTHING.tolist()


def test_without_a_map_the_image_shows_in_greys() -> None:
    for strip in map_strips(IMAGE, NOTHING, Display()):
        assert all(red == green == blue for red, green, blue in upper_pixels(strip))
    assert upper_pixels(map_strips(IMAGE, NOTHING, Display())[6])[13] == (255, 255, 255)


def test_what_speaks_for_is_bluer_and_what_speaks_against_redder_than_the_digit() -> None:
    strengths = NOTHING.copy()
    strengths[10, 13], strengths[10, 14], strengths[10, 2] = 1.0, -1.0, -0.5
    pixels = upper_pixels(map_strips(IMAGE, strengths, Display())[5])
    assert pixels[13][2] > pixels[13][0] + 50  # blue, on ink
    assert pixels[14][0] > pixels[14][2] + 50  # orange, on ink
    assert pixels[2][0] > pixels[2][2]  # orange, beside it
    assert sum(pixels[13]) > sum(pixels[2])  # the digit can be seen through


@pytest.mark.parametrize("display", [Display(), Display(ColorMode.PALETTE), *GLYPHS])
def test_pictures_have_the_size_of_the_digit(display: Display) -> None:
    rng = np.random.default_rng(2)
    for strips in (
        map_strips(IMAGE, rng.uniform(-1, 1, (28, 28)), display),
        patch_strips(IMAGE, rng.random((28, 28)) < 0.5, display),
    ):
        assert len(strips) == 14
        assert all(strip.cell_length == 28 for strip in strips)


@pytest.mark.parametrize("display", GLYPHS)
def test_without_colours_the_glyph_tells_the_sign(display: Display) -> None:
    strengths = NOTHING.copy()
    strengths[0:2, 0], strengths[0:2, 1], strengths[0:2, 2] = 1.0, -1.0, 0.25
    positive, negative = signed_ramps(display)
    strengths[1, 3] = -0.5  # the pixel above it says nothing: the stronger one speaks
    first = map_strips(IMAGE, strengths, display)[0].text
    assert first[:5] == f"{positive[4]}{negative[4]}{positive[1]}{negative[2]} "
    assert legend(display) == (positive[4], negative[4])


@pytest.mark.parametrize("display", GLYPHS)
def test_without_colours_the_digit_is_seen_under_the_map(display: Display) -> None:
    strengths = NOTHING.copy()
    strengths[12:14, 10:14] = 0.25
    blank, crossed = (map_strips(IMAGE, strengths, display)[row] for row in (5, 6))
    assert blank.text == " " * 12 + INK_GLYPH * 4 + " " * 12
    positive, _ = signed_ramps(display)
    assert crossed.text == " " * 10 + positive[1] * 4 + INK_GLYPH * 2 + " " * 12
    styles = [style for text, style, _ in crossed for _ in text]
    assert all(style is not None and style.dim and not style.bold for style in styles[10:12])
    assert all(style is not None and style.bold and not style.dim for style in styles[12:16])


@pytest.mark.parametrize("display", GLYPHS)
def test_the_sign_of_ink_is_no_sign_of_a_map(display: Display) -> None:
    assert not any(INK_GLYPH in ramp for ramp in signed_ramps(display))


def test_a_patch_is_marked_where_it_is() -> None:
    patch = NOTHING > 0
    patch[5:8, 9:12] = True
    marked = upper_pixels(patch_strips(IMAGE, patch, Display())[3])
    assert marked[9] == marked[11] != marked[8] == marked[12]
    for display in GLYPHS:
        strips, plain = patch_strips(IMAGE, patch, display), image_strips(IMAGE, display)
        rows = [row for row, strip in enumerate(strips) if PATCH_GLYPH in strip.text]
        assert rows == [2, 3]
        assert strips[2].text == plain[2].text[:9] + PATCH_GLYPH * 3 + plain[2].text[12:]
