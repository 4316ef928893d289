"""Text and JSON: control characters are harmless, figures that are not finite are null."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.cli.errors import UsageError, sentence_of
from tui.cli.output import clean, columns, emit


@given(st.text())
def test_clean_text_is_one_printable_line(text: str) -> None:
    assert clean(text).isprintable()


def test_clean_keeps_what_is_harmless() -> None:
    assert clean("[red] 7  9\n\x1b[0m é") == "[red] 7  9 ?[0m é"


def test_json_has_neither_nan_nor_infinity(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"a": math.nan, "b": [math.inf, 1.5], "c": {"d": -math.inf}, "e": "\x1b\udcff"})
    line = capsys.readouterr().out
    assert json.loads(line) == {"a": None, "b": [None, 1.5], "c": {"d": None}, "e": "\x1b\udcff"}
    assert line.isascii()
    assert "\x1b" not in line


def test_columns_are_as_wide_as_their_widest() -> None:
    assert columns([("a", "1"), ("bbb", "22")], right=[1]) == ["a     1", "bbb  22"]


def test_only_what_a_person_can_correct_has_a_sentence() -> None:
    assert sentence_of(UsageError("no")) == "no"
    assert sentence_of(PermissionError(13, "Permission denied", "runs")) == "runs: Permission denied"
    assert sentence_of(ValueError("a bug")) is None
