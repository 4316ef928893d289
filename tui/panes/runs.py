"""Runs: those there are, newest first, with state, network, score and age; open, resume, stop, delete one."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from rich.text import Text
from textual import events, getters
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mnist_data import SYNTHETIC
from nn.runs.record import RunRecord
from nn.runs.store import RunDirectory, list_records
from tui.choices import RunDeed
from tui.commands import RUNS
from tui.messages import RunChosen
from tui.panes.base import Pane
from tui.session import Session
from tui.steering import ON_SCREEN
from tui.terminal.display import Display
from tui.training.progress import accuracy_figure, age
from tui.widgets.words import Words

LIST_SECONDS = 1.0
CONFIRM_SECONDS = 5.0  # how long the first D waits for the second
HEADS = ("name", "state", "network", "epoch", "valid.", "test", "age")
LEAST_FOR_BOTH = 22  # less, and the network is left out
FIXED_WIDTH = 44  # mark, state, epochs, two scores and age; name and network share the rest


class RunRow(NamedTuple):
    """One line of the list."""

    path: Path
    text: str

    @property
    def prompt(self) -> Text:
        """As the list shows it."""
        return Text(self.text, no_wrap=True)


class Columns(NamedTuple):
    """How wide name and network are; 0 where the network is left out."""

    name: int
    network: int

    @classmethod
    def within(cls, width: int) -> "Columns":
        """In a pane of so many cells."""
        room = width - FIXED_WIDTH
        if room < LEAST_FOR_BOTH:
            return cls(max(room, 8), 0)
        return cls(min(room - room * 9 // 20, 40), min(room * 9 // 20, 32))

    def line(self, mark: str, words: tuple[str, str, str, str, str, str, str]) -> str:
        """One line of the list; what is too long is cut."""
        name, state, network, epoch, validation, test, age = words
        network = f"{_cut(network, self.network - 1):<{self.network}}" if self.network else ""
        return (
            f"{mark:<2}{_cut(name, self.name - 1):<{self.name}}{state:<10}{network}"
            f"{epoch:>9}{validation:>9}{test:>9}{age:>5}"
        )


class RunsPane(Pane):
    """The list is read again every second while it is looked at: other viewers and workers change it."""

    DEFAULT_CSS = """
    RunsPane { layout: vertical; }
    RunsPane #runs-head { height: auto; color: $text-muted; }
    RunsPane OptionList, RunsPane OptionList:focus {
        height: 1fr; border: none; padding: 0; background: transparent; scrollbar-gutter: stable;
    }
    RunsPane OptionList > .option-list--option { padding: 0; }
    """
    number = RUNS
    help_text = (
        "Runs lists every run in the runs folder, newest first; the mark before a name is that of the run on "
        "screen, a * after its state says that it was steered while it trained. Enter opens a run, alive or "
        "ended: its curves, images and errors. A run that was stopped or failed can be resumed from its last "
        "checkpoint."
    )

    _head = getters.query_one("#runs-head", Words)
    _options = getters.query_one(OptionList)

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self._rows: list[RunRow] = []
        self._doomed: Path | None = None
        self._second_press: Timer | None = None  # as long as that is waited for

    def compose(self) -> ComposeResult:
        """A head and the list."""
        yield Words(id="runs-head")
        yield OptionList(id="runs-list", markup=False)

    def on_mount(self) -> None:
        """Look at the folder now and then."""
        self.set_interval(LIST_SECONDS, self._reread)

    def on_key(self, event: events.Key) -> None:
        """Whoever presses another key than the second D does not mean it."""
        if event.key != "D":
            self._spare()

    def show(self) -> None:
        """Read the folder and draw what is in it, as soon as the pane has a width."""
        width = self._options.scrollable_content_region.width
        if not width:
            return
        columns = Columns.within(width)
        rows = [self._row(run, record, columns) for run, record in list_records(self.session.runs_dir)]
        chosen = self._chosen()
        before, self._rows = self._rows, rows
        if [row.path for row in rows] == [row.path for row in before]:
            self._write_again(before, rows)
        else:
            self._list_again(rows, chosen)
        self._head.say(columns.line("", HEADS) if rows else "no runs yet: space trains the first one")

    def on_option_list_option_highlighted(self, _: OptionList.OptionHighlighted) -> None:
        """Another run is chosen: the first press for the one before no longer counts."""
        if self._chosen() != self._doomed:
            self._spare()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter opens."""
        event.stop()
        self._ask("open")

    def action_row(self, by: int) -> None:
        """Choose another run."""
        if by > 0:
            self._options.action_cursor_down()
        else:
            self._options.action_cursor_up()

    def action_open(self) -> None:
        """Put the run on screen."""
        self._ask("open")

    def action_resume(self) -> None:
        """A new worker for a run that has none."""
        self._ask("resume")

    def action_stop_chosen(self) -> None:
        """Save and end the run's worker."""
        self._ask("stop")

    def action_overlay_chosen(self) -> None:
        """Lay the run's curves under those on screen, or take them away."""
        self._ask("overlay")

    def action_delete(self) -> None:
        """Delete at the second press."""
        chosen = self._chosen()
        if chosen is None:
            return
        is_second = self._doomed == chosen
        self._spare()
        if reason := self._reason_to_keep(chosen):
            self.say(reason)
        elif is_second:
            self._ask("delete")
        else:
            self._doomed = chosen
            self._second_press = self.set_timer(CONFIRM_SECONDS, self._spare)
            self.say(f"D again deletes {chosen.name} for good")

    def _reason_to_keep(self, path: Path) -> str:
        """Why a run cannot be deleted now; empty where it can."""
        if self.session.run is not None and self.session.run.path == path:
            return ON_SCREEN
        return "this run has a worker: T stops it, then D deletes it" if RunDirectory(path).is_alive() else ""

    def _spare(self) -> None:
        """A second press does not delete any more, and the last line does not say so."""
        if self._second_press is not None:
            self._second_press.stop()
        if self._doomed is not None:
            self._doomed = None
            self.say("")

    def _reread(self) -> None:
        if self.display and self.app.screen is self.screen:  # no other screen lies over it
            self.show()

    def _write_again(self, before: list[RunRow], rows: list[RunRow]) -> None:
        """The runs are those listed; most often an age has ticked."""
        for place, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self._options.replace_option_prompt_at_index(place, new.prompt)

    def _list_again(self, rows: list[RunRow], chosen: Path | None) -> None:
        """Other runs, or in another order; the choice stays on its run."""
        self._options.clear_options()
        self._options.add_options([Option(row.prompt, id=str(row.path)) for row in rows])
        paths = [row.path for row in rows]
        if rows:
            self._options.highlighted = paths.index(chosen) if chosen in paths else 0

    def _chosen(self) -> Path | None:
        highlighted, rows = self._options.highlighted, self._rows
        return rows[highlighted].path if highlighted is not None and highlighted < len(rows) else None

    def _ask(self, deed: RunDeed) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.post_message(RunChosen(chosen, deed))

    def _row(self, run: RunDirectory, record: RunRecord, columns: Columns) -> RunRow:
        """One run in words; names come from people and may hold anything."""
        here = self.session.run is not None and self.session.run.path == run.path
        mark = (">" if self.display_mode.ascii else "●") if here else ""
        words = (
            self.display_mode.printable(record.name),
            run.state(record) + ("*" if record.steered else ""),
            f"{record.network}{_images(record.data)}",
            f"{record.epoch}/{record.epochs}",
            accuracy_figure(record.validation_accuracy),
            accuracy_figure(record.test_accuracy),
            age(record.created, datetime.now().astimezone()),
        )
        return RunRow(run.path, columns.line(mark, words))


def _images(data: str | None) -> str:
    """What goes after the network, where the images are not those of MNIST."""
    if data in (None, "MNIST"):
        return ""
    return " synthetic" if data == SYNTHETIC else " own images"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "~"
