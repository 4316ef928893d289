"""`mnist-tui train --resume RUN`: go on with a run, attach to one that trains, or repeat how one finished."""

import argparse

from nn import checkpoint, settings
from nn.config import Config
from nn.events import RunEvent, RunFinished, RunStarted
from nn.runs import store
from nn.runs.client import AsyncTrainer
from nn.runs.images import split
from nn.runs.log import read_all
from nn.runs.store import RunDirectory, RunError
from tui.cli import images
from tui.cli.errors import UsageError
from tui.cli.follow import follow_to_end
from tui.cli.live import LiveLine
from tui.cli.places import runs_directory
from tui.cli.report import Report

EPOCHS = "training.epochs"


def resume(arguments: argparse.Namespace) -> int:
    """Do what `--resume` says; the exit code says how it ended."""
    _only_epochs(arguments)
    run = store.find(runs_directory(arguments), arguments.resume)
    config, epochs = _config_of(run, arguments.settings)
    told = read_all(run.events_path)
    if run.is_alive():
        return _attach(run, config, epochs, told, json=arguments.json)
    done = _epochs_begun(run, told)
    if epochs is not None and epochs < done:
        raise UsageError(
            f"{EPOCHS} is {epochs}; allowed: at least {done}, because the run {run.path.name} is that far"
        )
    finished = next((event for event in reversed(told) if isinstance(event, RunFinished)), None)
    if finished is not None and run.state() == "finished" and epochs in (None, finished.epochs):
        with LiveLine() as line:
            report = Report(line, config.training, json=arguments.json)
            for event in told:
                report.history.feed(event)
            report.finish(finished)
        return 0
    return _go_on(run, config, epochs, len(told), json=arguments.json)


def _only_epochs(arguments: argparse.Namespace) -> None:
    given = {
        "CONFIG.toml": arguments.config,
        "--preset": arguments.preset,
        "--data": arguments.data,
        "--name": arguments.name,
    }
    for option, value in given.items():
        if value is not None:
            raise UsageError(f"{option} {value} and --resume exclude each other: a run keeps its config")


def _config_of(run: RunDirectory, texts: list[str]) -> tuple[Config, int | None]:
    """The run's config, and the number of epochs that `--set` asks for instead."""
    config, epochs = run.config(), None
    for text in texts:
        key, value = settings.parse_setting(text)
        if key != EPOCHS:
            raise UsageError(f"--set {text} cannot be with --resume; allowed: {EPOCHS}")
        config = settings.with_settings(config, {key: value})
        epochs = config.training.epochs
    return config, epochs


def _attach(
    run: RunDirectory, config: Config, epochs: int | None, told: list[RunEvent], *, json: bool
) -> int:
    """Follow the worker that there is; what its session told so far is told again."""

    async def begin() -> AsyncTrainer:
        trainer = await AsyncTrainer.attach(run)
        if epochs is not None:
            await trainer.change(epochs=epochs)
        return trainer

    return follow_to_end(begin, config.training, json=json, told=_before_session(told))


def _go_on(run: RunDirectory, config: Config, epochs: int | None, told: int, *, json: bool) -> int:
    dataset = images.of_run(run, config)
    if run.record().fingerprint not in (None, dataset.fingerprint):
        raise RunError(f"the images are not those the run began with: {dataset.origin} has changed")
    split(dataset, config.data)

    async def begin() -> AsyncTrainer:
        return await AsyncTrainer.resume(run, epochs=epochs, followed=True)

    return follow_to_end(begin, config.training, json=json, told=told)


def _before_session(told: list[RunEvent]) -> int:
    """How many events were told before the session that is under way."""
    for position in range(len(told) - 1, -1, -1):
        if isinstance(told[position], RunStarted):
            return position
        if isinstance(told[position], RunFinished):
            return position + 1
    return 0


def _epochs_begun(run: RunDirectory, told: list[RunEvent]) -> int:
    """The epochs that the checkpoint is in or past: no fewer can be asked for."""
    batches = next((event.batches for event in told if isinstance(event, RunStarted)), 0)
    if not batches or not run.checkpoint_path.exists():
        return 0
    return -(-checkpoint.read_position(run.checkpoint_path).step // batches)
