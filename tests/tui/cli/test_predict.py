"""Pictures of digits get the answers that the digits themselves get; what is no picture is named."""

import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_data import load
from nn.runs.environment import allowed_threads
from nn.runs.store import RunDirectory
from tests.tui.cli.processes import Call, refusal
from tui.cli import networks, predict


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


def like(digit: np.ndarray) -> dict[str, Image.Image]:
    """One digit in the forms that pictures have: dark, light, transparent, tiny, huge, photographed."""
    dark, light = Image.fromarray(255 - digit), Image.fromarray(digit)
    clear = np.zeros((28, 28, 4), np.uint8)
    clear[..., 3] = digit
    huge = Image.new("L", (4000, 3000), 255)
    huge.paste(dark.resize((2240, 2240)), (700, 300))
    shade = np.tile(np.linspace(0.6, 1.0, 400), (300, 1))
    paper = np.full((300, 400), 255.0)
    paper[40:264, 90:314] = 255 - 0.8 * np.asarray(light.resize((224, 224)), np.float64)
    return {
        "dark.png": dark,
        "light.png": light,
        "dark.jpg": dark.resize((280, 280)),
        "clear.png": Image.fromarray(clear),
        "huge.png": huge,
        "shade.jpg": Image.fromarray((paper * shade).astype(np.uint8)),
    }


def test_the_same_digit_gets_the_same_answer_in_every_form(
    call: Call, finished_run: RunDirectory, digits: Path, tmp_path: Path
) -> None:
    images = load(str(digits), environment={}, cwd=digits, cache=digits).test_images
    evaluator = networks.load(finished_run.path.parent, str(finished_run.path)).evaluator
    surest = evaluator.loss.probabilities(evaluator.outputs(images)).max(axis=1).argmax()
    forms = like(images[surest])
    for name, image in forms.items():
        image.save(tmp_path / name)
    code, output, _ = call("predict", finished_run.path, *(tmp_path / name for name in forms), "--json")
    answers = {json.loads(line)["path"]: json.loads(line)["digit"] for line in output.splitlines()}
    assert code == 0
    assert len(answers) == len(forms)
    assert len(set(answers.values())) == 1, answers


def test_it_computes_with_as_many_threads_as_it_may_have(
    call: Call, finished_run: RunDirectory, digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[int] = []

    def limit(threads: int) -> AbstractContextManager[None]:
        limits.append(threads)
        return nullcontext()

    monkeypatch.setattr(predict, "limit_threads", limit)
    assert call("predict", finished_run.path, *pictures(digits, tmp_path, 1))[0] == 0
    assert limits == [allowed_threads(0)]


def test_an_eight_by_eight_picture_is_answered(
    call: Call, finished_run: RunDirectory, digits: Path, tmp_path: Path
) -> None:
    image = load(str(digits), environment={}, cwd=digits, cache=digits).test_images[0]
    Image.fromarray(image).resize((8, 8), Image.Resampling.BOX).save(tmp_path / "tiny.png")
    code, output, _ = call("predict", finished_run.path, tmp_path / "tiny.png")
    assert code == 0
    assert "tiny.png: " in output


def test_a_blank_page_is_one_sentence(call: Call, finished_run: RunDirectory, tmp_path: Path) -> None:
    Image.new("L", (300, 200), 255).save(tmp_path / "blank.png")
    said = refusal(call, ["predict", finished_run.path, tmp_path / "blank.png"])
    assert said.strip().endswith("blank.png shows no ink; one digit is needed")


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
