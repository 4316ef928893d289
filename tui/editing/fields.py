"""A config as rows of fields with short names, in the order in which a person thinks of them. Pure data.

Every field that a config has becomes a row: one that is new in `nn.config` shows up at the end by itself.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nn.config import Config
from nn.schema import Json
from nn.settings import Setting, settings
from tui.editing.edits import LAYERS, PRESET, layer_place

LABEL_WIDTH, PLACE_WIDTH = 11, 2
LABELS = {
    "training.loss": "Loss",
    "training.optimizer.type": "Optimizer",
    "training.optimizer.learning_rate": "Rate",
    "training.schedule.type": "Schedule",
    "training.batch_size": "Batch",
    "training.epochs": "Epochs",
    "training.patience": "Patience",
    "seed": "Seed",
    "network.initializer": "Initializer",
    "network.sigma": " sigma",
    "training.l1": "L1",
    "training.l2": "L2",
    "training.max_norm": "Max norm",
    "training.clip_norm": "Clip norm",
    "training.label_smoothing": "Smoothing",
    "training.ema": "EMA",
    "data.validation": "Validation",
    "data.limit": "Limit",
    "data.standardise": "Standardise",
    "data.sorted": "Sorted",
    "training.shuffle": "Shuffle",
    "augmentation.shift": "Shift",
    "augmentation.rotate": "Rotate",
    "augmentation.scale": "Scale",
    "augmentation.shear": "Shear",
    "augmentation.elastic_alpha": "Elastic",
    "augmentation.elastic_sigma": " sigma",
    "training.threads": "Threads",
    "data.source": "Data",
}
SHORT_NAMES = {"final_div_factor": "final_div", "warmup_steps": "warm-up"}
ORDER = tuple(key.removesuffix(".type") for key in LABELS if not key.endswith("learning_rate"))
LAYER_WIDTHS = {"type": 6, "units": 5}
LAYERS_HEADING = "Layers  + add  - remove  J K move"


@dataclass(frozen=True)
class Field:
    """One value that can be selected; `width` is how many cells it takes at least."""

    key: str
    text: str
    width: int = 0


@dataclass(frozen=True)
class Row:
    """One line: a label, fields beside each other and a note at the right edge; a heading has no fields."""

    label: str
    fields: tuple[Field, ...] = ()
    label_width: int = LABEL_WIDTH
    note: str = ""
    is_wrong: bool = False


def rows(config: Config, preset: str, note_of: Callable[[Setting], str], problem: str | None) -> list[Row]:
    """All rows: the preset, the layers, then how they learn; `note_of` says what stands beside a setting."""
    layers = [setting for setting in settings(config) if layer_place(setting.key) is not None]
    others = [setting for setting in settings(config) if layer_place(setting.key) is None]
    return [
        Row("Preset", (Field(PRESET, preset),)),
        Row(LAYERS_HEADING),
        *_layer_rows(layers, note_of, wrong=_wrong_layer(problem)),
        *(_row(setting, note_of(setting)) for setting in sorted(others, key=_place_in_order)),
    ]


def written(value: Json) -> str:
    """A value as a person types it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def label_of(key: str) -> str:
    """The short name of a field, such as `Rate`; its own name where the table has none."""
    return LABELS.get(key, key.rpartition(".")[2])


def _layer_rows(layers: list[Setting], note_of: Callable[[Setting], str], wrong: int | None) -> Iterator[Row]:
    for place in sorted({layer_place(setting.key) or 0 for setting in layers}):
        own = [setting for setting in layers if layer_place(setting.key) == place]
        yield Row(
            f"{place + 1}",
            tuple(_layer_field(setting) for setting in own),
            PLACE_WIDTH,
            next((note for note in map(note_of, own) if note), ""),
            is_wrong=place == wrong,
        )


def _layer_field(setting: Setting) -> Field:
    name, text = setting.key.rpartition(".")[2], written(setting.value)
    return Field(setting.key, f"{text}x{text}" if name == "kernel" else text, LAYER_WIDTHS.get(name, 0))


def _row(setting: Setting, note: str) -> Row:
    name = setting.key.rpartition(".")[2]
    label = LABELS.get(setting.key) or " " + SHORT_NAMES.get(name, name)
    return Row(label, (Field(setting.key, written(setting.value)),), note=note)


def _place_in_order(setting: Setting) -> int:
    for place, prefix in enumerate(ORDER):
        if setting.key == prefix or setting.key.startswith(f"{prefix}."):
            return place
    return len(ORDER)


def _wrong_layer(problem: str | None) -> int | None:
    found = re.match(re.escape(LAYERS) + r"\.(\d+)", problem or "")
    return int(found.group(1)) if found else None
