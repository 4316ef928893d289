"""The pane on a run that nobody trained: its checkpoint is a network's first weights."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from image_host import BROAD, DATASET, NARROW, TALL, Host
from inside_host import convolutional, pane_of, told, untrained, words
from piloted_app import until
from textual.widgets import Input

from nn.config import (
    Config,
    DenseConfig,
    NetworkConfig,
)
from nn.explain.inspection import inspect
from tui.answering.current_network import Origin, load
from tui.inspecting.sheets import View
from tui.panes.inside import InsidePane
from tui.session import Session
from tui.widgets.digit import Digit
from tui.widgets.layer_list import LayerList
from tui.widgets.prompt import Prompt
from tui.widgets.signed_bars import SignedBars
from tui.widgets.tile_sheet import TileSheet
from tui.widgets.words import Words


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """No run yet: the network as training would begin with it."""
    return untrained(tmp_path)


@pytest.mark.parametrize("size", [NARROW, TALL, BROAD, (60, 18)])
async def test_the_layers_are_listed_and_walked_at_every_size(
    session: Session, size: tuple[int, int]
) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=size) as pilot:
        await told(app, pilot)
        lines = app.query_one(LayerList).lines
        assert [line.split()[-2 if "dense" in line else -1] for line in lines] == [
            "28x28x1",
            "784",
            "128",
            "10",
        ]
        assert words(app, "title") == "dense1: 784 -> 128, relu"
        await pilot.press("down")
        assert words(app, "title") == "dense2: 128 -> 10"
        await pilot.press("down", "up", "up", "k", "k")
        assert words(app, "title") == "the image: 28x28x1"
        assert words(app, "title") in app.text()


async def test_what_is_shown_is_what_the_network_computes(session: Session) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        shown = (await told(app, pilot)).inspection
        current = load(Origin.of(session))
        image = DATASET.test_images[0]
        pixels = current.pixels.convert(image[np.newaxis], np.empty((1, 28, 28, 1), np.float32))
        expected = inspect(current.network, current.loss, pixels[0], int(DATASET.test_labels[0]))
        for ours, theirs in zip(shown.layers, expected.layers, strict=True):
            np.testing.assert_array_equal(ours.outputs.values, theirs.outputs.values)
            assert (ours.output_gradient is None) == (theirs.output_gradient is None)
            if ours.output_gradient is not None and theirs.output_gradient is not None:
                np.testing.assert_array_equal(ours.output_gradient.values, theirs.output_gradient.values)
            assert ours.parameter_gradients.keys() == theirs.parameter_gradients.keys()
            for name, gradient in ours.parameter_gradients.items():
                np.testing.assert_array_equal(gradient.values, theirs.parameter_gradients[name].values)
        assert shown.layers[-1].output_gradient is not None
        assert "weight" in shown.layers[-1].parameter_gradients
        await pilot.press("down")
        assert app.query_one(SignedBars).values == tuple(shown.layers[-1].outputs.values.tolist())
        np.testing.assert_array_equal(app.query_one(Digit).image, image)


async def test_views_cycle_and_leave_out_what_is_not_there(session: Session) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        await told(app, pilot)
        seen = []
        for _ in View:
            seen.append(words(app, "what").partition(",")[0])
            await pilot.press("v")
        assert seen == ["activations", "weights", "dL/d activations", "dL/d weights"]
        await pilot.press("v", "d")
        assert words(app, "what").startswith("dL/d weights")
        await pilot.press("up")  # flatten learns nothing
        assert words(app, "what").startswith("dL/d activations")
        await pilot.press("v")
        assert words(app, "what").startswith("activations")
        await pilot.press("v")
        assert words(app, "what").startswith("dL/d activations")
        await pilot.press("down")
        assert words(app, "what").startswith("dL/d activations")


async def test_units_and_pages_are_walked(session: Session) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        inspection = (await told(app, pilot)).inspection
        pane = pane_of(app)
        strongest = int(inspection.layers[2].outputs.values.argmax())
        assert pane.unit == strongest
        await pilot.press("left", "h", "l")
        assert pane.unit == strongest - 1
        activation = float(inspection.layers[2].outputs.values[strongest - 1])
        assert words(app, "unit").startswith(f"neuron {strongest - 1}: activation {activation:.3g}")
        await pilot.press("v")
        pane.action_turn(-99)
        assert pane.unit == 0
        await pilot.press("left")
        assert pane.unit == 0
        tiles = app.query_one("LayerView TileSheet", TileSheet)
        await pilot.press("pagedown")
        assert (pane.unit, tiles.page.start) == (tiles.tiling.capacity, tiles.tiling.capacity)
        assert words(app, "what").startswith("weights, page 2 of ")
        pane.action_turn(99)
        assert pane.unit == 127


@pytest.mark.parametrize("size", [NARROW, (60, 18)])
async def test_least_and_most_of_a_layer_are_seen_whole(session: Session, size: tuple[int, int]) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=size) as pilot:
        total = (await told(app, pilot)).inspection.layers[2].parameters["weight"]
        await pilot.press("v")
        await pilot.pause()
        line = words(app, "scale").split("\n")[0]
        assert line.startswith(f"min {total.minimum:.3g} ")
        assert line.endswith(f"  max {total.maximum:.3g}")
        assert ("mean" in line) is (size == NARROW)
        assert len(line) <= app.query_one("#layer-scale", Words).size.width


async def test_of_another_network_no_neuron_has_been_chosen(session: Session) -> None:
    """Layers are called alike in all networks; a neuron that is strong in one may be dead in another."""
    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        await told(app, pilot)
        pane, config = pane_of(app), session.config
        await pilot.press("left")
        chosen = pane.unit
        pane.action_step(1)
        await told(app, pilot)
        assert pane.unit == chosen
        session.config = msgspec.structs.replace(config, seed=config.seed + 1)
        pane.show()
        inspection = (await told(app, pilot)).inspection
        assert pane.unit == int(inspection.layers[2].outputs.values.argmax()) != chosen


async def test_the_mouse_chooses_layers_and_units(session: Session) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=(80, 40)) as pilot:
        await told(app, pilot)
        await pilot.press("v")
        pane_of(app).action_turn(-99)
        await pilot.click("LayerView TileSheet", offset=(17, 2))
        assert pane_of(app).unit == 1
        await until(pilot, lambda: app.query_one("#inside-near", TileSheet).page)
        await pilot.click("#inside-near", offset=(4, 4))
        assert pane_of(app).unit == 1
        await pilot.click(LayerList, offset=(4, 3))
        assert words(app, "title") == "dense2: 128 -> 10"


async def test_the_unit_is_seen_from_near(session: Session) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=(80, 40)) as pilot:
        await told(app, pilot)
        near = app.query_one("#inside-near", TileSheet)
        await until(pilot, lambda: near.page == range(1) and near.tiling.enlarged == 1)
        unit = pane_of(app).unit
        assert f" {unit}: weights, to 0." in app.text()
        await pilot.press("left", "up")
        await until(pilot, lambda: near.page == range(0))
        await pilot.press("down")
        await until(pilot, lambda: f" {unit - 1}: weights, to 0." in app.text())


async def test_the_page_is_told_anew_in_another_size(session: Session) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=NARROW) as pilot:
        await told(app, pilot)
        await pilot.press("v")
        assert words(app, "what").endswith(" of 43")
        await pilot.resize_terminal(*BROAD)
        await until(pilot, lambda: words(app, "what").endswith(" of 16"))


async def test_images_are_walked_and_gone_to(session: Session) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        await told(app, pilot)
        await pilot.press("p", "n", "n", "p")
        await told(app, pilot)
        assert [index for *_, index in app.looked_at] == [1, 2, 1]
        assert app.said("inside-answer").startswith(f"image 1\n▸ true {DATASET.test_labels[1]}\n▹ answer ")
        await pilot.press("g")
        assert app.query_one(Prompt).is_asking
        app.query_one(Input).value = "60"
        await pilot.pause()
        assert app.query_one(Prompt).reason == "'60' is no image: a number, 0 to 59"
        app.query_one(Input).value = "59"
        await pilot.press("enter")
        shown = await told(app, pilot)
        assert session.chosen == 59
        assert shown.subject.label == DATASET.test_labels[59]
        assert app.focused is app.query_one(LayerList)
        await pilot.press("n")
        assert session.chosen == 59


async def test_before_any_run_it_says_so_and_follows_the_config(session: Session) -> None:
    app = Host(InsidePane, session)
    async with app.run_test(size=TALL) as pilot:
        await told(app, pilot)
        assert app.said("inside-answer").endswith("untrained:\nspace trains")
        await pilot.press("down")
        app.pane.show()
        assert words(app, "title") == "dense2: 128 -> 10"
        session.config = Config(
            data=session.config.data, network=NetworkConfig(layers=(DenseConfig(9, "tanh"), DenseConfig(10)))
        )
        app.pane.show()
        await told(app, pilot)
        assert words(app, "title") == "dense2: 9 -> 10"
        session.config = convolutional(session).config
        app.pane.show()
        await told(app, pilot)
        assert words(app, "title") == "conv1: 28x28x1 -> 24x24x6, relu"


async def test_feature_maps_and_filters_are_pictures(session: Session) -> None:
    app = Host(InsidePane, convolutional(session))
    async with app.run_test(size=BROAD) as pilot:
        inspection = (await told(app, pilot)).inspection
        assert [record.name for record in inspection.layers][1:] == [
            "conv1",
            "maxpool1",
            "conv2",
            "batchnorm1",
            "flatten1",
            "dense1",
        ]
        tiles = app.query_one("LayerView TileSheet", TileSheet)
        titles = []
        for _ in range(6):
            titles.append(words(app, "title"))
            for _ in View:
                await pilot.press("v")
                assert len(tiles.page) > 0 or app.query_one(SignedBars).display
                assert words(app, "unit")
            await pilot.press("down")
        assert titles[1:4] == [
            "maxpool1: 24x24x6 -> 12x12x6",
            "conv2: 12x12x6 -> 10x10x4",
            "batchnorm1: 10x10x4 -> 10x10x4, relu",
        ]


@pytest.mark.parametrize("size", [NARROW, BROAD])
async def test_ascii_stays_ascii(session: Session, size: tuple[int, int]) -> None:
    app = Host(InsidePane, convolutional(session), ascii_only=True)
    async with app.run_test(size=size) as pilot:
        await told(app, pilot)
        for _ in range(6):
            for _ in View:
                await pilot.press("v")
                assert app.text().isascii()
            await pilot.press("down")
