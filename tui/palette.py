"""The command palette's entries: every key of the table, by name, with the same words."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.commands import COMMANDS, PANE_NAMES, Command


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
