"""From page down in Browse to the next page on the screen, among many images, while a worker trains."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from nn.presets import find
from tests.benchmarks.report import SEED, Row
from tests.benchmarks.runs import long_run
from tests.tui.real_terminal import RealTerminal

PRESSES = 100
BAR_SECONDS = 0.05
QUIET_SECONDS = 0.25
LONGEST_SECONDS = 2.0
PLACE = re.compile(r"(?:test|train) · ([\d,]+) of ([\d,]+) ·")
CAPTION = re.compile(r"(\d+) ▸\d")
PAGE_DOWN = "\x1b[6~"


def rows() -> Iterator[Row]:
    """One row a set: the test images, and all training images once the network was asked about them."""
    config = find("first-minute").config
    config = msgspec.structs.replace(config, data=msgspec.structs.replace(config.data, validation=0))
    with (
        tempfile.TemporaryDirectory() as folder,
        long_run(config, Path(folder)),
        RealTerminal.open_app(Path(folder)) as terminal,
    ):
        terminal.wait_for("training", "q quit")
        terminal.press("3")
        terminal.wait_for("test ·", "image 0:", "answer")
        yield _row(terminal, "test")
        terminal.press("t")
        terminal.wait_for("validation")
        terminal.press("t")
        terminal.wait_for("train ·", "asks")
        terminal.press("a")
        terminal.wait_for("answers of step")
        terminal.press("o")
        terminal.wait_for("worst loss first")
        yield _row(terminal, "train")


def _row(terminal: RealTerminal, set_name: str) -> Row:
    rng = np.random.default_rng(SEED)
    pages: list[float] = []
    images: list[float] = []
    for _ in range(PRESSES):
        for chunk in terminal.read(rng.uniform(0.15, 0.5)):
            terminal.show(chunk)
        page, image = _press(terminal)
        pages.append(page)
        images.append(image)
    found = PLACE.search(terminal.text)
    middle, high = np.percentile(pages, (50, 95)) * 1000
    share = np.mean(np.array(pages) <= BAR_SECONDS)
    return Row(
        f"next page of {found.group(2) if found else 'no'} {set_name} images while first-minute trains",
        "within 50 ms",
        f"{share:.0%} within 50 ms; median {middle:.0f} ms, 95th percentile {high:.0f} ms; large image and "
        f"its answer: median {np.median(images) * 1000:.0f} ms",
        f"{PRESSES} presses in a 120x36 pty, from the write to the bytes that show it",
    )


def _press(terminal: RealTerminal) -> tuple[float, float]:
    """Seconds from the key to the small images of the next page, and to the place of the large one."""
    captions, place = _captions(terminal), _place(terminal)
    began = terminal.press(PAGE_DOWN)
    page = image = LONGEST_SECONDS
    for chunk in terminal.read(LONGEST_SECONDS, pause=QUIET_SECONDS):
        terminal.show(chunk)
        if page == LONGEST_SECONDS and _captions(terminal) != captions:
            page = chunk.time - began
        if image == LONGEST_SECONDS and _place(terminal) != place:
            image = chunk.time - began
    return page, image


def _place(terminal: RealTerminal) -> str:
    found = PLACE.search(terminal.text)
    return found.group(1) if found else ""


def _captions(terminal: RealTerminal) -> list[str]:
    """The indices under the small images."""
    return CAPTION.findall(terminal.text)
