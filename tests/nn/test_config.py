"""The config's types: frozen, complete in words, and with PyTorch's defaults."""

import msgspec
import pytest
from msgspec import inspect

from nn import schema
from nn.config import (
    LAYER_TYPES,
    OPTIMIZER_TYPES,
    SCHEDULE_TYPES,
    AdamConfig,
    AdamWConfig,
    Config,
    CosineConfig,
    DataConfig,
    DenseConfig,
    MomentumConfig,
    OneCycleConfig,
    RMSpropConfig,
    SGDConfig,
    StepConfig,
    TrainingConfig,
    conflict,
)


def test_a_config_is_frozen() -> None:
    for name in Config.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(Config(), name, None)


def test_equal_configs_are_equal_and_hash_alike() -> None:
    assert Config() == Config()
    assert hash(Config()) == hash(Config())


def test_optimizers_default_as_in_pytorch() -> None:
    assert AdamConfig() == AdamConfig(learning_rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8)
    assert SGDConfig().learning_rate == 1e-3
    assert MomentumConfig().learning_rate == 1e-3


def test_one_cycle_defaults_as_in_pytorch() -> None:
    schedule = OneCycleConfig()
    assert (schedule.pct_start, schedule.div_factor, schedule.final_div_factor) == (0.3, 25, 1e4)


def test_a_layers_activation_defaults_to_none() -> None:
    assert DenseConfig(units=3).activation == "none"


def test_the_schema_finds_every_type() -> None:
    found = {struct.cls for struct in schema.tagged_structs()}
    assert found == {*LAYER_TYPES, *OPTIMIZER_TYPES, *SCHEDULE_TYPES}


def test_every_field_of_every_table_has_words() -> None:
    tables = [*schema.tagged_structs(), *plain_structs(schema.root())]
    for table in tables:
        assert table.cls.__doc__
        for field in table.fields:
            assert schema.describe(field.type)
            if not isinstance(schema.plain(field.type), inspect.StructType | inspect.UnionType):
                assert schema.help_of(field.type).endswith("."), field.name
            assert not field.required or field.name == "units"


def plain_structs(node: inspect.Type) -> list[inspect.StructType]:
    node = schema.plain(node)
    if not isinstance(node, inspect.StructType) or node.tag is not None:
        return []
    return [node, *(found for field in node.fields for found in plain_structs(field.type))]


def test_defaults_are_within_their_own_ranges() -> None:
    assert msgspec.convert(msgspec.to_builtins(Config()), Config) == Config()


def test_rmsprop_adamw_and_the_schedules_default_as_in_pytorch() -> None:
    assert RMSpropConfig() == RMSpropConfig(
        learning_rate=0.01, alpha=0.99, eps=1e-8, momentum=0.0, centered=False
    )
    assert AdamWConfig() == AdamWConfig(
        learning_rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
    )
    assert StepConfig().gamma == 0.1
    assert CosineConfig().eta_min == 0.0


def test_what_a_run_need_not_have_is_off() -> None:
    training = TrainingConfig()
    names = ("l1", "l2", "max_norm", "clip_norm", "label_smoothing", "ema", "patience")
    assert [getattr(training, name) for name in names] == [0] * len(names)


def test_two_settings_that_do_not_go_together_are_one_sentence() -> None:
    config = Config(data=DataConfig(validation=0), training=TrainingConfig(patience=3))
    assert conflict(config) == "training.patience is 3; allowed: 0 while data.validation is 0"
    config = Config(training=TrainingConfig(loss="mse", label_smoothing=0.1))
    assert conflict(config) == "training.label_smoothing is 0.1; allowed: 0 while training.loss is mse"
    assert conflict(Config(training=TrainingConfig(label_smoothing=0.1, patience=3))) is None
    assert conflict(Config()) is None
