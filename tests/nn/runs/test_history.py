import msgspec
from hypothesis import given
from hypothesis import strategies as st

from nn.events import (
    Changed,
    Continued,
    EpochFinished,
    Evaluated,
    LayersMeasured,
    Note,
    Paused,
    Resumed,
    RunEvent,
    RunFinished,
    RunStarted,
    StepsFinished,
)
from nn.runs.history import History

BATCHES = 4


def started(step: int = 0) -> RunStarted:
    return RunStarted(
        step=step,
        run="r",
        pid=1,
        data="d",
        images=4,
        validation_images=0,
        batches=BATCHES,
        parameters=1,
        threads=1,
        resumed_from_step=step,
        time=0.0,
    )


def steps(first: int, last: int) -> StepsFinished:
    """Steps from `first` to `last`, each with figures that belong to it alone."""
    count = range(first, last + 1)
    return StepsFinished(
        step=last,
        epoch=1 + (last - 1) // BATCHES,
        losses=[1 / n for n in count],
        accuracies=[n / 1e6 for n in count],
        learning_rate=last / 10,
        images_per_second=float(last),
    )


def epoch(number: int) -> EpochFinished:
    figure = 1 / number
    return EpochFinished(
        step=number * BATCHES,
        epoch=number,
        train_loss=figure,
        train_accuracy=figure,
        validation_loss=None,
        validation_accuracy=None,
        test_loss=figure,
        test_accuracy=figure,
        learning_rate=0.1,
        images_per_second=None,
        seconds=1.0,
    )


def evaluated() -> Evaluated:
    return Evaluated(step=0, validation_loss=None, validation_accuracy=None, test_loss=2.3, test_accuracy=0.1)


def finished(state: str = "finished") -> RunFinished:
    return RunFinished(
        step=1,
        state=state,
        run="r",
        epochs=1,
        seconds=1.0,
        best_epoch=None,
        validation_accuracy=None,
        test_accuracy=None,
        parameters=1,
    )


def telling(step: int, epochs: int, ends: set[int]) -> list[RunEvent]:
    """What a worker tells from `step` on: bundles that end where `ends` says and at each epoch's end."""
    events: list[RunEvent] = [evaluated()] if step == 0 else []
    first = step + 1
    for last in range(step + 1, epochs * BATCHES + 1):
        is_end = last % BATCHES == 0
        if is_end or last in ends:
            events.append(steps(first, last))
            events.append(Note(step=last, text=f"at {last}"))
            first = last + 1
        if is_end:
            events.append(LayersMeasured(step=last, layers=[]))
            events.append(Changed(step=last, rate_factor=float(last), epochs=epochs))
            events.append(epoch(last // BATCHES))
    return events


def fed(events: list[RunEvent]) -> History:
    history = History()
    for event in events:
        history.feed(event)
    return history


def state(history: History) -> tuple[object, ...]:
    return (
        history.step,
        history.training_loss().x.tolist(),
        history.training_loss().y.tolist(),
        history.training_accuracy().y.tolist(),
        history.epochs,
        history.evaluated,
        history.measured,
        [note.step for note in dict.fromkeys(history.notes)],
        history.changes,
        history.rate_factor,
        history.epochs_planned,
        history.learning_rate,
        history.images_per_second,
        history.paused,
        history.state,
    )


@given(data=st.data(), epochs=st.integers(1, 5))
def test_a_killed_and_resumed_run_leaves_the_same_history_as_an_unbroken_one(
    data: st.DataObject, epochs: int
) -> None:
    # Bundles end by the clock, elsewhere in each telling.
    ends = st.sets(st.integers(1, epochs * BATCHES))
    plain = [started(), *telling(0, epochs, set()), finished()]
    log = [started(), *telling(0, epochs, data.draw(ends))]
    for _ in range(data.draw(st.integers(1, 3))):
        log = log[: data.draw(st.integers(1, len(log)))]  # killed here
        # No checkpoint lies between an epoch's last step and its evaluation.
        told = fed(log)
        over = len(told.epochs) * BATCHES
        step = data.draw(st.sampled_from([n for n in range(told.step + 1) if n % BATCHES or n <= over]))
        log += [Resumed(step=step, epochs=step // BATCHES), started(step)]
        log += telling(step, epochs, data.draw(ends))
    broken, unbroken = fed([*log, finished()]), fed(plain)
    # A note belongs to a bundle's end, so only those at epoch ends are in both.
    broken.notes = [note for note in broken.notes if note.step % BATCHES == 0]
    assert state(broken) == state(unbroken)


def test_states_follow_the_events() -> None:
    history = History()
    seen = [history.state]
    for event in (started(), Paused(step=1), Continued(step=1), finished("stopped"), started(1)):
        history.feed(event)
        seen.append(history.state)
    assert seen == ["starting", "running", "paused", "running", "stopped", "running"]


def test_a_lost_worker_is_failed_until_the_run_goes_on() -> None:
    history = fed([started()])
    history.lose("killed")
    assert (history.state, history.lost) == ("failed", "killed")
    history.feed(started())
    assert (history.state, history.lost) == ("running", None)


def test_a_change_told_past_the_checkpoint_is_forgotten() -> None:
    change = Changed(step=6, rate_factor=2.0, epochs=9)
    history = fed([started(), steps(1, 6), change])
    assert (history.rate_factor, history.epochs_planned) == (2.0, 9)
    history.feed(Resumed(step=4, epochs=1))
    assert (history.rate_factor, history.epochs_planned) == (1.0, None)


def test_a_rate_told_past_the_checkpoint_is_not_the_highest() -> None:
    history = fed([started(), steps(1, 4), epoch(1), steps(5, 8), epoch(2)])
    highest = history.highest_rate
    assert highest == 0.8
    history.feed(Resumed(step=4, epochs=1))
    assert history.highest_rate == history.epochs[0].learning_rate < highest


def test_a_figure_that_is_not_finite_and_one_that_was_lost_leave_no_point() -> None:
    broken = StepsFinished(
        step=1, epoch=1, losses=[None], accuracies=[0.5], learning_rate=0.1, images_per_second=None
    )
    history = fed([broken, steps(4, 5)])
    assert history.step == 5
    assert history.training_loss().x.tolist() == [4, 5]
    assert history.training_accuracy().x.tolist() == [1, 4, 5]


def test_evaluations_are_a_curve_that_begins_before_the_first_step() -> None:
    history = fed([started(), evaluated(), epoch(1), epoch(2)])
    assert history.evaluation("test_loss").x.tolist() == [0, BATCHES, 2 * BATCHES]
    assert history.evaluation("test_loss").y.tolist() == [2.3, 1.0, 0.5]
    assert len(history.evaluation("validation_loss").x) == 0
    assert len(History().evaluation("test_loss").x) == 0


def test_the_best_epoch_is_the_trainers_the_lower_loss_where_accuracies_are_equal() -> None:
    history = History()
    assert history.best is None
    for number, (accuracy, loss) in enumerate([(0.9, 0.3), (0.95, 0.2), (0.95, 0.1), (0.95, 0.1)], 1):
        told = msgspec.structs.replace(epoch(number), validation_accuracy=accuracy, validation_loss=loss)
        history.feed(told)
    assert history.best is not None
    assert history.best.epoch == 3
