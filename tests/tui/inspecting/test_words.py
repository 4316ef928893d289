"""What is said about layers and units, with the numbers that the layers have."""

from pathlib import Path

import numpy as np
import pytest
from inspections import LABEL, record, small_inspection
from rich.style import Style

from nn.config import Config, DenseConfig, NetworkConfig
from nn.explain.inspection import Inspection, Tensor, inspect
from nn.losses import LOSSES, CrossEntropy, Loss
from nn.network import Network
from nn.runs.store import RunDirectory
from tui.answering.current_network import Origin
from tui.inspecting.inspector import Subject, Told
from tui.inspecting.sheets import Sheet, View, sheet_of
from tui.inspecting.tiling import tiling
from tui.inspecting.words import (
    ANSWER_WIDTH,
    answer_lines,
    input_name,
    layer_words,
    number,
    scale_words,
    signed,
    spread,
    unit_lines,
)
from tui.terminal.display import ColorMode, Display
from tui.widgets.pixels import SignedStyles, signed_strips

STYLES = SignedStyles(*(Style(color=color) for color in ("blue", "yellow", "black", "white")))
PLAIN, ASCII = Display(), Display(ColorMode.NONE, ascii=True)


@pytest.mark.parametrize(
    ("value", "words", "with_sign"),
    [
        (0.0, "0", "+0"),
        (0.12345, "0.123", "+0.123"),
        (-14.56, "-14.6", "-14.6"),
        (-0.0000343, "-3.4e-05", "-3.4e-05"),
        (1234567.0, "1.2e+06", "+1.2e+06"),
        (float("nan"), "nan", "+nan"),
    ],
)
def test_numbers_are_short(value: float, words: str, with_sign: str) -> None:
    assert (number(value), signed(value)) == (words, with_sign)


def test_a_layer_is_named_with_what_goes_in_and_out() -> None:
    told = small_inspection()
    assert [layer_words(layer) for layer in told.layers] == [
        "the image: 28x28x1",
        "flatten1: 28x28x1 -> 784",
        "dense1: 784 -> 6, relu",
        "dense2: 6 -> 12, tanh",
        "dense3: 12 -> 10",
    ]


def sheet(values: list[float], limit: float) -> Sheet:
    array = np.array(values)
    return Sheet(len(values), 1, 1, lambda index: array[[[index]]], limit, Tensor.of(array))


@pytest.mark.parametrize(
    ("values", "limit", "words"),
    [
        ([0.0, 0.0], 0.0, "all are 0"),
        ([0.0, 0.5], 0.5, "blank is 0, blue +0.5"),
        ([-0.1, 0.5], 0.5, "blank is 0, blue +0.5, orange -0.5"),
        ([-0.1, 0.9], 0.5, "blank is 0, blue +0.5 up, orange -0.5"),
        ([-0.9, -0.1], 0.5, "blank is 0, orange -0.5 down"),
    ],
)
def test_the_scale_is_told_in_words(values: list[float], limit: float, words: str) -> None:
    assert scale_words(sheet(values, limit), PLAIN, hues=True, width=60) == words


def test_in_a_narrow_scale_both_ends_are_whole() -> None:
    told = sheet([-0.6, 0.6], 0.0587)
    assert scale_words(told, PLAIN, hues=True, width=46) == "blue +0.0587 up, orange -0.0587 down"


def test_without_hues_the_glyphs_are_told() -> None:
    told = scale_words(sheet([-0.5, 0.5], 0.5), ASCII, hues=False, width=60)
    assert told == "blank is 0, .+*# +0.5, ,-=Z -0.5"


def test_a_neuron_is_told_with_its_strongest_inputs() -> None:
    told = small_inspection()
    layer = told.layers[2]
    inputs, weights = told.layers[1].outputs.values, layer.parameters["weight"].values[:, 4]
    products = inputs * weights
    strongest = int(np.abs(products).argmax())
    assert layer.output_gradient is not None
    lines = unit_lines(told, 2, View.WEIGHTS, 4)
    assert lines[:4] == [
        f"neuron 4: activation {number(float(layer.outputs.values[4]))}, "
        f"dL/da {number(float(layer.output_gradient.values[4]))}",
        "bias 0",
        f"weights {spread(Tensor.of(weights))}",
        "strongest inputs, input x weight:",
    ]
    row, column = divmod(strongest, 28)
    assert lines[4] == (
        f"  row {row}, column {column}: {number(float(inputs[strongest]))} x "
        f"{signed(float(weights[strongest]))} = {signed(float(products[strongest]))}"
    )
    assert len(lines) == 7


def test_of_gradients_the_largest_are_told() -> None:
    told = small_inspection()
    gradient = told.layers[4].parameter_gradients["weight"].values[:, LABEL]
    largest = int(np.abs(gradient).argmax())
    lines = unit_lines(told, 4, View.WEIGHT_GRADIENTS, LABEL)
    bias = told.layers[4].parameter_gradients["bias"].values[LABEL]
    assert lines[0].startswith(f"digit {LABEL}: activation ")
    assert lines[1:5] == [
        f"dL/db {number(float(bias))}",
        f"dL/dw {spread(Tensor.of(gradient))}",
        "largest dL/dw, from:",
        f"  dense2 {largest}: {signed(float(gradient[largest]))}",
    ]


def test_a_map_is_told_by_its_spread_and_place() -> None:
    maps = np.zeros((4, 5, 2))
    maps[3, 1, 1] = -2
    conv = record("conv2d", maps, (6, 7, 1), weight=np.ones((3, 3, 1, 2)), bias=np.array([0.5, -0.25]))
    pool = record("maxpool2d", maps, (8, 10, 2))
    layers = record("image", np.ones((6, 7, 1))), conv, pool, record("dense", np.ones(10))
    told = Inspection(layers, np.ones(10) / 10, None)
    assert unit_lines(told, 1, View.ACTIVATIONS, 1) == [
        "filter 1: strongest at row 3, column 1",
        "min -2  mean -0.1  max 0",
        "bias -0.25",
        "weights min 1  mean 1  max 1",
    ]
    assert unit_lines(told, 1, View.ACTIVATION_GRADIENTS, 1) == [
        "filter 1: strongest at row 3, column 1",
        "min -0.2  mean -0.01  max 0",
        "dL/db -0.025",
        "dL/dw min 0.1  mean 0.1  max 0.1",
    ]
    assert unit_lines(told, 2, View.ACTIVATIONS, 0) == ["channel 0: 0 everywhere"]
    assert unit_lines(told, 0, View.ACTIVATIONS, 0)[1] == "min 1  mean 1  max 1"


def test_inputs_after_maps_are_named_by_channel_and_place() -> None:
    layers = (
        record("maxpool2d", np.ones((2, 3, 4))),
        record("flatten", np.ones(24), (2, 3, 4)),
        record("dense", np.ones(5), (24,), weight=np.ones((24, 5))),
    )
    assert input_name(layers, 2, (1 * 3 + 2) * 4 + 3) == "channel 3 at (1, 2)"


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("worst", [np.nan, np.inf])
def test_a_network_that_diverged_can_be_looked_at(view: View, worst: float) -> None:
    network = Network(NetworkConfig(layers=(DenseConfig(20, "relu"), DenseConfig(10))))
    network.parameters[::3], network.parameters[1::3] = worst, -worst
    told = inspect(network, LOSSES["cross_entropy"], np.ones((28, 28, 1)), LABEL)
    for position in range(len(told.layers)):
        found = sheet_of(told.layers, position, view)
        assert unit_lines(told, position, view, 0)
        if found is not None:
            assert scale_words(found, PLAIN, hues=True, width=60)
            assert tiling(found, 47, 10).picture(found.tile(0)).size
            signed_strips(found.tile(0), found.limit, STYLES, PLAIN)


@pytest.mark.parametrize("view", View)
def test_every_layer_and_view_has_words(view: View) -> None:
    told = small_inspection()
    for position, layer in enumerate(told.layers):
        found = sheet_of(told.layers, position, view)
        lines = unit_lines(told, position, view, layer.output_shape[-1] - 1)
        assert all(line.isascii() and len(line) <= 60 for line in lines)
        assert found is None or scale_words(found, ASCII, hues=False, width=60).isascii()


def test_the_answer_is_told_with_the_step(tmp_path: Path) -> None:
    inspection = small_inspection()
    digit = int(inspection.probabilities.argmax())
    image = np.zeros((28, 28), np.uint8)
    for run, last in ((None, ["untrained:", "space trains"]), (RunDirectory(tmp_path), ["step 1,234"])):
        told = Told(Subject(Origin(run, Config(), 0), image, LABEL), inspection, 1234)
        lines = answer_lines(17, LABEL, told, PLAIN.marks)
        assert lines[:2] == ["image 17", "▸ true 3"]
        assert lines[2].startswith(f"▹ answer {digit} ")
        assert lines[4] == f"loss {inspection.loss:.3f}"
        assert lines[5:] == last
        assert max(map(len, lines)) <= ANSWER_WIDTH
    assert answer_lines(17, LABEL, None, PLAIN.marks) == ["image 17", "▸ true 3"]


@pytest.mark.parametrize("loss", [CrossEntropy(label_smoothing=0.1), LOSSES["mse"]])
def test_the_loss_is_that_of_the_answer_whatever_the_network_learns_by(loss: Loss) -> None:
    network = Network(NetworkConfig(layers=(DenseConfig(10),)))
    network.initialize(np.random.default_rng(0))
    inspection = inspect(network, loss, np.random.default_rng(0).random((28, 28, 1)), LABEL)
    told = Told(Subject(Origin(None, Config(), 0), np.zeros((28, 28), np.uint8), LABEL), inspection, 0)
    expected = -np.log(float(inspection.probabilities[LABEL]))
    assert answer_lines(17, LABEL, told, PLAIN.marks)[4] == f"loss {expected:.3f}"
