"""Courses of answers that no network gave."""

from collections.abc import Sequence

import numpy as np

from tui.answering.course import Course, EpochAnswers


def course_of(epochs: Sequence[int], predicted: Sequence[Sequence[int]], labels: Sequence[int]) -> Course:
    """Each epoch's answers, of which the network was sure."""
    answers = [EpochAnswers.of(np.eye(10, dtype=np.float16)[list(row)]) for row in predicted]
    return Course(tuple(epochs), tuple(answers), np.array(labels, np.uint8))
