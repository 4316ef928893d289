import os

import numpy as np
import pytest

from mnist_data import Dataset, DatasetError, load
from nn.batches import Images
from nn.runs.images import cache_folder
from tui.answering.answers import Answers
from tui.answering.raters import RATERS_DISAGREE, raters_disagree


@pytest.fixture(scope="module")
def mnist(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    try:
        return load("mnist", environment=os.environ, cwd=tmp_path_factory.mktemp("cwd"), cache=cache_folder())
    except DatasetError as error:
        pytest.skip(f"needs MNIST: {error}")


def test_fifteen_of_the_published_test_images_are_marked(mnist: Dataset) -> None:
    answers = Answers("test", Images(mnist.test_images, mnist.test_labels))
    assert len(RATERS_DISAGREE) == 15
    assert np.flatnonzero(raters_disagree(answers)).tolist() == sorted(RATERS_DISAGREE)


def test_nothing_else_is_marked(mnist: Dataset) -> None:
    images, labels = mnist.train_images[:10_000], mnist.train_labels[:10_000]
    others = (
        Answers("test", Images(images, labels)),
        Answers("train", Images(mnist.test_images, mnist.test_labels)),
        Answers("test", Images(mnist.test_images[:9_999], mnist.test_labels[:9_999])),
        Answers("validation", Images(images[:0], labels[:0])),
    )
    assert not any(raters_disagree(answers).any() for answers in others)
