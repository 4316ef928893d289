"""Saving while a run goes on: what the disk does not take is told once, and training goes on without it."""

from collections.abc import Callable

from nn.events import Note
from nn.files import reason
from nn.runs.gathering import StepGatherer
from nn.runs.keeper import Keeper
from nn.runs.log import EventWriter


class Saving:
    """Has a keeper write; a failure passes, and the next save tries again."""

    def __init__(self, keeper: Keeper, events: EventWriter, steps: StepGatherer) -> None:
        """`steps` are the gathered ones, still to be told."""
        self.keeper = keeper
        self._events = events
        self._steps = steps
        self._unsaved: set[str] = set()

    def save(self) -> None:
        """Save the state, events first, so that no step of a checkpoint lacks its events."""
        self._steps.flush()
        self._attempt("the checkpoint", self._save_all)

    def save_answers(self) -> None:
        """Save the answers alone."""
        self._attempt("the answers", self.keeper.save_answers)

    def save_best(self) -> None:
        """Save the best weights alone."""
        self._attempt("the best weights", self.keeper.save_best)

    def note(self, **changes: object) -> None:
        """Change fields of the record."""
        self._attempt("the record", lambda: self.keeper.note(**changes))

    def _save_all(self) -> None:
        self._events.sync()
        self.keeper.save()

    def _attempt(self, what: str, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            if what not in self._unsaved:
                self._unsaved.add(what)
                text = f"{what} could not be saved: {reason(error)}; training goes on and tries again"
                self._events.write(Note(step=self.keeper.trainer.step, text=text))
        else:
            self._unsaved.discard(what)
