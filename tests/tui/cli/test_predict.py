"""Pictures of digits get the answers that the digits themselves get; what is no picture is named."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_data import load
from nn.runs.store import RunDirectory
from tests.tui.cli.processes import Call, refusal
from tui.cli import networks


def pictures(digits: Path, folder: Path, count: int) -> list[Path]:
    """Test digits dark on white paper, enlarged, away from the middle."""
    images = load(str(digits), environment={}, cwd=digits, cache=digits).test_images[:count]
    paths: list[Path] = []
    for index, image in enumerate(images):
        paper = Image.new("L", (500, 400), 255)
        paper.paste(Image.fromarray(255 - image).resize((224, 224)), (40 + index, 130))
        paths.append(folder / f"{index}.png")
        paper.save(paths[-1])
    return paths


def test_pictures_get_the_answers_of_their_digits(
    call: Call, finished_run: RunDirectory, digits: Path, tmp_path: Path
) -> None:
    count = 50
    paths = pictures(digits, tmp_path, count)
    code, output, errors = call("predict", finished_run.path, *paths, "--json")
    answers = [json.loads(line) for line in output.splitlines()]
    images = load(str(digits), environment={}, cwd=digits, cache=digits).test_images[:count]
    expected = networks.load(finished_run.path.parent, str(finished_run.path)).evaluator.outputs(images)
    assert (code, errors) == (0, "")
    assert [list(answer) for answer in answers] == [["path", "digit", "probabilities"]] * count
    assert [answer["path"] for answer in answers] == [str(path) for path in paths]
    assert all(sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5) for answer in answers)
    assert all(np.argmax(answer["probabilities"]) == answer["digit"] for answer in answers)
    same = sum(
        answer["digit"] == digit for answer, digit in zip(answers, expected.argmax(axis=1), strict=True)
    )
    assert same >= 0.8 * count  # a network that has seen 500 images is unsure of some


def test_people_read_the_two_most_probable_digits(
    call: Call, finished_run: RunDirectory, digits: Path, tmp_path: Path
) -> None:
    (path,) = pictures(digits, tmp_path, 1)
    code, output, _ = call("predict", "[red]lunch", path, "--runs-dir", finished_run.path.parent)
    assert code == 0
    assert output.startswith(f"{path}: ")
    assert output.count("%") == 2


def test_an_exported_file_answers_too(
    call: Call, finished_run: RunDirectory, digits: Path, tmp_path: Path
) -> None:
    (path,) = pictures(digits, tmp_path, 1)
    file = tmp_path / "lunch.safetensors"
    assert call("export", finished_run.path, "-o", file)[0] == 0
    assert call("predict", file, path) == call("predict", finished_run.path, path)


def test_nothing_is_answered_if_one_picture_cannot_be_read(
    call: Call, finished_run: RunDirectory, digits: Path, tmp_path: Path
) -> None:
    (path,) = pictures(digits, tmp_path, 1)
    assert "gone.png" in refusal(call, ["predict", finished_run.path, path, "gone.png", "--json"])
    (tmp_path / "text.png").write_text("no picture")
    nobody = "~nobody-of-that-name"
    for arguments in ([finished_run.path, f"{nobody}/1.png"], [f"{nobody}/a.safetensors", path]):
        assert f"this machine knows no home folder {nobody}" in refusal(call, ["predict", *arguments])
    assert "not a PNG or JPEG" in refusal(call, ["predict", finished_run.path, tmp_path / "text.png"])
