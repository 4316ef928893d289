"""What a person types for a path."""

import pytest

from tui.paths import typed_last


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/home/ann/drawings/3.png", "/home/ann/drawings/3.png"),
        ("/home/ann/drawings//tmp/3.png", "/tmp/3.png"),
        ("/home/ann/drawings/~/3.png", "~/3.png"),
        ("~/3.png", "~/3.png"),
        ("3.png", "3.png"),
        ("", ""),
    ],
)
def test_an_absolute_path_after_another_begins_anew(text: str, path: str) -> None:
    assert typed_last(text) == path
