"""`mnist-tui presets`: the named configs, each with the reason why it is there."""

import argparse
import shutil
import textwrap

from nn import settings
from nn.building import describe, parameter_count
from nn.presets import PRESETS
from tui.cli.output import emit, say

INDENT = "    "


def run(arguments: argparse.Namespace) -> int:
    """List them as text or as JSON."""
    width = shutil.get_terminal_size().columns
    for preset in PRESETS:
        parameters = parameter_count(preset.config.network)
        if arguments.json:
            emit(
                {
                    "name": preset.name,
                    "why": preset.why,
                    "parameters": parameters,
                    "config": settings.to_builtins(preset.config),
                }
            )
        else:
            say(f"{preset.name}: {describe(preset.config.network)}, {parameters:,} parameters")
            say(textwrap.fill(preset.why, max(width, 40), initial_indent=INDENT, subsequent_indent=INDENT))
    return 0
