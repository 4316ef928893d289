"""Pictures in every usual form show the same ink; what shows nothing, or cannot be read, is named."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image

from mnist_data import DatasetError, synthesize
from mnist_data.normalise import normalise
from mnist_data.pictures import read_ink


@pytest.fixture(scope="module")
def digit() -> NDArray[np.uint8]:
    return synthesize(train=1, test=1).test_images[0]


def forms(digit: NDArray[np.uint8]) -> dict[str, Image.Image]:
    dark, light = Image.fromarray(255 - digit), Image.fromarray(digit)
    ink, paper = np.zeros((28, 28, 4), np.uint8), np.full((28, 28, 4), 255, np.uint8)
    ink[..., 3] = paper[..., 3] = digit
    return {
        "light on dark": light,
        "dark on light": dark,
        "colours": dark.convert("RGB"),
        "palette": dark.convert("P"),
        "black on nothing": Image.fromarray(ink),
        "white on nothing": Image.fromarray(paper),
        "grey with opacity": dark.convert("LA"),
        "16 bits": Image.fromarray((255 - digit).astype(np.uint16) * 257),
    }


@pytest.mark.parametrize("form", list(forms(np.zeros((28, 28), np.uint8))))
def test_every_form_shows_the_same_ink(digit: NDArray[np.uint8], tmp_path: Path, form: str) -> None:
    forms(digit)[form].save(tmp_path / "digit.png")
    ink = read_ink(tmp_path / "digit.png")
    expected = np.where(digit < 26, 0, digit) / digit.max()
    assert np.abs(ink - expected).max() < 0.12


def test_a_picture_taken_sideways_is_read_upright(digit: NDArray[np.uint8], tmp_path: Path) -> None:
    """A camera stores what its sensor saw, and in EXIF how to turn it."""
    upright, exif = 255 - digit, Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # to be turned clockwise
    Image.fromarray(upright).save(tmp_path / "upright.png")
    Image.fromarray(np.ascontiguousarray(np.rot90(upright))).save(tmp_path / "sideways.png", exif=exif)
    np.testing.assert_array_equal(read_ink(tmp_path / "sideways.png"), read_ink(tmp_path / "upright.png"))


def test_a_jpeg_shows_the_digit_without_its_rings(digit: NDArray[np.uint8], tmp_path: Path) -> None:
    Image.fromarray(255 - digit).resize((280, 280)).save(tmp_path / "digit.jpg")
    ink = read_ink(tmp_path / "digit.jpg")
    assert (ink[:20] == 0).all()
    assert ink.max() == 1


def test_large_pictures_are_reduced(digit: NDArray[np.uint8], tmp_path: Path) -> None:
    Image.fromarray(digit).resize((3000, 1500)).save(tmp_path / "digit.png")
    assert read_ink(tmp_path / "digit.png").shape == (500, 1000)


def lit(digit: NDArray[np.uint8], grain: float) -> NDArray[np.float64]:
    """The digit in ink on white paper, in brightness: lit from the bottom right, with a camera's grain."""
    ink = np.zeros((300, 400))
    ink[40:264, 90:314] = np.asarray(Image.fromarray(digit).resize((224, 224))) / 255
    rows, columns = np.mgrid[0:1:300j, 0:1:400j]
    light = 0.55 + 0.2 * rows + 0.25 * columns
    return light * (1 - 0.8 * ink) + np.random.default_rng(7).normal(0, grain, ink.shape)


@pytest.mark.parametrize("is_negative", [False, True])
@pytest.mark.parametrize("grain", [0.0, 0.02])
def test_light_from_one_side_and_grain_are_no_ink(
    digit: NDArray[np.uint8], tmp_path: Path, grain: float, is_negative: bool
) -> None:
    photograph = np.clip(lit(digit, grain) * 255, 0, 255).astype(np.uint8)
    Image.fromarray(255 - photograph if is_negative else photograph).save(tmp_path / "photograph.png")
    ink = read_ink(tmp_path / "photograph.png")
    assert not ink[:38].any()
    assert not ink[:, 316:].any()
    Image.fromarray(digit).save(tmp_path / "digit.png")
    seen, expected = normalise(ink), normalise(read_ink(tmp_path / "digit.png"))
    assert np.corrcoef(seen.ravel(), expected.ravel())[0, 1] > 0.9


def test_ink_that_touches_the_edge_is_ink(tmp_path: Path) -> None:
    cropped = np.full((40, 30), 255, np.uint8)
    cropped[:8] = cropped[:, 20:28] = 0  # a 7 without any paper over it
    Image.fromarray(cropped).save(tmp_path / "seven.png")
    ink = read_ink(tmp_path / "seven.png")
    assert np.array_equal(ink > 0.5, cropped == 0)


SLOPE = Image.fromarray(np.tile(np.linspace(0, 255, 80).astype(np.uint8), (60, 1)))
GRAINY = Image.fromarray(np.random.default_rng(7).normal(128, 4, (60, 80)).astype(np.uint8))


@pytest.mark.parametrize("picture", [SLOPE, GRAINY])
def test_a_page_without_a_digit_shows_no_ink(tmp_path: Path, picture: Image.Image) -> None:
    picture.save(tmp_path / "page.png")
    with pytest.raises(DatasetError, match=r"page\.png shows no ink"):
        read_ink(tmp_path / "page.png")


@pytest.mark.parametrize("picture", [Image.new("L", (9, 9), 200), Image.new("RGBA", (9, 9), (0, 0, 0, 0))])
def test_an_empty_picture_shows_no_ink(tmp_path: Path, picture: Image.Image) -> None:
    picture.save(tmp_path / "empty.png")
    with pytest.raises(DatasetError, match=r"empty\.png shows no ink"):
        read_ink(tmp_path / "empty.png")


def png_of_size(width: int, height: int) -> bytes:
    """The head of a PNG that claims a size, with nothing behind it."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_an_image_bomb_is_refused(tmp_path: Path, side: int) -> None:
    (tmp_path / "bomb.png").write_bytes(png_of_size(side, side))
    with pytest.raises(DatasetError, match=r"bomb\.png has too many pixels"):
        read_ink(tmp_path / "bomb.png")


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"GIF89a" + bytes(50))
    with pytest.raises(DatasetError, match=r"a\.png is not a PNG or JPEG"):
        read_ink(tmp_path / "a.png")
    with pytest.raises(DatasetError, match=r"b\.png cannot be read: No such file"):
        read_ink(tmp_path / "b.png")
    with pytest.raises(DatasetError, match="cannot be read: Is a directory"):
        read_ink(tmp_path)


def test_a_damaged_picture_is_one_error(digit: NDArray[np.uint8], tmp_path: Path) -> None:
    """Every cut, and every one of a few hundred changed bytes: ink or `DatasetError`, nothing else."""
    Image.fromarray(digit).save(tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    damaged = tmp_path / "damaged.png"
    for place in range(0, len(whole), 3):
        changed = bytes([*whole[:place], whole[place] ^ 0x55, *whole[place + 1 :]])
        for content in (whole[:place], changed):
            damaged.write_bytes(content)
            try:
                ink = read_ink(damaged)
            except DatasetError:
                continue
            assert 0 <= ink.min() <= ink.max() <= 1
