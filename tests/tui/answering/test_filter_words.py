import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.answering.answers import Filter
from tui.answering.filter_words import FilterError, parse, reason_against, words

DIGITS = st.none() | st.integers(0, 9)


@given(
    DIGITS,
    DIGITS,
    st.none() | st.booleans(),
    st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted).map(tuple),
)
def test_words_are_read_back_as_the_same_filter(
    true: int | None, predicted: int | None, right: bool | None, confidence: tuple[float, float]
) -> None:
    confidence = (round(confidence[0], 6), round(confidence[1], 6))
    chosen = Filter(true, predicted, right, *confidence)
    assert parse(words(chosen)) == chosen


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", Filter()),
        ("  ", Filter()),
        ("true 4 predicted 9 wrong confidence 0.5-0.9", Filter(4, 9, False, 0.5, 0.9)),
        ("RIGHT  predicted 0", Filter(predicted=0, right=True)),
        ("confidence .5-1", Filter(least_confidence=0.5)),
    ],
)
def test_what_words_mean(text: str, chosen: Filter) -> None:
    assert parse(text) == chosen
    assert reason_against(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("true", "true needs a digit, 0 to 9: true 4"),
        ("true 12", "true needs a digit, 0 to 9, not '12': true 4"),
        ("predicted ²", "predicted needs a digit, 0 to 9, not '²': predicted 4"),
        ("wrong right", "right or wrong is there twice: say it once."),
        ("true 1 true 2", "true is there twice: say it once."),
        ("confidence", "confidence needs a range in 0 to 1: confidence 0.5-0.9"),
        ("confidence 0.5", "confidence needs a range in 0 to 1, not '0.5': confidence 0.5-0.9"),
        ("confidence 0.9-0.5", "confidence 0.9-0.5: it must rise, and lie in 0 to 1."),
        ("confidence 0-7", "confidence 0-7: it must rise, and lie in 0 to 1."),
        (
            "tru 4",
            "'tru' is not known; allowed: true 4, predicted 9, right, wrong, confidence 0.5-0.9",
        ),
    ],
)
def test_what_is_wrong_is_said(text: str, reason: str) -> None:
    assert reason_against(text) == reason
    with pytest.raises(FilterError):
        parse(text)


@given(st.text())
def test_any_text_is_a_filter_or_has_a_reason(text: str) -> None:
    reason = reason_against(text)
    if reason is None:
        assert isinstance(parse(text), Filter)
    else:
        assert reason
