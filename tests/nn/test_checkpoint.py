"""Stopping anywhere and going on from the file is the same run, bit for bit."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import OPTIMIZERS, SCHEDULES, config, run, trainer

from nn import checkpoint, tensors
from nn.config import (
    AdamConfig,
    AugmentationConfig,
    BatchNormConfig,
    Config,
    ConstantConfig,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    MaxPool2DConfig,
    MomentumConfig,
    NetworkConfig,
    OneCycleConfig,
    OptimizerConfig,
    ScheduleConfig,
)
from nn.divergence import Diverged
from nn.events import EpochFinished
from nn.tensors import TensorFileError
from nn.trainer import Trainer, TrainerEvent

CHANGE_AT = 5
METHODS: list[dict[str, Any]] = [
    {},
    {"l1": 0.001, "l2": 0.01, "clip_norm": 0.5},
    {"ema": 0.9, "max_norm": 1.0},
    {"ema": 0.5, "patience": 1, "label_smoothing": 0.1},
]


def advance(made: Trainer, events: int, changed: bool) -> list[str]:
    """Take so many events of the trainer, as text that tells every bit; change the run at step 5 if asked."""
    told: list[str] = []
    for event in made.events():
        told.append(tell(event))
        if changed and event.step == CHANGE_AT and made.position.changed_at == 0:
            made.change(rate_factor=0.3, epochs=4, patience=1)
        if len(told) == events:
            break
    return told


def tell(event: TrainerEvent) -> str:
    """The event without its times, which differ between any two runs."""
    text = repr(event)
    return text.partition("images_per_second")[0] if isinstance(event, EpochFinished) else text


def states_equal(first: Trainer, second: Trainer) -> None:
    assert first.state().keys() == second.state().keys()
    for name, array in first.state().items():
        np.testing.assert_array_equal(array, second.state()[name])
    times = {"learning_seconds": 0.0, "seconds_before": 0.0}
    ours, theirs = (msgspec.structs.replace(made.position, **times) for made in (first, second))
    assert ours == theirs


def check_resume(path: Path, config_: Config, stop_after: int, changed: bool, threads: int = 1) -> None:
    whole, stopped, resumed = (trainer(config_, threads=threads) for _ in range(3))
    expected = advance(whole, 10**6, changed)
    told = advance(stopped, stop_after, changed)
    checkpoint.save(stopped, path)
    for array in stopped.state().values():
        array[...] = np.nan  # whatever the old process does next must not matter
    checkpoint.load(resumed, path)
    rest = advance(resumed, 10**6, changed)
    if stopped.step == 0:
        told = []  # nothing was learned yet, so the evaluation before the first step is told again
    assert told + rest == expected
    states_equal(resumed, whole)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    optimizer=st.sampled_from(OPTIMIZERS),
    schedule=st.sampled_from(SCHEDULES),
    shuffle=st.booleans(),
    changed=st.booleans(),
    methods=st.sampled_from(METHODS),
    batch_size=st.sampled_from([0, 16, 50, 7]),
    stop_after=st.integers(1, 30),
)
def test_resuming_anywhere_is_bit_for_bit(
    tmp_path: Path,
    optimizer: OptimizerConfig,
    schedule: ScheduleConfig,
    shuffle: bool,
    changed: bool,
    methods: dict[str, Any],
    batch_size: int,
    stop_after: int,
) -> None:
    config_ = config(
        optimizer=optimizer, schedule=schedule, shuffle=shuffle, batch_size=batch_size, **methods
    )
    check_resume(tmp_path / "checkpoint", config_, stop_after, changed)


@pytest.mark.parametrize("stop_after", range(1, 17))
def test_resuming_after_each_event(tmp_path: Path, stop_after: int) -> None:
    """Also between an epoch's last step and its evaluation, where the evaluation is still due."""
    check_resume(tmp_path / "checkpoint", config(optimizer=AdamConfig(0.01)), stop_after, changed=False)


def with_images(batch_size: int, **training: Any) -> Config:
    """A network of every kind of layer that remembers or draws something, on distorted images."""
    layers = (
        DropoutConfig(0.1),
        Conv2DConfig(3, kernel=5, stride=2),
        BatchNormConfig(activation="relu"),
        MaxPool2DConfig(2),
        DropoutConfig(0.3),
        DenseConfig(8, "gelu"),
        BatchNormConfig(momentum=0.3),
        DenseConfig(10),
    )
    return msgspec.structs.replace(
        config(optimizer=AdamConfig(0.01), schedule=OneCycleConfig(), batch_size=batch_size, **training),
        network=NetworkConfig(layers=layers),
        augmentation=AugmentationConfig(shift=2, rotate=10, elastic_alpha=4, elastic_sigma=3),
    )


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("batch_size", [16, 40])
@pytest.mark.parametrize("stop_after", [1, 2, 3, 5, 7])
def test_resuming_with_statistics_dropout_distortions_and_a_mean(
    tmp_path: Path, threads: int, batch_size: int, stop_after: int
) -> None:
    """Of 50 images two threads share batches of 40, but not the ten that are left."""
    check_resume(
        tmp_path / "checkpoint", with_images(batch_size, ema=0.9), stop_after, changed=False, threads=threads
    )


def test_statistics_are_in_the_checkpoint_and_must_be_finite(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    made = trainer(with_images(16))
    run(made)
    checkpoint.save(made, path)
    arrays, _ = tensors.read(path, checkpoint.KEY)
    np.testing.assert_array_equal(arrays["statistics"], made.network.statistics)
    assert (arrays["statistics"] != trainer(with_images(16)).network.statistics).all()
    good = path.read_bytes()
    made.network.statistics[-1] = np.inf
    with pytest.raises(Diverged, match="diverged at step 12"):
        checkpoint.save(made, path)
    assert path.read_bytes() == good


def test_saving_does_not_change_the_run(tmp_path: Path) -> None:
    saved, quiet = trainer(config()), trainer(config())
    for _ in saved.events():
        checkpoint.save(saved, tmp_path / "checkpoint")
    run(quiet)
    states_equal(saved, quiet)


def test_a_finished_run_resumed_has_nothing_left_to_tell(tmp_path: Path) -> None:
    finished, resumed = trainer(config()), trainer(config())
    run(finished)
    checkpoint.save(finished, tmp_path / "checkpoint")
    checkpoint.load(resumed, tmp_path / "checkpoint")
    assert run(resumed) == []
    assert resumed.position == finished.position


def test_a_finished_run_can_go_on(tmp_path: Path) -> None:
    finished, resumed = trainer(config()), trainer(config())
    run(finished)
    checkpoint.save(finished, tmp_path / "checkpoint")
    checkpoint.load(resumed, tmp_path / "checkpoint")
    for made in (finished, resumed):
        made.change(epochs=5)
        run(made)
    states_equal(resumed, finished)


@pytest.mark.parametrize("where", ["parameters", "velocity"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_broken_state_never_replaces_a_good_one(tmp_path: Path, where: str, value: float) -> None:
    path = tmp_path / "checkpoint"
    made = trainer(config(optimizer=MomentumConfig(0.01)))
    run(made)
    checkpoint.save(made, path)
    good = path.read_bytes()
    arrays = {"parameters": made.network.parameters, **made.optimizer.slots}
    arrays[where][-1] = value
    with pytest.raises(Diverged, match="diverged at step 12 in dense2"):
        checkpoint.save(made, path)
    assert path.read_bytes() == good
    assert list(tmp_path.iterdir()) == [path]


def test_equal_states_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        made = trainer(config())
        run(made)
        checkpoint.save(made, tmp_path / name)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


@pytest.mark.parametrize(
    "other",
    [
        config(optimizer=AdamConfig()),
        Config(network=NetworkConfig(layers=(DenseConfig(11, "relu"), DenseConfig(10)))),
    ],
    ids=["optimizer", "layers"],
)
def test_a_file_of_another_config_is_refused_and_changes_nothing(tmp_path: Path, other: Config) -> None:
    path = tmp_path / "checkpoint"
    checkpoint.save(trainer(config()), path)
    made = trainer(other)
    before = made.network.parameters.copy()
    with pytest.raises(TensorFileError, match="does not fit the run's config"):
        checkpoint.load(made, path)
    np.testing.assert_array_equal(made.network.parameters, before)


@pytest.mark.parametrize(
    "position", ["", "{}", "[1]", '{"epochs": 3}', "\x00", '{"epochs": "x", "planned_epochs": 1}']
)
def test_a_position_that_cannot_be_read_is_refused(tmp_path: Path, position: str) -> None:
    path = tmp_path / "checkpoint"
    made = trainer(config(schedule=ConstantConfig()))
    path.write_bytes(tensors.to_bytes({"parameters": made.network.parameters}, checkpoint.KEY, position))
    with pytest.raises(TensorFileError, match="has no readable position"):
        checkpoint.load(made, path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TensorFileError, match="no such file"):
        checkpoint.load(trainer(config()), tmp_path / "none")
