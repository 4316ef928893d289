"""Every preset is a config that builds, and has the network its name promises."""

import msgspec
import numpy as np
import pytest
from samples import data

from nn.building import describe, parameter_count
from nn.config import Config, OneCycleConfig
from nn.network import Network
from nn.presets import PRESETS, Preset, find
from nn.settings import ConfigError, from_builtins, from_toml, settings, to_builtins, to_toml
from nn.trainer import Trainer

NETWORKS = {
    "first-minute": "784-128-10",
    "99-in-one-epoch": "24@5-pool-32@3-pool-256-10",
    "99.4-small": "8@3-pool-16@3-pool-32@3-pool-32-10",
    "mlp-strong": "784-512-256-10",
    "mlp-dropout": "784-1024-1024-1024-10",
    "99.6": "32@3-32@3-32@5s2-64@3-64@3-64@5s2-128@4-10",
    "lenet-5": "6@5-pool-16@5-pool-120-84-10",
    "classic-two-hidden": "784-128-64-10",
    "classic-sigmoid": "784-100-10",
    "classic-three-hidden": "784-512-128-64-10",
    "classic-full-batch": "784-10-10",
    "classic-tiny-relu": "784-10-10",
    "classic-tiny-sigmoid": "784-10-10",
    "bad-rate-too-high": "784-128-64-10",
    "bad-rate-too-low": "784-128-64-10",
    "bad-zero-initialisation": "784-128-64-10",
    "bad-deep-sigmoid": "784-64-64-64-64-64-64-10",
    "bad-dead-relus": "784-128-64-10",
    "bad-overfitting": "784-512-10",
    "bad-no-shuffle": "784-128-10",
}

each = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)


def test_the_names() -> None:
    names = [preset.name for preset in PRESETS]
    assert len(set(names)) == len(names)
    assert set(NETWORKS) <= set(names)


@pytest.mark.parametrize(("name", "layers"), NETWORKS.items())
def test_the_layers_are_those_of_the_name(name: str, layers: str) -> None:
    assert describe(find(name).config.network) == layers


def test_the_default_config_is_the_first_minute() -> None:
    assert find("first-minute").config == Config()
    assert isinstance(Config().training.schedule, OneCycleConfig)


def test_the_classics_are_what_their_authors_built() -> None:
    sigmoid = find("classic-sigmoid").config
    assert (sigmoid.training.loss, sigmoid.network.initializer) == ("mse", "glorot")
    assert [setting.value for setting in settings(sigmoid) if setting.key.endswith("activation")] == [
        "sigmoid",
        "sigmoid",
    ]
    assert find("classic-full-batch").config.training.batch_size == 0
    assert find("classic-tiny-relu").config.training.batch_size > 0


@each
def test_it_survives_toml_and_json(preset: Preset) -> None:
    assert from_toml(to_toml(preset.config)) == preset.config
    assert from_builtins(msgspec.json.decode(msgspec.json.encode(preset.config))) == preset.config
    assert from_builtins(to_builtins(preset.config)) == preset.config


@each
def test_it_builds_and_takes_a_step(preset: Preset) -> None:
    assert len(Network(preset.config.network).parameters) == parameter_count(preset.config.network)
    made = Trainer(preset.config, data())
    events = made.events()
    next(events)
    before = made.network.parameters.copy()
    next(events)
    assert np.isfinite(made.network.parameters).all()
    assert (made.network.parameters != before).any()


@pytest.mark.parametrize("preset", [preset for preset in PRESETS if preset.name.startswith("bad-")])
def test_what_is_bad_on_purpose_names_its_diagnosis(preset: Preset) -> None:
    assert "; diagnosis: " in preset.why


@each
def test_it_says_why_in_one_line(preset: Preset) -> None:
    assert 20 < len(preset.why) <= 200
    assert preset.why.endswith(".")
    assert "\n" not in preset.why
    assert "!" not in preset.why


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(ConfigError) as error:
        find("classic")
    assert str(error.value).startswith("preset 'classic' does not exist; allowed: first-minute, ")
    assert all(preset.name in str(error.value) for preset in PRESETS)
