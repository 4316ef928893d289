import shutil
import stat
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from run_samples import change_record, create, small_config

from nn import checkpoint, weights
from nn.batches import Images
from nn.config import BatchNormConfig, Conv2DConfig, DenseConfig, MaxPool2DConfig, NetworkConfig
from nn.runs import store
from nn.runs.store import RunDirectory, RunError
from nn.settings import ConfigError
from nn.trainer import Data, Trainer

HOSTILE = ["", " ", "\t", "a\nb", "\x1b[31mred", "a\x00b", "\u202eabc", "x" * 61, "\ud800"]
ODD_BUT_ALLOWED = ["[red]", "a/b", "../..", "...", "~root", "ä" * 60, "😀", "-rf", "a b", "%s", "CON"]


def test_a_new_run_is_private_complete_and_not_alive(tmp_path: Path) -> None:
    config = small_config()
    run = create(tmp_path / "not" / "yet", config, "Lunch 2")
    assert stat.S_IMODE(run.path.stat().st_mode) == 0o700
    assert run.path.is_absolute()
    assert run.path.name[17:-5] == "-lunch-2"
    assert run.config() == config
    record = run.record()
    assert (record.name, record.state, record.epochs) == ("Lunch 2", "starting", config.training.epochs)
    assert (record.network, record.parameters) == ("784-16-10", 784 * 16 + 16 + 16 * 10 + 10)
    assert not run.is_alive()
    assert run.state() == "failed"  # nobody starts it
    assert run.last_words() == ""
    assert run.events_path.read_bytes() == b""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_would_harm_a_screen_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RunError, match="allowed: 1 to 60 printable characters") as raised:
        create(tmp_path, small_config(), name)
    assert "\x1b" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_a_network_that_cannot_be_leaves_nothing(tmp_path: Path) -> None:
    config = msgspec.structs.replace(small_config(), network=NetworkConfig(layers=(DenseConfig(11),)))
    with pytest.raises(ConfigError, match="gives 11 outputs"):
        create(tmp_path, config)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ODD_BUT_ALLOWED)
def test_an_odd_name_stays_in_the_runs_folder_and_is_found_again(tmp_path: Path, name: str) -> None:
    run = create(tmp_path / "runs", small_config(), name)
    assert run.path.parent == tmp_path / "runs"
    assert run.path.name.isascii()
    assert store.find(tmp_path / "runs", name).path == run.path
    assert store.find(tmp_path / "runs", run.path.name).path == run.path


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=400))
def test_whatever_is_looked_for_is_found_or_one_printable_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(RunError) as raised:
        store.find(tmp_path / "runs", text)
    assert "does not exist" in str(raised.value)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("text", ["x" * 5000, "~nobody-of-that-name/run", "a\0b", "", ".", "..", "/"])
def test_looking_for_what_cannot_be_a_path_is_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(RunError, match="does not exist"):
        store.find(tmp_path, text)


def test_a_name_that_two_runs_have_needs_a_directory(tmp_path: Path) -> None:
    runs = [create(tmp_path, small_config(), "twin") for _ in range(2)]
    with pytest.raises(RunError, match="2 runs are called 'twin'") as raised:
        store.find(tmp_path, "twin")
    assert all(run.path.name in str(raised.value) for run in runs)
    assert store.find(Path("elsewhere"), str(runs[0].path)).path == runs[0].path


def test_a_list_is_newest_first_and_passes_over_what_is_no_run(tmp_path: Path) -> None:
    runs = [create(tmp_path, small_config(), "a") for _ in range(2)]
    older = runs[0].path.rename(tmp_path / "2020-01-01-000000-a-0000")
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    for number, content in enumerate((b"", b"{", b"[1]", b'{"name":"\xff"}', b"[" * 9999)):
        broken = create(tmp_path, small_config(), f"broken {number}")
        broken.record_path.write_bytes(content)
    assert [run.path for run in store.list_runs(tmp_path)] == [runs[1].path, older]
    assert list(store.list_runs(tmp_path / "none")) == []


def test_a_run_has_one_path_through_whatever_links(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    run = create(link, small_config(), "a")
    (real / "alias").symlink_to(run.path)
    (real / "loop").symlink_to(real / "loop")
    assert run.path == real / run.path.name
    assert [found.path for found in store.list_runs(link)] == [run.path]
    assert {store.find(link, text).path for text in ("a", "alias", run.path.name)} == {run.path}


def test_a_record_of_a_newer_version_is_read(tmp_path: Path) -> None:
    run = create(tmp_path, small_config())
    values = msgspec.json.decode(run.record_path.read_bytes()) | {"invented": 1}
    run.record_path.write_bytes(msgspec.json.encode(values))
    assert run.record().name == "test"


def test_a_data_folder_is_kept_as_an_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert create(tmp_path, small_config("my/digits")).config().data.source == str(tmp_path / "my/digits")
    assert create(tmp_path, small_config("~nobody-x/d")).config().data.source == "~nobody-x/d"
    assert create(tmp_path, small_config("mnist")).config().data.source == "mnist"


def test_a_runs_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"file cannot be written: (Not a directory|File exists)"):
        create(tmp_path / "file", small_config())

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write_atomically", full)
    with pytest.raises(RunError, match="No space left on device"):
        create(tmp_path / "runs", small_config())
    assert list((tmp_path / "runs").iterdir()) == []


def test_alive_is_who_holds_the_lock_and_such_a_run_is_not_removed(tmp_path: Path) -> None:
    run = create(tmp_path, small_config())
    descriptor = store.lock(run.events_path)
    with open(descriptor, closefd=True):
        assert run.is_alive()
        assert run.state() == "starting"
        with pytest.raises(RunError, match="has a worker"):
            run.remove()
    assert not run.is_alive()
    run.remove()
    assert not run.path.exists()
    with pytest.raises(RunError, match="cannot be removed"):
        run.remove()


def test_a_folder_that_is_no_run_has_nothing_to_lock(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no event log"):
        store.lock(RunDirectory(tmp_path).events_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("state", "shown"), [("stopped", "stopped"), ("running", "failed"), ("paused", "failed")]
)
def test_a_run_left_behind_as_running_counts_as_failed(tmp_path: Path, state: str, shown: str) -> None:
    run = create(tmp_path, small_config())
    change_record(run, state=state)
    assert run.state() == shown


def test_last_words_are_those_of_the_last_worker(tmp_path: Path) -> None:
    run = create(tmp_path, small_config())
    run.log_path.write_text("--- worker started then\nTraceback\nMemoryError: no more\n\n")
    assert run.last_words() == "MemoryError: no more"
    run.log_path.write_text("MemoryError: no more\n--- worker started now\n")
    assert run.last_words() == ""


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_an_unreadable_config_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    run = create(tmp_path, small_config())
    if content is None:
        run.config_path.unlink()
    else:
        run.config_path.write_bytes(content or b"\xff\xfe")
    with pytest.raises(RunError, match="is not a readable run"):
        run.config()


def test_a_run_that_was_deleted_says_so(tmp_path: Path) -> None:
    run = create(tmp_path, small_config(), "mse linear")
    assert run.deleted == ""
    shutil.rmtree(run.path)
    assert run.deleted == f"the run {run.path.name} is not there any more"
    for read in (run.config, run.record, lambda: run.load_network("last"), lambda: run.load_network("best")):
        with pytest.raises(RunError, match=rf"^{run.deleted}$"):
            read()


def test_a_run_without_weights_says_which(tmp_path: Path) -> None:
    run = create(tmp_path, small_config())
    for which in ("last", "best"):
        with pytest.raises(RunError, match=f"has no {which} weights"):
            run.load_network(which)
    run.checkpoint_path.write_bytes(b"nothing")
    with pytest.raises(RunError, match=r"has no last weights: .*checkpoint\.safetensors is not a readable"):
        run.load_network("last")


@pytest.mark.parametrize("fuse", [True, False])
def test_both_networks_of_a_run_have_all_that_answers(tmp_path: Path, fuse: bool) -> None:
    """What batch normalisation measured too, and each layer apart where that is asked."""
    pooled = (Conv2DConfig(2), MaxPool2DConfig(2))
    layers = (Conv2DConfig(3, kernel=9), BatchNormConfig(), *pooled, DenseConfig(10))
    config = msgspec.structs.replace(small_config(), network=NetworkConfig(layers=layers))
    images = np.random.default_rng(0).integers(0, 256, (120, 28, 28)).astype(np.uint8)
    some = Images(images, (np.arange(120) % 10).astype(np.uint8))
    trainer = Trainer(config, Data(some, some, some))
    list(trainer.events())
    run = create(tmp_path, config)
    checkpoint.save(trainer, run.checkpoint_path)
    run.best_path.write_bytes(weights.to_bytes(trainer.network, config))
    for which in ("last", "best"):
        network = run.load_network(which, fuse=fuse)
        assert [layer.kind for layer in network.layers] == [
            "conv2d",
            "batchnorm",
            "conv2d",
            *([] if fuse else ["maxpool2d"]),
            "flatten",
            "dense",
        ]
        np.testing.assert_array_equal(network.parameters, trainer.network.parameters)
        np.testing.assert_array_equal(network.statistics, trainer.network.statistics)
    network, step = run.load_last(fuse=fuse)
    np.testing.assert_array_equal(network.parameters, trainer.network.parameters)
    assert step == trainer.step


def test_of_runs_of_one_second_the_newer_comes_first(tmp_path: Path) -> None:
    """Whatever their directories are called: those tell the second and end at random."""
    runs = [create(tmp_path, small_config()) for _ in range(3)]
    for number, run in enumerate(runs):
        created = f"2026-01-01T00:00:00.{number:03}+00:00"
        run.write_record(msgspec.structs.replace(run.record(), created=created))
    assert [run.path for run in store.list_runs(tmp_path)] == [run.path for run in runs[::-1]]
