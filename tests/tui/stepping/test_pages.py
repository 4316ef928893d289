"""The pages of a step: what they show is the trainer's own, they fit, and their sums add up."""

import re
from typing import get_args

import numpy as np
import pytest
from step_pages import HEIGHT, adds_up, drawn, page_of
from step_samples import EVERY_KIND, step_config, traced, trainer_of

from nn.config import (
    ActivationName,
    Config,
    DenseConfig,
    DropoutConfig,
    LossName,
)
from nn.presets import PRESETS, Preset
from tests.nn.samples import OPTIMIZERS
from tui.numbers import number, percent
from tui.stepping.layer_pages import FORWARD
from tui.stepping.look import WIDTH, Look
from tui.stepping.walk import pages, unit_to_begin_with

CONFIGS = [
    *(step_config(optimizer=optimizer) for optimizer in OPTIMIZERS),
    step_config(loss="mse"),
    step_config(l1=1e-3, l2=1e-2, clip_norm=0.1, max_norm=0.3, label_smoothing=0.1),
]


@pytest.mark.parametrize("config_", CONFIGS)
def test_what_is_shown_is_the_trainers_own_step(config_: Config) -> None:
    """A second trainer takes the step; its numbers are on the pages."""
    trace, theirs = traced(config_, 3), trainer_of(config_, 3)
    before = theirs.network.parameters.copy()
    images, _ = next(theirs.batches.epoch(0, first=3))
    outputs = theirs.network.answer(images, theirs.pixels)
    event = next(theirs.train_epoch())
    image = 1
    assert f"= {event.loss:.4f}" in page_of(trace, "loss", "loss")
    softmax = page_of(trace, "loss", "softmax" if config_.training.loss == "cross_entropy" else "shares")
    for output in outputs[image]:
        assert f" {number(output)} " in softmax
    for share in theirs.loss.probabilities(outputs)[image]:
        assert f"{share * 100:.2f} %" in softmax
    for place, (name, layer) in enumerate(theirs.network.learning_layers(), 1):
        unit = unit_to_begin_with(trace, place, image)
        update, backward = page_of(trace, "update", name), page_of(trace, "backward", name)
        gradient = trace.layers[place].tensors["weight"].gradient[:, unit]
        strongest = int(np.abs(gradient).argmax())
        index = layer.slices["weight"].start + strongest * layer.output_shape[0] + unit
        assert f"W_{strongest},{unit}: " in update
        assert f"= {before[index]:.6f} - " in update
        assert f"{layer.parameters['weight'][strongest, unit]:.6f}" in update
        assert f"= {number(event.learning_rate)}" in update
        if not config_.training.clip_norm and not config_.training.l1:
            assert f"g = {number(layer.gradients['weight'][strongest, unit])}" in update
            assert number(layer.gradients["weight"][strongest, unit]) in backward
            assert number(layer.gradients["bias"][unit]) in backward
        forward = page_of(trace, "forward", name)
        if name == "dense2":
            assert f"z_{unit}" in forward
            assert f"= {number(outputs[image, unit])}" in forward


def test_dropout_tells_which_share_it_left_out() -> None:
    text = page_of(traced(step_config(*EVERY_KIND), 2), "forward", "dropout1")
    said = re.search(r"of the ([\d,]+) numbers that were not 0, ([\d,]+) are left out: (.*)", text)
    assert said
    total, left_out = (int(figure.replace(",", "")) for figure in said.groups()[:2])
    assert said.group(3) == percent(left_out / total, 0)


@pytest.mark.parametrize("height", [19, 31])
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_page_fits(preset: Preset, height: int) -> None:
    trace = traced(preset.config)
    for page in pages(trace):
        lines = drawn(trace, page, height=height, width=WIDTH)
        assert len(lines) <= height, "\n".join(lines)
        widest = max(lines, key=len)
        assert len(widest) <= WIDTH, widest
        assert "\n".join(lines).isascii()
        assert re.search(r"\d", "\n".join(lines))


@pytest.mark.parametrize("activation", get_args(ActivationName))
def test_sums_add_up(activation: ActivationName) -> None:
    layers = (DenseConfig(20, activation), DenseConfig(15, activation), DenseConfig(10))
    trace = traced(step_config(*layers))
    sums = sum(adds_up(drawn(trace, page)) for page in pages(trace))
    assert sums == 3 + 3 + 2  # z of three layers, dW of three, dL/da of the two that feed another


@pytest.mark.parametrize("image", [0, 3])
def test_every_kind_of_layer_has_pages_that_fit_and_add_up(image: int) -> None:
    trace = traced(step_config(*EVERY_KIND), 2)
    assert {layer.layer.kind for layer in trace.layers} == set(FORWARD) - {"flatten"}
    sums = 0
    for page in pages(trace):
        lines = drawn(trace, page, image=image, width=WIDTH)
        text = "\n".join(lines)
        assert len(lines) <= HEIGHT, text
        assert max(map(len, lines)) <= WIDTH, text
        assert text.isascii()
        assert re.search(r"\d", text)
        sums += adds_up(lines)
    assert sums == 5 + 5 + 4  # z and dW of four convolutions and a dense layer; dL/da before four of them


def test_dropout_counts_among_what_it_could_leave_out() -> None:
    layers = (DenseConfig(40, "relu"), DropoutConfig(0.5), DenseConfig(10))
    trace = traced(step_config(*layers))
    dropped = trace.layers[2]
    were = dropped.inputs[1] != 0
    left_out = int((were & (dropped.outputs[1] == 0)).sum())
    assert 0 < left_out < were.sum() < 40
    text = page_of(trace, "forward", "dropout1")
    assert f"of the {were.sum()} numbers that were not 0, {left_out} are left out" in text
    assert "Dropout is on" in page_of(trace, "forward", "batch")
    assert "Dropout" not in page_of(traced(step_config()), "forward", "batch")


def test_pooling_shows_its_window_and_where_the_gradient_goes() -> None:
    trace = traced(step_config(*EVERY_KIND), 2)
    for name, rule in (("maxpool1", max), ("avgpool1", lambda numbers: sum(numbers) / len(numbers))):
        rows = re.findall(r"^[ \d.-]+$", page_of(trace, "forward", name), re.MULTILINE)
        window = [float(x) for row in rows for x in row.split()]
        out = float(re.findall(r"a_[\d,]+ += +(\S+)", page_of(trace, "forward", name))[0])
        assert len(window) == 4
        assert rule(window) == pytest.approx(out, abs=1e-3)


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_another_image_and_another_neuron_are_other_numbers(loss: LossName) -> None:
    trace = traced(step_config(loss=loss))
    for page in pages(trace):
        first, second = drawn(trace, page, image=0), drawn(trace, page, image=3)
        assert (first == second) is (page.stage == "update" and page.place == 1) or first != second
        if page.has_units:
            look = Look(trace, page.place, 0, 0, HEIGHT)
            assert page.draw(look) != page.draw(look._replace(unit=1))
