"""Evidence: why the network answers one image as it does, over the whole screen, as it is computed.

All of it is of one checkpoint, that of the moment the screen was opened; a key takes the newest.
"""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events, getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ModalScreen
from textual.worker import get_current_worker

from nn.runs.store import RunError
from tui.answering.case import Case, case_of
from tui.answering.evidence import Broken, Cancelled, Evidence, Part, Reply
from tui.answering.evidence_words import head_words, progress_words
from tui.panes.base import Pane
from tui.terminal.display import Display
from tui.widgets.evidence_report import EvidenceReport
from tui.widgets.words import Words, hints_within

NAME = "evidence"
PROGRESS_STEP = 2000  # images
KEYS = ("Esc back", "n p image", "m maps", "d digit", "f features", "u newest", "up down scroll")


class EvidenceScreen(ModalScreen[None]):
    """Opened over a pane by `look`; reads the pane's session, and steps through images as the pane does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i", "leave", "Back", show=False),
        Binding("n", "step(1)", "Next image", show=False),
        Binding("p", "step(-1)", "Previous image", show=False),
        Binding("m", "turn", "Other maps", show=False),
        Binding("d", "digit", "Evidence for another digit", show=False),
        Binding("f", "features", "Compute the features of the training images", show=False),
        Binding("u", "update", "Ask the newest checkpoint", show=False),
    ]
    DEFAULT_CSS = """
    EvidenceScreen { background: $background; }
    EvidenceScreen > Words { height: 1; text-wrap: nowrap; padding: 0 1; }
    EvidenceScreen #evidence-head { height: auto; text-wrap: wrap; }
    EvidenceScreen #evidence-keys { background: $panel; color: $text-muted; }
    """

    class Found(Message):
        """A part of the evidence for a case is there."""

        def __init__(self, case: Case, part: Part) -> None:
            self.case = case
            self.part = part
            super().__init__()

    class Failed(Message):
        """There is nothing to be found for a case, and why."""

        def __init__(self, case: Case, words: str) -> None:
            self.case = case
            self.words = words
            super().__init__()

    class FeaturesFailed(Message):
        """The features of the training images cannot be had from a case's network, and why."""

        def __init__(self, case: Case, words: str) -> None:
            self.case = case
            self.words = words
            super().__init__()

    class Progressed(Message):
        """So many of so many training images have passed through a case's network."""

        def __init__(self, case: Case, done: int, images: int) -> None:
            self.case = case
            self.done = done
            self.images = images
            super().__init__()

    report = getters.query_one(EvidenceReport)

    def __init__(self, display: Display) -> None:
        super().__init__()
        self._display_mode = display
        self._evidence = Evidence()
        self._pane: Pane | None = None
        self._index = 0
        self._case: Case | None = None
        self._wishes_features = False  # f was pressed before it was known whether they are at hand

    def compose(self) -> ComposeResult:
        """The head, the report, the keys."""
        yield Words(id="evidence-head")
        yield EvidenceReport(self._display_mode)
        yield Words(id="evidence-keys")

    def show(self, pane: Pane, index: int) -> None:
        """Be about an image of the set that `pane` shows, and step as it does, from the next opening on."""
        self._pane, self._index, self._wishes_features = pane, index, False
        self._case = None

    def on_mount(self) -> None:
        """Scroll from the start."""
        self.report.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Say as many keys as there is room for."""
        self.query_one("#evidence-keys", Words).say(hints_within(KEYS, event.size.width - 2))

    def on_screen_resume(self) -> None:
        """Ask the newest network about the image that the pane shows, unless that was done on opening."""
        if self._case is None:
            self._begin(self._index)

    def action_leave(self) -> None:
        """Back to the pane; what is being computed for all images goes on."""
        self.dismiss()

    def action_step(self, by: int) -> None:
        """The next image in the pane's order, or the one before; the same network is asked about it."""
        pane = self._pane
        if pane is None or (step := getattr(pane, "action_step", None)) is None:
            return
        step(by)
        if self._case is not None and pane.session.chosen != self._case.index:
            self._begin(pane.session.chosen, same_network=True)

    def action_turn(self) -> None:
        """Other maps."""
        self.report.turn()

    def action_digit(self) -> None:
        """The evidence for the next of: the answer, the true digit, the runner-up."""
        self.report.change_digit()

    def action_features(self) -> None:
        """Compute the features of all training images, unless they are at hand, once that is known."""
        self._wishes_features = not self.report.knows_features
        if self.report.wants_features:
            self._work(self._compute_features, "features")

    def action_update(self) -> None:
        """Ask the newest checkpoint instead."""
        if self._case is not None:
            self._begin(self._case.index)

    def on_evidence_screen_found(self, message: Found) -> None:
        """Draw a part, if it is still about the image on the screen."""
        if message.case is self._case:
            if isinstance(message.part, Reply):
                self._say(head_words(message.case, message.part, self._display_mode))
            self.report.take(message.part)
            if self._wishes_features:
                self.action_features()

    def on_evidence_screen_failed(self, message: Failed) -> None:
        """Say why there is nothing."""
        if message.case is self._case:
            self._say(message.words)

    def on_evidence_screen_features_failed(self, message: FeaturesFailed) -> None:
        """Say why there are none, whichever image is on the screen by now."""
        if self._asks_network_of(message.case):
            self.report.say_progress(message.words)

    def on_evidence_screen_progressed(self, message: Progressed) -> None:
        """Say how far it is."""
        if self._asks_network_of(message.case):
            self.report.say_progress(progress_words(message.done, message.images))

    def _asks_network_of(self, case: Case) -> bool:
        return self._case is not None and case.origin == self._case.origin

    def _say(self, words: str) -> None:
        self.query_one("#evidence-head", Words).say(words)

    def _begin(self, index: int, *, same_network: bool = False) -> None:
        if self._pane is None:
            return
        origin = self._case.origin if self._case is not None and same_network else None
        case = case_of(self._pane.session, index, origin)
        if isinstance(case, str):
            self._case = None
            self.workers.cancel_group(self, "parts")
            self._say(case)
            self.report.clear()
            return
        self._case = case
        self._say(head_words(case, None, self._display_mode))
        self.report.begin(case)
        self._work(self._investigate, "parts")

    def _work(self, task: Callable[[Case], None], group: str) -> None:
        """Do one task of its group in a thread; the one before gives up."""
        if self._case is not None:
            # Without a description Textual writes out the case with all images.
            work = partial(task, self._case)
            self.run_worker(work, thread=True, group=group, description=group, exclusive=True)

    def _investigate(self, case: Case) -> None:
        """In a thread: the parts, as they come."""
        worker = get_current_worker()
        try:
            for part in self._evidence.parts(case, lambda: worker.is_cancelled):
                self.post_message(self.Found(case, part))
        except Cancelled:
            pass
        except (Broken, RunError) as error:
            self.post_message(self.Failed(case, str(error)))

    def _compute_features(self, case: Case) -> None:
        """In a thread: the features, with progress, then the neighbours of the image shown by then."""
        worker = get_current_worker()

        def progress(done: int, images: int) -> None:
            if done % PROGRESS_STEP == 0:
                self.post_message(self.Progressed(case, done, images))

        try:
            self._evidence.compute_features(case, lambda: worker.is_cancelled, progress)
            if (shown := self._case) is not None and shown.origin == case.origin:
                self.post_message(self.Found(shown, self._evidence.similar_features(shown)))
        except Cancelled:
            pass
        except (Broken, RunError) as error:
            self.post_message(self.FeaturesFailed(case, str(error)))


def look(pane: Pane, index: int) -> None:
    """Open the screen on an image of the set that a pane shows, or say why there is nothing to see."""
    case = case_of(pane.session, index)
    if isinstance(case, str):
        pane.say(case)
        return
    if not pane.app.is_screen_installed(NAME):
        pane.app.install_screen(EvidenceScreen(pane.display_mode), NAME)
    if index != pane.session.chosen:
        pane.look_at_image(index)  # it stays the one looked at when other answers come
    screen = pane.app.get_screen(NAME, EvidenceScreen)
    screen.show(pane, index)
    pane.app.push_screen(screen)
