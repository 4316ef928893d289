"""No command: open the app, if there is a terminal to open it on."""

import argparse
import sys

from tui.cli.configs import absolute_source
from tui.cli.errors import UsageError
from tui.cli.places import runs_directory
from tui.options import AppOptions


def run(arguments: argparse.Namespace) -> int:
    """Open the app; raises `UsageError` where standard input or output is no terminal."""
    options = AppOptions(
        source=None if arguments.app_data is None else absolute_source(arguments.app_data),
        color=arguments.color,
        ascii=arguments.ascii,
        low_bandwidth=arguments.low_bandwidth,
        runs_dir=runs_directory(arguments),
    )
    for stream, name in ((sys.stdin, "input"), (sys.stdout, "output")):
        if stream is None or not stream.isatty():
            raise UsageError(
                f"the app needs a terminal, and standard {name} is none; 'mnist-tui train' works without one"
            )
    from tui.start import open_app  # Textual takes a third of a second, so only the app waits for it

    return open_app(options)
