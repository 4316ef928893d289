"""The health of a network in words: what is off with it, and what was measured of each layer last."""

from collections.abc import Sequence
from textwrap import wrap

from nn.config import Config
from nn.events import LayerHealth
from nn.runs.history import History
from tui.numbers import number, percent
from tui.training.diagnosis import LARGE_UPDATE, LONG_GRADIENT, MANY_DEAD, SMALL_UPDATE, diagnose

_HEAD = ("", "|gradient|", "|update| / |weights|", "dead ReLUs")
_USUAL = (
    "usual",
    f"below {LONG_GRADIENT}",
    f"{SMALL_UPDATE:.5f} to {LARGE_UPDATE}",
    f"below {percent(MANY_DEAD, 0)}",
)
_FALLEN = 0.1  # of the highest rate: from there on updates are small for that reason
_NAME, _WIDTHS = 12, (11, 21, 11)
WIDTH = _NAME + sum(_WIDTHS)  # cells of the table, which is not folded


def sentences(history: History, config: Config) -> list[str]:
    """What is off now, the most serious first; empty where nothing is."""
    return diagnose(history, is_cross_entropy=config.training.loss == "cross_entropy")


def hint(found: Sequence[str]) -> list[str]:
    """That something is off and which key tells what, in `ANSWER_WIDTH` cells; no line where nothing is."""
    return [f"H: {len(found)} {'is' if len(found) == 1 else 'are'} off"] if found else []


def page(history: History, config: Config, width: int) -> list[str]:
    """The sentences, and a table of the layers with what is usual; lines of at most `width` cells, ASCII.

    `width` is `WIDTH` at least. A run that ended before its layers were measured has no table.
    """
    found = sentences(history, config)
    if not found and not history.layers:
        return wrap("Nothing has been measured yet: training measures each layer as it goes on.", width)
    lines: list[str] = []
    for sentence in found or ["Nothing is off, as far as gradients, updates, neurons and losses tell."]:
        lines += [*wrap(sentence, width, subsequent_indent="  ", break_on_hyphens=False), ""]
    if not history.layers:
        return lines[:-1]
    lines += [f"Measured last, after step {history.measured[-1].step:,}", "", _row(_HEAD)]
    lines += [_row(_measured(layer)) for layer in history.layers]
    return [*lines, _row(_USUAL), *wrap(_fallen_rate(history), width)]


def _fallen_rate(history: History) -> str:
    """Why updates are smaller than they were, where the rate has fallen far, as at a schedule's end."""
    rate, highest = history.learning_rate, history.highest_rate
    if rate is None or rate >= _FALLEN * highest:
        return ""
    return f"The rate has fallen from {highest:.2g} to {rate:.2g}, and the updates with it."


def _measured(layer: LayerHealth) -> tuple[str, str, str, str]:
    dead = "" if layer.dead is None else percent(layer.dead, 0)
    return (layer.name, _number(layer.gradient_norm), _number(layer.update_ratio), dead)


def _number(value: float | None) -> str:
    return "-" if value is None else number(value, 3)


def _row(cells: tuple[str, str, str, str]) -> str:
    name, *rest = cells
    return name[: _NAME - 1].ljust(_NAME) + "".join(
        cell.rjust(width) for cell, width in zip(rest, _WIDTHS, strict=True)
    )
