"""Layers in Configure: added, removed, moved; a network that does not fit is named and kept."""

from pathlib import Path

import pytest
from configure_host import UNITS, Host

from nn.config import Config, DenseConfig
from nn.settings import with_settings
from tui.terminal.display import Display

WIDE, NARROW = (40, 34), (80, 21)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path, Config(), Display())


async def test_layers_are_added_after_the_selected_one_and_removed(host: Host) -> None:
    async with host.run_test(size=WIDE) as pilot:
        host.select("network.layers.0.type")
        await pilot.press("plus", "left")
        assert host.pane.fields.selected == "network.layers.1.units"
        assert [layer.units for layer in host.config.network.layers if isinstance(layer, DenseConfig)] == [
            128,
            64,
            10,
        ]
        await pilot.press("minus")
        assert host.config == Config()


async def test_a_network_that_does_not_fit_is_named_kept_and_not_posted(host: Host) -> None:
    async with host.run_test(size=WIDE) as pilot:
        host.select("network.layers.1.units")
        await pilot.press("minus")
        assert host.edits == []
        assert host.config == Config()
        assert "network.layers.0 (dense) gives 128 outputs" in host.totals
        assert host.line(" dense").startswith(Display().marks.wrong)
        host.pane.show()
        assert len(host.pane.draft.config.network.layers) == 1
        await pilot.press("enter", "1", "0", "enter")
        assert host.config.network.layers == (DenseConfig(10, "relu"),)


async def test_the_only_layer_stays(host: Host) -> None:
    async with host.run_test(size=WIDE) as pilot:
        host.select(UNITS)
        await pilot.press("minus", "minus")
        assert "at least 1" in host.help
        assert len(host.config.network.layers) == 1


async def test_layers_move_and_undo_brings_them_back(host: Host) -> None:
    async with host.run_test(size=WIDE) as pilot:
        host.select(UNITS)
        await pilot.press("J")
        assert host.pane.fields.selected == "network.layers.1.units"
        assert "gives 128 outputs" in host.totals
        await pilot.press("K")
        assert host.edits[-1].config == Config()
        await pilot.press("u", "u")
        assert host.pane.draft.config == Config()
        await pilot.press("u")
        assert "nothing to undo" in host.sentences[-1].text


async def test_layer_keys_elsewhere_say_what_they_need(host: Host) -> None:
    async with host.run_test(size=WIDE) as pilot:
        host.select("seed")
        await pilot.press("minus", "J")
        assert [said.is_error for said in host.sentences] == [True, True]
        assert host.edits == []


async def test_a_problem_survives_a_change_from_outside(host: Host) -> None:
    async with host.run_test(size=WIDE) as pilot:
        host.select("network.layers.1.units")
        await pilot.press("minus")
        host.session.config = with_settings(Config(), {"training.optimizer.learning_rate": 0.004})
        host.pane.show()
        draft = host.pane.draft.config
        assert draft.training.optimizer.learning_rate == 0.004
        assert len(draft.network.layers) == 1
