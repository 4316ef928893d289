"""Inside: the network layer by layer for the image looked at, its activations, weights and gradients.

It follows the run: once a second it looks whether there is a newer checkpoint, and only while it is seen.
"""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from nn.config import NetworkConfig
from nn.explain.inspection import LayerRecord
from nn.runs.store import RunDirectory
from tui.answering.browse_words import index_range, reason_against_index
from tui.answering.current_network import Origin
from tui.commands import INSIDE
from tui.inspecting import health_words
from tui.inspecting.inspector import LatestWish, Subject, Told, origin_of
from tui.inspecting.sheets import Sheet, View, close_up, sheet_of, strongest_unit, unit_count
from tui.inspecting.words import answer_lines, shape_words
from tui.lessons.catalogue import lesson_of_layer
from tui.lessons.example import Example
from tui.panes.base import Pane
from tui.screens.gradient_check import GradientCheckScreen
from tui.screens.health import HealthScreen
from tui.screens.step_through import StepThroughScreen
from tui.session import Session
from tui.terminal.display import Display
from tui.widgets.layer_column import LayerColumn
from tui.widgets.layer_list import LayerList, LayerRow
from tui.widgets.layer_view import LayerView
from tui.widgets.pace import follow_seconds
from tui.widgets.presence import is_there
from tui.widgets.prompt import Prompt
from tui.widgets.tile_sheet import TileSheet

_TOO_SMALL = 0.5  # pixels a number: from near all of them are seen
_GO = "go to image"


class InsidePane(Pane):
    """Reads the session's run, its set and its chosen image; layer, view and unit are its own."""

    number: ClassVar[int] = INSIDE
    DEFAULT_CSS = """
    InsidePane { layers: base prompt; layout: horizontal; }
    InsidePane LayerView { width: 1fr; height: 100%; margin-left: 1; }
    InsidePane Prompt { layer: prompt; }
    """

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self.view = View.ACTIVATIONS
        self.position = 0
        self._units: dict[str, int] = {}
        self._latest = LatestWish()
        self._origin: Origin | None = None  # None once it is time to look for a newer checkpoint
        self._ills: list[str] = []
        self._names: list[str] = []
        self._network: RunDirectory | tuple[NetworkConfig, int] | None = None  # whose neurons were chosen
        self._seen: tuple[Told, int, View, int] | None = None

    def compose(self) -> ComposeResult:
        """The image with its answer and the layers on the left, one layer on the right."""
        yield LayerColumn(display=self.display_mode)
        yield LayerView(display=self.display_mode)
        yield Prompt()

    def on_mount(self) -> None:
        """Look for a newer checkpoint from time to time, over a slow connection less often."""
        self.query_one(LayerList).find_example = self._find_example
        self.set_interval(follow_seconds(self), self._follow)

    def focus_first(self) -> None:
        """Take the focus on the layers."""
        self.screen.set_focus(self.query_one(LayerList))

    def show(self) -> None:
        """Draw the layer chosen as it is known, and have it computed anew where it is not."""
        session = self.session
        self._ills = health_words.sentences(session.history, session.shown_config)
        self._origin = origin_of(session, self._origin)
        if self._latest.wish(Subject.of(session, self._origin)):
            self.run_worker(self._latest.fulfil(self._draw), group="inspect")
        self._draw()

    @property
    def told(self) -> Told | None:
        """What is on screen."""
        return self._latest.told

    @property
    def record(self) -> LayerRecord | None:
        """The layer looked at."""
        return self.told.inspection.layers[self.position] if self.told else None

    @property
    def unit(self) -> int:
        """The neuron, filter or channel looked at; at first the one that the image moved most."""
        record = self.record
        if record is None:
            return 0
        unit = self._units.setdefault(record.name, strongest_unit(record))
        return min(unit, unit_count(record) - 1)

    def action_layer(self, by: int) -> None:
        """Another layer."""
        self._look_at_layer(self.position + by)

    def action_unit(self, by: int) -> None:
        """Another neuron, filter or channel."""
        self._look_at_unit(self.unit + by)

    def action_turn(self, pages: int) -> None:
        """Another page of them."""
        self._look_at_unit(self.unit + pages * self.query_one(LayerView).tiling.capacity, clamp=True)

    def action_view(self) -> None:
        """Activations, weights, the gradients of either; what the layer does not have is left out."""
        if self.told is None:
            return
        view = self._shown_view().following
        while sheet_of(self.told.inspection.layers, self.position, view) is None:
            view = view.following
        self.view = view
        self._draw()

    def action_gradient(self) -> None:
        """The gradient of what is shown, or what it is the gradient of."""
        self.view = self._shown_view().counterpart
        self._draw()

    def action_step(self, by: int) -> None:
        """Another image of the set."""
        answers = self.session.answers
        if answers is not None and 0 <= self.session.chosen + by < len(answers):
            self.look_at_image(self.session.chosen + by)

    def action_go(self) -> None:
        """Ask for an index."""
        self.query_one(Prompt).ask(_GO, "", index_range(self.session.answers), self._reason_against)

    def _reason_against(self, text: str) -> str | None:
        return reason_against_index(text, self.session.answers)

    def action_step_through(self) -> None:
        """One training step, page by page."""
        self.app.push_screen(StepThroughScreen(self.session, self.display_mode))

    def action_health(self) -> None:
        """What is off with the network, and what was measured of each layer."""
        self.app.push_screen(HealthScreen(self.session, self.display_mode))

    def action_gradient_check(self) -> None:
        """Backpropagation against differences."""
        self.app.push_screen(GradientCheckScreen(self.session, self.display_mode))

    def on_prompt_answered(self, event: Prompt.Answered) -> None:
        """Go to an image."""
        event.stop()
        if self._reason_against(event.text) is None:  # another set may have come meanwhile
            self.look_at_image(int(event.text))

    @on(Prompt.Left)
    def _take_focus_back(self, event: Prompt.Left) -> None:
        event.stop()
        if event.has_focus:
            self.focus_first()

    @on(LayerList.Chosen)
    def _choose_layer(self, event: LayerList.Chosen) -> None:
        event.stop()
        self._look_at_layer(event.index)

    @on(TileSheet.Chosen)
    def _choose_unit(self, event: TileSheet.Chosen) -> None:
        event.stop()
        self._look_at_unit(event.index)

    @on(TileSheet.Fitted)
    def _exceed_again(self, event: TileSheet.Fitted) -> None:
        event.stop()
        self.query_one(LayerColumn).show_near()

    def _take(self, told: Told) -> None:
        """Keep the layer looked at; at first, and in other layers, the first that learns.

        Of another network's neurons none has been chosen.
        """
        origin, layers = told.subject.origin, told.inspection.layers
        network = origin.run or (origin.config.network, origin.config.seed)
        if network != self._network:
            self._network, self._units = network, {}
        names = [record.name for record in layers]
        if names != self._names:
            self._names = names
            self.position = next((place for place, record in enumerate(layers) if record.parameters), 0)

    def _follow(self) -> None:
        self._origin = None
        if self.display and self.is_mounted and self.screen.is_current:
            self.show()

    def _look_at_layer(self, layer: int) -> None:
        if self.told is not None and 0 <= layer < len(self.told.inspection.layers):
            self.position = layer
            self._draw()

    def _look_at_unit(self, unit: int, *, clamp: bool = False) -> None:
        record = self.record
        if record is None:
            return
        last = unit_count(record) - 1
        if clamp or 0 <= unit <= last:
            self._units[record.name] = min(max(unit, 0), last)
            self._draw()

    def _shown_view(self) -> View:
        """The view wished for, or its like where the layer has no such numbers."""
        if self.told and sheet_of(self.told.inspection.layers, self.position, self.view) is None:
            return View.ACTIVATION_GRADIENTS if self.view.is_gradient else View.ACTIVATIONS
        return self.view

    def _draw(self) -> None:
        if not is_there(self) or not self.display:
            return
        told, wanted = self.told, self._latest.wanted
        column = self.query_one(LayerColumn)
        column.show_image(wanted.image if wanted else None, self._answer_lines())
        if told is None:
            self._seen = None
            column.show_layers((), 0, lambda: (None, 0.0))
            column.show_near()
            self.query_one(LayerView).clear(self._latest.failure)
            return
        layers = told.inspection.layers
        self._take(told)
        seen = (told, self.position, self._shown_view(), self.unit)
        if seen == self._seen:
            return
        self._seen = seen
        rows = [LayerRow(each.name, shape_words(each.output_shape), each.parameter_count) for each in layers]
        column.listed.lesson = lesson_of_layer(layers, self.position, seen[2])
        column.show_layers(rows, self.position, partial(self._near, seen))
        self.query_one(LayerView).show(told.inspection, *seen[1:])
        column.show_near()  # after the layer, whose pictures it is to exceed

    def _find_example(self) -> Example | None:
        """What a lesson takes its numbers from; None until the network has read the image looked at."""
        told = self.told if self._latest.is_answered else None
        if told is None:
            return None
        name = f"image {self.session.chosen}"
        label, step = told.subject.label, told.step
        return Example.of_inspection(told.inspection, name, label, step, self.position, self.unit)

    def _near(self, seen: tuple[Told, int, View, int]) -> tuple[Sheet | None, float]:
        """The unit from near, and how large its numbers must be for that to be worth the room."""
        told, position, view, unit = seen
        near = close_up(told.inspection.layers, position, view, unit)
        return near, max(self.query_one(LayerView).pixel, _TOO_SMALL)

    def _answer_lines(self) -> list[str]:
        """Which image, the answer where the network has read this one, and whether something is off."""
        wanted, told = self._latest.wanted, self.told
        if wanted is None:
            return [self.session.dataset_note or "no images"]
        known = told if self._latest.is_answered else None
        lines = answer_lines(self.session.chosen, wanted.label, known, self.display_mode.marks)
        return lines + health_words.hint(self._ills)
