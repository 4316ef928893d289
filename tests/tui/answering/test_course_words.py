from textwrap import wrap

import numpy as np
import pytest
from courses import course_of
from hypothesis import given
from hypothesis import strategies as st

from nn.batches import Images
from tui.answering.answers import Answers
from tui.answering.course import Course
from tui.answering.course_words import (
    axis,
    digit_chart,
    full_story,
    image_chart,
    signs,
    spark_rows,
    story,
    trail_lines,
)
from tui.terminal.display import Display

UNICODE, ASCII = Display(), Display(ascii=True)


def course_with(right: str, epochs: list[int] | None = None) -> Course:
    """One image of an 8: what is `r` is right, epoch by epoch, from 0 on."""
    return course_of(
        epochs or list(range(len(right))), [[8 if letter == "r" else 3] for letter in right], [8]
    )


@pytest.mark.parametrize(
    ("right", "short", "long"),
    [
        ("w", "", ""),
        ("r", "", ""),
        ("www", "8 was never learned", "8 was never learned"),
        ("rww", "8 was never learned", "8 was never learned"),
        ("wwr", "8 was learned in epoch 2", "8 was learned in epoch 2"),
        (
            "wwwrrw",
            "8 was learned in epoch 3, forgotten in 5",
            "8 was learned in epoch 3, forgotten in 5",
        ),
        (
            "wrwr",
            "8 was learned in epoch 1, forgotten once",
            "8 was learned in epoch 1, forgotten in 2, learned again in 3",
        ),
        (
            "wrwrw",
            "8 was learned in epoch 1, forgotten 2 times",
            "8 was learned in epoch 1, forgotten in 2, learned again in 3, forgotten in 4",
        ),
    ],
)
def test_what_became_of_an_image(right: str, short: str, long: str) -> None:
    assert story(course_with(right), 0) == short
    assert full_story(course_with(right), 0) == long


def test_between_epochs_that_are_not_kept_the_time_is_not_known() -> None:
    course = course_with("wwrw", [0, 4, 8, 9])
    assert story(course, 0) == "8 was learned by epoch 8, forgotten in 9"


@given(st.lists(st.booleans(), min_size=1, max_size=100))
def test_a_story_fits_its_line(right: list[bool]) -> None:
    course = course_with("".join("r" if each else "w" for each in right))
    assert len(story(course, 0)) <= 46


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=120),
    st.integers(1, 80),
    st.integers(1, 4),
    st.sampled_from([UNICODE, ASCII]),
)
def test_signs_rise_with_the_values(values: list[float], width: int, deep: int, display: Display) -> None:
    rows = signs(values, width, deep, display)
    assert len(rows) == deep
    assert {len(row) for row in rows} == {len(rows[0])}
    assert min(len(values), width) <= len(rows[0]) <= width
    glyphs = " _.-~=+*#" if display.ascii else " ▁▂▃▄▅▆▇█"
    heights = [sum(glyphs.index(row[column]) for row in rows) for column in range(len(rows[0]))]
    if len(values) <= width:
        each = len(heights) // len(values)
        assert heights == [
            0 if value < 0.01 else max(int(np.ceil(value * 8 * deep)), 1)
            for value in values
            for _ in range(each)
        ]


@pytest.mark.parametrize(
    ("last", "head"),
    [(69, "epoch 48-69: 8's share"), (150, "8's share, 129-150"), (9999, "8's share, 9978-9999")],
)
def test_a_trail_fits_its_lines(last: int, head: str) -> None:
    lines = trail_lines(course_with("wr" * 30, list(range(last - 59, last + 1))), 0, 22, UNICODE)
    assert lines[0] == head
    assert [len(line) for line in lines[1:]] == [22, 22]


def test_values_that_are_no_numbers_are_blank() -> None:
    assert signs([float("nan"), 1.0], 2, 1, UNICODE) == [" █"]


def test_the_epoch_looked_at_is_marked() -> None:
    assert axis([0, 1, 2], 0, 17) == "     ^ epoch 0"
    assert axis(range(20), 19, 34) == f"{' ' * 15}epoch 19 ^"


def test_an_epoch_that_was_thinned_out_is_marked_where_it_would_stand() -> None:
    for place in range(76):
        marked = axis([2 * number for number in range(76)], place, 46).index("^") - 5
        assert abs(marked - place * 31 / 75) <= 1


def test_in_the_smallest_chart_whole_words_give_way() -> None:
    course = course_of(list(range(200)), [[8, 3]] + [[3, 3], [8, 8]] * 99 + [[8, 8]], [8, 8])
    answers = Answers("test", Images(np.zeros((2, 28, 28), np.uint8), course.labels), None, 199)
    for lines in (
        image_chart(course, answers, 1, (26, 14), UNICODE),
        digit_chart(course, 199, (26, 14), UNICODE),
    ):
        assert sum(len(wrap(line.text, 26)) for line in lines) <= 14
    assert image_chart(course, answers, 1, (26, 14), UNICODE)[0].text == "image 1, epochs 0 to 199"
    assert "forgotten 2, never learned 0" in [line.text for line in lines]
    assert lines[0].text == "accuracy 0 to 100 %"


@pytest.mark.parametrize("size", [(24, 12), (46, 16), (156, 41)])
@pytest.mark.parametrize("display", [UNICODE, ASCII])
@pytest.mark.parametrize("count", [1, 2, 6, 100])
def test_charts_fit_where_they_stand(size: tuple[int, int], display: Display, count: int) -> None:
    labels = np.repeat(np.arange(10), 3)
    rng = np.random.default_rng(1)
    course = course_of(list(range(count)), rng.integers(0, 10, (count, 30)).tolist(), labels.tolist())
    answers = Answers("test", Images(np.zeros((30, 28, 28), np.uint8), course.labels), None, count - 1)
    for lines in (
        image_chart(course, answers, 4, size, display),
        digit_chart(course, count - 1, size, display),
    ):
        rows = [line for line in lines if line.role != "words"]
        assert len(rows) in range(10, max(size[1] - 3, 11))
        assert len(rows) % 10 == 0
        assert max(len(row.text) for row in rows) <= max(size[0], 24)
        assert all(line.text.isascii() for line in lines) or not display.ascii
        deep = len(rows) // 10
        assert [row.text[:5].split()[-1] for row in rows[deep - 1 :: deep]] == list("0123456789")
    assert len(spark_rows(course, 4, 18, display)) == 10
    assert image_chart(course_of([], [], labels.tolist()), answers, 4, size, display) == []
    assert digit_chart(course_of([], [], labels.tolist()), 0, size, display) == []


def test_the_answer_and_the_truth_are_marked() -> None:
    course = course_with("wrw")
    answers = Answers("test", Images(np.zeros((1, 28, 28), np.uint8), course.labels), None, 2)
    lines = image_chart(course, answers, 0, (46, 16), UNICODE)
    assert {line.role: line.text[:5] for line in lines if line.role in ("true", "predicted")} == {
        "true": "▸  8 ",
        "predicted": " ▹ 3 ",
    }
    assert lines[-1].text == "8 was learned in epoch 1, forgotten in 2"


@pytest.mark.parametrize(("display", "heights"), [(UNICODE, "▁▁█"), (ASCII, "__#")])
def test_a_trail_has_one_sign_an_epoch(display: Display, heights: str) -> None:
    course = course_of([0, 1, 2], [[9, 7], [9, 1], [4, 7]], [4, 7])
    assert trail_lines(course, 0, 22, display) == ["epoch 0-2: 4's share", heights, "994 answers"]
    assert trail_lines(course, 0, 2, display) == ["4's share, 1-2", heights[1:], "94"]
    assert trail_lines(course_of([], [], [4]), 0, 22, display) == []
