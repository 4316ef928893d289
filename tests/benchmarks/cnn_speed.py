"""Training convolutional networks, in images a second: beside the faster of PyTorch's layouts."""

from collections.abc import Iterator
from contextlib import nullcontext
from importlib.metadata import version
from statistics import median

from nn.building import describe
from nn.presets import find
from nn.runs import environment
from tests.benchmarks.contestants import Contestant, half_busy, turns
from tests.benchmarks.report import Row, remark

ROUNDS = 5
SECONDS = 1.5
LAYOUTS = ("contiguous_format", "channels_last")
PLAIN = ("99-in-one-epoch", "lenet-5")
NORMALISED = (("99.4-small", 128), ("99.6", 128))
PLAIN_BAR, NORMALISED_BAR = "at least 1.0x; aim 1.3x", "at least 0.8x; aim 1.0x"


def rows() -> Iterator[Row]:
    """A row a network and batch; then one of each kind beside a busy process."""
    for preset in PLAIN:
        for batch in (64, 128, 256):
            yield _against(preset, batch, PLAIN_BAR)
    for preset, batch in NORMALISED:
        yield _against(preset, batch, NORMALISED_BAR)
    yield _against("99-in-one-epoch", 128, PLAIN_BAR, is_busy=True)
    yield _against("99.4-small", 128, NORMALISED_BAR, is_busy=True)


def _against(preset: str, batch: int, bar: str, *, is_busy: bool = False) -> Row:
    arguments = (preset, "adam", str(batch))
    contestants = [Contestant("our_trainer", *arguments)]
    contestants += [Contestant("pytorch", *arguments, layout) for layout in LAYOUTS]
    with half_busy() if is_busy else nullcontext():
        speeds = turns(contestants, ROUNDS, SECONDS)
    ratios = [ours / max(theirs) for ours, *theirs in speeds]
    remark(f"{preset}, {batch}: " + " ".join(f"{ratio:.2f}" for ratio in ratios))
    ours, default, last = (median(column) for column in zip(*speeds, strict=True))
    return Row(
        f"{describe(find(preset).config.network)}, adam, batch {batch}, against PyTorch {version('torch')}"
        + (", one core half busy" if is_busy else ""),
        bar,
        f"{median(ratios):.2f}x ({ours:,.0f} against {default:,.0f}, channels last {last:,.0f} images/s)",
        f"median of {ROUNDS} alternating rounds of {SECONDS:g} s, least {min(ratios):.2f}x; "
        f"{environment.allowed_threads(0)} threads each, MNIST in memory",
    )
