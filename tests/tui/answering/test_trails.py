from pathlib import Path

import numpy as np
import pytest

from nn.batches import Images
from nn.runs import predictions
from tui.answering.answers import Answers
from tui.answering.trails import Source, Trails, read, trail_lines
from tui.terminal.display import Display

LABELS = np.array([4, 7], np.uint8)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    for epoch, digits in enumerate([(9, 7), (9, 1), (4, 7)]):
        shares = np.zeros((2, 10), np.float32)
        shares[[0, 1], digits] = 1
        predictions.save(tmp_path, epoch, {"test": shares})
    return Source(tmp_path, "test", len(LABELS))


def filled(source: Source, kept: list[int]) -> Trails:
    trails = Trails()
    trails.add(source, read(source, trails.missing(source, kept), LABELS))
    return trails


def test_epochs_are_known_once_read(source: Source) -> None:
    trails = filled(source, [0, 1, 2])
    assert trails.missing(source, [0, 1, 2]) == []
    assert trails.of(0) == ([0, 1, 2], [9, 9, 4], [0.0, 0.0, 1.0])
    assert trails.of(1) == ([0, 1, 2], [7, 1, 7], [1.0, 0.0, 1.0])


def test_what_is_no_longer_kept_is_forgotten(source: Source) -> None:
    trails = filled(source, [0, 1, 2])
    assert trails.missing(source, [0, 2, 4]) == [4]
    assert trails.of(0)[0] == [0, 2]


def test_another_source_starts_anew_and_late_reads_of_the_old_are_dropped(source: Source) -> None:
    trails = filled(source, [0, 1, 2])
    other = Source(source.folder, "validation", len(LABELS))
    assert trails.missing(other, [0, 1, 2]) == [0, 1, 2]
    trails.add(source, read(source, [0], LABELS))
    assert trails.of(0) == ([], [], [])


def test_an_epoch_that_cannot_be_read_is_asked_for_once(source: Source) -> None:
    trails = filled(source, [0, 1, 2, 9])
    assert trails.missing(source, [0, 1, 2, 9]) == []
    assert trails.of(0)[0] == [0, 1, 2]


def test_answers_to_other_images_are_left_out(source: Source) -> None:
    assert read(source, [0], np.zeros(3, np.uint8)) == {0: None}


@pytest.mark.parametrize(("display", "heights"), [(Display(), "▁▁█"), (Display(ascii=True), "__#")])
def test_one_sign_an_epoch(source: Source, display: Display, heights: str) -> None:
    answers = Answers("test", Images(np.zeros((2, 28, 28), np.uint8), LABELS))
    trails = filled(source, [0, 1, 2])
    assert trail_lines(trails, answers, 0, 22, display) == ["epoch 0-2: 4's share", heights, "994 answers"]
    assert trail_lines(trails, answers, 0, 2, display) == ["epoch 1-2: 4's share", heights[1:], "94"]
    assert trail_lines(Trails(), answers, 0, 22, display) == []
