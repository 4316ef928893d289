"""Which preset a draft is called by, after what came from elsewhere."""

from pathlib import Path

import pytest

from nn.config import Config
from nn.presets import find
from nn.settings import with_settings
from tui.editing.draft import Draft
from tui.session import Session

SYNTHETIC = {"data.source": "synthetic"}
RATE = "training.optimizer.learning_rate"
SIGMOID = {
    "network.layers": [
        {"type": "dense", "units": 30, "activation": "sigmoid"},
        {"type": "dense", "units": 10},
    ]
}


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(find("first-minute").config, "first-minute", tmp_path)


def opened(session: Session, draft: Draft, config: Config) -> None:
    """A run with this config is put on screen."""
    session.config, session.preset = config, None
    draft.follow()


def test_another_network_from_elsewhere_is_no_preset_changed(session: Session) -> None:
    draft = Draft(session)
    opened(session, draft, with_settings(session.config, SIGMOID))
    assert draft.base is None
    opened(session, draft, find("classic-sigmoid").config)
    assert draft.base == "classic-sigmoid"


def test_the_same_layers_with_another_rate_are_the_preset_changed(session: Session) -> None:
    draft = Draft(session)
    opened(session, draft, with_settings(session.config, {RATE: 0.01}))
    assert (draft.base, draft.preset) == ("first-minute", None)


def test_synthetic_digits_of_a_run_opened_since_were_not_asked_for(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.editing.draft.mnist_is_at_hand", lambda: True)
    draft, chosen = Draft(session), find("lenet-5").config
    synthetic = with_settings(session.config, SYNTHETIC)
    draft.edit(synthetic)
    session.config = synthetic  # as the app does with what is posted
    draft.follow()
    assert draft.with_own_images(chosen) == with_settings(chosen, SYNTHETIC)
    for config in (find("first-minute").config, synthetic):
        opened(session, draft, config)
    assert draft.with_own_images(chosen) == chosen


def test_a_person_who_changes_a_presets_layers_goes_on_from_it(session: Session) -> None:
    draft = Draft(session)
    assert draft.edit(with_settings(session.config, SIGMOID))
    assert (draft.base, draft.preset) == ("first-minute", None)
