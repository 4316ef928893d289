"""Each lesson fits its page, is ASCII, and has numbers of the very network in it."""

import numpy as np
import pytest
from step_samples import step_config, traced

from nn.building import parameter_count
from nn.config import Config, DenseConfig, NetworkConfig
from nn.explain.step_trace import StepTrace
from nn.losses import CrossEntropy
from nn.presets import PRESETS, Preset, find
from nn.settings import settings, with_settings
from tui.lessons.catalogue import LESSONS, WIDTH, lesson_of_field
from tui.numbers import number

HEIGHT = 18
NETWORK = NetworkConfig(layers=(DenseConfig(13, "relu"), DenseConfig(11, "relu"), DenseConfig(10)))


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_it_fits_its_page(name: str, preset: Preset) -> None:
    for trace in (None, traced(preset.config)):
        lines = LESSONS[name].page(preset.config, trace)
        assert 8 <= len(lines) <= HEIGHT, "\n".join(lines)
        assert max(map(len, lines)) <= WIDTH
        assert "\n".join(lines).isascii()


def said(name: str, config_: Config, trace: StepTrace | None) -> str:
    return " ".join(" ".join(LESSONS[name].page(config_, trace)).split())


def test_each_has_numbers_of_this_network_without_a_step() -> None:
    config_ = step_config(*NETWORK.layers)
    wanted = {
        "one_hot": "10 outputs",
        "softmax": "2.303",
        "relu": f"{parameter_count(NETWORK):,} parameters",
        "initialisation": "fan_in 13",
        "learning_rate": "sgd at 0.1",
        "chain_rule": f"{parameter_count(NETWORK):,} slopes",
        "shapes": "(n x 13)(13 x 11) + (11) = (n x 11): 154",
    }
    assert {name: text for name, text in wanted.items() if text not in said(name, config_, None)} == {}
    assert set(wanted) == set(LESSONS)


def test_each_has_numbers_of_this_step() -> None:
    config_ = step_config(*NETWORK.layers)
    trace = traced(config_)
    label = int(trace.labels[0])
    gradient = trace.layers[1].tensors["weight"].gradient
    slope = float(gradient.flat[np.abs(gradient).argmax()])
    dense = trace.layers[1]
    weight = dense.tensors["weight"]
    moved = float(np.linalg.norm(weight.after - weight.before)) / float(np.linalg.norm(weight.before))
    wanted = {
        "one_hot": f"image 1 is a {label} and gets {100 * trace.probabilities[0, label]:.1f} %",
        "softmax": f"the loss is {trace.losses[0]:.3f}",
        "relu": f"dense1 (relu) gives more than 0 at {np.count_nonzero(dense.outputs[0])} of 13",
        "initialisation": f"dense1's weights have {number(float(weight.before.std()))}",
        "learning_rate": f"it moves dense1 by {number(moved)}",
        "chain_rule": f"= {number(slope)}. Raised by 0.001",
        "shapes": "Here, 6 images at a time",
    }
    assert {name: text for name, text in wanted.items() if text not in said(name, config_, trace)} == {}
    assert set(wanted) == set(LESSONS)


def test_weights_begin_as_each_layers_own_fans_say() -> None:
    lenet = with_settings(find("lenet-5").config, {"network.initializer": "glorot"})
    text = said("initialisation", lenet, None)
    assert "0.1069 fan_in 25, fan_out 150, conv2d 0.0603 fan_in 150, fan_out 400, conv2d" in text
    assert text.endswith(".. and 2 more layers")
    assert said("initialisation", step_config(*NETWORK.layers[:1] * 3, NETWORK.layers[-1]), None).endswith(
        ".. and 1 more layer"
    )


def test_weights_that_begin_as_ones_are_not_among_those_drawn() -> None:
    text = said("initialisation", find("99.4-small").config, None)
    assert "0.4714 fan_in 9, " in text
    assert "batchnorm" not in text


def test_squared_error_is_told_why_it_has_no_softmax() -> None:
    config_ = find("classic-sigmoid").config
    assert "learns by squared error" in said("softmax", config_, None)
    assert "as high as 15 works here" in said("softmax", config_, traced(config_))


def test_no_share_of_a_softmax_is_all_or_none() -> None:
    trace = traced(step_config())
    outputs = np.full_like(trace.outputs, -20)
    outputs[:, trace.labels[0]] = 20
    trace = trace._replace(outputs=outputs, probabilities=CrossEntropy().probabilities(outputs))
    words = said("softmax", step_config(), trace)
    assert "so their shares are >99.99 % and <0.01 %: e^40 = 2.35e+17 to 1." in words
    assert f"The {trace.labels[0]} gets >99.99 %:" in words


def test_smoothing_is_told() -> None:
    assert "the aim is 0.91 for the digit" in said("one_hot", step_config(label_smoothing=0.1), None)


def test_fields_open_the_lessons_on_them() -> None:
    of = {setting.key: lesson_of_field(setting.key) for setting in settings(step_config())}
    assert of["training.loss"] == "softmax"
    assert of["training.label_smoothing"] == "one_hot"
    assert of["network.initializer"] == "initialisation"
    assert of["network.layers.0.activation"] == "relu"
    assert of["network.layers.0.units"] == "shapes"
    assert of["training.optimizer.learning_rate"] == of["training.schedule.type"] == "learning_rate"
    assert of["training.clip_norm"] == "chain_rule"
    assert of["seed"] == ""
    assert set(of.values()) - {""} == set(LESSONS)
