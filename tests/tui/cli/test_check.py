"""The gradient check on the command line: a line for each tensor, 1 where a gradient is wrong."""

import pytest

from nn.gradient_check import TensorCheck
from tests.tui.cli.processes import Call, refusal


def test_every_tensor_of_a_preset_passes(call: Call) -> None:
    code, output, _ = call("check", "--preset", "classic-tiny-sigmoid")
    lines = [line.split() for line in output.splitlines()]
    assert code == 0
    assert [line[:2] for line in lines[1:5]] == [
        ["dense1", "weight"],
        ["dense1", "bias"],
        ["dense2", "weight"],
        ["dense2", "bias"],
    ]
    assert {line[-1] for line in lines[1:5]} == {"pass"}


def test_settings_change_what_is_checked(call: Call) -> None:
    _, output, _ = call("check", "--set", "network.layers=[{type='dense', units=10}]")
    assert len(output.splitlines()) == 4


def test_a_wrong_gradient_is_exit_code_1(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = TensorCheck(layer="dense1", tensor="weight", compared=60, error=0.3)
    monkeypatch.setattr("tui.cli.check.check", lambda config: [wrong])
    code, output, _ = call("check")
    assert code == 1
    assert "fail" in output.splitlines()[1]


def test_a_network_that_cannot_be_is_named(call: Call) -> None:
    assert "gives 5 outputs" in refusal(call, ["check", "--set", "network.layers.1.units=5"])
    assert "preset 'soup'" in refusal(call, ["check", "--preset", "soup"])
