"""The presets as text and as JSON."""

import json

from nn.config import Config
from nn.presets import PRESETS
from nn.settings import from_builtins
from tests.tui.cli.processes import Call


def test_json_has_exactly_the_promised_keys(call: Call) -> None:
    _, output, _ = call("presets", "--json")
    lines = [json.loads(line) for line in output.splitlines()]
    assert [line["name"] for line in lines] == [preset.name for preset in PRESETS]
    assert list(lines[0]) == ["name", "why", "parameters", "config"]
    assert lines[0]["parameters"] == 784 * 128 + 128 + 128 * 10 + 10
    assert from_builtins(lines[0]["config"]) == Config()


def test_the_text_names_each_with_its_reason(call: Call) -> None:
    _, output, _ = call("presets")
    words = " ".join(output.split())
    for preset in PRESETS:
        assert preset.name in words
        assert " ".join(preset.why.split()) in words
