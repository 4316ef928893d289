"""Which config is meant: a file, a preset or neither, changed by --data and then by --set in their order."""

import argparse
from pathlib import Path

from nn import presets, settings
from nn.building import build_layers
from nn.config import NAMED_SOURCES, Config
from nn.runs.store import LONGEST_NAME
from tui.cli.errors import UsageError
from tui.cli.output import clean
from tui.editing import config_file

DEFAULT_PRESET = "first-minute"


def resolve(arguments: argparse.Namespace) -> Config:
    """The config that the arguments describe, its network checked; raises `UsageError` and `ConfigError`."""
    if arguments.config is not None and arguments.preset is not None:
        raise UsageError(f"CONFIG.toml {arguments.config} and --preset {arguments.preset} exclude each other")
    config = (
        config_file.read(Path(arguments.config))
        if arguments.config is not None
        else presets.find(arguments.preset or DEFAULT_PRESET).config
    )
    if getattr(arguments, "data", None) is not None:
        config = settings.with_settings(config, {"data.source": absolute_source(arguments.data)})
    for text in arguments.settings:
        key, value = settings.parse_setting(text)
        config = settings.with_settings(config, {key: value})
    build_layers(config.network)
    return config


def name_of(arguments: argparse.Namespace) -> str:
    """The run's name: as given, or the preset's, or the file's without its ending."""
    if arguments.name is not None:
        return arguments.name
    if arguments.config is not None:
        return clean(Path(arguments.config).stem)[:LONGEST_NAME].strip() or "run"
    return arguments.preset or DEFAULT_PRESET


def absolute_source(source: str) -> str:
    """`mnist` or `synthetic` as it is, a folder made absolute; raises `UsageError` where there is none."""
    if source in NAMED_SOURCES:
        return source
    try:
        folder = Path(source).expanduser().absolute()
        exists = bool(source) and folder.is_dir()
    except (OSError, ValueError, RuntimeError):
        exists, folder = False, Path(source)
    if not exists:
        raise UsageError(
            f"data.source is {source!r}, which is no folder; "
            "allowed: mnist, synthetic, or a folder with the four IDX files"
        )
    return str(folder)
