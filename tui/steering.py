"""Steers the run on screen, for the app: what a key or a pane asks for, in whatever state the run is.

What goes wrong it raises, one of `PROBLEMS`; there is no widget in it.
"""

import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import msgspec

from mnist_data import DatasetError
from nn.config import Config
from nn.runs.client import AsyncTrainer
from nn.runs.control import ControlError
from nn.runs.store import RunDirectory, RunError
from nn.settings import ConfigError
from tui.choices import RunDeed
from tui.editing.edits import preset_of, with_nudge
from tui.editing.live_changes import RATE, with_live_changes
from tui.loading import Loader
from tui.session import Session
from tui.shown_run import ShownRun
from tui.training import overlays

ON_SCREEN = "this run is on screen; open another before it is deleted"
PROBLEMS = (RunError, ControlError, ConfigError, DatasetError, OSError)
RATE_DOWN, RATE_UP = 0.8, 1.25


class Steering:
    """The hand on one run, which is `shown`; `by_key` holds what the table of keys asks for by name."""

    def __init__(
        self, session: Session, loader: Loader, follow: Callable[[], object], changed: Callable[[], None]
    ) -> None:
        """`follow` must run `shown.follow()` in the background, in place of what was followed before."""
        self.session = session
        self.shown = ShownRun(session, loader, follow, changed)
        self.by_key: dict[str, Callable[[], Awaitable[None]]] = {
            "train": self.train,
            "step": self.step,
            "epoch": self.epoch,
            "again": partial(self.again, new_seed=False),
            "again_new_seed": partial(self.again, new_seed=True),
            "stop": self.stop,
            "rate_down": partial(self.change_rate, up=False),
            "rate_up": partial(self.change_rate, up=True),
        }
        self._changed = changed

    async def attempt(self, deed: Callable[[], Awaitable[object]]) -> str | None:
        """Do something; what goes wrong comes back as a sentence."""
        try:
            await deed()
        except PROBLEMS as error:
            return str(error)
        return None

    async def deed(self, path: Path, deed: RunDeed) -> None:
        """What the Runs pane asks for."""
        run = RunDirectory(path)
        is_on_screen = self.session.run is not None and self.session.run.path == path
        match deed:
            case "open":
                await self.shown.open(run)
            case "resume" if run.record().state == "finished":
                raise RunError("this run is finished; more epochs in Configure and space train a new one")
            case "resume":
                await self.shown.resume(run)
            case "stop" if not run.is_alive():
                raise RunError(run.deleted or "this run is not training")
            case "stop":
                await (await AsyncTrainer.attach(run)).stop()
            case "delete" if is_on_screen:
                raise RunError(ON_SCREEN)
            case "delete":
                run.remove()
            case "overlay":
                await overlays.toggle(self.session, run)

    async def toggle_overlay(self) -> None:
        """Lay the curves of the run before under those on screen, or take all overlays away."""
        await overlays.toggle_earlier(self.session)

    async def train(self) -> None:
        """Start, pause or go on, whichever the state asks for."""
        match self.session.history.state if self.session.run else "none":
            case "running":
                await self.shown.running.pause()
            case "paused":
                await self.shown.running.go_on()
            case "starting":
                return
            case _:
                await self.shown.begin()

    async def step(self) -> None:
        """Train one batch, then pause."""
        if self.session.is_alive:
            await (await self.shown.started()).step()
        else:
            await self.shown.begin("step")

    async def epoch(self) -> None:
        """Train to the end of the epoch, then pause."""
        if self.session.is_alive:
            await (await self.shown.started()).finish_epoch()
        else:
            await self.shown.begin("epoch")

    async def again(self, *, new_seed: bool) -> None:
        """Stop what runs, and train the config from its beginning."""
        await self.shown.loader.look_again()
        images = await self.shown.load_images(self.session.config.data)
        if self.session.is_alive:
            await (await self.shown.started()).stop("started again")
        if new_seed:
            self.session.config = msgspec.structs.replace(
                self.session.config, seed=secrets.randbelow(1_000_000)
            )
            self.session.preset = None
        await self.shown.start(images=images)

    async def stop(self) -> None:
        """Save and end the worker."""
        await (await self.shown.started()).stop()

    async def change_rate(self, *, up: bool) -> None:
        """Multiply the rate of the run that trains, or nudge that of the config where none does."""
        if self.session.is_alive:
            await (await self.shown.started()).change(rate_times=RATE_UP if up else RATE_DOWN)
            return
        config = with_nudge(self.session.config, RATE, 1 if up else -1, None)
        self.session.config, self.session.preset = config, preset_of(config)
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
        await (await self.shown.started()).change(
            rate_times=rate / old_rate if rate != old_rate else None,
            epochs=new.epochs if new.epochs != old.epochs else None,
            patience=new.patience if new.patience != old.patience else None,
        )
        self.session.run_config = changed
        return "changed in the run that trains"
