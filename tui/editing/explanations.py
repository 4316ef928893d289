"""What Configure says of the selected field: its help and its range, or why one would want the preset."""

from nn.config import Config
from nn.presets import find
from tui.drawing.with_drawings import parts_of
from tui.editing.edits import PRESET, preset_of, setting_of
from tui.editing.fields import label_of


def explain(config: Config, key: str, base: str | None) -> str:
    """The help of the field `key` of a config that began as the preset `base`."""
    if key == PRESET:
        return _why(config, base)
    setting = setting_of(config, key)
    return f"{label_of(key)}: {setting.help} Allowed: {setting.allowed}."


def _why(config: Config, base: str | None) -> str:
    name = preset_of(config)
    among = parts_of(config.data.source)
    if name is not None and among is not None:
        drawn = f"{among.drawings} drawing" + ("s" if among.drawings != 1 else "")
        return f"{name}, with {drawn} among the training images (*). {find(name).why}"
    if name is not None:
        return f"{name}: {find(name).why}"
    if base is None:
        return "No preset. Left and right choose one, Enter takes a name, u undoes."
    return f"{base}, changed (*). {find(base).why}"
