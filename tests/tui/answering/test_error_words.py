from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nn.batches import Images
from nn.config import Config
from nn.settings import with_settings
from tui.answering.answers import Answers
from tui.answering.error_words import (
    STATE_WIDTH,
    cell_words,
    confused_pairs,
    image_lines,
    score_lines,
    state_words,
)
from tui.answering.image_words import caption, facts, folded, loss_caption
from tui.choices import SetName
from tui.session import Session
from tui.terminal.display import Display

COUNTS = arrays(np.int64, (10, 10), elements=st.integers(0, 9999))
ASCII, UNICODE = Display(ascii=True), Display()


def answer(shares: list[float], true: int, index_of: int = 1) -> Answers:
    images = Images(np.zeros((index_of, 28, 28), np.uint8), np.full(index_of, true, np.uint8))
    return Answers("test", images, np.array([shares] * index_of, np.float64), 1)


def shares_of(**given: float) -> list[float]:
    return [given.get(f"d{digit}", 0.0) for digit in range(10)]


@given(COUNTS, st.integers(1, 12))
def test_pairs_come_in_the_order_of_a_loop(matrix: np.ndarray, most: int) -> None:
    pairs = [
        (-int(matrix[true, predicted]), true, predicted)
        for true in range(10)
        for predicted in range(10)
        if true != predicted and matrix[true, predicted]
    ]
    expected = [
        f" {true} as {predicted}: {-count} {'time' if count == -1 else 'times'}"
        for count, true, predicted in sorted(pairs)[:most]
    ]
    assert confused_pairs(matrix, most) == (expected or [" nothing is confused"])


def looked_at(answers: Answers, planned: int, epoch: int | None) -> Session:
    """Answers of a run of so many epochs; None follows the latest."""
    config = with_settings(Config(), {"training.epochs": planned})
    return Session(config, None, Path(), run_config=config, answers=answers, epoch=epoch)


def answers_with(set_name: SetName, count: int, wrong: int, epoch: int) -> Answers:
    images = Images(np.zeros((count, 28, 28), np.uint8), np.zeros(count, np.uint8))
    shares = np.eye(10)[(np.arange(count) < wrong).astype(int)]
    return Answers(set_name, images, shares, epoch)


@pytest.mark.parametrize(
    ("set_name", "count", "wrong", "epoch", "followed", "looked_back"),
    [
        ("test", 10_000, 98, 12, "epoch 12 of 100", "epoch 12, > goes on"),
        ("validation", 5_000, 123, 12, "epoch 12 of 100", "epoch 12, > goes on"),
        ("validation", 5_000, 1_234, 100, "epoch 100 of 100", "epoch 100"),
        ("validation", 5_000, 4_512, 0, "before training", "before training"),
    ],
)
def test_the_figure_stands_whole_above_the_matrix(
    set_name: SetName, count: int, wrong: int, epoch: int, followed: str, looked_back: str
) -> None:
    answers = answers_with(set_name, count, wrong, epoch)
    figure = f"{set_name} · {wrong:,} wrong, {100 * wrong / count:.2f} %"
    for chosen, words in ((None, followed), (epoch, looked_back)):
        said = state_words(looked_at(answers, 100, chosen), answers, UNICODE)
        assert said == f"{figure} · {words}"
        assert len(said) <= STATE_WIDTH


def test_a_cell_in_words() -> None:
    matrix = np.zeros((10, 10), np.int64)
    matrix[4, 4], matrix[4, 9] = 970, 12
    assert cell_words(matrix, 4, 9) == " 4 as 9: 12, 1.2 %"
    assert cell_words(matrix, 3, 9) == " 3 as 9: 0"


@given(st.integers(1, 60), st.integers(0, 10**6))
def test_scores_stand_in_the_columns_of_the_matrix(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    images = Images(np.zeros((count, 28, 28), np.uint8), rng.integers(0, 10, count).astype(np.uint8))
    answers = Answers("test", images, rng.dirichlet(np.ones(10), count), 1)
    lines = score_lines(answers)
    assert len(lines) == 8
    assert max(map(len, lines)) <= 54
    assert lines[0] == "        0    1    2    3    4    5    6    7    8    9".removeprefix(" ")
    assert [line[:4].strip() for line in lines[1:5]] == ["pre", "rec", "F1", "n"]
    for digit, score in enumerate(answers.scores):
        shown = [line[4 + 5 * digit : 8 + 5 * digit].strip() for line in lines[1:4]]
        for text, share in zip(shown, (score.precision, score.recall, score.f1), strict=True):
            assert float(text) == pytest.approx(100 * share, abs=0.051)


def marked(answers: Answers, *doubtful: int) -> Answers:
    """The answers, with raters who disagree on these images."""
    marks = np.zeros(len(answers), np.bool_)
    marks[list(doubtful)] = True
    answers.__dict__["raters_disagree"] = marks
    return answers


def test_accuracy_is_given_with_and_without_images_on_which_raters_disagree() -> None:
    images = Images(np.zeros((8, 28, 28), np.uint8), np.arange(8, dtype=np.uint8))
    shares = np.eye(10)[[0, 1, 2, 3, 4, 5, 0, 0]]  # 6 and 7 are read as 0
    assert score_lines(Answers("test", images, shares, 1))[-1] == "right 75.00 %: 6 of 8"
    told = score_lines(marked(Answers("test", images, shares, 1), 7, 1))[-1]
    assert told == "right 75.00 %; 83.33 % without the 2 raters dispute"
    assert len(told) <= 54
    assert "none left" in score_lines(marked(Answers("test", images, shares, 1), *range(8)))[-1]


def test_an_image_on_which_raters_disagree_is_marked_so() -> None:
    wrong = marked(answer(shares_of(d9=0.9, d4=0.1), true=4), 0)
    assert "human raters disagree" in image_lines(wrong, 0, UNICODE.marks)
    assert loss_caption(wrong, 0, UNICODE.marks) == "▸4▹9 disagree"
    assert loss_caption(answer(shares_of(d9=0.9, d4=0.1), true=4), 0, UNICODE.marks) == "▸4▹9 loss 2.3"


def test_an_answer_in_words() -> None:
    wrong = answer(shares_of(d9=0.9, d4=0.06, d7=0.04), true=4)
    marks = UNICODE.marks
    assert facts(wrong, 0, marks) == [
        "image 0: true 4, answer 9, 90.0 % ✗ wrong",
        "loss 2.813 = -ln of 6.0 %, given to the 4",
        "margin 0.840 = 90.0 % - 6.0 %, entropy 0.39",
    ]
    assert image_lines(wrong, 0, marks) == [
        "image 0 ✗ 4 as 9",
        "loss 2.81: -ln 6.0 %",
        "margin 0.840, 1st-2nd",
    ]
    assert caption(wrong, 0, marks) == "0 ▸4▹9 ✗"


def test_a_sure_answer_has_no_loss_below_zero_and_no_false_zero() -> None:
    right = answer(shares_of(d4=1.0), true=4)
    assert facts(right, 0, UNICODE.marks)[1] == "loss 0.000 = -ln of >99.9 %, given to the 4"
    assert caption(right, 0, ASCII.marks) == "0 >4 ok"
    wrong = answer(shares_of(d4=0.9999, d5=0.0001), true=5)
    told = facts(wrong, 0, UNICODE.marks)
    assert told[0] == "image 0: true 5, answer 4, >99.9 % ✗ wrong"
    assert told[1] == "loss 9.210 = -ln of 1.0e-04, given to the 5"


@pytest.mark.parametrize(
    ("lead", "words"),
    [(1.0, ">0.999"), (0.9999, ">0.999"), (0.999, "0.999"), (0.0001, "<0.001"), (0.0, "0.000")],
)
def test_a_margin_is_never_all_and_none_only_where_two_are_alike(lead: float, words: str) -> None:
    answers = answer(shares_of(d4=(1 + lead) / 2, d9=(1 - lead) / 2), true=4)
    assert image_lines(answers, 0, UNICODE.marks)[2] == f"margin {words}, 1st-2nd"
    assert facts(answers, 0, UNICODE.marks)[2].startswith(f"margin {words} = ")


def test_of_the_smallest_share_the_logarithm_can_be_checked() -> None:
    wrong = answer(shares_of(d4=1 - 1.82e-5, d5=1.82e-5), true=5)
    assert image_lines(wrong, 0, UNICODE.marks)[1] == "loss 10.9: -ln 1.8e-05"
    assert max(map(len, image_lines(wrong, 0, UNICODE.marks))) <= 22
    assert max(map(len, facts(wrong, 0, UNICODE.marks))) <= 46


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(0, 9), st.lists(st.integers(0, 9), min_size=10, max_size=10).filter(any))
def test_words_fit_their_columns(true: int, parts: list[int]) -> None:
    shares = [part / sum(parts) for part in parts]
    answers = answer(shares, true, index_of=59_999)
    for display in (ASCII, UNICODE):
        assert max(map(len, image_lines(answers, 59_998, display.marks))) <= 22
        assert max(map(len, facts(answers, 59_998, display.marks))) <= 46
        assert len(caption(answers, 59_998, display.marks)) <= 14


@pytest.mark.parametrize("share", [0.0, 2**-24])
def test_of_a_share_that_was_rounded_to_nothing_only_the_least_loss_is_told(share: float) -> None:
    wrong = answer(shares_of(d4=1.0, d5=share), true=5)
    assert wrong.probabilities is not None
    kept = replace(wrong, probabilities=wrong.probabilities.astype(np.float16))
    assert image_lines(kept, 0, UNICODE.marks)[1] == "loss >16.1: -ln <1e-07"
    assert facts(kept, 0, UNICODE.marks)[1] == "loss >16.1 = -ln of <1e-07, given to the 5"
    assert loss_caption(kept, 0, UNICODE.marks) == "▸5▹4 loss>16.1"
    assert max(map(len, image_lines(kept, 0, UNICODE.marks))) <= 22


def test_a_share_that_was_not_rounded_tells_its_loss_far_below() -> None:
    wrong = answer(shares_of(d4=1.0, d5=1e-10), true=5)
    assert facts(wrong, 0, UNICODE.marks)[1] == "loss 23.026 = -ln of 1.0e-10, given to the 5"
    nothing = answer(shares_of(d4=1.0), true=5)
    assert facts(nothing, 0, UNICODE.marks)[1] == "loss >69.0 = -ln of <1e-30, given to the 5"


def test_a_line_is_never_folded_before_a_per_cent_sign() -> None:
    line = "margin 0.941 = 95.2 % - 1.1 %, entropy 0.30"
    assert folded(line, 29) == ["margin 0.941 = 95.2 % -", "1.1 %, entropy 0.30"]
    assert folded(line, 46) == [line]
    assert folded("", 46) == []
