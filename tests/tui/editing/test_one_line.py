import shlex

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from nn.config import AdamConfig, Config, ConstantConfig, DenseConfig, FlattenConfig, SGDConfig
from nn.presets import PRESETS, Preset, find
from nn.settings import parse_setting, settings, with_settings
from tui.editing.edits import with_nudge
from tui.editing.one_line import command_line

KEYS = [setting.key for setting in settings(Config())]


def read(line: str) -> Config:
    """The config that a shell and `mnist-tui train` make of the line."""
    words = shlex.split(line)
    assert words[:2] == ["mnist-tui", "train"]
    config, rest = Config(), words[2:]
    if rest[:1] == ["--preset"]:
        config, rest = find(rest[1]).config, rest[2:]
    assert set(rest[::2]) <= {"--set"}
    return with_settings(config, dict(parse_setting(word) for word in rest[1::2]))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_is_its_name(preset: Preset) -> None:
    assert command_line(preset.config) == f"mnist-tui train --preset {preset.name}"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"training.epochs": 3}, "mnist-tui train --set training.epochs=3"),
        ({"network.layers.0.units": 64}, "mnist-tui train --set network.layers.0.units=64"),
        ({"training.schedule.type": "constant"}, "mnist-tui train --set training.schedule.type=constant"),
        ({"data.source": "/a b/c"}, "mnist-tui train --set 'data.source=/a b/c'"),
        ({"data.source": "12"}, """mnist-tui train --set 'data.source="12"'"""),
    ],
)
def test_the_shortest_way_to_say_it(changes: dict[str, object], line: str) -> None:
    config = with_settings(Config(), changes)
    assert command_line(config) == line
    assert read(line) == config


def test_a_line_begins_at_the_preset_that_was_chosen() -> None:
    config = with_settings(find("bad-dead-relus").config, {"training.optimizer.learning_rate": 0.005})
    assert command_line(config, "mlp-strong").startswith("mnist-tui train --preset mlp-strong --set ")
    assert "bad-" not in command_line(config)


@hypothesis_settings(max_examples=25, deadline=None)  # a busy machine is no failure
@given(
    preset=st.sampled_from(PRESETS),
    nudges=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from([1, -1])), max_size=6),
    source=st.text(min_size=1, max_size=12).map(str.strip).filter(bool),
)
def test_every_line_leads_back(preset: Preset, nudges: list[tuple[str, int]], source: str) -> None:
    config = with_settings(preset.config, {"data.source": source})
    for key, by in nudges:
        if any(setting.key == key for setting in settings(config)):
            try:
                config = with_nudge(config, key, by, None)
            except ValueError:
                continue
    assert read(command_line(config, preset.name)) == config


def test_other_layers_and_types_lead_back() -> None:
    layers = [{"type": "flatten"}, {"type": "dense", "units": 30, "activation": "tanh"}]
    layers += [{"type": "dense", "units": 10}] * 3
    changes = {"network.layers": layers, "training.optimizer": {"type": "sgd", "learning_rate": 3.0}}
    config = with_settings(Config(), {**changes, "training.schedule": {"type": "constant"}})
    assert config.network.layers[:2] == (FlattenConfig(), DenseConfig(30, "tanh"))
    assert (config.training.optimizer, config.training.schedule) == (SGDConfig(3.0), ConstantConfig())
    assert read(command_line(config)) == config
    again = with_settings(config, {"training.optimizer": {"type": "adam", "beta1": 0.5}})
    assert again.training.optimizer == AdamConfig(beta1=0.5)
    assert read(command_line(again)) == again
