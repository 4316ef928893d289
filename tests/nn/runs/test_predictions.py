from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn.runs import predictions
from nn.tensors import TensorFileError


def answers(epoch: int) -> dict[str, np.ndarray]:
    return {"test": np.full((3, 10), epoch / 1000, np.float32), "validation": np.zeros((0, 10), np.float32)}


def touch(folder: Path, last: int) -> None:
    for epoch in range(last + 1):
        (folder / f"{epoch:04d}.safetensors").touch()


def test_answers_come_back_as_half_floats(tmp_path: Path) -> None:
    predictions.save(tmp_path, 3, answers(3))
    loaded = predictions.load(tmp_path, 3)
    assert loaded["test"].dtype == np.float16
    np.testing.assert_allclose(loaded["test"], 0.003, rtol=1e-3)
    assert loaded["validation"].shape == (0, 10)
    assert [path.name for path in tmp_path.iterdir()] == ["0003.safetensors"]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    spread=st.sampled_from([1e-4, 1e-2, 1.0, 30.0]),
    rivals=st.sampled_from([2, 10]),
)
def test_rounding_leaves_every_answer_as_it_was(seed: int, spread: float, rivals: int) -> None:
    logits = np.random.default_rng(seed).normal(size=(200, 10)) * spread
    logits[:, :rivals] += 5 + spread  # the first two digits share what there is, or all ten do
    shares = np.exp(logits - logits.max(axis=1, keepdims=True)).astype(np.float32)
    shares /= shares.sum(axis=1, keepdims=True)
    with TemporaryDirectory() as name:
        predictions.save(Path(name), 0, {"test": shares})
        kept = predictions.load(Path(name), 0)["test"]
    np.testing.assert_array_equal(kept.argmax(axis=1), shares.argmax(axis=1))
    nearest = shares.astype(np.float16)
    # The bits of positive halves count their steps.
    steps = kept.view(np.int16) - nearest.view(np.int16)
    moved = nearest.argmax(axis=1) != shares.argmax(axis=1)
    expected = np.zeros_like(steps)
    expected[moved, shares.argmax(axis=1)[moved]] = 1
    np.testing.assert_array_equal(steps, expected)


def test_two_shares_that_round_to_the_same_stay_apart(tmp_path: Path) -> None:
    shares = np.zeros((1, 10), np.float32)
    shares[0, 3], shares[0, 8] = 0.49999, 0.50001
    assert shares.astype(np.float16)[0, 3] == shares.astype(np.float16)[0, 8]
    predictions.save(tmp_path, 1, {"test": shares})
    assert predictions.load(tmp_path, 1)["test"].argmax() == 8


def test_an_epoch_that_was_thinned_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(TensorFileError, match="0005"):
        predictions.load(tmp_path, 5)


@settings(max_examples=8, deadline=None)
@given(last=st.integers(0, 450))
def test_at_most_100_are_kept_evenly_with_the_first_and_the_last(last: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        touch(folder, last)
        predictions.thin(folder)
        kept = predictions.epochs(folder)
    assert (kept[0], kept[-1]) == (0, last)
    assert min(last + 1, 49) <= len(kept) <= predictions.MOST
    gaps = np.diff(kept)
    assert len(set(gaps[:-1])) <= 1
    assert len(gaps) < 2 or gaps[-1] <= gaps[0]


@settings(max_examples=4, deadline=None)
@given(last=st.integers(90, 220), resumed=st.data())
def test_a_run_thinned_as_it_goes_and_resumed_keeps_what_an_unbroken_one_keeps(
    last: int, resumed: st.DataObject
) -> None:
    def go_on(folder: Path, first: int, last: int) -> None:
        for epoch in range(first, last + 1):
            (folder / f"{epoch:04d}.safetensors").touch()
            predictions.thin(folder)

    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        go_on(Path(one), 0, last)
        killed = resumed.draw(st.integers(0, last))
        checkpoint = resumed.draw(st.integers(max(0, killed - 3), killed))
        go_on(Path(other), 0, killed)
        predictions.forget_after(Path(other), checkpoint)
        assert max(predictions.epochs(Path(other)), default=0) <= checkpoint
        go_on(Path(other), checkpoint + 1, last)
        # Where the kill came just past a power of two, the last epoch before it may be gone: it was thinned.
        assert set(predictions.epochs(Path(one))) - set(predictions.epochs(Path(other))) <= {checkpoint, 0}


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / "x.safetensors").touch()
    touch(tmp_path, 150)
    predictions.thin(tmp_path)
    assert predictions.epochs(tmp_path)[-1] == 150
    assert (tmp_path / "notes.txt").exists()
    assert (tmp_path / "x.safetensors").exists()
