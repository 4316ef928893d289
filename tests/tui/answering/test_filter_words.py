import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.answering.answers import Filter, Picked
from tui.answering.filter_words import ALLOWED, FilterError, conditions, parse, reason_against, words

DIGITS = st.none() | st.integers(0, 9)


@given(
    DIGITS,
    DIGITS,
    st.none() | st.booleans(),
    st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted).map(tuple),
    st.tuples(st.none() | st.booleans(), st.integers(0, 999), st.booleans()),
)
def test_words_are_read_back_as_the_same_filter(
    true: int | None,
    predicted: int | None,
    right: bool | None,
    confidence: tuple[float, float],
    course: tuple[bool | None, int, bool],
) -> None:
    confidence = (round(confidence[0], 6), round(confidence[1], 6))
    chosen = Filter(true, predicted, right, *confidence, *course)
    assert parse(words(chosen)) == chosen
    for word in conditions(chosen):
        assert parse(" ".join(other.text for other in conditions(chosen) if other != word)) == word.without


def test_words_are_taken_away_one_by_one() -> None:
    chosen = parse("raters-disagree confidence 0.5-0.9 new-wrong true 4")
    seen: list[str] = []
    while left := conditions(chosen):
        seen.append(left[-1].text)
        chosen = left[-1].without
    assert seen == ["raters-disagree", "new-wrong", "confidence 0.5-0.9", "true 4"]
    assert chosen == Filter()


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", Filter()),
        ("  ", Filter()),
        ("true 4 predicted 9 wrong confidence 0.5-0.9", Filter(4, 9, False, 0.5, 0.9)),
        ("wrong, true 4,predicted 9", Filter(4, 9, False)),
        ("RIGHT  predicted 0", Filter(predicted=0, right=True)),
        ("confidence .5-1", Filter(least_confidence=0.5)),
        ("new-right forgotten 2", Filter(newly=True, forgotten=2)),
        ("new-wrong raters-disagree", Filter(newly=False, raters_disagree=True)),
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
        ("new-wrong new-right", "new-right or new-wrong is there twice: say it once."),
        ("forgotten", "forgotten needs how often at least, 1 to 999: forgotten 1"),
        ("forgotten 0", "forgotten needs how often at least, 1 to 999, not '0': forgotten 1"),
        ("confidence 0-7", "confidence 0-7: it must rise, and lie in 0 to 1."),
        (
            "tru 4",
            f"'tru' is not known; allowed: {ALLOWED}",
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


def test_picked_images_are_a_condition_that_can_be_taken_away_but_not_typed() -> None:
    chosen = Filter(true=4, picked=Picked("fixed against lunch 1a2b", "test", (3, 5)))
    assert [word.text for word in conditions(chosen)] == ["true 4", "fixed against lunch 1a2b"]
    assert conditions(chosen)[1].without == Filter(true=4)
    assert words(chosen) == "true 4"
    assert reason_against(words(chosen)) is None
