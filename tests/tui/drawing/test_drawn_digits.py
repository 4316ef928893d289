"""At least nine of ten scripted drawings are read right by a network that learned from augmented MNIST."""

from pathlib import Path

import pytest
from real_mnist import real_mnist

from nn.runs import store
from tests.benchmarks import drawn_digits
from tests.benchmarks.runs import train


@pytest.mark.slow
def test_normalised_nine_of_ten_are_read_right_and_more_than_as_drawn(tmp_path: Path) -> None:
    real_mnist()
    train(drawn_digits.PRESET, *drawn_digits.AUGMENTED, runs_dir=tmp_path)
    (run,) = store.list_runs(tmp_path)
    score = drawn_digits.read(run)
    assert score.drawings == 810
    assert score.normalised >= 0.9 * score.drawings
    assert score.drawn < score.normalised
