"""What tests of Inside look up in the pane."""

from pathlib import Path

from image_host import DATASET, VALIDATION, Host
from textual.pilot import Pilot

from nn.config import (
    BatchNormConfig,
    Config,
    Conv2DConfig,
    DataConfig,
    DenseConfig,
    MaxPool2DConfig,
    NetworkConfig,
)
from tui.inspecting.inspector import Told
from tui.panes.inside import InsidePane
from tui.session import Session

CONVOLUTIONAL = NetworkConfig(
    layers=(
        Conv2DConfig(6, kernel=5, activation="relu"),
        MaxPool2DConfig(2),
        Conv2DConfig(4, kernel=3),
        BatchNormConfig(activation="relu"),
        DenseConfig(10),
    )
)


def untrained(runs_dir: Path) -> Session:
    """Without a run: the network as training would begin with it."""
    made = Session(
        Config(data=DataConfig(source="synthetic", validation=VALIDATION)), None, runs_dir, dataset=DATASET
    )
    made.refresh_answers()
    return made


def convolutional(session: Session) -> Session:
    session.config = Config(data=session.config.data, network=CONVOLUTIONAL)
    return session


def pane_of(app: Host) -> InsidePane:
    assert isinstance(app.pane, InsidePane)
    return app.pane


def words(app: Host, name: str) -> str:
    return app.said(f"layer-{name}")


async def told(app: Host, pilot: Pilot[None]) -> Told:
    """What is on screen, once nothing is open."""
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()
    found = pane_of(app).told
    assert found is not None
    return found
