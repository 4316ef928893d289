"""Configure: the preset, the layers and how they learn, each with its help, its range and what is wrong.

It edits a draft; a draft without a problem is announced at once, one with a problem is kept and named.
"""

from collections.abc import Callable

from textual import getters
from textual.app import ComposeResult
from textual.events import Resize

from nn.config import Config
from nn.settings import ConfigError
from tui.commands import CONFIGURE
from tui.drawing.with_drawings import parts_of
from tui.editing import cost, edits
from tui.editing.draft import Draft
from tui.editing.edits import PRESET
from tui.editing.explanations import explain
from tui.editing.fields import rows, written
from tui.editing.live_changes import notes
from tui.editing.one_line import command_line
from tui.lessons.catalogue import lesson_of_field
from tui.messages import ConfigEdited
from tui.panes.base import Pane
from tui.panes.configure_files import ConfigureFiles
from tui.screens.one_line import OneLineScreen
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.asking_line import AskingLine
from tui.widgets.config_foot import ConfigFoot
from tui.widgets.field_list import FieldList

BROAD = 68


class ConfigurePane(Pane):
    """Build the network and say how it learns."""

    number = CONFIGURE

    fields = getters.query_one(FieldList)
    foot = getters.query_one(ConfigFoot)

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self.draft = Draft(session)
        self._files = ConfigureFiles(self.draft)
        self._shown: object = None
        self._explained: object = None

    def compose(self) -> ComposeResult:
        """Rows above; help, a prompt and the totals below."""
        yield FieldList(display=self.display_mode)
        yield ConfigFoot(self._files, display=self.display_mode)

    def on_mount(self) -> None:
        """Draw what the session has."""
        self.show()

    def on_resize(self, event: Resize) -> None:
        """More room to the right, fewer lines below."""
        self.foot.set_class(event.size.width >= BROAD, "-broad")
        self._show_totals(self.draft.config)

    def focus_first(self) -> None:
        """The rows take the focus."""
        self.screen.set_focus(self.fields)

    def show(self) -> None:
        """Draw the draft, after it took over what changed in the session from outside."""
        before = self.draft.config
        self.draft.follow()
        if self.draft.config != before and self.fields.is_editing:
            self.fields.close()
        self._draw()
        if not self.fields.is_editing:
            self._show_totals(self.draft.config)

    def go_to(self, key: str) -> None:
        """Select a field, and explain it."""
        self.fields.select(key)
        self._tell()

    # what the widgets say

    def on_field_list_moved(self, _: FieldList.Moved) -> None:
        """Explain the field."""
        self._tell()

    def on_field_list_typed(self, message: FieldList.Typed) -> None:
        """Say beside the field what is wrong with the text; where it is right, what it would cost."""
        if config := self._typed(message.key, message.text):
            self._explain(config)
            self._show_totals(config)

    def on_field_list_entered(self, message: FieldList.Entered) -> None:
        """Take what was typed; a wrong value keeps the field open."""
        if config := self._typed(message.key, message.text):
            self._edit(config)
            self.fields.close()

    def on_configure_files_opened(self, message: ConfigureFiles.Opened) -> None:
        """Take the config of a file."""
        self.take(message.config)

    def on_configure_files_refused(self, message: ConfigureFiles.Refused) -> None:
        """Say why a path is not taken."""
        self.foot.say_wrong(message.reason)

    def on_asking_line_left(self, message: AskingLine.Left) -> None:
        """Back to the rows and their help."""
        if message.has_focus:
            self.focus_first()
        self._explain()

    # commands

    def action_row(self, by: int) -> None:
        """Another row."""
        self.fields.action_row(by)

    def action_edit(self) -> None:
        """Type a value."""
        key = self.fields.selected
        if key == PRESET:
            self.fields.edit(self.draft.base or "")
        elif key:
            self.fields.edit(written(edits.setting_of(self.draft.config, key).value))

    def action_change(self, by: int) -> None:
        """The next or the previous value of the selected field."""
        key, base = self.fields.selected, self.draft.base
        if self.fields.is_editing or not key:
            return
        if config := self._changed(key, lambda draft: edits.with_nudge(draft, key, by, base)):
            self._edit(config)

    def action_add_layer(self) -> None:
        """A layer after the selected one, like it; the last stays last."""
        config, place = edits.with_layer(self.draft.config, edits.layer_place(self.fields.selected))
        self._edit(config, f"{edits.LAYERS}.{place}.units")

    def action_remove_layer(self) -> None:
        """The selected layer goes."""
        place = self._selected_layer()
        if place is None:
            return
        if config := self._tried(lambda draft: edits.without_layer(draft, place)):
            self._edit(config, self._key_in_layer(min(place, len(config.network.layers) - 1)))

    def action_move_layer(self, by: int) -> None:
        """The selected layer changes places with its neighbour."""
        place = self._selected_layer()
        if place is not None:
            config, target = edits.with_layer_moved(self.draft.config, place, by)
            self._edit(config, self._key_in_layer(target))

    def action_undo(self) -> None:
        """Take back the last edit."""
        is_valid = self.draft.undo()
        if is_valid is None:
            self.say("there is nothing to undo")
        else:
            self._announce(is_valid)

    def action_copy(self) -> None:
        """The draft as a command line, to the clipboard and on the screen."""
        line = command_line(self.draft.config, self.draft.base)
        self.app.copy_to_clipboard(line)
        self.app.push_screen(OneLineScreen(line))

    def action_save(self) -> None:
        """Ask where to save the draft."""
        self._files.ask_to_save()
        self.foot.explain("The complete config as TOML. Enter saves, Esc leaves.")

    def action_open(self) -> None:
        """Ask which file to open."""
        self._files.ask_to_open()
        self.foot.explain("A config in TOML, as saved here or in a run's folder. Enter opens, Esc leaves.")

    # editing

    def choose_preset(self, name: str) -> None:
        """All at once what a preset says."""
        if config := self._typed(PRESET, name):
            self.take(config)

    def take(self, config: Config) -> None:
        """Edit all at once: a config from elsewhere, which can be undone; a field being edited is left."""
        self.fields.close()
        self._edit(config)

    def _typed(self, key: str, text: str) -> Config | None:
        """What a text makes of the draft."""
        return self._changed(key, lambda draft: edits.with_text(draft, key, text))

    def _changed(self, key: str, edit: Callable[[Config], Config]) -> Config | None:
        """What an edit of a field makes of the draft; a preset comes without images of its own."""
        config = self._tried(edit)
        return self.draft.with_own_images(config) if config and key == PRESET else config

    def _tried(self, edit: Callable[[Config], Config]) -> Config | None:
        """What an edit makes of the draft; where it cannot be, that is said."""
        try:
            return edit(self.draft.config)
        except ConfigError as error:
            self.foot.say_wrong(str(error))
            return None

    def _edit(self, config: Config, selected: str | None = None) -> None:
        self._announce(self.draft.edit(config), selected)

    def _announce(self, is_valid: bool, selected: str | None = None) -> None:
        """Draw the draft; post it where it can be trained."""
        self._draw(selected)
        self._tell()
        if is_valid:
            self.post_message(ConfigEdited(self.draft.config, self.draft.preset))

    def _key_in_layer(self, place: int) -> str:
        """The field of another layer that is like the selected one."""
        return f"{edits.LAYERS}.{place}.{self.fields.selected.rpartition('.')[2]}"

    def _selected_layer(self) -> int | None:
        place = edits.layer_place(self.fields.selected)
        if place is None:
            self.say("select a layer first: the numbered rows under Layers", is_error=True)
        return place

    # drawing

    def _draw(self, selected: str | None = None) -> None:
        """The rows, where anything in them may differ from what is shown."""
        session, draft = self.session, self.draft
        problem = draft.problem
        subject = draft.config, draft.base
        state = (*subject, problem, session.is_alive, session.run_config, session.history.rate_factor)
        if state == self._shown and selected is None:
            return
        is_other = subject != self._explained  # a run opened elsewhere brings its config and preset
        self._shown, self._explained = state, subject
        self.fields.show(
            rows(draft.config, self._preset_text(), notes(draft.config, session), problem), selected
        )
        if is_other:
            self._explain()

    def _preset_text(self) -> str:
        if self.draft.base is None:
            return "your own"
        is_whole = self.draft.preset == self.draft.base and not parts_of(self.draft.config.data.source)
        return self.draft.base if is_whole else f"{self.draft.base}*"

    def _tell(self) -> None:
        """What stands under the rows: the selected field's help, and what the draft costs."""
        self._explain()
        self._show_totals(self.draft.config)

    def _explain(self, config: Config | None = None) -> None:
        """The selected field's help and range, of the draft or of what it would become."""
        if key := self.fields.selected:
            text = explain(config or self.draft.config, key, self.draft.base)
            self.foot.explain(text)
            self.fields.help_text = text
            self.fields.lesson = lesson_of_field(key)

    def _show_totals(self, config: Config) -> None:
        """What the config would cost, or why it cannot be trained."""
        problem = edits.problem(config, self.draft.dataset)
        if problem:
            self.foot.show_problem(problem)
        else:
            spent = cost.cost(config, cost.images(config, self.draft.dataset), self._measured())
            self.foot.show_totals(cost.describe(spent, self.foot.separator))

    def _measured(self) -> cost.Measured | None:
        run, speed = self.session.run_config, self.session.history.images_per_second
        return cost.Measured(run, speed) if run is not None and speed else None
