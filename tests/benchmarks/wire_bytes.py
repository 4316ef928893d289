"""How many bytes go over the wire: what the app writes to a pty of 120x36, for a key and while a run trains.

A key with its bar is one entry of `CLAIMS`: all bytes until it is quiet again.
"""

import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nn.presets import find
from tests.benchmarks.report import Row, remark
from tests.benchmarks.runs import long_run, train
from tests.tui.real_terminal import RealTerminal
from tui.commands import PANE_NAMES, TRAIN

KB = 1024
PRESSES = 40
QUIET_SECONDS = 0.4  # so long nothing comes: what the key began is over
LONGEST_SECONDS = 5.0
BROWSE_PAGE = 9  # images: the large one and a page of two rows of four small ones
NEXT = ("n",) * 7 + ("p",) * 7  # forth and back on one page: the step past its edge is the next page
PAGE_DOWN = ("\x1b[6~",)
LIVE_SECONDS, SETTLE_SECONDS = 10.0, 2.0
# The bar a second by the app's options; Train is looked at from the run's first epochs on, when most changes.
LIVE: dict[tuple[str, ...], int] = {(): 40 * KB, ("--low-bandwidth",): 8 * KB}


class Claim(NamedTuple):
    """`keys` in the pane `pane`, over and over: at most `bar` bytes a press for each of `images`."""

    what: str
    pane: str
    seen: str  # once the pane is on the screen
    keys: tuple[str, ...]
    bar: int
    images: int = 1


CLAIMS: dict[str, tuple[Claim, ...]] = {
    "24bit": (
        Claim("Browse, next image", "3", "image 0:", NEXT, 8 * KB),
        Claim("Browse, next page", "3", "image", PAGE_DOWN, 2 * KB, BROWSE_PAGE),
    ),
    "256": (
        Claim("Browse, next image", "3", "image 0:", NEXT, 8 * KB),
        Claim("Browse, next page", "3", "image", PAGE_DOWN, 2 * KB, BROWSE_PAGE),
    ),
    "16": (
        Claim("Browse, next image", "3", "image 0:", NEXT, 4 * KB),
        Claim("Browse, next page", "3", "image", PAGE_DOWN, 2 * KB, BROWSE_PAGE),
    ),
}


def rows() -> Iterator[Row]:
    """One row a claim, on a run that has ended: nothing but the key writes; then one a pane, live."""
    with tempfile.TemporaryDirectory() as folder:
        train("first-minute", "training.epochs=3", runs_dir=Path(folder))
        for color, claims in CLAIMS.items():
            with RealTerminal.open_app(Path(folder), "--color", color) as terminal:
                terminal.wait_for("finished", "q quit")
                for claim in claims:
                    yield _row(color, claim, _bytes(terminal, claim))
    for options, bar in LIVE.items():
        yield from _live(options, bar)


def _live(options: tuple[str, ...], bar: int) -> Iterator[Row]:
    """What each pane writes while a run trains."""
    with (
        tempfile.TemporaryDirectory() as folder,
        long_run(find("first-minute").config, Path(folder)),
        RealTerminal.open_app(Path(folder), "--color", "24bit", *options) as terminal,
    ):
        terminal.wait_for("training", "dense1", "q quit")
        for number in (TRAIN, *(pane for pane in PANE_NAMES if pane != TRAIN)):
            terminal.press(str(number))
            terminal.wait_for(f"─ {number} {PANE_NAMES[number]} ─")
            terminal.read(SETTLE_SECONDS)
            sizes = [len(chunk.content) for chunk in terminal.read(LIVE_SECONDS)]
            rate = sum(sizes) / LIVE_SECONDS / KB
            yield Row(
                " ".join((f"{PANE_NAMES[number]} live", *options)),
                f"at most {bar / KB:g} KB/s",
                f"{rate:.1f} KB/s",
                f"{LIVE_SECONDS:g} s in a 120x36 pty in 24-bit colour while first-minute trains; "
                f"{len(sizes)} writes",
            )


def _bytes(terminal: RealTerminal, claim: Claim) -> list[int]:
    """What each press costs."""
    terminal.press(claim.pane)
    terminal.wait_for(claim.seen)
    _until_quiet(terminal)
    costs: list[int] = []
    for key in islice(cycle(claim.keys), PRESSES):
        terminal.press(key)
        costs.append(_until_quiet(terminal))
    return costs


def _until_quiet(terminal: RealTerminal) -> int:
    """The bytes that come until nothing comes for a while."""
    chunks = terminal.read(LONGEST_SECONDS, pause=QUIET_SECONDS)
    for chunk in chunks:
        terminal.show(chunk)
    return sum(len(chunk.content) for chunk in chunks)


def _row(color: str, claim: Claim, costs: list[int]) -> Row:
    each = np.array(costs) / claim.images / KB
    remark(f"{claim.what}, {color}: " + " ".join(f"{cost / KB:.1f}" for cost in costs) + " KB")
    what = f"{claim.what}, {color}" + (", an image shown" if claim.images > 1 else "")
    return Row(
        what,
        f"at most {claim.bar / KB:g} KB",
        f"median {np.median(each):.2f} KB, 95 % {np.percentile(each, 95):.2f} KB, most {each.max():.2f} KB",
        f"{PRESSES} presses in a 120x36 pty, {claim.images} image(s) a press; all bytes "
        f"until none come for {QUIET_SECONDS:g} s",
    )
