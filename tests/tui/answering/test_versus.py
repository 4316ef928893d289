import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nn import metrics
from nn.batches import Images
from nn.explain.comparison import Comparison
from tui.answering.answers import Answers
from tui.answering.other_runs import OtherRun
from tui.answering.versus import TABLE, Part, Versus, chance_lines, head_lines
from tui.terminal.display import Display

ASCII, UNICODE = Display(ascii=True), Display()


def versus_of(count: int, seed: int, label: str = "other 1a2b") -> Versus:
    rng = np.random.default_rng(seed)
    images = Images(np.zeros((count, 28, 28), np.uint8), rng.integers(0, 3, count).astype(np.uint8))
    shares = np.zeros((count, 10))
    shares[:, :3] = rng.dirichlet(np.ones(3), count)
    other = OtherRun(label, 3, rng.integers(0, 3, count).astype(np.uint8), 0, 2)
    return Versus(Answers("test", images, shares, 5), other)


@given(st.integers(0, 60), st.integers(0, 10**6))
def test_every_image_is_in_the_part_where_it_belongs(count: int, seed: int) -> None:
    versus = versus_of(count, seed)
    answers = versus.answers
    assert answers.predicted is not None
    assert answers.probabilities is not None
    losses = metrics.losses(answers.probabilities, answers.labels)
    seen: list[int] = []
    for part in Part:
        members = versus.members(part).tolist()
        assert len(members) == versus.count(part)
        assert [losses[index] for index in members] == sorted(losses[members], reverse=True)
        for index in members:
            is_right = answers.predicted[index] == answers.labels[index]
            other_is = versus.other.predicted[index] == answers.labels[index]
            assert (
                part
                == {
                    (True, True): Part.BOTH_RIGHT,
                    (True, False): Part.FIXED,
                    (False, True): Part.BROKEN,
                    (False, False): Part.BOTH_WRONG,
                }[bool(is_right), bool(other_is)]
            )
            assert len(versus.caption(index, UNICODE)) <= 14
        seen += members
    assert sorted(seen) == list(range(count))


def test_the_table_has_this_run_in_rows_and_the_other_in_columns() -> None:
    assert TABLE == ((Part.BOTH_RIGHT, Part.FIXED), (Part.BROKEN, Part.BOTH_WRONG))


def test_names_are_cut_and_harmless() -> None:
    lines = head_lines(versus_of(4, 1, "ñ" * 80), "\x1b[31m" + "x" * 80, ASCII)
    assert all(len(line) <= 53 and line.isascii() and line.isprintable() for line in lines)
    assert lines[0].endswith(", epoch 5")
    assert lines[1].endswith(", epoch 3, 1 of 2")
    assert head_lines(versus_of(4, 1), "lunch", UNICODE) == [
        "this run: lunch, epoch 5",
        "other run: other 1a2b, epoch 3, 1 of 2",
    ]


def test_chance_in_words() -> None:
    assert chance_lines(Comparison(90, 0, 0, 10)) == [
        "no image tells them apart: both are right on the same",
        "",
    ]
    assert chance_lines(Comparison(90, 3, 2, 5))[1].endswith("p = 1.000 (McNemar, exact): may be chance")
    assert chance_lines(Comparison(90, 3, 40, 5)) == [
        "if both were as good, 3 to 40 or more uneven",
        "has p = 3e-9 (McNemar, exact): more than chance",
    ]
    assert "24 to 8,768 or" in chance_lines(Comparison(0, 24, 8768, 0))[0]


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(0, 9999), st.integers(0, 9999))
def test_lines_fit(fixed: int, broken: int) -> None:
    assert max(map(len, chance_lines(Comparison(0, fixed, broken, 0)))) <= 53
