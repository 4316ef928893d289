"""Configs as text: TOML, dotted keys, what each allows, and what differs."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from setting_samples import MODEST, one_sentence, with_text

from nn.config import (
    Config,
    ConstantConfig,
    DenseConfig,
    FlattenConfig,
    MomentumConfig,
    NetworkConfig,
    SGDConfig,
    TrainingConfig,
)
from nn.presets import PRESETS, Preset
from nn.schema import Json
from nn.settings import (
    ConfigError,
    Setting,
    differences,
    from_toml,
    parse_setting,
    parse_value,
    settings,
    to_builtins,
    to_inline_toml,
    to_toml,
    with_settings,
)

KEYS = [setting.key for setting in settings(Config())]


class TestToml:
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("seed = ", "my.toml: not TOML: Invalid value"),
            ("a = [", "my.toml: not TOML: "),
            ("seed = 1\nseed = 2", "my.toml: not TOML: Cannot overwrite a value"),
            ("a = " + "1" * 5000, "my.toml: not TOML that can be read: "),
            ("a = " + "[" * 5000, "my.toml: not TOML that can be read: "),
            (
                "[training]\nfoo = 3",
                "my.toml: training.foo: no such setting; allowed here: loss, optimizer, ",
            ),
            ("[[training]]", "my.toml: training is "),
            ("[training]\nbatch_size = -3", "my.toml: training.batch_size is -3; allowed: a whole number"),
            (
                "[training.optimizer]\ntype = 'adam'\nlearning_rate = nan",
                "my.toml: training.optimizer.learning_rate is",
            ),
        ],
    )
    def test_an_error_names_the_file(self, text: str, sentence: str) -> None:
        with pytest.raises(ConfigError) as error:
            from_toml(text, "my.toml")
        assert one_sentence(str(error.value)).startswith(sentence)

    def test_an_empty_file_is_the_default(self) -> None:
        assert from_toml("") == Config()

    def test_the_contracts_example(self) -> None:
        config = from_toml("""
            seed = 7
            [data]
            source = "mnist"
            validation = 5000
            limit = 0
            standardise = false
            [network]
            initializer = "he"
            layers = [
              { type = "dense", units = 128, activation = "relu" },
              { type = "dense", units = 10 },
            ]
            [training]
            loss = "cross_entropy"
            optimizer = { type = "adam", learning_rate = 0.005, beta1 = 0.9, beta2 = 0.999 }
            schedule = { type = "one_cycle" }
            batch_size = 128
            epochs = 5
            threads = 0
        """)
        assert config == Config()

    def test_the_toml_is_complete(self) -> None:
        written = tomllib.loads(to_toml(Config()))
        assert written == to_builtins(Config())
        assert written["training"]["schedule"]["final_div_factor"] == 1e4


class TestAssigning:
    def test_a_layer_of_the_list(self) -> None:
        config = with_text("network.layers.0.units=64")
        assert config.network.layers == (DenseConfig(64, "relu"), DenseConfig(10))

    def test_a_whole_layer_and_a_whole_list(self) -> None:
        config = with_text("network.layers.0={ type = 'flatten' }")
        assert config.network.layers == (FlattenConfig(), DenseConfig(10))
        config = with_text("network.layers=[{ type = 'dense', units = 10 }]")
        assert config.network.layers == (DenseConfig(10),)

    def test_a_new_type_keeps_what_both_have(self) -> None:
        config = with_text("training.optimizer.type=momentum")
        assert config.training.optimizer == MomentumConfig(learning_rate=0.005)
        config = with_text("training.schedule.type=constant")
        assert config.training.schedule == ConstantConfig()

    def test_a_new_type_and_its_own_field_together(self) -> None:
        config = with_settings(
            Config(), {"training.optimizer.type": "momentum", "training.optimizer.momentum": 0.5}
        )
        assert config.training.optimizer == MomentumConfig(0.005, 0.5)

    def test_a_new_layer_type_that_needs_more_says_so(self) -> None:
        flat = Config(network=NetworkConfig(layers=(FlattenConfig(), DenseConfig(10))))
        with pytest.raises(
            ConfigError, match=r"^network\.layers\.0\.units is missing; allowed: a whole number"
        ):
            with_settings(flat, {"network.layers.0.type": "dense"})

    def test_a_whole_number_is_a_number(self) -> None:
        assert with_text("training.l2=1").training.l2 == 1.0

    def test_the_config_that_was_given_stays(self) -> None:
        config = Config()
        with_settings(config, {"network.layers.0.units": 3, "seed": 1})
        assert config == Config()


class TestParsing:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("3", 3),
            ("1e-3", 0.001),
            ("true", True),
            ("'text'", "text"),
            ("text", "text"),
            ("", ""),
            ("/data/my folder", "/data/my folder"),
            ("{ type = 'sgd' }", {"type": "sgd"}),
            ("[1, 2]", [1, 2]),
            ("3 # three", 3),
            ("1\nseed = 2", "1\nseed = 2"),
            ("=", "="),
        ],
    )
    def test_toml_or_else_text(self, text: str, value: Json) -> None:
        assert parse_value(text) == value

    def test_only_the_first_equals_sign_splits(self) -> None:
        assert parse_setting(" data.source = /a=b ") == ("data.source", "/a=b")

    @MODEST
    @given(
        value=st.recursive(
            st.booleans()
            | st.integers(-(2**63), 2**63 - 1)
            | st.floats(allow_nan=False)
            | st.text(max_size=30),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.from_regex(r"[a-z_]+", fullmatch=True), inner, max_size=3)
            ),
            max_leaves=5,
        )
    )
    def test_inline_toml_is_read_back(self, value: Json) -> None:
        text = to_inline_toml(value)
        assert "\n" not in text
        assert parse_value(text) == value


class TestDescribing:
    @pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
    def test_every_setting_has_words_and_leads_back_to_itself(self, preset: Preset) -> None:
        config = preset.config
        for setting in settings(config):
            assert setting.key
            assert setting.help.strip()
            assert setting.allowed.strip()
            assert with_settings(config, {setting.key: setting.value}) == config

    def test_choices_are_all_allowed(self) -> None:
        for setting in settings(Config()):
            for choice in setting.choices:
                if setting.key != "network.layers.1.type":  # as flatten it would leave its units behind
                    with_settings(Config(), {setting.key: parse_value(choice)})

    def test_choices_where_there_are_few(self) -> None:
        chosen = {setting.key for setting in settings(Config()) if setting.choices}
        assert {
            "training.shuffle",
            "training.loss",
            "training.optimizer.type",
            "network.layers.0.type",
        } <= chosen
        assert {"seed", "data.source", "training.epochs"}.isdisjoint(chosen)

    def test_keys_come_in_the_configs_order(self) -> None:
        assert KEYS[:3] == ["seed", "data.source", "data.validation"]
        assert len(set(KEYS)) == len(KEYS)

    def test_one_setting_in_full(self) -> None:
        assert next(iter(settings(Config()))) == Setting(
            key="seed",
            value=7,
            allowed="a whole number from 0 to 9223372036854775807",
            help="Where all randomness comes from.",
            choices=(),
        )


class TestDifferences:
    def test_none(self) -> None:
        assert differences(Config(), Config()) == {}

    def test_lists_and_tagged_values_are_whole(self) -> None:
        config = Config(
            seed=1,
            network=NetworkConfig(layers=(DenseConfig(10),)),
            training=TrainingConfig(optimizer=SGDConfig(0.5), epochs=9),
        )
        assert differences(config, Config()) == {
            "seed": 1,
            "network.layers": [{"type": "dense", "units": 10, "activation": "none"}],
            "training.optimizer": {"type": "sgd", "learning_rate": 0.5},
            "training.epochs": 9,
        }

    @pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
    def test_as_settings_on_a_command_line_they_lead_back(self, preset: Preset) -> None:
        wanted = preset.config
        config = Config()
        for key, value in differences(wanted, Config()).items():
            config = with_text(f"{key}={to_inline_toml(value)}", config)
        assert config == wanted
