"""Named configs, each with one sentence of why: what it teaches, and what its author reported."""

from nn.presets.bad import BAD
from nn.presets.classic import CLASSIC
from nn.presets.good import GOOD
from nn.presets.preset import Preset
from nn.settings import ConfigError

__all__ = ["PRESETS", "Preset", "find"]

PRESETS = (*GOOD, *CLASSIC, *BAD)


def find(name: str) -> Preset:
    """The preset of this exact name; raises `ConfigError` naming all that there are."""
    for preset in PRESETS:
        if preset.name == name:
            return preset
    names = ", ".join(preset.name for preset in PRESETS)
    raise ConfigError(f"preset {name!r} does not exist; allowed: {names}")
