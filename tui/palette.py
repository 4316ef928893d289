"""The command palette's entries: every key of the table by name, and what else has a name.

That is presets, the settings of the config being edited, and the runs there are when it opens; these are
found when they are typed.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Matcher, Provider
from textual.content import Content

from tui.commands import COMMANDS, CONFIGURE, PANE_NAMES, TRAIN, Command
from tui.messages import RunChosen, Said
from tui.panes.base import Pane
from tui.panes.deck import Deck

if TYPE_CHECKING:  # it needs NumPy, and the frame is painted before that is imported
    from nn.config import Config
    from tui.app import MnistApp
    from tui.panes.configure import ConfigurePane
    from tui.session import Session
    from tui.terminal.display import Display


def title(command: Command) -> str:
    """`Train: log axis` and the like."""
    area = PANE_NAMES.get(command.pane, "Everywhere")
    return f"{area}: {command.words} ({command.shown})"


class TableProvider(Provider):
    """Offers the commands of the table; those of another pane go there first."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command in COMMANDS:
            yield DiscoveryHit(Content(title(command)), partial(self._run, command), text=title(command))

    async def search(self, query: str) -> Hits:
        """Those whose words match."""
        matcher = self.matcher(query)
        for command in COMMANDS:
            if hit := _hit(matcher, title(command), partial(self._run, command)):
                yield hit

    async def _run(self, command: Command) -> None:
        if not command.pane:
            await self.app.run_action(command.action)
        elif pane := await _go_to(self.app, command.pane):
            await self.app.run_action(command.action, default_namespace=pane)


class Named(NamedTuple):
    """Something with a name: its words in the palette, and what to do to get there."""

    words: str
    go: Callable[[], object]


class NameProvider(Provider):
    """Offers what has a name: a preset is chosen, a setting is gone to, a run is opened."""

    _runs: Sequence[tuple[str, RunChosen]] = ()

    async def startup(self) -> None:
        """Read the runs that there are when the palette opens; none before the app knows its session."""
        if (session := self._session) is not None:
            display = cast("MnistApp", self.app).display_mode
            self._runs = await asyncio.to_thread(_runs, session.runs_dir, display)

    async def search(self, query: str) -> Hits:
        """Those whose words match; nothing before the app knows its session."""
        if (session := self._session) is None:
            return
        matcher = self.matcher(query)
        for name in (*self._presets(), *self._settings(session.config), *self._open()):
            if hit := _hit(matcher, name.words, name.go):
                yield hit

    @property
    def _session(self) -> "Session | None":
        return getattr(self.app, "session", None)

    def _presets(self) -> list[Named]:
        from nn.presets import PRESETS

        async def choose(name: str) -> None:
            if pane := await self._configure():
                pane.choose_preset(name)

        return [Named(f"Preset: {preset.name}", partial(choose, preset.name)) for preset in PRESETS]

    def _settings(self, config: "Config") -> list[Named]:
        from nn.settings import settings
        from tui.editing.fields import label_of

        async def go(key: str) -> None:
            if pane := await self._configure():
                pane.go_to(key)

        return [
            Named(f"Setting: {label_of(one.key)} ({one.key})", partial(go, one.key))
            for one in settings(config)
        ]

    async def _configure(self) -> "ConfigurePane | None":
        from tui.panes.configure import ConfigurePane

        pane = await _go_to(self.app, CONFIGURE)
        return pane if isinstance(pane, ConfigurePane) else None

    def _open(self) -> list[Named]:
        async def open_run(chosen: RunChosen) -> None:
            self.app.post_message(chosen)
            await self.app.run_action(f"pane({TRAIN})")

        return [Named(words, partial(open_run, chosen)) for words, chosen in self._runs]


def _hit(matcher: Matcher, words: str, go: Callable[[], object]) -> Hit | None:
    """The words with their matching letters marked, where they match; brackets in a name are brackets."""
    score, offsets = matcher.fuzzy_search.match(matcher.query, words)
    if not score:
        return None
    content = Content(words)
    for offset in offsets:
        if not words[offset].isspace():
            content = content.stylize(matcher.match_style, offset, offset + 1)
    return Hit(score, content, go)


async def _go_to(app: App[Any], number: int) -> Pane | None:
    """Go to a pane; before the panes are there, None, and that is said."""
    await app.run_action(f"pane({number})")
    pane = app.query_one(Deck).pane(number)
    if pane is None:
        app.post_message(Said(f"{PANE_NAMES[number]} is not there yet: the app is starting", is_error=True))
    return pane


def _runs(runs_dir: Path, display: "Display") -> list[tuple[str, RunChosen]]:
    """The runs there are, newest first; reads their records, and so belongs in a thread."""
    from nn.runs.store import list_records

    return [
        (display.printable(f"Run: {record.name} ({run.path.name})"), RunChosen(run.path, "open"))
        for run, record in list_records(runs_dir)
    ]
