"""The command palette's entries: every key of the table by name, and what else has a name.

That is presets, the settings of the config being edited, and runs; these are found when they are typed.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.commands import COMMANDS, CONFIGURE, PANE_NAMES, TRAIN, Command
from tui.messages import ConfigEdited, RunChosen

if TYPE_CHECKING:  # it needs NumPy, and the frame is painted before that is imported
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
            score = matcher.match(title(command))
            if score > 0:
                yield Hit(score, matcher.highlight(title(command)), partial(self._run, command))

    async def _run(self, command: Command) -> None:
        if command.pane:
            await self.app.run_action(f"pane({command.pane})")
            pane = self.app.query_one(f"#pane{command.pane}")
            await self.app.run_action(command.action, default_namespace=pane)
        else:
            await self.app.run_action(command.action)


class Named(NamedTuple):
    """Something with a name: its words in the palette, and what to do to get there."""

    words: str
    go: Callable[[], object]


class NameProvider(Provider):
    """Offers what has a name: a preset is chosen, a setting is gone to, a run is opened."""

    async def search(self, query: str) -> Hits:
        """Those whose words match; nothing before the app knows its session."""
        session, display = getattr(self.app, "session", None), getattr(self.app, "display_mode", None)
        if session is None or display is None:
            return
        runs = await asyncio.to_thread(_runs, session, display)
        matcher = self.matcher(query)
        for name in (*self._presets(session), *self._settings(session), *self._open(runs)):
            score = matcher.match(name.words)
            if score > 0:
                yield Hit(score, matcher.highlight(name.words), name.go)

    def _presets(self, session: "Session") -> list[Named]:
        from nn.presets import PRESETS
        from tui.editing.edits import with_source

        async def choose(config: ConfigEdited) -> None:
            self.app.post_message(config)
            await self.app.run_action(f"pane({CONFIGURE})")

        return [
            Named(
                f"Preset: {preset.name}",
                partial(choose, ConfigEdited(with_source(preset.config, session.config), preset.name)),
            )
            for preset in PRESETS
        ]

    def _settings(self, session: "Session") -> list[Named]:
        from nn.settings import settings
        from tui.editing.fields import label_of
        from tui.widgets.field_list import FieldList

        async def go(key: str) -> None:
            await self.app.run_action(f"pane({CONFIGURE})")
            fields = self.app.query_one(FieldList)
            fields.select(key)
            fields.post_message(FieldList.Moved(key))

        return [
            Named(f"Setting: {label_of(one.key)} ({one.key})", partial(go, one.key))
            for one in settings(session.config)
        ]

    def _open(self, runs: "list[tuple[str, RunChosen]]") -> list[Named]:
        async def open_run(chosen: RunChosen) -> None:
            self.app.post_message(chosen)
            await self.app.run_action(f"pane({TRAIN})")

        return [Named(words, partial(open_run, chosen)) for words, chosen in runs]


def _runs(session: "Session", display: "Display") -> "list[tuple[str, RunChosen]]":
    """The runs there are, newest first; reads their records, and so belongs in a thread."""
    from nn.runs.store import RunError, list_runs

    found: list[tuple[str, RunChosen]] = []
    for run in list_runs(session.runs_dir):
        try:
            words = f"Run: {run.record().name} ({run.path.name})"
        except RunError:  # being written, or being deleted
            continue
        found.append((display.printable(words), RunChosen(run.path, "open")))
    return found
