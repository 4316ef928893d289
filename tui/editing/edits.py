"""Every way in which a person changes a config in Configure: functions from a config to another one.

What a value may not be is a `ConfigError` with its sentence. A network that does not fit together is no error
here, since a person may be half-way: `problem` names it.
"""

import re

import msgspec

from mnist_data import Dataset, DatasetError
from nn.building import summarize
from nn.config import LAYER_TYPES, Config, DenseConfig, LayerConfig
from nn.presets import PRESETS, find
from nn.runs.images import check
from nn.schema import Json
from nn.settings import ConfigError, Setting, parse_value, settings, to_builtins, with_settings
from tui.editing.nudge import nudge

PRESET = "preset"
LAYERS = "network.layers"
_LAYER = re.compile(re.escape(LAYERS) + r"\.(\d+)(?:\.([a-z_]\w*))?")
NEW_LAYER = DenseConfig(units=64, activation="relu")


def problem(config: Config, dataset: Dataset | None) -> str | None:
    """Why this config cannot be trained, in one sentence; None where it can. No `dataset`: not yet known."""
    try:
        summarize(config.network)
        if dataset is not None:
            check(dataset, config.data)
    except (ConfigError, DatasetError) as error:
        return str(error)
    return None


def preset_of(config: Config) -> str | None:
    """The preset that this config is, wherever its images come from."""
    same = (preset.name for preset in PRESETS if with_source(preset.config, config) == config)
    return next(same, None)


def with_source(config: Config, other: Config) -> Config:
    """`config` with the images of `other`: where they lie is the machine's matter, not the preset's."""
    return with_settings(config, {"data.source": other.data.source})


def setting_of(config: Config, key: str) -> Setting:
    """The setting of a dotted key that the config has."""
    return next(setting for setting in settings(config) if setting.key == key)


def with_text(config: Config, key: str, text: str) -> Config:
    """The config with what a person typed at `key`; of a preset's name it is that preset, with its images."""
    if key == PRESET:
        return find(text.strip()).config
    setting = setting_of(config, key)
    free = isinstance(setting.value, str)
    return _with_value(config, key, text.strip() if free else parse_value(text.strip()))


def with_nudge(config: Config, key: str, by: int, preset: str | None) -> Config:
    """The config with the value at `key` one step up or down; presets go on from the one called `preset`."""
    if key == PRESET:
        names = [found.name for found in PRESETS]
        # Before any preset was chosen, forward is the first one and backward the last one.
        position = names.index(preset) + by if preset in names else min(by, 0)
        return with_text(config, PRESET, names[position % len(names)])
    return _with_value(config, key, nudge(setting_of(config, key), by))


def _with_value(config: Config, key: str, value: Json) -> Config:
    place = layer_place(key)
    if place is not None and key.endswith(".type"):
        return with_settings(config, {f"{LAYERS}.{place}": _retyped(config.network.layers[place], value)})
    return with_settings(config, {key: value})


def _retyped(layer: LayerConfig, tag: Json) -> dict[str, Json]:
    """A layer of another type with the fields that both share; what it needs besides gets a usual size."""
    usual, old = to_builtins(NEW_LAYER), to_builtins(layer)
    for struct in LAYER_TYPES:
        if struct.__struct_config__.tag == tag:
            needed = {
                field.name: usual.get(field.name)
                for field in msgspec.structs.fields(struct)
                if field.required
            }
            shared = {
                field.name: old[field.name] for field in msgspec.structs.fields(struct) if field.name in old
            }
            return {"type": tag, **needed, **shared}
    return {**old, "type": tag}  # unknown: the config's own sentence names what is allowed


# layers


def layer_place(key: str) -> int | None:
    """Which layer a dotted key belongs to, from 0; None where it is not a layer's."""
    rest = key.removeprefix(f"{LAYERS}.")
    return int(rest.partition(".")[0]) if rest != key else None


def with_layers_counted(sentence: str) -> str:
    """A sentence about a config whose layers are called as the rows count them, from 1, not by their key."""

    def called(found: re.Match[str]) -> str:
        layer = f"layer {int(found[1]) + 1}"
        return f"{found[2]} of {layer}" if found[2] else layer

    return _LAYER.sub(called, sentence)


def with_layer(config: Config, after: int | None) -> tuple[Config, int]:
    """A layer more, after place `after` but before the last, which gives the outputs; and its place."""
    layers = list(config.network.layers)
    last = len(layers) - 1
    place = last if after is None else min(after + 1, last)
    like = layers[place - 1] if place > 0 else None
    layers.insert(place, like if isinstance(like, DenseConfig) else NEW_LAYER)
    return _with_layers(config, layers), place


def without_layer(config: Config, place: int) -> Config:
    """A layer less; raises `ConfigError` where it is the only one."""
    layers = list(config.network.layers)
    if len(layers) == 1:
        raise ConfigError(f"{LAYERS} has 1 layer; allowed: at least 1, so this one stays")
    del layers[place]
    return _with_layers(config, layers)


def with_layer_moved(config: Config, place: int, by: int) -> tuple[Config, int]:
    """The layer at `place` changed with its neighbour, and its new place; at an end nothing moves."""
    layers = list(config.network.layers)
    target = min(max(place + by, 0), len(layers) - 1)
    layers.insert(target, layers.pop(place))
    return _with_layers(config, layers), target


def _with_layers(config: Config, layers: list[LayerConfig]) -> Config:
    return with_settings(config, {LAYERS: [to_builtins(layer) for layer in layers]})
