"""Exported bytes depend on weights and config alone; a target that cannot be written is named."""

from pathlib import Path

import pytest

from nn import weights
from nn.runs.store import RunDirectory
from tests.tui.cli.processes import Call, refusal


def test_equal_weights_give_equal_bytes(call: Call, finished_run: RunDirectory, tmp_path: Path) -> None:
    for name in ("a.safetensors", "b.safetensors"):
        code, output, _ = call("export", finished_run.path, "--format", "safetensors", "-o", tmp_path / name)
        assert code == 0
        assert output.startswith(f"wrote {tmp_path / name}, ")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    network, _ = weights.read(tmp_path / "a.safetensors")
    assert (network.parameters == finished_run.load_network("last").parameters).all()


def test_the_best_weights_can_be_had(call: Call, finished_run: RunDirectory, tmp_path: Path) -> None:
    assert call("export", finished_run.path, "-o", tmp_path / "a", "--weights", "best")[0] == 0
    network, _ = weights.read(tmp_path / "a")
    assert (network.parameters == finished_run.load_network("best").parameters).all()


@pytest.mark.parametrize("target", ["/dev/null", "nowhere/file", ".", "a\x00b"])
def test_a_target_that_cannot_be_written_is_named(
    call: Call, finished_run: RunDirectory, target: str
) -> None:
    sentence = refusal(call, ["export", finished_run.path, "-o", target])
    assert sentence.startswith(target.replace("\x00", "?"))


def test_a_run_that_is_not_there_is_named(call: Call, tmp_path: Path) -> None:
    assert "run 'soup'" in refusal(call, ["export", "soup", "-o", "x", "--runs-dir", tmp_path])
