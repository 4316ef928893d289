"""The network of the run on screen, as its last checkpoint has it; before any run, as it would begin.

Whoever computes with it loads one of its own, because a network lends its memory from pass to pass.
"""

from typing import NamedTuple

from nn.batches import PixelScale
from nn.config import Config
from nn.losses import Loss, build_loss
from nn.network import Network
from nn.randomness import Purpose, generator
from nn.runs.store import RunDirectory, RunError
from tui.session import Session

NO_WEIGHTS = "This run has no weights yet; it saves the first as soon as it begins."


class CurrentNetwork(NamedTuple):
    """A network that is ready to answer, each layer of it to be looked into.

    `step` counts from the run's start, 0 is untrained.
    """

    network: Network
    config: Config
    pixels: PixelScale
    loss: Loss
    step: int


class Origin(NamedTuple):
    """Where a network comes from; another `version` says that it has learned since."""

    run: RunDirectory | None
    config: Config
    version: int

    @classmethod
    def of(cls, session: Session) -> "Origin":
        """The run on screen with its last checkpoint, or the config being edited."""
        version = 0 if session.run is None else session.run.checkpoint_version()
        return cls(session.run, session.shown_config, version)


def load(origin: Origin) -> CurrentNetwork:
    """Read the network; blocks for some milliseconds. Raises `RunError` where there is none to be read."""
    if origin.run is None:
        config, step = origin.config, 0
        network = Network(config.network, fuse=False)
        network.initialize(generator(config.seed, Purpose.INITIALIZE))
    else:
        config = origin.run.config()
        if not origin.run.checkpoint_version():
            raise RunError(NO_WEIGHTS)
        network, step = origin.run.load_last(fuse=False)
    pixels = PixelScale.of(standardise=config.data.standardise)
    return CurrentNetwork(network, config, pixels, build_loss(config.training), step)
