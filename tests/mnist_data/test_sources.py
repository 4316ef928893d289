"""Where MNIST comes from: the first place that serves, errors for what was named, and nothing silent."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mnist_data import (
    Dataset,
    DatasetError,
    DatasetMissing,
    import_folder,
    load,
    locate,
    save,
    status,
    synthesize,
)
from mnist_data.idx import encode_idx
from tests.mnist_data.folders import NAMES, drop, small_arrays, small_dataset

REAL = Path(os.environ["MNIST_DATA"]) if "MNIST_DATA" in os.environ else None
needs_mnist = pytest.mark.skipif(REAL is None, reason="MNIST_DATA does not name a folder with MNIST")


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    (tmp_path / "cwd").mkdir()
    return tmp_path / "cwd"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.mark.parametrize(
    "place",
    [
        "{}".format,
        "{}.gz".format,
        lambda name: name.replace("-idx", ".idx"),
        lambda name: name.replace("-idx", ".idx") + ".gz",
        "archive/{}".format,
        "{0}/{0}".format,
        lambda name: f"{name}/{name.replace('-idx', '.idx')}",
        "archive/{0}/{0}.gz".format,
    ],
    ids=[
        "raw",
        "gz",
        "dotted",
        "dotted gz",
        "nested",
        "own folder",
        "own folder dotted",
        "nested own folder",
    ],
)
def test_every_layout_of_the_drop_folder(cwd: Path, cache: Path, place: Callable[[str], str]) -> None:
    drop(cwd / "mnist_data", place)
    dataset = load("mnist", environment={}, cwd=cwd, cache=cache)
    np.testing.assert_array_equal(dataset.train_images, small_arrays()[NAMES[0]])
    np.testing.assert_array_equal(dataset.test_labels, small_arrays()[NAMES[3]])
    assert not dataset.is_mnist
    assert dataset.name == "./mnist_data"
    assert str(cwd / "mnist_data") in dataset.origin


def test_a_nested_folder_is_never_mixed_with_another(cwd: Path, cache: Path) -> None:
    drop(cwd / "mnist_data/b")
    half = drop(cwd / "mnist_data/a")
    (half / NAMES[1]).unlink()
    (half / NAMES[0]).write_bytes(b"damaged, but not part of a full set")
    assert load("mnist", environment={}, cwd=cwd, cache=cache).name == "./mnist_data"


def test_a_folder_without_the_four_does_not_serve(cwd: Path, cache: Path) -> None:
    folder = drop(cwd / "mnist_data")
    (folder / NAMES[2]).unlink()
    (folder / "__init__.py").touch()
    assert locate(environment={}, cwd=cwd, cache=cache) is None
    with pytest.raises(DatasetMissing, match=r"mnist-tui data import DIR.*--data synthetic"):
        load("mnist", environment={}, cwd=cwd, cache=cache)


def test_a_damaged_dropped_file_is_named(cwd: Path, cache: Path) -> None:
    path = drop(cwd / "mnist_data", "{}.gz".format) / f"{NAMES[1]}.gz"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(DatasetError, match=f"{NAMES[1]}.gz ends in the middle"):
        locate(environment={}, cwd=cwd, cache=cache)


def test_the_variable_comes_first_and_must_serve(cwd: Path, cache: Path) -> None:
    drop(cwd / "mnist_data")
    drop(cwd / "fashion")
    dataset = load("mnist", environment={"MNIST_DATA": "fashion"}, cwd=cwd, cache=cache)
    assert dataset.name == "fashion"
    assert "MNIST_DATA" in dataset.origin
    assert load("mnist", environment={"MNIST_DATA": ""}, cwd=cwd, cache=cache).name == "./mnist_data"
    (cwd / "fashion" / NAMES[3]).unlink()
    for value, said in [
        ("fashion", f"MNIST_DATA: the folder .*fashion lacks {NAMES[3]}"),
        ("absent", "MNIST_DATA is absent, which is not a folder"),
        ("a\0b", "MNIST_DATA is a.b, which"),
        ("~nobody-of-that-name/x", "MNIST_DATA is ~nobody-of-that-name/x, which"),
    ]:
        with pytest.raises(DatasetError, match=said):
            load("mnist", environment={"MNIST_DATA": value}, cwd=cwd, cache=cache)


def test_a_named_folder(cwd: Path, cache: Path) -> None:
    folder = drop(cwd / "mine")
    for source in ("mine", str(folder)):
        dataset = load(source, environment={"MNIST_DATA": "absent"}, cwd=cwd, cache=cache)
        assert (dataset.name, dataset.is_mnist, dataset.is_synthetic) == ("mine", False, False)
    for source in ("absent", "", "a\0b", "~nobody-of-that-name"):
        with pytest.raises(DatasetError) as caught:
            load(source, environment={}, cwd=cwd, cache=cache)
        assert str(caught.value).isprintable()
        assert not isinstance(caught.value, DatasetMissing)


def test_errors_begin_small_and_have_no_full_stop(cwd: Path, cache: Path) -> None:
    for source in ("absent", "", "a\0b", "mnist", str(cwd)):
        with pytest.raises(DatasetError) as caught:
            load(source, environment={}, cwd=cwd, cache=cache)
        words = str(caught.value).removeprefix("MNIST")
        assert words[0] in " abcdefghijklmnopqrstuvwxyz"
        assert not words.endswith(".")


def test_files_that_do_not_fit_each_other_are_named(cwd: Path, cache: Path) -> None:
    folder = drop(cwd / "mine")
    (folder / NAMES[1]).write_bytes(encode_idx(np.zeros(29, np.uint8)))
    with pytest.raises(DatasetError, match=f"{NAMES[0]} with {NAMES[1]} has 30 images and 29 labels"):
        load("mine", environment={}, cwd=cwd, cache=cache)


def test_files_in_the_cache_count_only_as_mnist(cwd: Path, cache: Path) -> None:
    drop(cache / "mnist")
    assert locate(environment={}, cwd=cwd, cache=cache) is None
    with pytest.raises(DatasetError, match="other data than MNIST"):
        import_folder(drop(cwd / "mine"), cache)


def test_status_describes_every_place(cwd: Path, cache: Path) -> None:
    nothing = status(environment={}, cwd=cwd, cache=cache)
    assert [(place.holds, place.serves) for place in nothing] == [
        ("not set", False),
        ("no such folder", False),
        ("empty", False),
    ]
    folder = drop(cwd / "mnist_data")
    (cache / "mnist").mkdir(parents=True)
    (cache / "mnist" / NAMES[0]).write_bytes(b"half")
    variable, dropped, cached = status(environment={"MNIST_DATA": "absent"}, cwd=cwd, cache=cache)
    assert "not a folder" in variable.holds
    assert dropped.serves
    assert dropped.holds.startswith("other data than MNIST: 30 training and 10 test images in the folder")
    assert "damaged" in cached.holds
    (folder / NAMES[0]).unlink()
    assert status(environment={}, cwd=cwd, cache=cache)[1].holds == f"lacks {NAMES[0]}"
    for name in NAMES[1:]:
        (folder / name).unlink()
    (folder / "__init__.py").touch()  # a copy of this project, say
    assert status(environment={}, cwd=cwd, cache=cache)[1].holds == "none of the four files"


def test_saved_data_are_a_source(tmp_path: Path, cache: Path) -> None:
    dataset = small_dataset()
    save(dataset, tmp_path / "saved")
    loaded = load("saved", environment={}, cwd=tmp_path, cache=cache)
    assert loaded.fingerprint == dataset.fingerprint
    assert not loaded.is_synthetic
    with pytest.raises(DatasetError, match="cannot be written"):
        save(dataset, tmp_path / "saved" / f"{NAMES[0]}.gz")


def test_synthetic_digits_are_called_so_also_when_read_from_a_folder(tmp_path: Path, cache: Path) -> None:
    def saved(dataset: Dataset) -> Dataset:
        save(dataset, tmp_path / "saved")
        return load("saved", environment={}, cwd=tmp_path, cache=cache)

    synthetic = saved(synthesize(train=30, test=10))
    assert (synthetic.name, synthetic.is_synthetic) == ("synthetic digits", True)
    other = saved(small_dataset())  # other images under the same names
    assert (other.name, other.is_synthetic) == ("saved", False)


@needs_mnist
def test_real_mnist_from_folder_import_and_cache(cwd: Path, cache: Path) -> None:
    assert REAL is not None
    named = load(str(REAL), environment={}, cwd=cwd, cache=cache)
    assert (named.name, named.is_mnist) == ("MNIST", True)
    assert np.bincount(named.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert locate(environment={}, cwd=cwd, cache=cache) is None
    import_folder(REAL, cache)
    cached = load("mnist", environment={}, cwd=cwd, cache=cache)
    assert cached.is_mnist
    assert "cache" in cached.origin
    assert cached.fingerprint == named.fingerprint
    assert status(environment={}, cwd=cwd, cache=cache)[2].serves
    path = cache / "mnist" / NAMES[0]
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    assert locate(environment={}, cwd=cwd, cache=cache) is None


def test_an_unwritable_cache_is_said(tmp_path: Path) -> None:
    if REAL is None:
        pytest.skip("MNIST_DATA does not name a folder with MNIST")
    (tmp_path / "cache").write_bytes(b"a file where the folder should be")
    with pytest.raises(DatasetError, match=r"the cache .* cannot be written"):
        import_folder(REAL, tmp_path / "cache")


def test_loading_imports_neither_downloader_nor_screen() -> None:
    code = (
        "import sys, pathlib, mnist_data; p = pathlib.Path('/nonexistent');"
        "mnist_data.locate(environment={}, cwd=p, cache=p);"
        "print({'pooch', 'requests', 'urllib3', 'textual', 'nn', 'mnist_data.download'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
