import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.batches import Images
from tui.answering.answers import Answers, Filter, Order, Picked, Selection

DIGITS = st.integers(0, 9)
SHARES = st.lists(st.integers(0, 6), min_size=10, max_size=10).filter(any)


@st.composite
def answers(draw: st.DrawFn, with_probabilities: bool | None = None) -> Answers:
    rows = draw(st.lists(st.tuples(DIGITS, SHARES), max_size=25))
    labels = np.array([label for label, _ in rows], np.uint8)
    images = np.zeros((len(rows), 28, 28), np.uint8)
    if with_probabilities is None:
        with_probabilities = draw(st.booleans())
    shares = np.array([share for _, share in rows], np.float32).reshape(-1, 10)
    probabilities = (shares / shares.sum(axis=1, keepdims=True)) if with_probabilities else None
    return Answers("test", Images(images, labels), probabilities, 1 if with_probabilities else None)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    least, most = sorted(draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
    whole = draw(st.booleans())
    return Filter(
        draw(st.none() | DIGITS),
        draw(st.none() | DIGITS),
        draw(st.none() | st.booleans()),
        0.0 if whole else least,
        1.0 if whole else most,
        raters_disagree=draw(st.booleans()),
    )


def passes(answers: Answers, index: int, chosen: Filter) -> bool:
    """The same, image by image, said as plainly as can be."""
    label = int(answers.labels[index])
    if chosen.true is not None and label != chosen.true:
        return False
    if chosen.raters_disagree:
        return False  # these are not MNIST's images
    if chosen.predicted is None and chosen.right is None and not chosen.limits_confidence:
        return True
    if answers.probabilities is None:
        return False
    row = answers.probabilities[index].tolist()
    answer = row.index(max(row))
    if chosen.predicted is not None and answer != chosen.predicted:
        return False
    if chosen.right is not None and (answer == label) != chosen.right:
        return False
    return not chosen.limits_confidence or chosen.least_confidence <= max(row) <= chosen.most_confidence


def key(answers: Answers, index: int, order: Order) -> float | tuple[float, float]:
    if answers.probabilities is None:
        return 0.0
    row = sorted(answers.probabilities[index].astype(np.float64).tolist())
    if order is Order.LOSS:
        return float(answers.probabilities[index][answers.labels[index]]), -row[-1]
    known = {Order.CONFIDENCE: row[-1], Order.MARGIN: row[-1] - row[-2]}
    if order is Order.ENTROPY:
        assert answers.entropies is not None
        assert answers.entropies[index] == pytest.approx(-sum(p * np.log(p) for p in row if p), abs=1e-9)
        return -float(answers.entropies[index])
    return known.get(order, 0.0)


@given(answers(), filters())
def test_a_filter_passes_what_a_loop_passes(given_answers: Answers, chosen: Filter) -> None:
    expected = [passes(given_answers, index, chosen) for index in range(len(given_answers))]
    assert chosen.passes(given_answers).tolist() == expected


@given(answers(), filters(), st.sampled_from(Order))
def test_a_selection_is_a_filtered_and_sorted_loop(
    given_answers: Answers, chosen: Filter, order: Order
) -> None:
    expected = sorted(
        (index for index in range(len(given_answers)) if passes(given_answers, index, chosen)),
        key=lambda index: (key(given_answers, index, order), index),
    )
    assert Selection.of(given_answers, chosen, order).indices.tolist() == expected


@given(answers(), filters(), st.sampled_from(Order), st.integers(0, 40))
def test_the_place_is_that_of_the_nearest_that_passes(
    given_answers: Answers, chosen: Filter, order: Order, index: int
) -> None:
    selection = Selection.of(given_answers, chosen, order)
    place = selection.place(index)
    if not len(selection):
        assert place is None
        return
    everything = Selection.of(given_answers, Filter(), order).indices.tolist()
    own = everything.index(min(index, len(everything) - 1))
    distances = [abs(everything.index(passing) - own) for passing in selection.indices.tolist()]
    assert place is not None
    assert distances[place] == min(distances)


@given(answers(with_probabilities=True))
def test_the_figures_fit_each_other(given_answers: Answers) -> None:
    assert given_answers.confusion is not None
    assert given_answers.right is not None
    assert given_answers.confusion.sum() == len(given_answers)
    assert np.trace(given_answers.confusion) == given_answers.right.sum()
    assert [score.support for score in given_answers.scores] == np.bincount(
        given_answers.labels, minlength=10
    ).tolist()


def test_losses_at_the_cap_come_by_what_is_left_and_then_by_how_sure_the_mistake_was() -> None:
    shares = np.zeros((4, 10), np.float16)
    shares[:, 3] = (0.75, 0.9, 0.9, 0.5)
    shares[0, 4] = 0.25
    shares[1, 5] = 2**-24  # about 6e-8: at the cap too
    answers = Answers("test", Images(np.zeros((4, 28, 28), np.uint8), np.full(4, 5, np.uint8)), shares, 1)
    assert Order.LOSS.arrange(answers).tolist() == [2, 0, 3, 1]


def test_the_orders_follow_each_other_in_a_circle() -> None:
    orders = [Order.INDEX]
    for _ in range(6):
        orders.append(orders[-1].next())
    assert orders == [*Order, Order.INDEX]
    assert Order.INDEX.next(-1) is Order.FORGOTTEN


@pytest.mark.parametrize("order", list(Order))
def test_answers_that_are_no_numbers_can_still_be_looked_at(order: Order) -> None:
    diverged = Answers(
        "test",
        Images(np.zeros((3, 28, 28), np.uint8), np.arange(3, dtype=np.uint8)),
        np.full((3, 10), np.nan),
        1,
    )
    assert Selection.of(diverged, Filter(), order).indices.tolist() == [0, 1, 2]


def test_picked_images_pass_in_their_own_set_only() -> None:
    images = Images(np.zeros((6, 28, 28), np.uint8), np.zeros(6, np.uint8))
    chosen = Filter(picked=Picked("fixed", "test", (1, 4)))
    assert np.flatnonzero(chosen.passes(Answers("test", images))).tolist() == [1, 4]
    assert not chosen.passes(Answers("validation", images)).any()
