"""The pages of a step: what they show is the trainer's own, they fit, and their sums add up."""

import re
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from step_samples import step_config, traced, trainer_of

from nn.config import (
    ActivationName,
    AdamWConfig,
    AvgPool2DConfig,
    BatchNormConfig,
    Config,
    Conv2DConfig,
    DenseConfig,
    DropoutConfig,
    FlattenConfig,
    GlobalAvgPool2DConfig,
    LossName,
    MaxPool2DConfig,
    OptimizerConfig,
    ScheduleConfig,
    SGDConfig,
)
from nn.explain.step_trace import StepTrace, trace_step
from nn.losses import CrossEntropy
from nn.presets import PRESETS, Preset
from tests.nn.samples import OPTIMIZERS
from tui.numbers import number, percent
from tui.stepping.layer_pages import FORWARD
from tui.stepping.look import WIDTH, Look, fold
from tui.stepping.walk import STAGES, Page, image_to_begin_with, pages, unit_to_begin_with, where

HEIGHT = 19


def drawn(
    trace: StepTrace, page: Page, image: int = 1, height: int = HEIGHT, width: int | None = None
) -> list[str]:
    unit = unit_to_begin_with(trace, page.place, image)
    lines = page.draw(Look(trace, page.place, image, unit, height))
    return [line.plain for line in (fold(lines, width) if width else lines)]


def adds_up(lines: list[str]) -> int:
    """How many sums stand on a page; each is that of the terms above it, as they are written."""
    found: list[float] = []
    sums = 0
    for line in lines:
        if term := re.match(r"  \+ [^=]* = +(\S+)", line):
            found.append(float(term.group(1)))
        elif found and (total := re.match(r"    \S+ +=? *(\S+)$", line)):
            assert abs(sum(found) - float(total.group(1))) <= 2e-3 * max(map(abs, found)) + 1e-9, line
            found, sums = [], sums + 1
    assert not found
    return sums


def page_of(trace: StepTrace, stage: str, about: str) -> str:
    page = next(page for page in pages(trace) if (page.stage, page.about) == (stage, about))
    return "\n".join(drawn(trace, page))


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


@pytest.mark.parametrize(
    ("lead", "share", "loss"),
    [
        (16.0, ">0.9999", "0.0000"),  # all but a ten-millionth
        (40.0, ">0.9999", "0.0000"),  # rounded to 1 in the network's float32
        (-14.0, "8.32e-07", "14.0000"),
        (-200.0, "1.38e-87", "200.0000"),  # rounded to 0 there
        (-2000.0, "<1e-300", "2000.0000"),
    ],
)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_logarithm_is_told_of_a_share_that_is_neither_none_nor_all(
    lead: float, share: str, loss: str, smoothing: float
) -> None:
    trace = traced(step_config(label_smoothing=smoothing))
    outputs = np.full_like(trace.outputs, -1e4)
    outputs[:, int(trace.labels[1]) - 1] = 0
    outputs[1, trace.labels[1]] = lead
    trace = trace._replace(
        outputs=outputs,
        probabilities=CrossEntropy().probabilities(outputs),
        losses=np.full(len(outputs), float(loss)),
    )
    text, label = page_of(trace, "loss", "loss"), trace.labels[1]
    if smoothing:
        assert f"-ln p_{label} alone is {loss}" in text
    else:
        assert f"loss of image 2 = - ln p_{label} = - ln {share} = {loss}" in text


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


def test_a_rate_that_a_person_changed_is_told_so() -> None:
    trainer = trainer_of(step_config(), 1)
    trainer.change(rate_factor=0.8)
    text = page_of(trace_step(trainer), "update", "dense1")
    assert "r = 0.1 * 1 * 0.8 = 0.08" in text
    assert "the last factor is yours" in text


def test_a_guess_costs_what_it_does_by_the_networks_own_loss() -> None:
    trace = traced(step_config(loss="mse"))
    for text in (page_of(trace, "forward", "batch"), page_of(trace, "loss", "loss")):
        assert "ten outputs of 0.1 cost 0.09" in text
        assert "2.303" not in text
    trace = traced(step_config())
    for text in (page_of(trace, "forward", "batch"), page_of(trace, "loss", "loss")):
        assert "ln 10 = 2.303" in text


def test_with_smoothing_the_least_loss_is_where_the_answers_are_the_aims() -> None:
    trace = traced(step_config(label_smoothing=0.1))
    text = " ".join(page_of(trace, "loss", "loss").split())
    least = -(0.91 * np.log(0.91) + 9 * 0.01 * np.log(0.01))
    assert f"never below {least:.4f}" in text
    assert f"p_{trace.labels[1]} is 0.91. To be surer costs more" in text
    assert "costs nothing" not in text
    assert "costs nothing" in page_of(traced(step_config()), "loss", "loss")


def test_only_a_softmax_is_called_so() -> None:
    assert "[softmax]" in where(pages(traced(step_config())), 4)
    walk = pages(traced(step_config(loss="mse")))
    assert where(walk, 4) == "forward > LOSS: [shares] loss gradient > backward > update"
    assert "softmax" not in "".join(page.about + page.title for page in walk)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: type(one).__name__)
def test_the_rule_as_written_gives_the_weight_as_written(optimizer: OptimizerConfig) -> None:
    """The last line of an update, worked out by hand, is what stands behind its =."""
    trace = traced(step_config(optimizer=optimizer), 3)
    for name in ("dense1", "dense2"):
        text = page_of(trace, "update", name)
        rule, before, after = re.findall(r"   = ((-?[\d.]+) - .+) = (-?[\d.]+)", text)[0]
        assert set(rule) <= set("0123456789.e+-*/() ")
        assert abs(eval(rule) - float(after)) < 2e-3 * abs(float(before) - float(after)) + 3e-6


def test_the_decay_is_in_the_line_that_gives_the_weight() -> None:
    """So large a decay that the line does not come out without it."""
    trace = traced(step_config(optimizer=AdamWConfig(0.01, weight_decay=20)), 3)
    text = page_of(trace, "update", "dense1")
    rule, after = re.findall(r"   = (-?[\d.]+ - .+) = (-?[\d.]+)", text)[0]
    assert abs(eval(rule) - float(after)) < 3e-6
    decay = re.findall(r"r \* 20 w = (\S+)", text)[-1]
    assert f" - {decay} - " in rule


@pytest.mark.parametrize("schedule", get_args(ScheduleConfig))
@pytest.mark.parametrize("optimizer", [*OPTIMIZERS, AdamWConfig(0.01, weight_decay=0.1)], ids=str)
def test_long_rules_of_a_changed_rate_fit(optimizer: OptimizerConfig, schedule: type[ScheduleConfig]) -> None:
    limits = {"clip_norm": 0.123, "l1": 0.00123, "l2": 0.0123, "max_norm": 1.23}
    trainer = trainer_of(step_config(optimizer=optimizer, schedule=schedule(), **limits), 2)
    trainer.change(rate_factor=0.123)
    trace = trace_step(trainer)
    for page in pages(trace):
        lines = drawn(trace, page, width=WIDTH)
        assert max(map(len, lines)) <= WIDTH, lines
        assert len(lines) <= HEIGHT, "\n".join(lines)
        assert "".join("".join(lines).split()) == "".join("".join(drawn(trace, page)).split())


def test_a_move_that_float32_rounds_is_said_to_be_rounded() -> None:
    trace = traced(step_config(optimizer=SGDConfig(1e-6)))
    text = page_of(trace, "update", "dense1")
    before = float(re.findall(r"   = (-?[\d.]+) - ", text)[0])
    spacing = number(float(np.spacing(np.float32(abs(before)))))
    assert f"float32 near {before:.2g} has steps of {spacing}: the move is rounded to those" in text
    assert "float32" not in page_of(traced(step_config()), "update", "dense1")


@pytest.mark.parametrize("activation", get_args(ActivationName))
def test_sums_add_up(activation: ActivationName) -> None:
    layers = (DenseConfig(20, activation), DenseConfig(15, activation), DenseConfig(10))
    trace = traced(step_config(*layers))
    sums = sum(adds_up(drawn(trace, page)) for page in pages(trace))
    assert sums == 3 + 3 + 2  # z of three layers, dW of three, dL/da of the two that feed another


EVERY_KIND = (
    Conv2DConfig(4, 5, activation="relu"),
    BatchNormConfig(activation="tanh"),
    MaxPool2DConfig(2),
    Conv2DConfig(6, 3, stride=2, padding="same", activation="relu"),
    Conv2DConfig(5, 3, padding="same", activation="gelu"),
    AvgPool2DConfig(2),
    DropoutConfig(0.4),
    Conv2DConfig(7, 2),
    GlobalAvgPool2DConfig(),
    BatchNormConfig(),
    DenseConfig(10),
)


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


def test_the_rule_of_batch_normalisation_gives_what_it_hands_back() -> None:
    trace = traced(step_config(*EVERY_KIND), 2)
    for name in ("batchnorm1", "batchnorm2"):
        text = page_of(trace, "backward", name)
        rule, result = re.findall(r"^  (\(.*\) / \S+)$\n^  = (\S+)$", text, re.MULTILINE)[0]
        assert set(rule) <= set("0123456789.e+-*/() ")
        assert eval(rule) == pytest.approx(float(result), rel=2e-3, abs=1e-6)
        text = page_of(trace, "forward", name)
        signs = ("x", "gamma", "beta")
        x, scale, shift = (float(re.findall(rf"{sign} = (-?[\d.e-]+)", text)[-1]) for sign in signs)
        mean, deviation = (float(re.findall(rf"{sign}, the \w+ += +(\S+)", text)[0]) for sign in "ms")
        z = float(re.findall(r"z = gamma n \+ beta +=? +(\S+)", text)[0])
        assert z == pytest.approx((x - mean) / deviation * scale + shift, rel=5e-3, abs=1e-4)


def test_scale_and_shift_of_a_normalisation_have_one_name() -> None:
    trace = traced(step_config(*EVERY_KIND), 2)
    unit = unit_to_begin_with(trace, 1, 1) % 4
    assert f"dL/dgamma_{unit} = " in page_of(trace, "backward", "batchnorm1")
    text = page_of(trace, "update", "batchnorm1")
    assert text.startswith(f"gamma_{unit}: ")
    assert f"beta_{unit} by the same rule" in text
    assert "All 4 scales: moved by" in text
    assert "W_" not in text


def test_a_walk_begins_where_there_is_something_to_see() -> None:
    """A window that is not empty, and an input that dropout could leave out."""
    layers = (
        Conv2DConfig(8, 3, activation="relu"),
        MaxPool2DConfig(2),
        DropoutConfig(0.7),
        FlattenConfig(),
        DenseConfig(10),
    )
    trace = traced(step_config(*layers), 2)
    pooled, dropped = trace.layers[1], trace.layers[2]
    for image in range(len(trace.labels)):
        unit = unit_to_begin_with(trace, 1, image)
        assert pooled.outputs[image].flat[unit] != 0
        unit = unit_to_begin_with(trace, 2, image)
        assert dropped.inputs[image].flat[unit] != 0
        gradient = dropped.output_gradient
        assert gradient is not None
        seen = np.abs(gradient[image]) * (dropped.inputs[image] != 0)
        assert seen.flat[unit] == seen.max()


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


def test_the_way_is_forward_loss_backward_update() -> None:
    layers = (DenseConfig(12, "relu"), DenseConfig(12, "relu"), DenseConfig(10))
    trace = traced(step_config(*layers))
    walk = pages(trace)
    order = [STAGES.index(page.stage) for page in walk]
    assert order == sorted(order)
    assert [page.about for page in walk if page.stage == "forward"] == [
        "batch",
        "flatten1",
        "dense1",
        "dense2",
        "dense3",
    ]
    assert [page.about for page in walk if page.stage == "backward"] == ["dense3", "dense2", "dense1"]
    assert where(walk, 2) == "FORWARD: batch flatten1 [dense1] dense2 dense3 > loss > backward > update"
    assert all(one != other for one, other in pairwise(where(walk, n) for n in range(len(walk))))


def test_a_long_network_is_shown_around_the_place_one_is_at() -> None:
    layers = (*(DenseConfig(8, "sigmoid") for _ in range(12)), FlattenConfig(), DenseConfig(10))
    trace = traced(step_config(*layers))
    walk = pages(trace)
    ways = [where(walk, position) for position in range(len(walk))]
    assert max(map(len, ways)) <= WIDTH
    assert any(".. " in way and " .." in way and "[dense6]" in way for way in ways)


def test_one_begins_with_what_matters_most() -> None:
    trace = traced(step_config())
    image = image_to_begin_with(trace)
    assert trace.losses[image] == trace.losses.max()
    assert unit_to_begin_with(trace, 2, image) == trace.labels[image]
    delta = trace.layers[1].sum_gradient
    assert delta is not None
    assert unit_to_begin_with(trace, 1, image) == np.abs(delta[image]).argmax()
