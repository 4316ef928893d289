"""Each lesson fits its page, is ASCII, and has numbers of the very network in it."""

import re
from typing import get_args

import numpy as np
import pytest
from inspections import small_inspection
from step_samples import step_config, traced

from nn.building import parameter_count
from nn.config import ActivationName, Config, DenseConfig, NetworkConfig
from nn.explain.inspection import inspect
from nn.losses import CrossEntropy, build_loss
from nn.network import Network
from nn.presets import PRESETS, Preset, find
from nn.settings import settings, with_settings
from tui.inspecting.sheets import View
from tui.lessons.catalogue import LESSONS, WIDTH, lesson_of_field, lesson_of_layer
from tui.lessons.example import FIRST, Example
from tui.numbers import a_digit, number
from tui.stepping.walk import pages

HEIGHT = 18
NETWORK = NetworkConfig(layers=(DenseConfig(13, "relu"), DenseConfig(11, "relu"), DenseConfig(10)))


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_it_fits_its_page(name: str, preset: Preset) -> None:
    trace = traced(preset.config)
    last = len(trace.layers) - 1
    examples = [
        None,
        Example.of_step(trace),
        Example.of_step(trace, 3, last, 7),
        Example.of_step(trace, 3, last // 2, 7),
        inspected(preset.config, last // 2 + 1),
    ]
    for example in examples:
        lines = LESSONS[name].page(preset.config, example)
        assert 8 <= len(lines) <= HEIGHT, "\n".join(lines)
        assert max(map(len, lines)) <= WIDTH
        assert "\n".join(lines).isascii()


def inspected(config_: Config, position: int, unit: int = 0, label: int = 8) -> Example:
    """An image of noise, called image 0, as Inside shows it."""
    network = Network(config_.network, fuse=False)
    network.initialize(np.random.default_rng(0))
    pixels = np.random.default_rng(1).random((28, 28, 1), np.float32)
    inspection = inspect(network, build_loss(config_.training), pixels, label)
    return Example.of_inspection(inspection, "image 0", label, 12, position, unit)


def said(name: str, config_: Config, example: Example | None) -> str:
    return " ".join(" ".join(LESSONS[name].page(config_, example)).split())


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
        "one_hot": f"{FIRST} is {a_digit(label)} and gets {100 * trace.probabilities[0, label]:.1f} %",
        "softmax": f"the loss is {trace.losses[0]:.3f}",
        "relu": f"dense1 (relu) gives more than 0 at {np.count_nonzero(dense.outputs[0])} of 13",
        "initialisation": f"dense1's weights have {number(float(weight.before.std()))}",
        "learning_rate": f"it moves dense1 by {number(moved)}",
        "chain_rule": f"= {number(slope)}. Raised by 0.001",
        "shapes": "Here, 6 images at a time",
    }
    assert {
        name: text for name, text in wanted.items() if text not in said(name, config_, Example.of_step(trace))
    } == {}
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
    assert "as high as 15 works here" in said("softmax", config_, Example.of_step(traced(config_)))


def test_only_a_sigmoid_makes_a_high_rate_possible() -> None:
    """Neither is said of outputs as they are, nor of a rate that is not high."""
    linear = step_config(loss="mse")
    example = Example.of_step(traced(linear), 2, 2, 3)
    text, y = said("softmax", linear, example), float(example.outputs[example.label])
    assert f"y_{example.label} = {number(y)}" in text
    assert f"2 (y_{example.label} - 1) / 10 = {number(2 * (y - 1) / 10)}." in text
    assert "y (1 - y) = " not in text
    assert "works here" not in text
    careful = step_config(DenseConfig(12, "sigmoid"), DenseConfig(10, "sigmoid"), loss="mse")
    text = said("softmax", careful, Example.of_step(traced(careful)))
    assert "y (1 - y) = " in text
    assert "works here" not in text


def test_it_speaks_of_the_image_the_layer_and_the_number_looked_at() -> None:
    config_ = step_config(*NETWORK.layers)
    trace = traced(config_)
    example = Example.of_step(trace, image=4, place=2, unit=5)
    label, layer = int(trace.labels[4]), trace.layers[2]
    gradient = layer.tensors["weight"].gradient[:, 5]
    strongest = int(np.abs(gradient).argmax())
    dense = layer.tensors["weight"]
    moved = float(np.linalg.norm(dense.after - dense.before) / np.linalg.norm(dense.before))
    wanted = {
        "one_hot": f"image 5 is {a_digit(label)} and gets {100 * trace.probabilities[4, label]:.1f} %",
        "softmax": f"Here, image 5, {a_digit(label)}: z_",
        "relu": f"image 5: dense2 (relu) gives more than 0 at {np.count_nonzero(layer.outputs[4])} of 11",
        "initialisation": f"dense2's weights have {number(float(dense.before.std()))}",
        "learning_rate": f"it moves dense2 by {number(moved)}",
        "chain_rule": f"dense2: dL/dW_{strongest},5 = {number(gradient[strongest])}.",
    }
    assert {name: text for name, text in wanted.items() if text not in said(name, config_, example)} == {}
    assert f"a_5 = {number(layer.outputs[4, 5])} the slope is" in said("relu", config_, example)
    assert f"the loss is {trace.losses[4]:.3f}" in said("softmax", config_, example)


def test_of_an_image_inside_it_calls_it_as_it_is_called_there() -> None:
    config_ = step_config(DenseConfig(13, "relu"), DenseConfig(11, "sigmoid"), DenseConfig(10))
    example = inspected(config_, position=3, unit=4)
    assert example.layers[3].name == "dense2"
    text = said("relu", config_, example)
    outputs = example.layers[3].outputs
    slopes = outputs * (1 - outputs)
    assert f"image 0: the slopes of dense2 (sigmoid), at most 1/4, are {number(slopes.mean())}" in text
    assert f"At a_4 = {number(outputs[4])} the slope is {number(outputs[4] * (1 - outputs[4]))}." in text
    assert "Here, image 0, an 8: z_" in said("softmax", config_, example)
    assert f"the loss of image 0, {number(example.loss)}, by about" in said("chain_rule", config_, example)
    assert "Here, dense2: dL/dW_" in said("chain_rule", config_, example)
    assert "At step 12 dense2's weights have" in said("initialisation", config_, example)


def test_a_power_is_that_of_the_lead_as_it_is_written() -> None:
    config_ = step_config()
    text = said("softmax", config_, Example.of_step(traced(config_, 28)))
    rule = r"= (-?[\d.]+) leads z_\d = (-?[\d.]+) by ([\d.]+), .* = ([\d.e+]+) to 1"
    first, second, lead, power = (float(figure) for figure in re.findall(rule, text)[0])
    assert first - second == pytest.approx(lead, abs=1e-9)
    assert power == pytest.approx(np.exp(lead), rel=1e-3)
    assert f"e^{lead:.4f} = " in text


def test_no_share_of_a_softmax_is_all_or_none() -> None:
    trace = traced(step_config())
    outputs = np.full_like(trace.outputs, -20)
    outputs[:, trace.labels[0]] = 20
    trace = trace._replace(outputs=outputs, probabilities=CrossEntropy().probabilities(outputs))
    words = said("softmax", step_config(), Example.of_step(trace))
    assert "so their shares are >99.99 % and <0.01 %: e^40.0000 = 2.35e+17 to 1." in words
    assert f"The {trace.labels[0]} gets >99.99 %:" in words


def test_smoothing_is_told() -> None:
    assert "the aim is 0.91 for the digit" in said("one_hot", step_config(label_smoothing=0.1), None)


@pytest.mark.parametrize("activation", [name for name in get_args(ActivationName) if name != "none"])
def test_every_activation_opens_the_lesson_on_activations(activation: ActivationName) -> None:
    layers = small_inspection(DenseConfig(6, activation), DenseConfig(10)).layers
    assert lesson_of_layer(layers, 2, View.ACTIVATIONS) == "relu"
    assert lesson_of_layer(layers, 1, View.ACTIVATIONS) == "shapes"
    walk = pages(traced(step_config(DenseConfig(6, activation), DenseConfig(10))))
    assert [page.lesson for page in walk if page.stage == "forward"] == [
        "one_hot",
        "shapes",
        "relu",
        "shapes",
    ]


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
