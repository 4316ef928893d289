"""The pages of the loss, for each loss and with smoothed labels."""

import numpy as np
import pytest
from step_pages import page_of
from step_samples import step_config, traced

from nn.losses import CrossEntropy
from tui.stepping.walk import pages, where


@pytest.mark.parametrize(
    ("lead", "share", "loss"),
    [
        (16.0, ">0.9999", "0.0000"),  # all but a ten-millionth
        (40.0, ">0.9999", "0.0000"),  # rounded to 1 in the network's float32
        (-14.0, "8.32e-07", "14.0000"),
        (-200.0, "1.38e-87", "200.0000"),  # rounded to 0 there
        (-2000.0, "<1e-300", "2000.0000"),
    ],
)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_logarithm_is_told_of_a_share_that_is_neither_none_nor_all(
    lead: float, share: str, loss: str, smoothing: float
) -> None:
    trace = traced(step_config(label_smoothing=smoothing))
    outputs = np.full_like(trace.outputs, -1e4)
    outputs[:, int(trace.labels[1]) - 1] = 0
    outputs[1, trace.labels[1]] = lead
    trace = trace._replace(
        outputs=outputs,
        probabilities=CrossEntropy().probabilities(outputs),
        losses=np.full(len(outputs), float(loss)),
    )
    text, label = page_of(trace, "loss", "loss"), trace.labels[1]
    if smoothing:
        assert f"-ln p_{label} alone is {loss}" in text
    else:
        assert f"loss of image 2 = - ln p_{label} = - ln {share} = {loss}" in text


def test_where_the_gradient_takes_a_share_for_more_than_it_is_the_page_says_so() -> None:
    trace = traced(step_config())
    outputs, labels = np.full_like(trace.outputs, -90.0), trace.labels
    outputs[:, 3] = 0
    _, gradient = CrossEntropy()(outputs, labels)
    sure = trace._replace(
        outputs=outputs, probabilities=CrossEntropy().probabilities(outputs), loss_gradient=gradient
    )
    digit = 5 if labels[1] != 5 else 6
    (row,) = (
        line.split() for line in page_of(sure, "loss", "gradient").splitlines() if f"  {digit} " in line
    )
    assert row[-4:-1] == ["8.76e-27", "0", "8.76e-27"]
    assert float(row[-1]) == pytest.approx(8.76e-27 / len(labels), rel=1e-2)
    assert "Here each p_j is 8.76e-27 at least." in page_of(sure, "loss", "gradient")
    assert "at least" not in page_of(trace, "loss", "gradient")


def test_a_guess_costs_what_it_does_by_the_networks_own_loss() -> None:
    trace = traced(step_config(loss="mse"))
    for text in (page_of(trace, "forward", "batch"), page_of(trace, "loss", "loss")):
        assert "ten outputs of 0.1 cost 0.09" in text
        assert "2.303" not in text
    trace = traced(step_config())
    for text in (page_of(trace, "forward", "batch"), page_of(trace, "loss", "loss")):
        assert "ln 10 = 2.303" in text


def test_with_smoothing_the_least_loss_is_where_the_answers_are_the_aims() -> None:
    trace = traced(step_config(label_smoothing=0.1))
    text = " ".join(page_of(trace, "loss", "loss").split())
    least = -(0.91 * np.log(0.91) + 9 * 0.01 * np.log(0.01))
    assert f"never below {least:.4f}" in text
    assert f"p_{trace.labels[1]} is 0.91. To be surer costs more" in text
    assert "costs nothing" not in text
    assert "costs nothing" in page_of(traced(step_config()), "loss", "loss")


def test_only_a_softmax_is_called_so() -> None:
    assert "[softmax]" in where(pages(traced(step_config())), 4)
    walk = pages(traced(step_config(loss="mse")))
    assert where(walk, 4) == "forward > LOSS: [shares] loss gradient > backward > update"
    assert "softmax" not in "".join(page.about + page.title for page in walk)
