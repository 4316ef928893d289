"""Figures of a run, of an exported file and of several together, against plain formulas."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from mnist_data import Dataset, load, save, synthesize
from nn import metrics, weights
from nn.batches import Images, PixelScale
from nn.config import (
    BatchNormConfig,
    Config,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    MaxPool2DConfig,
    NetworkConfig,
)
from nn.evaluation import Evaluator
from nn.losses import LOSSES
from nn.runs.client import AsyncTrainer
from nn.runs.store import RunDirectory
from tests.tui.cli.processes import Call, refusal

ImagesAndLabels = tuple[str, Path, str, Path]


@pytest.fixture
def dataset(digits: Path) -> Dataset:
    return load(str(digits), environment={}, cwd=digits, cache=digits)


@pytest.fixture
def of_files(digits: Path) -> ImagesAndLabels:
    """The options that name the test images of the data set."""
    images, labels = digits / "t10k-images-idx3-ubyte.gz", digits / "t10k-labels-idx1-ubyte.gz"
    return ("--images", images, "--labels", labels)


def evaluated(call: Call, *arguments: str | Path) -> dict[str, Any]:
    code, output, errors = call("evaluate", *arguments, "--json")
    assert code == 0, errors
    return json.loads(output)


def test_a_run_gets_the_figures_that_it_ended_with(call: Call, finished_run: RunDirectory) -> None:
    figures = evaluated(call, finished_run.path)
    assert list(figures) == ["accuracy", "loss", "n", "per_class", "confusion"]
    assert figures["accuracy"] == finished_run.record().test_accuracy
    assert figures["n"] == 200 == np.sum(figures["confusion"])
    assert [set(score) for score in figures["per_class"]] == [
        {"digit", "precision", "recall", "f1", "support"}
    ] * 10
    assert np.trace(figures["confusion"]) == round(figures["accuracy"] * 200)
    assert [score["support"] for score in figures["per_class"]] == np.sum(
        figures["confusion"], axis=1
    ).tolist()


def test_it_says_which_images_it_used(call: Call, finished_run: RunDirectory, digits: Path) -> None:
    code, output, errors = call("evaluate", "[red]lunch", "--runs-dir", finished_run.path.parent)
    assert code == 0
    assert errors == f"images: the 200 test images of synthetic digits, the folder {digits}\n"
    assert output.startswith("accuracy ")
    assert "confusion: rows are true digits, columns predicted ones" in output


def test_an_exported_file_answers_as_the_run(
    call: Call, finished_run: RunDirectory, of_files: ImagesAndLabels, tmp_path: Path
) -> None:
    file = tmp_path / "lunch.safetensors"
    assert call("export", finished_run.path, "-o", file)[0] == 0
    assert evaluated(call, file, *of_files) == evaluated(call, finished_run.path)


@pytest.fixture(scope="module")
def run_on_maps(config: Config, tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """A finished run of a network with every layer that is exported in a way of its own."""
    layers = (
        Conv2DConfig(4, kernel=5, activation="relu"),
        MaxPool2DConfig(2),
        Conv2DConfig(5, kernel=3, stride=2, padding="same"),
        BatchNormConfig(activation="relu"),
        DropoutConfig(0.2),
        DenseConfig(16, "tanh"),
        BatchNormConfig(),
        DenseConfig(10),
    )
    training = msgspec.structs.replace(config.training, ema=0.9, threads=2)
    config = msgspec.structs.replace(config, network=NetworkConfig(layers=layers), training=training)

    async def train() -> RunDirectory:
        trainer = await AsyncTrainer.start(config, runs_dir=tmp_path_factory.mktemp("maps"), name="maps")
        async for _ in trainer.events():
            pass
        return trainer.run

    return asyncio.run(train())


@pytest.mark.parametrize("which", ["last", "best"])
def test_an_exported_file_of_maps_answers_as_the_run(
    call: Call, run_on_maps: RunDirectory, of_files: ImagesAndLabels, tmp_path: Path, which: str
) -> None:
    file = tmp_path / "maps.safetensors"
    assert call("export", run_on_maps.path, "-o", file, "--weights", which)[0] == 0
    figures = evaluated(call, run_on_maps.path, "--weights", which)
    assert evaluated(call, file, *of_files) == figures
    if which == "last":
        assert figures["accuracy"] == run_on_maps.record().test_accuracy


def test_several_answer_by_their_mean_probabilities(
    call: Call,
    finished_run: RunDirectory,
    config: Config,
    dataset: Dataset,
    of_files: ImagesAndLabels,
    tmp_path: Path,
) -> None:
    networks = [finished_run.load_network("last") for _ in range(2)]
    networks[1].parameters *= 0.5
    file = tmp_path / "other.safetensors"
    file.write_bytes(weights.to_bytes(networks[1], config))
    test = Images(dataset.test_images, dataset.test_labels)
    pixels = PixelScale.of(standardise=config.data.standardise)
    answers = [Evaluator(network, LOSSES["cross_entropy"], pixels).evaluate(test) for network in networks]
    mean = np.mean([answer.probabilities for answer in answers], axis=0)
    figures = evaluated(call, finished_run.path, file, *of_files)
    assert figures["confusion"] == metrics.confusion(mean.argmax(axis=1), test.labels).tolist()
    assert figures["loss"] == pytest.approx(metrics.losses(mean, test.labels).mean(), rel=1e-6)


def test_the_best_weights_are_another_choice(call: Call, finished_run: RunDirectory, config: Config) -> None:
    record = finished_run.record()
    figures = evaluated(call, finished_run.path, "--weights", "best")
    assert (figures == evaluated(call, finished_run.path)) == (record.best_epoch == config.training.epochs)


@pytest.mark.parametrize("given", [["--images", "x"], ["--labels", "x"]])
def test_images_and_labels_belong_together(call: Call, finished_run: RunDirectory, given: list[str]) -> None:
    assert "belong together" in refusal(call, ["evaluate", finished_run.path, *given])


def test_given_files_are_checked_like_a_data_set(
    call: Call, finished_run: RunDirectory, digits: Path
) -> None:
    images, labels = digits / "t10k-images-idx3-ubyte.gz", digits / "train-labels-idx1-ubyte.gz"
    sentence = refusal(call, ["evaluate", finished_run.path, "--images", images, "--labels", labels])
    assert "200 images and 600 labels" in sentence
    assert "allowed is uint8 (n, 28, 28)" in refusal(
        call, ["evaluate", finished_run.path, "--images", labels, "--labels", labels]
    )


def test_a_file_that_was_cut_short_is_named(
    call: Call, finished_run: RunDirectory, digits: Path, tmp_path: Path
) -> None:
    images, labels = tmp_path / "images.gz", digits / "t10k-labels-idx1-ubyte.gz"
    images.write_bytes((digits / "t10k-images-idx3-ubyte.gz").read_bytes()[:-100])
    assert "images.gz" in refusal(
        call, ["evaluate", finished_run.path, "--images", images, "--labels", labels]
    )


def test_what_is_no_network_is_named(call: Call, tmp_path: Path) -> None:
    (tmp_path / "text.safetensors").write_text("nothing")
    assert "text.safetensors" in refusal(call, ["evaluate", tmp_path / "text.safetensors"])
    assert "gone.safetensors" in refusal(call, ["evaluate", tmp_path / "gone.safetensors"])
    assert "run 'soup' does not exist" in refusal(call, ["evaluate", "soup", "--runs-dir", tmp_path])


def test_networks_of_different_images_are_not_mixed(
    call: Call, finished_run: RunDirectory, tmp_path: Path
) -> None:
    save(synthesize(train=60, test=20, seed=8), tmp_path / "other")
    settings = ("--set", "training.epochs=0", "--set", "data.validation=10", "--name", "other")
    code, _, errors = call("train", "--data", tmp_path / "other", *settings, "--runs-dir", tmp_path / "runs")
    assert code == 0, errors
    networks = [finished_run.path, "other", "--runs-dir", tmp_path / "runs"]
    assert "different images" in refusal(call, ["evaluate", *networks])
