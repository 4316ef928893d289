"""Starts, follows and steers the run on screen, for the app: async, and without a widget in it.

It writes the session and calls `changed` when something is new; what goes wrong it raises, one of `PROBLEMS`.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from mnist_data import DatasetError
from nn.building import describe
from nn.config import Config, DataConfig
from nn.events import EpochFinished, Evaluated, RunFinished
from nn.runs.client import AsyncTrainer, PauseAfter, WorkerLost
from nn.runs.control import ControlError
from nn.runs.history import History
from nn.runs.images import split
from nn.runs.log import read_all
from nn.runs.store import LONGEST_NAME, RunDirectory, RunError, list_runs
from nn.settings import ConfigError
from tui.answering.other_runs import run_label
from tui.choices import RunDeed
from tui.editing.edits import preset_of
from tui.editing.live_changes import with_changes, with_live_changes
from tui.loading import Loader
from tui.session import Parts, Session

PROBLEMS = (RunError, ControlError, ConfigError, DatasetError, OSError)
BREATH = 200  # events between two looks at the keyboard, while a long log is read
SYNTHETIC_RUN = (
    "this run is on synthetic digits, drawn by this program; Data in Configure names the next run's"
)
RATE_DOWN, RATE_UP = 0.8, 1.25
STARTING_SECONDS = 10.0


class Steering:
    """The hand on one run."""

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

    async def attempt(self, deed: Callable[[], Awaitable[object]]) -> str | None:
        """Do something; what goes wrong comes back as a sentence."""
        try:
            await deed()
        except PROBLEMS as error:
            return str(error)
        return None

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

    async def deed(self, path: Path, deed: RunDeed) -> None:
        """What the Runs pane asks for."""
        run = RunDirectory(path)
        is_on_screen = self.session.run is not None and self.session.run.path == path
        match deed:
            case "open":
                await self.open(run)
            case "resume" if run.record().state == "finished":
                raise RunError("this run is finished; more epochs in Configure and space train a new one")
            case "resume":
                await self._look_at(await AsyncTrainer.resume(run), run.config())
            case "stop":
                await (await AsyncTrainer.attach(run)).stop()
            case "delete" if is_on_screen:
                raise RunError("this run is on screen; open another before it is deleted")
            case "delete":
                run.remove()
            case "overlay":
                self._toggle_overlay(run)

    async def toggle_overlay(self) -> None:
        """Lay the curves of the run before under those on screen, or take all overlays away."""
        if self.session.overlays:
            self.session.overlays.clear()
            return
        here = self.session.run.record().created if self.session.run else "9"
        earlier = [run for run in list_runs(self.session.runs_dir) if run.record().created < here]
        if not earlier:
            raise RunError("there is no run before this one")
        self._toggle_overlay(max(earlier, key=lambda run: run.record().created))

    def _toggle_overlay(self, run: RunDirectory) -> None:
        name = run_label(run, run.record())
        if self.session.overlays.pop(name, None) is None:
            history = History()
            for event in read_all(run.events_path):
                history.feed(event)
            self.session.overlays[name] = history

    async def train(self) -> None:
        """Start, pause or go on, whichever the state asks for."""
        match self.session.history.state if self.session.run else "none":
            case "running":
                await self._running().pause()
            case "paused":
                await self._running().go_on()
            case "starting":
                return
            case _:
                await self._begin(None)

    async def step(self) -> None:
        """Train one batch, then pause."""
        if self.session.is_alive:
            await (await self._started()).step()
        else:
            await self._begin("step")

    async def epoch(self) -> None:
        """Train to the end of the epoch, then pause."""
        if self.session.is_alive:
            await (await self._started()).finish_epoch()
        else:
            await self._begin("epoch")

    async def again(self, *, new_seed: bool) -> None:
        """Stop what runs, and train the config from its beginning."""
        await self._load_images(self.session.config.data)
        if self.session.is_alive:
            await (await self._started()).stop("started again")
        if new_seed:
            self.session.config = msgspec.structs.replace(
                self.session.config, seed=secrets.randbelow(1_000_000)
            )
            self.session.preset = None
        await self.start()

    async def stop(self) -> None:
        """Save and end the worker."""
        await (await self._started()).stop()

    async def change_rate(self, *, up: bool) -> None:
        """Multiply the rate of the run that trains, or of the config where none does."""
        times = RATE_UP if up else RATE_DOWN
        if self.session.is_alive:
            await (await self._started()).change(rate_times=times)
            return
        config = self.session.config
        rate = float(f"{config.training.optimizer.learning_rate * times:.3g}")
        self.session.config, self.session.preset = with_changes(config, rate=rate), None
        self._changed()

    async def edit(self, config: Config, preset: str | None) -> str | None:
        """Take an edited config, into the run that trains where that can be. A sentence on what happened."""
        before, run_config = self.session.config, self.session.run_config
        self.session.config, self.session.preset = config, preset
        if not self.session.is_alive or run_config is None:
            return None
        changed = with_live_changes(run_config, before, config)
        if changed is None:
            return "this holds from the next run on"
        old, new = run_config.training, changed.training
        rate, old_rate = new.optimizer.learning_rate, old.optimizer.learning_rate
        await (await self._started()).change(
            rate_times=rate / old_rate if rate != old_rate else None,
            epochs=new.epochs if new.epochs != old.epochs else None,
            patience=new.patience if new.patience != old.patience else None,
        )
        self.session.run_config = changed
        return "changed in the run that trains"

    async def resume(self, pause_after: PauseAfter | None = None) -> None:
        """Give the run on screen a new worker, from its checkpoint on."""
        run, config = self.session.run, self.session.run_config
        if run is not None and config is not None:
            self._take(await AsyncTrainer.resume(run, pause_after=pause_after), config)

    async def start(self, pause_after: PauseAfter | None = None) -> None:
        """Create a run of the session's config and train it."""
        session, config = self.session, self.session.config
        name = session.preset or describe(config.network)
        images = await self._load_images(config.data)
        trainer = await AsyncTrainer.start(
            config, runs_dir=session.runs_dir, name=name[:LONGEST_NAME], pause_after=pause_after
        )
        self.loader.take(images)  # not before there is a run with these: answers and images belong together
        self._take(trainer, config)

    async def _load_images(self, config: DataConfig) -> Parts:
        """The images that a config names, and enough of them; raises `DatasetError`."""
        images = await self.loader.load(config)
        if images.data is None:
            split(images.dataset, config)  # it says how many there are
        return images

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

    async def _begin(self, pause_after: PauseAfter | None) -> None:
        """Go on with a run that was broken off, unless its config was edited since; else start a new one."""
        session = self.session
        if session.run is not None and session.run.is_alive():  # another viewer has resumed it
            await self.open(session.run)
        elif (
            session.run is not None
            and session.history.state in ("stopped", "failed")
            and session.config == session.run_config
        ):
            await self.resume(pause_after)
        else:
            await self.start(pause_after)

    def _take(self, trainer: AsyncTrainer, config: Config) -> None:
        """Put a trainer's run on screen and follow it."""
        self.trainer = trainer
        session = self.session
        session.run, session.run_name, session.run_config = trainer.run, trainer.run.record().name, config
        session.history = History()
        self._has_started.clear()
        session.epoch = None
        session.answers_are_old = True
        self._start_following()
        self._changed()

    async def _started(self) -> AsyncTrainer:
        """The run that trains or is paused; one that is starting does not listen yet and is waited for."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._has_started.wait(), STARTING_SECONDS)
        return self._running()

    def _running(self) -> AsyncTrainer:
        if self.trainer is None or not self.session.is_alive:
            raise RunError("no run is training; space starts one")
        return self.trainer
