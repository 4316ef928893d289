from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.looks import PLAIN, Look, after, change, for_blanks, of_blank

COLORS = ["", "5", "8;5;30", "8;2;1;2;3"]
LOOKS = st.builds(
    Look,
    st.frozensets(st.sampled_from(["1", "2", "4", "7"])),
    st.sampled_from(COLORS).map(lambda color: color and f"3{color}"),
    st.sampled_from(COLORS).map(lambda color: color and f"4{color}"),
)


@given(LOOKS, LOOKS)
def test_a_change_leads_from_one_look_to_the_other(before: Look, wanted: Look) -> None:
    sequence = change(before, wanted)
    assert (after(before, sequence[2:-1]) if sequence else before) == wanted


@given(LOOKS, LOOKS)
def test_on_blanks_only_what_is_seen_must_change(shown: Look, wanted: Look) -> None:
    assert of_blank(for_blanks(shown, wanted)) == of_blank(wanted)
    assert for_blanks(wanted, wanted) == wanted


def test_what_is_not_known_is_none() -> None:
    assert after(PLAIN, "38;2;1") is None
    assert after(PLAIN, "4:3") is None
    assert after(PLAIN, "58;5;1") is None


def test_colours_that_stay_are_not_said_again() -> None:
    grey = Look(front="38;2;128;128;128", back="48;2;16;16;16")
    assert change(PLAIN, grey) == "\x1b[38;2;128;128;128;48;2;16;16;16m"
    assert change(grey, grey._replace(front="31")) == "\x1b[31m"
    assert change(grey, grey) == ""
    assert change(grey, PLAIN) == "\x1b[m"
