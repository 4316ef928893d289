"""Where the images come from: status names each place, drawn digits never land where MNIST is looked for."""

from pathlib import Path

import pytest

from mnist_data import DatasetError, load, mnist_folder
from mnist_data.download import Progress
from tests.tui.cli.processes import Call, refusal


def test_status_says_that_nothing_serves(call: Call) -> None:
    code, output, _ = call("data", "status")
    assert code == 0
    lines = output.splitlines()
    assert lines[0].split(maxsplit=1) == ["MNIST_DATA", "not set"]
    assert "no such folder" in lines[1]
    assert lines[2].endswith("empty")
    assert lines[3].startswith("none serves; 'mnist-tui data download'")


def test_status_names_the_place_that_serves(
    call: Call, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DATA", str(digits))
    _, output, _ = call("data", "status")
    assert output.splitlines()[-1] == "MNIST_DATA serves"


def test_status_says_what_stands_in_the_way(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_DATA", "nowhere")
    code, output, _ = call("data", "status")
    assert code == 0
    assert output.splitlines()[-1].startswith("none serves: MNIST_DATA is nowhere")


def test_import_refuses_what_is_not_mnist(call: Call, digits: Path) -> None:
    assert "other data than MNIST" in refusal(call, ["data", "import", digits])
    assert "cannot be read" in refusal(call, ["data", "import", "nowhere"])


def test_download_fills_the_cache(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    caches: list[Path] = []

    def mirrors(cache: Path, *, progress: Progress) -> None:
        progress("train-images-idx3-ubyte", 1, 2)
        caches.append(cache)

    monkeypatch.setattr("mnist_data.download.download", mirrors)
    code, output, errors = call("data", "download")
    assert (code, output, errors) == (0, f"MNIST is in {mnist_folder(caches[0])}\n", "")


def test_a_download_that_fails_says_what_else_there_is(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def mirrors(cache: Path, *, progress: Progress) -> None:
        raise DatasetError("MNIST could not be downloaded: no route")

    monkeypatch.setattr("mnist_data.download.download", mirrors)
    for arguments in (["data", "download"], ["train"]):
        sentence = refusal(call, arguments)
        assert sentence.startswith("MNIST could not be downloaded: no route; ")
        assert "mnist-tui data import DIR" in sentence
        assert "--data synthetic" in sentence


def test_synthesize_writes_a_source(call: Call, tmp_path: Path) -> None:
    code, output, _ = call("data", "synthesize", "-o", tmp_path / "drawn")
    assert code == 0
    assert f"--data {tmp_path / 'drawn'}" in output
    dataset = load(str(tmp_path / "drawn"), environment={}, cwd=tmp_path, cache=tmp_path)
    assert len(dataset.train_images) == 10_000


@pytest.mark.parametrize("place", ["mnist_data", "mnist_data/below", "cache/mnist-tui/mnist", "named"])
def test_synthesize_never_writes_where_mnist_is_looked_for(
    call: Call, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DATA", "named")
    assert "where MNIST is looked for" in refusal(call, ["data", "synthesize", "-o", place])


def test_synthesize_replaces_nothing(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "file"):
        assert "is there already" in refusal(call, ["data", "synthesize", "-o", place])
