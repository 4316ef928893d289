import numpy as np
import pytest
from real_mnist import real_mnist

from nn.arrays import ByteArray
from nn.batches import Images
from tui.answering.answers import Answers, Filter
from tui.answering.raters import RATERS_DISAGREE, raters_disagree
from tui.choices import SetName


@pytest.fixture(scope="module")
def labels() -> ByteArray:
    return real_mnist().test_labels


def answers_to(labels: ByteArray, set_name: SetName = "test") -> Answers:
    return Answers(set_name, Images(np.zeros((len(labels), 28, 28), np.uint8), labels))


def test_fifteen_of_the_published_test_images_are_marked(labels: ByteArray) -> None:
    answers = answers_to(labels)
    assert len(RATERS_DISAGREE) == 15
    assert np.flatnonzero(raters_disagree(answers)).tolist() == sorted(RATERS_DISAGREE)
    fours = Filter(true=4, raters_disagree=True).passes(answers)
    assert np.flatnonzero(fours).tolist() == [
        index for index in sorted(RATERS_DISAGREE) if labels[index] == 4
    ]


def test_nothing_else_is_marked(labels: ByteArray) -> None:
    others = (
        answers_to(labels[::-1]),
        answers_to(labels, "train"),
        answers_to(labels[:9_999]),
        answers_to(labels[:0], "validation"),
    )
    assert not any(raters_disagree(answers).any() for answers in others)
