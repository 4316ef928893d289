import numpy as np
import pytest
from courses import course_of
from hypothesis import given
from hypothesis import strategies as st

from tui.answering.course import Course, Turn

IMAGES = 6


@st.composite
def courses(draw: st.DrawFn) -> Course:
    epochs = sorted(draw(st.sets(st.integers(0, 40), max_size=8)))
    labels = draw(st.lists(st.integers(0, 2), min_size=IMAGES, max_size=IMAGES))
    row = st.lists(st.integers(0, 2), min_size=IMAGES, max_size=IMAGES)
    return course_of(epochs, [draw(row) for _ in epochs], labels)


@given(courses())
def test_forgetting_is_what_a_loop_counts(course: Course) -> None:
    for index in range(IMAGES):
        knew, times, turns = False, 0, list[Turn]()
        for place, epoch in enumerate(course.epochs):
            if epoch == 0:
                continue
            knows = course.answers[place].predicted[index] == course.labels[index]
            times += knew and not knows
            if knew != knows:
                turns.append(Turn(epoch, course.epochs[place - 1] if place else 0, bool(knows)))
            knew = knows
        assert course.forgotten[index] == times
        assert course.turns(index) == turns
        assert sum(not turn.is_learned for turn in turns) == times


@given(courses())
def test_what_is_new_is_the_difference_of_two_epochs(course: Course) -> None:
    assert course.newly(None) is None
    assert course.newly(course.epochs[0] if course.epochs else 0) is None
    for place, epoch in list(enumerate(course.epochs))[1:]:
        found = course.newly(epoch)
        assert found is not None
        right, wrong = found
        assert (course.right[place - 1] ^ course.right[place]).tolist() == (right | wrong).tolist()
        assert not (right & wrong).any()
        assert not (right & ~course.right[place]).any()


@given(courses())
def test_accuracies_are_those_of_each_digit(course: Course) -> None:
    assert course.accuracies.shape == (len(course.epochs), 10)
    for place, row in enumerate(course.accuracies):
        for digit in range(10):
            own = course.right[place][course.labels == digit]
            assert row[digit] == pytest.approx(own.mean() if len(own) else np.nan, nan_ok=True)


def test_shares_of_one_image() -> None:
    course = course_of([0, 1], [[3], [4]], [4])
    assert course.shares(0).tolist() == np.eye(10)[[3, 4]].tolist()
    assert course.is_trained
    assert not course_of([0], [[4]], [4]).is_trained
