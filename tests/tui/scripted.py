"""Runs that nobody trained: their events and answers are written, or told by a trainer that obeys a test.

With `MnistApp` around them they show everything that a real run would show, at once and the same each time.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar, Self

import msgspec
import numpy as np
from textual.pilot import Pilot

from mnist_data import Dataset
from nn.building import describe, parameter_count
from nn.config import Config
from nn.events import (
    Changed,
    Continued,
    EpochFinished,
    Evaluated,
    LayerHealth,
    LayersMeasured,
    Paused,
    RunEvent,
    RunFinished,
    RunStarted,
    StepsFinished,
)
from nn.presets import find
from nn.runs import predictions, store
from nn.runs.client import PauseAfter, WorkerLost
from nn.runs.control import Answer, ControlError
from nn.runs.log import EventReader, EventWriter
from nn.runs.store import RunDirectory
from nn.settings import with_settings
from tui.app import MnistApp
from tui.options import AppOptions
from tui.session import Session
from tui.terminal.display import ColorMode, Display

BATCHES = 10  # steps an epoch
VALIDATION = 50
PATIENCE = 20.0  # seconds until a test gives up
TURN = 0.005  # seconds between two looks at what only a timer of the app or a file brings


def config_of(source: Path | str, **training: Any) -> Config:
    """The first preset on a folder of few images."""
    settings = {"data.source": str(source), "data.validation": VALIDATION}
    return with_settings(
        find("first-minute").config,
        settings | {f"training.{name}": value for name, value in training.items()},
    )


def started(step: int = 0) -> RunStarted:
    return RunStarted(
        step=step,
        run="run",
        pid=1,
        data="few",
        images=150,
        validation_images=VALIDATION,
        batches=BATCHES,
        parameters=101_770,
        threads=1,
        resumed_from_step=step,
        time=0.0,
    )


def before() -> Evaluated:
    return Evaluated(step=0, validation_loss=2.4, validation_accuracy=0.1, test_loss=2.4, test_accuracy=0.1)


def steps(last: int, count: int = BATCHES, loss: float | None = None) -> StepsFinished:
    """The `count` steps up to `last`, with a loss that falls from 2 unless one is given."""
    places = range(last - count + 1, last + 1)
    return StepsFinished(
        step=last,
        epoch=(last - 1) // BATCHES + 1,
        losses=[loss if loss is not None else 20 / (place + 9) for place in places],
        accuracies=[1 - 9 / (place + 9) for place in places],
        learning_rate=0.005,
        images_per_second=1234.0,
    )


def epoch(number: int, **figures: Any) -> EpochFinished:
    shares: dict[str, Any] = {
        "train_loss": 0.5 / number,
        "train_accuracy": 1 - 0.2 / number,
        "validation_loss": 0.6 / number,
        "validation_accuracy": 1 - 0.25 / number,
        "test_loss": 0.65 / number,
        "test_accuracy": 1 - 0.26 / number,
    }
    return EpochFinished(
        step=number * BATCHES,
        epoch=number,
        learning_rate=0.005,
        images_per_second=1234.0,
        seconds=2.0,
        **(shares | figures),
    )


def layers(step: int, *names: str, update_ratio: float = 1e-3, dead: float | None = 0.1) -> LayersMeasured:
    return LayersMeasured(
        step=step,
        layers=[
            LayerHealth(name=name, gradient_norm=0.41, update_ratio=update_ratio, dead=dead) for name in names
        ],
    )


def finished(state: str = "finished", step: int = 0, reason: str | None = None) -> RunFinished:
    return RunFinished(
        step=step,
        state=state,
        run="run",
        epochs=step // BATCHES,
        seconds=4.0,
        best_epoch=1,
        validation_accuracy=0.75,
        test_accuracy=0.74,
        parameters=101_770,
        reason=reason,
    )


def epochs(count: int) -> list[RunEvent]:
    """A run's events up to the end of epoch `count`."""
    told: list[RunEvent] = [started(), before()]
    for number in range(1, count + 1):
        told += [
            steps(number * BATCHES),
            layers(number * BATCHES, "dense1", "dense2"),
            epoch(number),
        ]
    return told


def write_run(
    runs_dir: Path,
    config: Config,
    told: Iterable[RunEvent],
    *,
    name: str = "first-minute",
    state: str = "finished",
) -> RunDirectory:
    """An ended run with these events, and answers for each of its epochs."""
    run = store.create(
        runs_dir,
        config,
        name,
        network=describe(config.network),
        parameters=parameter_count(config.network),
    )
    events = list(told)
    writer = EventWriter.open(run.events_path)
    for event in events:
        writer.write(event)
    writer.close()
    over = [0, *(event.epoch for event in events if isinstance(event, EpochFinished))]
    rng = np.random.default_rng(7)
    for number in over:
        test, validation = rng.dirichlet(np.ones(10), 100), rng.dirichlet(np.ones(10), VALIDATION)
        answers = {"test": test.astype(np.float32), "validation": validation.astype(np.float32)}
        predictions.save(run.predictions_path, number, answers)
    record = msgspec.structs.replace(run.record(), state=state, epoch=over[-1])
    run.write_record(record)
    return run


class ScriptedTrainer:
    """In place of `AsyncTrainer`: tells what is in the run's log, then what the test says; notes commands.

    A command is answered with the event that a worker would tell, or refused with `refusal`.
    """

    made: ClassVar[list["ScriptedTrainer"]] = []
    refusal: ClassVar[str | None] = None

    def __init__(self, run: RunDirectory, how: str, pause_after: PauseAfter | None = None) -> None:
        self.run = run
        self.how = how
        self.pause_after = pause_after
        self.commands: list[tuple[Any, ...]] = []
        self.is_followed = False
        self._told: asyncio.Queue[RunEvent | WorkerLost] = asyncio.Queue()
        self._step = 0
        self.made.append(self)

    @classmethod
    async def start(
        cls, config: Config, *, runs_dir: Path, name: str, pause_after: PauseAfter | None = None
    ) -> Self:
        run = store.create(
            runs_dir,
            config,
            name,
            network=describe(config.network),
            parameters=parameter_count(config.network),
        )
        return cls(run, "start", pause_after)

    @classmethod
    async def resume(cls, run: RunDirectory, *, pause_after: PauseAfter | None = None) -> Self:
        return cls(run, "resume", pause_after)

    @classmethod
    async def attach(cls, run: RunDirectory) -> Self:
        return cls(run, "attach")

    def tell(self, *told: RunEvent | WorkerLost) -> None:
        """What the worker does next."""
        for event in told:
            self._told.put_nowait(event)

    async def events(self) -> AsyncIterator[RunEvent | WorkerLost]:
        self.is_followed = True
        for event in EventReader(self.run.events_path).poll():
            self._step = event.step
            yield event
            if isinstance(event, RunFinished) and self.how == "attach":
                return
        while True:
            event = await self._told.get()
            self._step = getattr(event, "step", self._step)
            yield event
            if isinstance(event, RunFinished | WorkerLost):
                return

    async def pause(self) -> Answer:
        return self._take(("pause",), Paused(step=self._step))

    async def go_on(self) -> Answer:
        return self._take(("go_on",), Continued(step=self._step))

    async def step(self) -> Answer:
        return self._take(("step",), Paused(step=self._step))

    async def finish_epoch(self) -> Answer:
        return self._take(("finish_epoch",))

    async def change(
        self, *, rate_times: float | None = None, epochs: int | None = None, patience: int | None = None
    ) -> Answer:
        return self._take(
            ("change", rate_times, epochs, *([] if patience is None else [patience])),
            Changed(
                step=self._step, rate_factor=rate_times or 1.0, epochs=epochs or 5, patience=patience or 0
            ),
        )

    async def stop(self, reason: str = "asked to stop") -> Answer:
        return self._take(("stop", reason), finished("stopped", self._step, reason))

    def _take(self, command: tuple[Any, ...], *told: RunEvent) -> Answer:
        if self.refusal is not None:
            raise ControlError(self.refusal)
        self.commands.append(command)
        self.tell(*told)
        return Answer(step=self._step)


def app_on(
    runs_dir: Path,
    config: Config,
    *,
    source: str | None = None,
    ascii_only: bool = False,
    low_bandwidth: bool = False,
    color: ColorMode | None = None,
) -> MnistApp:
    """The app as the command line makes it: in 24 bits, or without colours where ASCII is wanted."""
    color = color or (ColorMode.NONE if ascii_only else ColorMode.TRUECOLOR)
    options = AppOptions(
        source=source, color=color.value, ascii=ascii_only, low_bandwidth=low_bandwidth, runs_dir=runs_dir
    )
    return MnistApp(lambda: Session(config, "first-minute", runs_dir), options, Display(color, ascii_only))


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Let the app work until it is as wanted."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, screen_text(pilot)
        await pilot.pause()
        await asyncio.sleep(TURN)


async def ready(pilot: Pilot[None]) -> MnistApp:
    """The app, once it has looked for runs and images."""
    app = pilot.app
    assert isinstance(app, MnistApp)
    await until(pilot, app._begun.is_set)
    return app


async def drawn(pilot: Pilot[None]) -> str:
    """Everything on the screen, once all that has changed is on it."""
    app = pilot.app
    assert isinstance(app, MnistApp)
    await pilot.pause()
    app._show()
    await pilot.pause()
    return screen_text(pilot)


def screen_text(pilot: Pilot[None]) -> str:
    """Everything on the screen as it is."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def small(dataset: Dataset, source: str) -> Dataset:
    """The same few images under another name."""
    return Dataset(
        source,
        "few",
        dataset.train_images,
        dataset.train_labels,
        dataset.test_images,
        dataset.test_labels,
        is_synthetic=source == "synthetic",
    )
