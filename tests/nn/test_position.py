"""The arithmetic of a position: how a changed number of epochs maps steps to the schedule's plan."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.position import Position


@given(epochs=st.integers(0, 50), batches=st.integers(1, 100), step=st.integers(0, 5000))
def test_an_unchanged_run_is_exactly_on_its_plan(epochs: int, batches: int, step: int) -> None:
    position = Position(step=min(step, epochs * batches), epochs=epochs, planned_epochs=epochs)
    if epochs:
        assert position.planned_step(batches) == position.step


@given(
    planned=st.integers(1, 20),
    batches=st.integers(1, 30),
    epochs=st.integers(1, 40),
    share=st.floats(0.0, 1.0),
)
def test_what_remains_is_stretched_evenly(planned: int, batches: int, epochs: int, share: float) -> None:
    at = max(1, min(round(share * planned * batches), epochs * batches - 1))
    changed = Position(step=at, epochs=planned, planned_epochs=planned).with_epochs(epochs, batches)
    if at > planned * batches or at >= epochs * batches:
        return
    assert changed.planned_step(batches) == pytest.approx(at)
    end = Position(
        step=epochs * batches,
        epochs=epochs,
        planned_epochs=planned,
        changed_at=changed.changed_at,
        planned_then=changed.planned_then,
    )
    assert end.planned_step(batches) == pytest.approx(planned * batches)


def test_a_run_that_has_not_begun_gets_a_new_plan() -> None:
    changed = Position(epochs=3, planned_epochs=3).with_epochs(5, 10)
    assert (changed.epochs, changed.planned_epochs, changed.changed_at) == (5, 5, 0)


def test_two_changes_in_a_row_at_one_step_are_the_last_one() -> None:
    position = Position(step=12, epochs=3, planned_epochs=3)
    twice = position.with_epochs(9, 10).with_epochs(5, 10)
    assert twice == position.with_epochs(5, 10)


def test_a_second_change_goes_on_from_where_the_first_one_led() -> None:
    first = Position(step=10, epochs=3, planned_epochs=3).with_epochs(5, 10)  # 20 steps of the plan in 40
    later = first
    for _ in range(20):
        later = later.after_step(1.0, 1, 1, 0.1)
    assert later.planned_step(10) == 20
    second = later.with_epochs(4, 10)  # the 10 that are left, in 10
    assert [second.planned_then, second.after_step(1.0, 1, 1, 0.1).planned_step(10)] == [20, 21]


def test_a_run_that_was_over_goes_on_at_the_plans_end() -> None:
    more = Position(step=30, epochs=3, planned_epochs=3).with_epochs(4, 10)
    assert more.planned_step(10) == 30
    assert (
        Position(
            step=39, epochs=4, planned_epochs=3, changed_at=30, planned_then=more.planned_then
        ).planned_step(10)
        == 30
    )


def test_sums_are_weighted_by_images_and_begin_anew() -> None:
    position = Position(epochs=1, planned_epochs=1).after_step(2.0, 3, 10, 0.5).after_step(1.0, 4, 5, 0.25)
    assert (position.step, position.loss_sum, position.correct, position.images) == (2, 25.0, 7, 15)
    assert position.last_rate == 0.25
    later = position.after_epoch(4.0).after_epoch(3.0)
    assert (later.step, later.loss_sum, later.correct, later.images) == (2, 0.0, 0, 0)
    assert later.seconds_before == 7.0


def test_the_best_epoch_is_the_most_accurate_and_then_the_surest() -> None:
    position = Position(epochs=9, planned_epochs=9)
    for epoch, accuracy, loss, best in [
        (1, 0.5, 2.0, 1),
        (2, 0.5, 2.5, 1),
        (3, 0.5, 1.5, 3),
        (4, 0.4, 0.1, 3),
        (5, 0.6, 9.0, 5),
        (6, 0.6, 9.0, 5),
    ]:
        position = position.with_best(epoch, accuracy, loss)
        assert position.best_epoch == best


@pytest.mark.parametrize(("accuracy", "loss"), [(None, None), (0.9, None), (None, 0.1)])
def test_an_epoch_without_figures_is_never_the_best(accuracy: float | None, loss: float | None) -> None:
    position = Position(epochs=1, planned_epochs=1)
    assert position.with_best(1, accuracy, loss) == position


def test_patience_counts_from_the_best_epoch_or_from_a_change() -> None:
    position = Position(epochs=20, planned_epochs=20, patience=3, best_epoch=4)
    assert [position.is_out_of_patience(epoch) for epoch in (4, 5, 6, 7, 8)] == [False] * 3 + [True] * 2
    changed = msgspec.structs.replace(position, patient_since=6)
    assert [changed.is_out_of_patience(epoch) for epoch in (7, 8, 9)] == [False, False, True]


def test_without_patience_or_without_a_best_epoch_nothing_is_waited_for() -> None:
    assert not Position(epochs=20, planned_epochs=20, best_epoch=1).is_out_of_patience(20)
    assert not Position(epochs=20, planned_epochs=20, patience=1).is_out_of_patience(20)
