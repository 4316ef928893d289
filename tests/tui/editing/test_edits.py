import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mnist_data import synthesize
from nn.config import Config, DenseConfig, FlattenConfig
from nn.settings import ConfigError, Setting, settings, with_settings
from tui.editing import edits
from tui.editing.nudge import nudge

KEYS = [setting.key for setting in settings(Config())]


def number(name: str, value: float) -> Setting:
    return Setting(key=f"training.{name}", value=value, allowed="", help="", choices=())


def test_layers_are_called_in_sentences_as_the_rows_count_them() -> None:
    config = Config()
    with pytest.raises(ConfigError) as wrong:
        with_settings(config, {"network.layers.1.units": 0})
    assert str(wrong.value).startswith("network.layers.1.units ")
    assert edits.with_layers_counted(str(wrong.value)).startswith("units of layer 2 ")
    wide = edits.with_text(config, "network.layers.1.units", "64")
    assert str(edits.problem(wide, None)).startswith("network.layers.1 (dense) gives 64 outputs")
    counted = edits.with_layers_counted(edits.problem(wide, None) or "")
    assert counted.startswith("layer 2 (dense) gives 64 outputs")
    assert edits.with_layers_counted("network.layers has 1 layer") == "network.layers has 1 layer"


@pytest.mark.parametrize(
    ("name", "value", "up", "down"),
    [
        ("units", 128, 256, 64),
        ("batch_size", 0, 64, -1),
        ("batch_size", 1, 2, 0),
        ("learning_rate", 0.004, 0.005, 0.0032),
        ("momentum", 0.9, 0.95, 0.8),
        ("beta2", 0.999, 0.9995, 0.998),
        ("eps", 1e-8, 2e-8, 0),
        ("limit", 0, 100, -1),
        ("limit", 100, 200, 0),
        ("limit", 10000, 20000, 5000),
        ("epochs", 5, 6, 4),
        ("pct_start", 0.3, 0.35, 0.25),
    ],
)
def test_a_step_up_and_down(name: str, value: float, up: float, down: float) -> None:
    assert nudge(number(name, value), 1) == pytest.approx(up)
    assert nudge(number(name, value), -1) == pytest.approx(down)


@hypothesis_settings(deadline=None)  # a busy machine is no failure
@given(st.sampled_from(KEYS), st.lists(st.sampled_from([1, -1]), max_size=40))
def test_nudging_stays_a_config_or_says_why(key: str, steps: list[int]) -> None:
    config, sentence = Config(), ""
    for by in steps:
        if all(setting.key != key for setting in settings(config)):
            return  # another type has no such field
        try:
            config = edits.with_nudge(config, key, by, None)
        except ConfigError as error:
            sentence = str(error)
        assert not sentence or "allowed: " in sentence


@hypothesis_settings(deadline=None)  # a busy machine is no failure
@given(st.sampled_from(KEYS), st.text(max_size=20))
def test_whatever_is_typed_is_a_config_or_one_sentence(key: str, text: str) -> None:
    sentence = "a config"
    try:
        edits.with_text(Config(), key, text)
    except ConfigError as error:
        sentence = str(error)
    assert sentence
    assert sentence.isprintable()


def test_a_layer_changes_its_type_and_back() -> None:
    flat = edits.with_text(Config(), "network.layers.0.type", "flatten")
    assert flat.network.layers[0] == FlattenConfig()
    assert edits.problem(flat, None) is None
    dense = edits.with_text(flat, "network.layers.0.type", "dense")
    assert isinstance(dense.network.layers[0], DenseConfig)
    with pytest.raises(ConfigError, match="allowed"):
        edits.with_text(Config(), "network.layers.0.type", "pool")


def test_a_new_layer_comes_before_the_last_and_is_like_the_one_before() -> None:
    config, place = edits.with_layer(Config(), None)
    assert place == 1
    assert config.network.layers == (DenseConfig(128, "relu"), DenseConfig(128, "relu"), DenseConfig(10))
    assert edits.with_layer(Config(), 1) == (config, place)
    single = with_settings(Config(), {"network.layers": [{"type": "dense", "units": 10}]})
    assert edits.with_layer(single, 0)[0].network.layers[0] == edits.NEW_LAYER


def test_more_validation_than_images_is_a_problem_of_the_data() -> None:
    dataset = synthesize(seed=1, train=30, test=10)
    config = with_settings(Config(), {"data.validation": 40})
    assert "nothing to train on" in (edits.problem(config, dataset) or "")
    assert edits.problem(config, None) is None
