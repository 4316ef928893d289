"""`mnist-tui train`: check everything first, then start a worker and follow it."""

import argparse

from nn import settings
from nn.runs.client import AsyncTrainer
from nn.runs.images import split
from tui.cli import images
from tui.cli.configs import absolute_source, name_of, resolve
from tui.cli.follow import follow_to_end
from tui.cli.places import runs_directory
from tui.cli.resume import resume


def run(arguments: argparse.Namespace) -> int:
    """Train, or go on with a run; the exit code says how it ended."""
    return start(arguments) if arguments.resume is None else resume(arguments)


def start(arguments: argparse.Namespace) -> int:
    """Train a new run."""
    config = resolve(arguments)
    config = settings.with_settings(config, {"data.source": absolute_source(config.data.source)})
    split(images.of_config_or_mirrors(config), config.data)
    runs_dir, name = runs_directory(arguments), name_of(arguments)

    async def begin() -> AsyncTrainer:
        return await AsyncTrainer.start(config, runs_dir=runs_dir, name=name, followed=True)

    return follow_to_end(begin, config.training, json=arguments.json)
