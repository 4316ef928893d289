"""The run on screen: found, opened, started and followed, with its images. Async, and without a widget in it.

It writes the session and calls `changed` when something is new.
"""

import asyncio
import contextlib
from collections.abc import Callable

from mnist_data import DatasetError
from nn.building import describe
from nn.config import Config, DataConfig
from nn.events import EpochFinished, Evaluated, RunFinished
from nn.runs.client import AsyncTrainer, PauseAfter, WorkerLost
from nn.runs.history import History
from nn.runs.images import split
from nn.runs.store import LONGEST_NAME, RunDirectory, RunError, list_runs
from tui.editing.edits import preset_of
from tui.loading import Loader
from tui.session import Parts, Session

BREATH = 200  # events between two looks at the keyboard, while a long log is read
SYNTHETIC_RUN = (
    "this run is on synthetic digits, drawn by this program; Data in Configure names the next run's"
)
STARTING_SECONDS = 10.0


class ShownRun:
    """One run at a time; another one takes its place in the session, and is followed instead of it."""

    def __init__(
        self, session: Session, loader: Loader, follow: Callable[[], object], changed: Callable[[], None]
    ) -> None:
        """`follow` must run `self.follow()` in the background, in place of what was followed before."""
        self.session = session
        self.loader = loader
        self.trainer: AsyncTrainer | None = None
        self._has_started = asyncio.Event()
        self._start_following = follow
        self._changed = changed

    async def follow(self) -> None:
        """Feed the session's history from the run's events until its worker is gone."""
        trainer, session = self.trainer, self.session
        if trainer is None:
            return
        history, count = session.history, 0
        async for event in trainer.events():
            if isinstance(event, WorkerLost):
                history.lose(event.reason)
            else:
                history.feed(event)
            if isinstance(event, Evaluated | EpochFinished | RunFinished) and session.epoch is None:
                session.answers_are_old = True
            if history.state != "starting":
                self._has_started.set()
            self._changed()
            count += 1
            if count % BREATH == 0:
                await asyncio.sleep(0)

    async def adopt_newest(self, *, alive_only: bool) -> None:
        """Attach to the run that is training, or else open the newest there is, if there is one."""
        runs = list(list_runs(self.session.runs_dir))
        chosen = next((run for run in runs if run.is_alive()), runs[0] if runs and not alive_only else None)
        if chosen is not None:
            await self.open(chosen)

    async def open(self, run: RunDirectory) -> None:
        """Put a run on screen, alive or ended: its config, curves, images and errors."""
        await self._look_at(await AsyncTrainer.attach(run), run.config())

    async def resume(self, run: RunDirectory) -> None:
        """Give a run a new worker, from its checkpoint on, and put it on screen."""
        await self._look_at(await AsyncTrainer.resume(run), run.config())

    async def begin(self, pause_after: PauseAfter | None = None) -> None:
        """Go on with a run that was broken off, unless its config was edited since; else start a new one."""
        session = self.session
        if session.run is not None and session.run.is_alive():  # another viewer has resumed it
            await self.open(session.run)
        elif (
            session.run is not None
            and not session.run.deleted
            and session.history.state in ("stopped", "failed")
            and session.config == session.run_config
        ):
            trainer = await AsyncTrainer.resume(session.run, pause_after=pause_after)
            self._take(trainer, session.config)
        else:
            await self.start(pause_after)

    async def start(self, pause_after: PauseAfter | None = None, images: Parts | None = None) -> None:
        """Create a run of the session's config and train it, on `images` where those are what it names."""
        await self.loader.look_again()
        session, config = self.session, self.session.config
        name = session.preset or describe(config.network)
        if images is None or images.config != config.data:
            images = await self.load_images(config.data)
        trainer = await AsyncTrainer.start(
            config, runs_dir=session.runs_dir, name=name[:LONGEST_NAME], pause_after=pause_after
        )
        self.loader.take(images)  # not before there is a run with these: answers and images belong together
        self._take(trainer, config)

    async def load_images(self, config: DataConfig) -> Parts:
        """The images that a config names, and enough of them; raises `DatasetError`."""
        images = await self.loader.load(config)
        if images.data is None:
            split(images.dataset, config)  # it says how many there are
        return images

    async def started(self) -> AsyncTrainer:
        """The run that trains or is paused; one that is starting does not listen yet and is waited for."""
        if self.session.is_alive:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._has_started.wait(), STARTING_SECONDS)
        return self.running

    @property
    def running(self) -> AsyncTrainer:
        """The run that trains or is paused; raises `RunError` where there is none."""
        if self.trainer is None or not self.session.is_alive:
            raise RunError("no run is training; space starts one")
        return self.trainer

    async def _look_at(self, trainer: AsyncTrainer, config: Config) -> None:
        """Put a run that was there before on screen, with its config and, if they are there, its images."""
        try:
            await self.loader.load_for(trainer.run, config.data)
        except DatasetError as error:
            self.session.dataset = None
            self.session.dataset_note = f"the images of this run cannot be shown: {error}"
        if config.data.source == "synthetic":
            self.session.dataset_note = SYNTHETIC_RUN
        self.session.config, self.session.preset = config, preset_of(config)
        self._take(trainer, config)

    def _take(self, trainer: AsyncTrainer, config: Config) -> None:
        """Put a trainer's run on screen and follow it."""
        self.trainer = trainer
        session = self.session
        session.run, session.run_name, session.run_config = trainer.run, trainer.run.record().name, config
        session.run_rate = trainer.run.config().training.optimizer.learning_rate
        session.history = History()
        self._has_started.clear()
        session.epoch = None
        session.answers_are_old = True
        self._start_following()
        self._changed()
