"""The pages of one training step in the order in which things happen, and where among them one is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from rich.text import Text

from nn.arrays import BoolArray
from nn.explain.recorders import LayerTrace
from nn.explain.step_trace import StepTrace
from tui.stepping import forward, loss, update
from tui.stepping.layer_pages import BACKWARD, FORWARD
from tui.stepping.look import WIDTH, Look

STAGES = ("forward", "loss", "backward", "update")


@dataclass(frozen=True)
class Page:
    """One page: its stage, what it is about, its layer's place, and what draws it.

    `lesson` is the one that `?` opens; `has_units` says whether a number of the layer is to be chosen.
    """

    stage: str
    about: str
    title: str
    place: int
    lesson: str
    draw: Callable[[Look], list[Text]]
    has_units: bool = True


def pages(trace: StepTrace) -> list[Page]:
    """All pages of a step: forward through the layers, the loss, back through them, and the updates."""
    last = len(trace.layers) - 1
    is_softmax = trace.config.training.loss == "cross_entropy"
    answers, given = ("softmax", "shares") if is_softmax else ("shares", "outputs")
    return [
        Page("forward", "batch", "what goes in", 0, "one_hot", forward.batch_page, has_units=False),
        *(_forward(place, layer) for place, layer in enumerate(trace.layers)),
        Page("loss", answers, "outputs to shares", last, "softmax", loss.probabilities_page, has_units=False),
        Page("loss", "loss", f"{given} to one number", last, "one_hot", loss.loss_page, has_units=False),
        Page(
            "loss",
            "gradient",
            "where backward begins",
            last,
            "chain_rule",
            loss.gradient_page,
            has_units=False,
        ),
        *(
            _backward(place, layer)
            for place, layer in reversed(list(enumerate(trace.layers)))
            if _is_reached(layer)
        ),
        *(_update(place, layer) for place, layer in enumerate(trace.layers) if layer.tensors),
    ]


def where(pages: list[Page], position: int, width: int = WIDTH) -> str:
    """The way through the step in one line, with the page one is on in brackets."""
    here = pages[position]
    names = [page.about for page in pages if page.stage == here.stage]
    ways = (_way(here, _around(names, here.about, shown)) for shown in range(len(names), 0, -1))
    return next((way for way in ways if len(way) <= width), _way(here, here.about))


def _way(here: Page, names: str) -> str:
    return " > ".join(f"{stage.upper()}: {names}" if stage == here.stage else stage for stage in STAGES)


def image_to_begin_with(trace: StepTrace) -> int:
    """The image with the largest loss: there is most to learn from it."""
    return int(trace.losses.argmax())


def unit_to_begin_with(trace: StepTrace, place: int, image: int) -> int:
    """The layer's number that matters most for an image: the true digit, or the largest delta."""
    layer = trace.layers[place]
    if place == len(trace.layers) - 1:
        return int(trace.labels[image])
    for values in (layer.sum_gradient, layer.output_gradient, layer.outputs):
        if values is not None:
            sizes = np.abs(values[image]) * _is_worth_seeing(layer, image)
            if np.any(sizes):
                return int(sizes.argmax())
    return 0


def _is_worth_seeing(layer: LayerTrace, image: int) -> BoolArray:
    """Where a layer without sums has something to show: no window of zeros, an input to leave out."""
    if layer.sums is not None:
        return np.ones(layer.outputs.shape[1:], np.bool_)
    return (layer.inputs if layer.layer.kind == "dropout" else layer.outputs)[image] != 0


def _forward(place: int, layer: LayerTrace) -> Page:
    lesson = "shapes" if layer.activation == "none" else "relu"
    title = (
        f"{layer.layer.kind}, activation {layer.activation}" if layer.sums is not None else layer.layer.kind
    )
    return Page("forward", layer.name, title, place, lesson, FORWARD[layer.layer.kind])


def _backward(place: int, layer: LayerTrace) -> Page:
    return Page("backward", layer.name, "its delta", place, "chain_rule", BACKWARD[layer.layer.kind])


def _update(place: int, layer: LayerTrace) -> Page:
    return Page("update", layer.name, "its weights move", place, "learning_rate", update.layer_page)


def _is_reached(layer: LayerTrace) -> bool:
    return layer.output_gradient is not None


def _around(names: list[str], here: str, shown: int) -> str:
    """The names beside each other, `here` in brackets; of many only the nearest."""
    at = names.index(here)
    first = max(0, min(at - shown // 2, len(names) - shown))
    some = names[first : first + shown]
    words = " ".join(f"[{name}]" if name == here else name for name in some)
    return f"{'.. ' if first else ''}{words}{' ..' if first + shown < len(names) else ''}"
