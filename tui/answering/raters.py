"""The images of MNIST's own test set on whose digit human raters disagree.

Another data set has other images at these places, so nothing of it is marked.
"""

from typing import TYPE_CHECKING

import numpy as np

from mnist_data.idx import idx_digest
from mnist_data.published import TEST_LABELS
from nn.arrays import BoolArray

if TYPE_CHECKING:
    from tui.answering.answers import Answers

# Indices from 0 into t10k, from github.com/cleanlab/label-errors: five people looked at each image whose
# label was in doubt (Northcutt, Athalye and Mueller, 2021), and on these they did not agree.
RATERS_DISAGREE: frozenset[int] = frozenset(
    (947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729)
)


def raters_disagree(answers: "Answers") -> BoolArray:
    """Whether raters disagree on each image (n,): on none but those of the published MNIST test set."""
    disagree = np.zeros(len(answers), np.bool_)
    if answers.set_name == "test" and idx_digest(answers.labels) == TEST_LABELS.sha256:
        disagree[sorted(RATERS_DISAGREE)] = True
    return disagree
