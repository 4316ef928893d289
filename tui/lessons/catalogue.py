"""All lessons by name, and which of them belongs to a field of Configure or to a layer looked at."""

from collections.abc import Callable, Sequence
from itertools import groupby
from textwrap import wrap
from typing import NamedTuple

from nn.config import Config
from nn.explain.inspection import LayerRecord
from tui.editing.edits import layer_place
from tui.inspecting.sheets import View
from tui.lessons import layers, learning, outputs
from tui.lessons.example import Example

WIDTH = 76


class Lesson(NamedTuple):
    """`tell` fills in the numbers of a config and, where there is one, of an example; it counts no cells."""

    title: str
    tell: Callable[[Config, Example | None], list[str]]

    def page(self, config: Config, example: Example | None) -> list[str]:
        """The lesson's lines, ASCII, of at most 76 cells: words flow, and lines that are indented stay."""
        told = self.tell(config, example)
        groups = [
            (is_prose, list(group))
            for is_prose, group in groupby(told, lambda line: bool(line) and not line.startswith(" "))
        ]
        return [
            line
            for is_prose, group in groups
            for line in (wrap(" ".join(group), WIDTH) if is_prose else group)
        ]


LESSONS = {
    "one_hot": Lesson("Why one output a digit", outputs.one_hot),
    "softmax": Lesson("Why softmax", outputs.softmax),
    "relu": Lesson("Why an activation, why ReLU", layers.relu),
    "initialisation": Lesson("Why it matters how weights begin", layers.initialisation),
    "learning_rate": Lesson("The learning rate", learning.learning_rate),
    "chain_rule": Lesson("The chain rule", learning.chain_rule),
    "shapes": Lesson("Flattening and the shapes of matrices", layers.shapes),
}

_OF_FIELDS = {
    "training.loss": "softmax",
    "training.label_smoothing": "one_hot",
    "network.initializer": "initialisation",
    "network.sigma": "initialisation",
    "training.optimizer": "learning_rate",
    "training.schedule": "learning_rate",
    "training.clip_norm": "chain_rule",
    "training.batch_size": "shapes",
}


def lesson_of_field(key: str) -> str:
    """The lesson that a field of Configure opens, by its dotted key; empty where there is none."""
    if layer_place(key) is not None:
        return "relu" if key.endswith(".activation") else "shapes"
    return next((lesson for prefix, lesson in _OF_FIELDS.items() if key.startswith(prefix)), "")


def lesson_of_layer(layers: Sequence[LayerRecord], position: int, view: View) -> str:
    """The lesson on what Inside shows of a layer: gradients, weights, the answer, an activation, a shape."""
    if view.is_gradient:
        return "chain_rule"
    if view.of_weights:
        return "initialisation"
    if position == len(layers) - 1:
        return "softmax"
    return "relu" if layers[position].activation != "none" else "shapes"
