import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nn.explain.calibration import Refusal, refusals
from tui.answering.refusal_words import MOST_POINTS, refusal_curve, refusal_lines


def test_sentences_on_a_small_set() -> None:
    # 100 images, surer and surer; the 2 least sure are wrong.
    confidence = np.linspace(0.6, 0.99, 100)
    assert refusal_lines(refusals(confidence, np.arange(100) >= 2)) == [
        "refusing the 1 % least sure leaves 98.99 % right",
        "refusing the 2 % least sure leaves 100.00 % right",
        "refusing the 5 % least sure leaves 100.00 % right",
        "99.5 % right: refuse 2.00 %, all below 60.79 % sure",
        "99.9 % right: refuse 2.00 %, all below 60.79 % sure",
    ]


def test_what_needs_no_refusing_and_what_cannot_be_reached() -> None:
    assert refusal_lines([Refusal(0.9, 1.0, 0.997)])[-2:] == [
        "99.5 % right: refuse none",
        "99.9 % right: out of reach, however few it answers",
    ]
    assert refusal_lines([]) == []


@given(st.integers(1, 2000), st.integers(0, 10**6))
def test_lines_fit_and_the_curve_keeps_its_ends(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    curve = refusals(rng.random(count).round(2), rng.random(count) < 0.5)
    assert max(map(len, refusal_lines(curve))) <= 53
    drawn = refusal_curve(curve)
    assert len(drawn.x) <= MOST_POINTS + 1
    assert (drawn.x[0], drawn.x[-1]) == (100 * curve[0].answered, 100.0)
    assert drawn.y[-1] == 100 * curve[-1].accuracy
