"""How many bytes a key costs on the wire: what the app writes to a pty of 120x36 until it is quiet again.

A key with its bar is one entry of `CLAIMS`; whoever adds a pane adds its keys there.
"""

import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.benchmarks.report import Row, remark
from tests.benchmarks.runs import train
from tests.tui.real_terminal import RealTerminal

KB = 1024
PRESSES = 40
QUIET_SECONDS = 0.4  # so long nothing comes: what the key began is over
LONGEST_SECONDS = 5.0
BROWSE_PAGE = 9  # images: the large one and a page of two rows of four small ones
NEXT = ("n",) * 7 + ("p",) * 7  # forth and back on one page: the step past its edge is the next page
PAGE_DOWN = ("\x1b[6~",)


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
    """One row a claim, on a run that has ended: nothing but the key writes."""
    with tempfile.TemporaryDirectory() as folder:
        train("first-minute", "training.epochs=3", runs_dir=Path(folder))
        for color, claims in CLAIMS.items():
            with RealTerminal.open_app(Path(folder), "--color", color) as terminal:
                terminal.wait_for("finished", "q quit")
                for claim in claims:
                    yield _row(color, claim, _bytes(terminal, claim))


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
