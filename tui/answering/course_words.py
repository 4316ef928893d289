"""The course of answers over the epochs, in words and signs: of one image, and the accuracy of each digit.

A row of signs is a chart of one line: its height is the value, its columns are the kept epochs.
"""

from collections.abc import Sequence
from textwrap import wrap
from typing import Literal, NamedTuple

import numpy as np

from nn.config import CLASSES
from tui.answering.answers import Answers
from tui.answering.course import Course, Turn
from tui.numbers import percent, probability
from tui.terminal.display import Display
from tui.training.series import Floats, sparkline

Role = Literal["true", "predicted", "other", "words"]
WIDEST_EPOCH = 12  # columns; a wider step says no more
_HEAD, _TAIL = 5, 9  # cells before and after the signs: marks and digit, and a figure
_EIGHTHS, _ASCII_EIGHTHS = " ▁▂▃▄▅▆▇█", " _.-~=+*#"
_LEAST = 0.01  # what is less is no sign at all, so that a row of nothing is blank


class Line(NamedTuple):
    """Text and what it is about, for its colour."""

    text: str
    role: Role


def story(course: Course, index: int) -> str:
    """When an image was learned and forgotten, in 46 cells: `8 was learned in epoch 3, forgotten in 5`."""
    turns, digit = course.turns(index), int(course.labels[index])
    if not course.is_trained:
        return ""
    if not turns:
        return f"{digit} was never learned"
    first = f"{digit} was learned {_when(turns[0])}"
    match turns[1:]:
        case []:
            return first
        case [forgotten]:
            return f"{first}, forgotten {_when(forgotten, short=True)}"
        case _:
            times = int(course.forgotten[index])
            return f"{first}, forgotten {'once' if times == 1 else f'{times} times'}"


def full_story(course: Course, index: int) -> str:
    """Every time that an image was learned and forgotten."""
    turns = course.turns(index)
    if len(turns) < 3:
        return story(course, index)
    first, *later = turns
    rest = [
        f"{'learned again' if turn.is_learned else 'forgotten'} {_when(turn, short=True)}" for turn in later
    ]
    return ", ".join([f"{int(course.labels[index])} was learned {_when(first)}", *rest])


def spark_rows(course: Course, index: int, width: int, display: Display) -> list[str]:
    """Ten rows, one a digit: its probability after each trained epoch, 0 to 1, in exactly `width` cells."""
    shares = course.shares(index)[course.first :]
    return [signs(shares[:, digit], width, 1, display)[0].ljust(width) for digit in range(CLASSES)]


def trail_lines(course: Course, index: int, width: int, display: Display) -> list[str]:
    """One sign an epoch, as many as fit in `width`: the true digit's share, 0 to 1, and the answer."""
    last = slice(-max(width, 1), None)
    epochs, true = course.epochs[last], int(course.labels[index])
    if not epochs:
        return []
    shares = course.shares(index)[last, true]
    # The two ends make the heights absolute: 0 the lowest, 1 the highest.
    heights = sparkline([0.0, 1.0, *shares], len(shares) + 2, display)[2:]
    predicted = "".join(str(answers.predicted[index]) for answers in course.answers[last])
    span = f"{epochs[0]}-{epochs[-1]}"
    head = f"epoch {span}: {true}'s share"
    return [
        head if len(head) <= width else f"{true}'s share, {span}",
        heights,
        predicted + (" answers" if len(predicted) + 8 <= width else ""),
    ]


def image_chart(
    course: Course, answers: Answers, index: int, size: tuple[int, int], display: Display
) -> list[Line]:
    """One image's ten probabilities over the epochs in `size` (columns, rows), and what became of it."""
    columns, rows = size
    if not course.epochs:
        return []
    shares, true = course.shares(index), int(course.labels[index])
    place = course.epochs.index(answers.epoch) if answers.epoch in course.epochs else len(course.epochs) - 1
    predicted = int(course.answers[place].predicted[index])
    marks = display.marks
    heads = [f"image {index}, {_span(course)}", _span(course)]
    lines = [Line(_fitting([f"{heads[0]}, height 0 to 100 %", *heads], columns, 1), "words")]
    for digit in range(CLASSES):
        role: Role = "true" if digit == true else "predicted" if digit == predicted else "other"
        signs_of = (marks.true if digit == true else " ") + (marks.predicted if digit == predicted else " ")
        drawn = signs(shares[:, digit], columns - _HEAD - _TAIL, _deep(rows), display)
        lines += _rows(f"{signs_of} {digit} ", drawn, probability(float(shares[place, digit])), role)
    lines.append(Line(axis(course.epochs, place, columns), "words"))
    told = _fitting([full_story(course, index), story(course, index)], columns, rows - len(lines))
    return [*lines, Line(told, "words")]


def digit_chart(course: Course, epoch: int | None, size: tuple[int, int], display: Display) -> list[Line]:
    """The accuracy of each digit over the epochs in `size` (columns, rows)."""
    columns, rows = size
    if not course.epochs:
        return []
    place = course.epochs.index(epoch) if epoch in course.epochs else len(course.epochs) - 1
    trained = course.accuracies[course.first :]
    known = trained[np.isfinite(trained)]
    low = float(np.floor(known.min() * 100) / 100) if len(known) and known.min() < 1 else 0.0
    height = f"{100 * low:.0f} to 100 %"
    heads = [f"accuracy, {_span(course)}, height {height}", f"accuracy {height}"]
    lines = [Line(_fitting(heads, columns, 1), "words")]
    for digit in range(CLASSES):
        values = (course.accuracies[:, digit] - low) / (1 - low)
        drawn = signs(values, columns - _HEAD - _TAIL, _deep(rows), display, least=-np.inf)
        share = course.accuracies[place, digit]
        lines += _rows(f"   {digit} ", drawn, percent(float(share)) if np.isfinite(share) else "", "other")
    lines.append(Line(axis(course.epochs, place, columns), "words"))
    told = _fitting(_forgetting(course), columns, rows - len(lines)) if course.is_trained else ""
    return [*lines, Line(told, "words")]


def signs(
    values: Floats | Sequence[float], width: int, deep: int, display: Display, *, least: float = _LEAST
) -> list[str]:
    """Values in [0, 1] as columns of eighths in `deep` rows, the top one first, at most `width` wide.

    Few values are drawn several columns wide, too many are thinned out; what is below `least` is blank.
    """
    shown = np.asarray(values, np.float64)[_columns(len(values), width)]
    # Even the lowest value has a sign; one that is no number has none.
    heights = np.clip(np.ceil(np.nan_to_num(shown) * 8 * deep), 1, 8 * deep).astype(np.int64)
    heights[~(shown >= least)] = 0
    glyphs = _ASCII_EIGHTHS if display.ascii else _EIGHTHS
    rows = [np.clip(heights - 8 * row, 0, 8) for row in reversed(range(deep))]
    return ["".join(glyphs[height] for height in row) for row in rows]


def axis(epochs: Sequence[int], place: int, width: int) -> str:
    """Under the signs: a mark under the epoch looked at, or under the nearest where that was thinned out."""
    away = np.abs(_columns(len(epochs), width - _HEAD - _TAIL) - place)
    under = np.flatnonzero(away == away.min())
    marked = int(under[len(under) // 2])
    words = f"epoch {epochs[place]}"
    left = _HEAD + marked - len(words) - 1
    return f"{' ' * left}{words} ^" if left >= 0 else f"{' ' * (_HEAD + marked)}^ {words}"


def _span(course: Course) -> str:
    return f"epochs {course.epochs[0]} to {course.epochs[-1]}"


def _columns(count: int, width: int) -> np.ndarray:
    """Which value stands in which column."""
    width = max(width, 1)
    if count > width:
        return np.rint(np.linspace(0, count - 1, width)).astype(np.int64)
    return np.repeat(np.arange(count), min(width // max(count, 1), WIDEST_EPOCH))


def _deep(rows: int) -> int:
    """Rows for each digit, when there are so many in all and four are for words."""
    return int(np.clip((rows - 4) // CLASSES, 1, 4))


def _rows(head: str, drawn: Sequence[str], figure: str, role: Role) -> list[Line]:
    """The digit and its figure stand in the lowest row."""
    above = [Line(f"{' ' * _HEAD}{row}".rstrip(), role) for row in drawn[:-1]]
    return [*above, Line(f"{head}{drawn[-1]} {figure:>7}", role)]


def _forgetting(course: Course) -> list[str]:
    """How many images were forgotten how often; then shorter."""
    counts = np.bincount(np.minimum(course.forgotten, 3), minlength=4)
    never = f"never learned {int(np.count_nonzero(~course.right[course.first :].any(axis=0))):,}"
    once, twice, more = (f"{count:,}" for count in counts[1:])
    return [
        f"images forgotten once {once}, twice {twice}, more often {more}; {never}",
        f"forgotten {counts[1:].sum():,}, {never}",
    ]


def _fitting(told: Sequence[str], columns: int, rows: int) -> str:
    """The first of these texts that fits there, or else the last."""
    return next((text for text in told if len(wrap(text, max(columns, 1))) <= rows), told[-1])


def _when(turn: Turn, *, short: bool = False) -> str:
    """`in epoch 3`, or `by epoch 4` where the epochs between are not kept."""
    word = "in" if turn.epoch - turn.before <= 1 else "by"
    return f"{word} {turn.epoch}" if short else f"{word} epoch {turn.epoch}"
