"""What is wrong with a setting becomes one sentence naming the key, the value and what is allowed."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from setting_samples import MODEST, one_sentence, with_text

from nn.config import Config
from nn.presets import find
from nn.schema import Json
from nn.settings import ConfigError, from_builtins, from_toml, settings, to_toml, with_settings

KEYS = [setting.key for setting in settings(Config())]

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=80),
    st.dates(),
    st.binary(max_size=3),
)

VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


def error_of(text: str) -> str:
    with pytest.raises(ConfigError) as error:
        with_text(text)
    return one_sentence(str(error.value))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("training.batch_size=-3", "training.batch_size is -3; allowed: a whole number from 0 to 1000000000"),
        ("training.epochs=3.5", "training.epochs is 3.5; allowed: a whole number from 0 to 1000000"),
        ("training.epochs=many", 'training.epochs is "many"; allowed: a whole number from 0 to 1000000'),
        (
            "training.epochs=2020-01-01",
            "training.epochs is 2020-01-01; allowed: a whole number from 0 to 1000000",
        ),
        ("seed=true", "seed is true; allowed: a whole number from 0 to 9223372036854775807"),
        ("seed=-1", "seed is -1; allowed: a whole number from 0 to 9223372036854775807"),
        ("training.l2=nan", "training.l2 is nan; allowed: a number from 0 to 1000"),
        ("training.l2=inf", "training.l2 is inf; allowed: a number from 0 to 1000"),
        ("training.optimizer.beta1=1", "training.optimizer.beta1 is 1; allowed: a number from 0 to below 1"),
        ("training.optimizer.eps=0.0", "training.optimizer.eps is 0.0; allowed: a number above 0 to 1"),
        ("training.shuffle=1", "training.shuffle is 1; allowed: true or false"),
        ("training.loss=huber", 'training.loss is "huber"; allowed: cross_entropy, mse'),
        ("data.source=''", 'data.source is ""; allowed: text, not empty'),
        ("data.limit=[1]", "data.limit is [1]; allowed: a whole number from 0 to 1000000000"),
        (
            "training.optimizer=adam",
            'training.optimizer is "adam"; allowed: a table with type = '
            "sgd or momentum or nesterov or rmsprop or adam or adamw",
        ),
        (
            "training.optimizer.type=adamax",
            'training.optimizer.type is "adamax"; allowed: sgd, momentum, nesterov, rmsprop, adam, adamw',
        ),
        (
            "training.optimizer.type=dense",
            'training.optimizer.type is "dense"; allowed: sgd, momentum, nesterov, rmsprop, adam, adamw',
        ),
        (
            "training.optimizer.type=3",
            "training.optimizer.type is 3; allowed: sgd, momentum, nesterov, rmsprop, adam, adamw",
        ),
        (
            "training.optimizer={learning_rate=1}",
            "training.optimizer.type is missing; allowed: sgd, momentum, nesterov, rmsprop, adam, adamw",
        ),
        (
            "training.optimizer.momentum=0.9",
            "training.optimizer.momentum: no such setting; allowed here: "
            "type, learning_rate, beta1, beta2, eps",
        ),
        (
            "training.optimiser.beta1=0.9",
            "training.optimiser: no such setting; allowed here: "
            "loss, optimizer, schedule, batch_size, epochs, l1, l2, max_norm, clip_norm, label_smoothing, "
            "ema, patience, shuffle, threads",
        ),
        ("sed=3", "sed: no such setting; allowed here: seed, data, augmentation, network, training"),
        ("epochs=3", "epochs: no such setting; did you mean training.epochs? allowed here: seed, data, "),
        (
            "optimizer.learning_rate=0.1",
            "optimizer: no such setting; did you mean training.optimizer.learning_rate? allowed here: seed, ",
        ),
        ("seed.x=3", "seed.x: no such setting; seed is a single value"),
        ("seed.x.y=3", "seed.x: no such setting; seed is a single value"),
        ("a..b=3", '"a..b" is no setting; allowed: dotted names, such as training.epochs'),
        ("network.layers=[]", "network.layers is []; allowed: a list of 1 to 64 tables"),
        ("network.layers=3", "network.layers is 3; allowed: a list of 1 to 64 tables"),
        ("network.layers=[3]", "network.layers.0 is 3; allowed: a table with type = dense or conv2d or"),
        ("network.layers=[{units=3}]", "network.layers.0.type is missing; allowed: dense, conv2d,"),
        (
            "network.layers=[{type='dense'}]",
            "network.layers.0.units is missing; allowed: a whole number from 1 to 65536",
        ),
        ("network.layers.2.units=3", "network.layers.2: no such element; allowed: 0 to 1"),
        ("network.layers.-1.units=3", "network.layers.-1: no such element; allowed: 0 to 1"),
        ("network.layers.x=3", "network.layers.x: no such element; allowed: 0 to 1"),
        ("network.layers.1.units=0", "network.layers.1.units is 0; allowed: a whole number from 1 to 65536"),
        ("training=1", "training is 1; allowed: a table with loss, optimizer, "),
        (
            "network.layers.0.kernel=5",
            "network.layers.0.kernel: no such setting; allowed here: type, units, activation",
        ),
        ("epochs", '--set takes KEY=VALUE, such as training.epochs=3, not "epochs"'),
        ("=3", '--set takes KEY=VALUE, such as training.epochs=3, not "=3"'),
    ],
)
def test_a_mistake_is_one_sentence(text: str, sentence: str) -> None:
    assert error_of(text).startswith(sentence)


def test_the_setting_that_is_meant_is_one_of_the_config_at_hand() -> None:
    config = find("99.4-small").config
    with pytest.raises(ConfigError) as caught:
        with_settings(config, {"units": 64})
    meant = re.search(r"did you mean (\S+)\? ", str(caught.value))
    assert meant is not None
    assert meant[1] in [setting.key for setting in settings(config)]


@pytest.mark.parametrize(
    "text",
    [
        "training.epochs=" + "x" * 5000,
        "training.epochs=" + "1" * 5000,
        "training.epochs=" + "[" * 3000,
        "training.epochs=[" + "1," * 3000 + "]",
        "k" * 5000 + "=1",
        "x" * 5000,
        "\x1b[31mred=1",
        "training.epochs=\x1b[31m\n\x07",
        "training.a`b=1",
        'training.loss="\u202e"',
    ],
)
def test_a_long_or_odd_text_is_cut_and_made_printable(text: str) -> None:
    error_of(text)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_no_number_may_be_other_than_finite(value: str) -> None:
    numbers = [setting.key for setting in settings(Config()) if setting.allowed.startswith("a number")]
    assert len(numbers) >= 8
    for key in numbers:
        assert error_of(f"{key}={value}").startswith(f"{key} is {value}; allowed: a number")


def test_a_long_value_is_cut() -> None:
    sentence = error_of("training.loss=" + "x" * 500)
    assert "xxx...; allowed: cross_entropy, mse" in sentence
    assert len(sentence) < 120


@MODEST
@given(key=st.sampled_from(KEYS), value=VALUES)
def test_any_value_for_any_key_is_a_config_or_one_sentence(key: str, value: Json) -> None:
    try:
        config = with_settings(Config(), {key: value})
    except ConfigError as refused:
        sentence = one_sentence(str(refused))
    else:
        sentence = key
        assert from_toml(to_toml(config)) == config
        found = {setting.key: setting.value for setting in settings(config)}[key]
        assert found == value
        assert not isinstance(found, float) or math.isfinite(found)
    assert sentence.startswith(key.rpartition(".")[0])


@MODEST
@given(key=st.text(max_size=30), value=VALUES)
def test_any_key_is_a_config_or_one_sentence(key: str, value: Json) -> None:
    try:
        with_settings(Config(), {key: value})
    except ConfigError as error:
        one_sentence(str(error))


@MODEST
@given(values=VALUES)
def test_any_values_are_a_config_or_one_sentence(values: Json) -> None:
    try:
        from_builtins(values)
    except ConfigError as error:
        one_sentence(str(error))


@MODEST
@given(text=st.text(max_size=60))
def test_any_text_is_a_config_or_one_sentence(text: str) -> None:
    for read in (from_toml, with_text):
        try:
            read(text)
        except ConfigError as error:
            one_sentence(str(error))


@MODEST
@given(
    key=st.sampled_from(["training.batch_size", "data.limit", "training.epochs", "seed", "training.threads"]),
    value=st.integers(),
)
def test_whole_numbers_in_the_range_and_no_others(key: str, value: int) -> None:
    allowed = {setting.key: setting.allowed for setting in settings(Config())}[key]
    low, high = (int(word) for word in allowed.split() if word.isdecimal())
    if low <= value <= high:
        with_settings(Config(), {key: value})
    else:
        assert error_of(f"{key}={value}").startswith(f"{key} is ")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"training.patience": 3, "data.validation": 0},
            "training.patience is 3; allowed: 0 while data.validation is 0",
        ),
        (
            {"training.label_smoothing": 0.1, "training.loss": "mse"},
            "training.label_smoothing is 0.1; allowed: 0 while training.loss is mse",
        ),
    ],
)
def test_settings_that_do_not_go_together(settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(ConfigError) as error:
        with_settings(Config(), settings)
    assert str(error.value) == sentence
