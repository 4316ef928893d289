"""Gets the app its images: from this machine at once, else synthetic digits and a download behind them.

Reading and fetching block, so they run in threads; the session is written in the event loop only.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

from mnist_data import Dataset, DatasetError, DatasetMissing, load
from nn.config import DataConfig
from nn.runs.images import cache_folder, load_for
from nn.runs.record import RunRecord
from nn.runs.store import RunDirectory
from nn.settings import with_settings
from tui.session import Parts, Session

NO_MNIST = (
    "MNIST is not on this machine: these are synthetic digits, drawn by this program; trying to fetch it"
)
NO_MIRROR = (
    "synthetic digits, not MNIST: no mirror answers; 'mnist-tui data import DIR' in another shell takes the "
    "files from a folder, and the next run is on them"
)
MNIST_CAME = "MNIST is here now: the next run is on it; this one keeps its synthetic digits"


class Loader:
    """Loads what the session needs; `changed` is called when the session has something new."""

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self.session = session
        self._changed = changed
        self._left = threading.Event()
        self._is_missing = False
        self._stands_in = False

    async def load(self, config: DataConfig) -> Parts:
        """The images that a config names; `take` puts them into the session. Raises `DatasetError`."""
        known = self.session.dataset if self.session.dataset_source == config.source else None
        return await asyncio.to_thread(_load_parts, config, known, self.session.parts)

    async def load_for(self, run: RunDirectory, config: DataConfig) -> None:
        """Put a run's own images into the session; raises `DatasetError` where they are not to be had."""
        dataset = await asyncio.to_thread(_load_for, run.record(), config.source, self.session.dataset)
        parts = await asyncio.to_thread(Parts.of, dataset, config)
        self._take(dataset, config.source)
        self.session.parts = parts

    def take(self, parts: Parts) -> None:
        """Put what `load` gave into the session, unless it is there already."""
        if parts.dataset is not self.session.dataset:
            self._take(parts.dataset, parts.config.source)
        self.session.parts = parts

    async def load_or_synthesize(self) -> None:
        """The config's images; where MNIST is meant and not here, synthetic digits, as the config then says.

        `fetch_missing` is to follow. Raises `DatasetError` where a source that was named cannot be read.
        """
        try:
            self.take(await self.load(self.session.config.data))
        except DatasetMissing:
            self._rename("synthetic")
            self.take(await self.load(self.session.config.data))
            self.session.dataset_note = NO_MNIST
            self._is_missing = self._stands_in = True
            self._changed()

    async def fetch_missing(self) -> None:
        """Download MNIST where synthetic digits stand in for it; used unless a run has begun with those."""
        if not self._is_missing:
            return
        self._is_missing = False
        dataset = await asyncio.to_thread(_download, self._left.is_set)
        if self._left.is_set():
            return
        session = self.session
        if session.config.data.source != "synthetic" and session.run is None:
            session.dataset_note = ""  # a person has named other images meanwhile
        elif dataset is None:
            session.dataset_note = NO_MIRROR
        elif session.run is not None:
            session.dataset_note = MNIST_CAME
        else:
            self._take(dataset, "mnist")
            self._rename("mnist")
        self._changed()

    async def look_again(self) -> None:
        """Before a run: MNIST, where it has come since synthetic digits took its place in the config."""
        if not self._stands_in:
            return
        came = await asyncio.to_thread(mnist_is_at_hand)
        if self.session.config.data.source != "synthetic":
            self._stands_in = False  # a person has named others
        elif came:
            self._stands_in = False
            self._rename("mnist")

    def leave(self) -> None:
        """The app ends: a download under way is given up."""
        self._left.set()

    def _take(self, dataset: Dataset, source: str) -> None:
        session = self.session
        session.dataset, session.dataset_source, session.dataset_note = dataset, source, ""
        session.answers_are_old = True
        self._changed()

    def _rename(self, source: str) -> None:
        self.session.config = with_settings(self.session.config, {"data.source": source})


def mnist_is_at_hand() -> bool:
    """Whether MNIST can be loaded; it is read to see, 0.4 s where it is there, as a file may be damaged."""
    try:
        _load("mnist")
    except DatasetError:
        return False
    return True


def _load(source: str) -> Dataset:
    return load(source, environment=os.environ, cwd=Path.cwd(), cache=cache_folder())


def _load_parts(config: DataConfig, at_hand: Dataset | None, known: Parts | None) -> Parts:
    """The images of a config, those at hand unless there are none, split unless that was done already."""
    dataset = at_hand or _load(config.source)
    is_known = known is not None and known.dataset is dataset and known.config == config
    return known if known is not None and is_known else Parts.of(dataset, config)


def _load_for(record: RunRecord, source: str, at_hand: Dataset | None) -> Dataset:
    """The images a run was trained on: those at hand where they are the same, else those it began with."""
    if at_hand is not None and at_hand.fingerprint == record.fingerprint:
        return at_hand
    dataset = load_for(record, source, environment=os.environ, cwd=Path.cwd(), cache=cache_folder())
    if record.fingerprint not in (None, dataset.fingerprint):
        raise DatasetError(f"{dataset.origin} holds other images than those it was trained on")
    return dataset


def _download(cancelled: Callable[[], bool]) -> Dataset | None:
    from mnist_data.download import download

    try:
        download(cache_folder(), cancelled=cancelled)
        return _load("mnist")
    except DatasetError:
        return None
