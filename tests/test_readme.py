"""The README is true: generated parts are what the code says, the first code block is the training loop."""

import re

import pytest
from readme import PARTS, README, marked

TEXT = README.read_text()


@pytest.mark.parametrize("name", PARTS)
def test_a_generated_part_is_what_the_code_says(name: str) -> None:
    assert marked(TEXT, name) == PARTS[name](), "run python -m tests.readme"


def test_the_first_python_block_is_the_training_loop() -> None:
    first = re.search(r"```python\n.*?```", TEXT, re.DOTALL)
    assert first is not None
    assert first.group() == PARTS["loop"]()


def test_the_loop_can_be_read_aloud() -> None:
    statements = [line for line in PARTS["loop"]().splitlines() if line.startswith("        ")]
    assert 5 <= len(statements) < 10
