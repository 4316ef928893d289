"""Train: how far the run is, its curves, how its layers fare, and in words what is off."""

from collections.abc import Sequence
from dataclasses import replace
from textwrap import wrap

from rich.text import Text
from textual import getters
from textual.app import ComposeResult

from nn.events import LayersMeasured
from nn.runs.history import History
from tui.commands import TRAIN
from tui.inspecting.health_words import sentences
from tui.messages import OverlayAsked
from tui.numbers import percent
from tui.panes.base import Pane
from tui.session import Session
from tui.terminal.display import Display
from tui.training.curves import SMOOTHINGS, ZOOMS, View, charts, figures_at
from tui.training.progress import accuracy_figure, bar, clock, figure, progress
from tui.training.series import sparkline
from tui.widgets.charts import Charts
from tui.widgets.lines import Lines

SPARK_WIDTH = 12
CROSSHAIR_STEPS = 60
CHART_ROWS = 8  # what the layers leave to the charts
MOST_NOTES = 6  # rows
FIGURES_WIDTH = 62  # of a line with a figure of each set
FEWEST_LAYERS, MOST_LAYERS = 2, 8


class TrainPane(Pane, can_focus=True):
    """The pane has the focus itself: there is nothing in it to move in but the crosshair."""

    lesson = "learning_rate"
    help_text = (
        "Train shows how far the run is, its loss and accuracy over the epochs, how each layer learns, and "
        "what is off, in words. Training figures are means over the batches of an epoch, while the network "
        "learned; validation and test figures are taken after it. The line under the charts says how they "
        "are drawn; x puts a crosshair on them that tells the exact figures of a step. A gradient norm that "
        "goes to 0 or grows without end, an update far from a thousandth of the weights, or many dead ReLUs: "
        "the network does not learn as it should."
    )

    DEFAULT_CSS = f"""
    TrainPane {{ layout: vertical; }}
    TrainPane #train-charts {{ height: 1fr; min-height: 7; }}
    TrainPane #train-view {{ color: $text-muted; }}
    TrainPane #train-notes {{ max-height: {MOST_NOTES}; }}
    """
    number = TRAIN

    _charts = getters.query_one(Charts)

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self.view = View()
        self.crosshair: float | None = None
        self._drawn: object = None  # the run and the overlays
        self._noted: object = None  # the run and the width that the rows of notes are for
        self._note_rows = 0

    def compose(self) -> ComposeResult:
        """Progress and figures, the two charts, what the layers do, the notes."""
        yield Lines(id="train-progress")
        yield Charts(self.display_mode, id="train-charts")
        yield Lines(id="train-view")
        yield Lines(id="train-layers")
        yield Lines(id="train-notes")

    def focus_first(self) -> None:
        """The pane itself."""
        self.screen.set_focus(self)

    def show(self) -> None:
        """Draw the run on screen."""
        history = self.session.history
        width, height = self.content_size
        if not width:
            return
        above, view, notes = (
            self._progress(history, width),
            self._view(history, width),
            self._with_room(self._notes(history, width), width),
        )
        # The charts have what is left; two lines more are the rate's and the heads of the columns.
        room = height - CHART_ROWS - len(above) - len(view) - len(notes) - 2
        layers = self._layers(history, min(max(room, FEWEST_LAYERS), MOST_LAYERS))
        for name, lines in (("progress", above), ("view", view), ("layers", layers), ("notes", notes)):
            self.query_one(f"#train-{name}", Lines).set_lines([line[:width] for line in lines])
        loss, accuracy = charts(history, self.view, self.session.overlays)
        self._charts.show(loss, accuracy)
        self._charts.set_crosshair(self.crosshair)
        self._charts.set_log(self.view.log)
        drawn = (self.session.run, history.step > 0, tuple(self.session.overlays))
        if drawn != self._drawn:  # a person asked for these, and they have come
            self._drawn = drawn
            self._charts.draw_now()

    def action_log_axis(self) -> None:
        """Switch the loss axis."""
        self.view = replace(self.view, log=not self.view.log)
        self.show()

    def action_smoothing(self) -> None:
        """The next degree of smoothing."""
        self._look(replace(self.view, smoothing=(self.view.smoothing + 1) % len(SMOOTHINGS)))

    def action_zoom(self) -> None:
        """The next zoom."""
        self._look(replace(self.view, zoom=(self.view.zoom + 1) % len(ZOOMS)))

    def action_crosshair(self) -> None:
        """Put the crosshair on the newest step, or take it away."""
        self.crosshair = self._newest() if self.crosshair is None else None
        self.show()

    def action_crosshair_by(self, direction: int) -> None:
        """Move the crosshair by a sixtieth of what is shown."""
        if self.crosshair is not None:
            newest = self._newest()
            span = ZOOMS[self.view.zoom] or newest
            self.crosshair = min(max(0.0, self.crosshair + direction * span / CROSSHAIR_STEPS), newest)
            self.show()

    def action_overlay(self) -> None:
        """Ask for the curves of the run before, or take them away."""
        self.post_message(OverlayAsked())

    def _look(self, view: View) -> None:
        self.view = view
        self.show()
        self._charts.draw_now()

    def _newest(self) -> float:
        history = self.session.history
        return history.step / history.batches if history.batches else 0.0

    def _progress(self, history: History, width: int) -> list[Text]:
        config = self.session.shown_config
        way = progress(history, config.training.epochs)
        length = max(8, (width - 26) // 2)
        left = (
            ""
            if way.seconds_left is None or not self.session.is_alive
            else f"  {clock(way.seconds_left)} left"
        )
        bars = (
            f"epoch {bar(way.of_epoch, length - 6, self.display_mode)} {percent(way.of_epoch, 0):>5}  "
            f"run {bar(way.of_run, length - 8, self.display_mode)} {percent(way.of_run, 0):>5}{left}"
        )
        last = history.epochs[-1] if history.epochs else None
        held_out = "validation" if width >= FIGURES_WIDTH else "valid."
        loss = Text.assemble(
            ("loss      ", "bold"),
            f"train {figure(last and last.train_loss):<9} ",
            f"{held_out} {figure(last and last.validation_loss):<9}",
            (f" test {figure(last and last.test_loss):<9}", "dim"),
        )
        accuracy = Text.assemble(
            ("accuracy  ", "bold"),
            f"train {accuracy_figure(last and last.train_accuracy):<9} ",
            f"{held_out} {accuracy_figure(last and last.validation_accuracy):<9}",
            (f" test {accuracy_figure(last and last.test_accuracy):<9}", "dim"),
        )
        return [Text(bars), loss, accuracy]

    def _view(self, history: History, width: int) -> list[Text]:
        """How the charts are drawn, and what the crosshair is on: on one line where that fits."""
        lines = [Text(self.view.words)]
        if self.crosshair is not None:
            loss, accuracy = figures_at(self.crosshair, history, self.session.overlays)
            together = f"{loss}; {accuracy}"
            words = [together] if len(together) <= width else [*wrap(loss, width), *wrap(accuracy, width)]
            lines += [Text(self.display_mode.printable(line), "bold") for line in words]
        return lines

    def _layers(self, history: History, most: int) -> list[Text]:
        """The rate and the pace, and at most so many rows of layers."""
        config = self.session.shown_config
        rate = history.learning_rate
        words = str(config.training.schedule.__struct_config__.tag).replace("_", "-")
        steered = f", times {history.rate_factor:.3g} by hand" if history.rate_factor != 1 else ""
        parts = [f"learning rate {rate:.3g} ({words}{steered})" if rate is not None else f"schedule {words}"]
        parts.append(f"step {history.step:,}")
        if history.images_per_second and history.state == "running":
            parts.append(f"{history.images_per_second:,.0f} images/s")
        lines = [Text(self.display_mode.separator.join(parts))]
        if history.layers:
            lines.append(
                Text("layer     gradient norm         update/weight (1e-3 is usual)   dead ReLUs", "dim")
            )
            count = len(history.layers)
            shown = count if count <= most else most - 1
            lines += [self._layer(history.measured, index) for index in range(shown)]
            if shown < count:
                lines.append(Text(f"and {count - shown} more layers, in a terminal with more rows", "dim"))
        return lines

    def _layer(self, measured: Sequence[LayersMeasured], index: int) -> Text:
        layer = measured[-1].layers[index]
        recent = [event.layers for event in measured[-SPARK_WIDTH:]]
        norms = [those[index].gradient_norm for those in recent if len(those) == len(measured[-1].layers)]
        sparks = sparkline(
            [float("nan") if norm is None else norm for norm in norms], SPARK_WIDTH, self.display_mode
        )
        norm = "-" if layer.gradient_norm is None else f"{layer.gradient_norm:.2e}"
        ratio = "-" if layer.update_ratio is None else f"{layer.update_ratio:.1e}"
        dead = "" if layer.dead is None else percent(layer.dead, 0)
        return Text(f"{layer.name:<9} {sparks:<{SPARK_WIDTH}} {norm:<8} {ratio:<31} {dead}")

    def _with_room(self, notes: list[Text], width: int) -> list[Text]:
        """As many rows as the notes ever took: the charts do not jump for a sentence that comes and goes."""
        noted = (self.session.run, width)
        if noted != self._noted:
            self._noted, self._note_rows = noted, 0
        self._note_rows = min(max(self._note_rows, len(notes)), MOST_NOTES)
        return notes + [Text()] * (self._note_rows - len(notes))

    def _notes(self, history: History, width: int) -> list[Text]:
        """What is off, what the run told last, and its best epoch; long sentences on several lines."""
        said = [(self.session.dataset_note, "bold")]
        if self.session.run is None:
            said.append(("space trains this network; 1 shows and changes it", ""))
        else:
            said += [(sentence, "bold") for sentence in sentences(history, self.session.shown_config)]
            said += [(note.text, "dim") for note in history.notes[-1:]]
        if best := history.best:
            figures = f"validation {accuracy_figure(best.validation_accuracy)}"
            said.append((f"best so far: epoch {best.epoch}, {figures}; its weights are kept", ""))
        return [
            Text(line, style)
            for text, style in said
            for line in wrap(self.display_mode.printable(text), width)
        ]
