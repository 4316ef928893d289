"""`mnist-tui train`: check everything here, then start a worker (or resume or attach to a run) and follow it."""

import argparse
import asyncio

from nn import settings
from nn.runs.client import AsyncTrainer
from nn.runs.images import split
from tui.cli import images
from tui.cli.configs import absolute_source, name_of, resolve
from tui.cli.follow import follow
from tui.cli.live import LiveLine
from tui.cli.places import runs_directory
from tui.cli.report import Report

EPOCHS = "training.epochs"


def run(arguments: argparse.Namespace) -> int:
    """Train, or go on; the exit code says how it ended."""
    return _resume(arguments) if arguments.resume is not None else _start(arguments)


def _start(arguments: argparse.Namespace) -> int:
    config = resolve(arguments)
    config = settings.with_settings(config, {"data.source": absolute_source(config.data.source)})
    split(images.of_config_or_mirrors(config), config.data)
    runs_dir, name = runs_directory(arguments), name_of(arguments)

    async def begin() -> AsyncTrainer:
        return await AsyncTrainer.start(config, runs_dir=runs_dir, name=name, followed=True)

    with LiveLine() as line:
        report = Report(line, epochs=config.training.epochs, json=arguments.json)
        return asyncio.run(follow(begin, report)).exit_code
