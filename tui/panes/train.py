"""Train: how far the run is, its curves, how its layers fare, and in words what is off."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal

from nn.events import LayersMeasured
from nn.runs.history import History
from tui.commands import TRAIN
from tui.curves import SMOOTHING_WORDS, SMOOTHINGS, ZOOMS, View, charts
from tui.diagnosis import diagnose
from tui.display import Display
from tui.messages import OverlayAsked, Said
from tui.panes.base import Pane
from tui.plot import Axes
from tui.progress import bar, clock, figure, percent, progress
from tui.series import sparkline
from tui.session import Session
from tui.widgets.curve_plot import CurvePlot
from tui.widgets.lines import Lines

SPARK_WIDTH = 12
CROSSHAIR_STEPS = 60


class TrainPane(Pane, can_focus=True):
    """The pane has the focus itself: there is nothing in it to move in but the crosshair."""

    DEFAULT_CSS = """
    TrainPane { layout: vertical; }
    TrainPane #train-charts { height: 1fr; min-height: 7; }
    TrainPane #train-accuracy { margin-left: 1; }
    TrainPane #train-notes { max-height: 6; }
    """
    number = TRAIN

    def __init__(self, session: Session, display: Display) -> None:
        super().__init__(session, display)
        self.view = View()
        self.crosshair: float | None = None

    def compose(self) -> ComposeResult:
        """Progress and figures, the two charts, what the layers do, the notes."""
        yield Lines(id="train-progress")
        with Horizontal(id="train-charts"):
            yield CurvePlot("loss", display=self.display_mode, axes=Axes(x_label="epoch"), id="train-loss")
            yield CurvePlot(
                "accuracy", display=self.display_mode, axes=Axes(x_label="epoch"), id="train-accuracy"
            )
        yield Lines(id="train-layers")
        yield Lines(id="train-notes")

    def focus_first(self) -> None:
        """The pane itself."""
        self.focus()

    def show(self) -> None:
        """Draw the run on screen."""
        history = self.session.history
        width = self.content_size.width
        if not width:
            return
        self.query_one("#train-progress", Lines).set_lines(self._progress(history, width))
        self.query_one("#train-layers", Lines).set_lines(self._layers(history, width))
        self.query_one("#train-notes", Lines).set_lines(self._notes(history))
        loss, accuracy = charts(history, self.view, self.session.overlays)
        for name, curves in (("loss", loss), ("accuracy", accuracy)):
            plot = self.query_one(f"#train-{name}", CurvePlot)
            plot.set_curves(curves)
            plot.set_crosshair(self.crosshair)
        self.query_one("#train-loss", CurvePlot).set_log(self.view.log)

    def action_log_axis(self) -> None:
        """Switch the loss axis."""
        self._look(View(self.view.smoothing, self.view.zoom, not self.view.log))

    def action_smoothing(self) -> None:
        """The next degree of smoothing."""
        smoothing = (self.view.smoothing + 1) % len(SMOOTHINGS)
        self._look(View(smoothing, self.view.zoom, self.view.log))
        self.post_message(Said(f"smoothing of the training curves: {SMOOTHING_WORDS[smoothing]}"))

    def action_zoom(self) -> None:
        """The next zoom."""
        zoom = (self.view.zoom + 1) % len(ZOOMS)
        self._look(View(self.view.smoothing, zoom, self.view.log))
        self.post_message(Said(f"the last {ZOOMS[zoom]} epochs" if ZOOMS[zoom] else "all epochs"))

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

    def _newest(self) -> float:
        history = self.session.history
        return history.step / history.batches if history.batches else 0.0

    def _progress(self, history: History, width: int) -> list[Text]:
        config = self.session.run_config or self.session.config
        way = progress(history, config.training.epochs)
        length = max(8, (width - 24) // 2)
        left = (
            ""
            if way.seconds_left is None or not self.session.is_alive
            else f"  {clock(way.seconds_left)} left"
        )
        bars = (
            f"epoch {bar(way.of_epoch, length - 6, self.display_mode)} {way.of_epoch:4.0%}  "
            f"run {bar(way.of_run, length - 8, self.display_mode)} {way.of_run:4.0%}{left}"
        )
        last = history.epochs[-1] if history.epochs else None
        loss = Text.assemble(
            ("loss      ", "bold"),
            f"train {figure(last and last.train_loss):<9} validation {figure(last and last.validation_loss):<9}",
            (f" test {figure(last and last.test_loss):<9}", "dim"),
        )
        accuracy = Text.assemble(
            ("accuracy  ", "bold"),
            f"train {percent(last and last.train_accuracy):<9} validation {percent(last and last.validation_accuracy):<9}",
            (f" test {percent(last and last.test_accuracy):<9}", "dim"),
        )
        return [Text(bars), loss, accuracy]

    def _layers(self, history: History, width: int) -> list[Text]:
        config = self.session.run_config or self.session.config
        rate = history.learning_rate
        words = str(config.training.schedule.__struct_config__.tag).replace("_", "-")
        steered = f", times {history.rate_factor:.3g} by hand" if history.rate_factor != 1 else ""
        dot = " | " if self.display_mode.ascii else " · "
        parts = [f"learning rate {rate:.3g} ({words}{steered})" if rate is not None else f"schedule {words}"]
        parts.append(f"step {history.step:,}")
        if history.images_per_second and history.state == "running":
            parts.append(f"{history.images_per_second:,.0f} images/s")
        lines = [Text(dot.join(parts))]
        if history.layers:
            lines.append(
                Text("layer     gradient norm         update/weight (1e-3 is usual)   dead ReLUs", "dim")
            )
            lines += [self._layer(history.measured, index) for index in range(min(4, len(history.layers)))]
        return [line[:width] for line in lines]

    def _layer(self, measured: Sequence[LayersMeasured], index: int) -> Text:
        layer = measured[-1].layers[index]
        norms = [event.layers[index].gradient_norm for event in measured[-SPARK_WIDTH:]]
        sparks = sparkline(
            [float("nan") if norm is None else norm for norm in norms], SPARK_WIDTH, self.display_mode
        )
        norm = "-" if layer.gradient_norm is None else f"{layer.gradient_norm:.2e}"
        ratio = "-" if layer.update_ratio is None else f"{layer.update_ratio:.1e}"
        dead = "" if layer.dead is None else f"{layer.dead:.0%}"
        return Text(f"{layer.name:<9} {sparks:<{SPARK_WIDTH}} {norm:<8} {ratio:<31} {dead}")

    def _notes(self, history: History) -> list[Text]:
        config = self.session.run_config or self.session.config
        lines = [Text(self.session.dataset_note, "bold")] if self.session.dataset_note else []
        if self.session.run is None:
            return [*lines, Text("space trains this network; 1 shows and changes it")]
        cross_entropy = config.training.loss == "cross_entropy"
        lines += [Text(sentence, "bold") for sentence in diagnose(history, is_cross_entropy=cross_entropy)]
        lines += [Text(note.text, "dim") for note in history.notes[-1:]]
        rated = [epoch for epoch in history.epochs if epoch.validation_accuracy is not None]
        if rated:
            best = max(rated, key=lambda epoch: epoch.validation_accuracy or 0.0)
            figures = f"validation {percent(best.validation_accuracy)}"
            lines.append(Text(f"best so far: epoch {best.epoch}, {figures}; its weights are kept"))
        return lines
