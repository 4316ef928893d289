"""The words for the pen, the answers, the network and a score."""

import numpy as np
import pytest

from tui.drawing import words
from tui.drawing.changes import Changes
from tui.drawing.ink import FINE, GRID, PIXELS
from tui.drawing.pad import WIDTHS, Pad
from tui.drawing.reader import Reading

SURE = np.eye(10, dtype=np.float32)[3]


def test_the_pen_is_described_in_the_room_that_its_frame_has() -> None:
    pad = Pad()
    said = set()
    for width in WIDTHS:
        pad.width = width
        for deed in (pad.toggle_pen, pad.toggle_eraser, pad.toggle_pen, pad.toggle_eraser):
            deed()
            said.add(words.pen(pad, is_taken=True))
    assert "pen down, 1.5 wide" in said
    assert "eraser up, 4 wide" in said
    assert len(said) == 4 * len(WIDTHS)
    assert max(map(len, said)) <= GRID / FINE == PIXELS
    assert words.pen(pad, is_taken=False) == "Enter takes the pad"


@pytest.mark.parametrize(
    ("probabilities", "said"), [(None, "-"), (SURE, "3 >99.9 %"), (np.full(10, np.nan, np.float32), "-")]
)
def test_an_answer_is_a_digit_and_how_sure_or_a_dash(probabilities: np.ndarray | None, said: str) -> None:
    assert words.answer(probabilities) == said


def test_both_answers_are_told() -> None:
    assert words.both(Reading(SURE, None, 7)) == "as drawn 3 >99.9 %, normalised -"


@pytest.mark.parametrize(
    ("reading", "is_empty", "lines"),
    [
        (Reading(SURE, SURE, 2150), False, ["the network after step 2,150"]),
        (Reading(SURE, SURE, 0), False, ["the untrained network"]),
        (Reading(step=7), True, ["an empty pad has no answer"]),
        (Reading(problem="no weights"), False, ["no weights"]),
        (Reading(), False, []),
    ],
)
def test_facts_name_the_network_or_why_there_is_no_answer(
    reading: Reading, is_empty: bool, lines: list[str]
) -> None:
    assert words.facts(reading, Changes(), is_empty=is_empty) == lines
    answers = not (is_empty or reading.problem)
    both = ["noise 5 %", *lines] if answers else [*lines, "noise 5 %"]
    assert words.facts(reading, Changes(noise=5), is_empty=is_empty) == both


def test_a_score_counts_in_numbers_and_per_cent() -> None:
    assert words.score(1, 0, 1) == "1 drawing: 1 right normalised (100.00 %), 0 as drawn (0.00 %)"
    assert words.score(8, 4, 6) == "8 drawings: 6 right normalised (75.00 %), 4 as drawn (50.00 %)"
