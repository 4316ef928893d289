"""Layers in Configure: added, removed, moved; a network that does not fit is named and kept."""

from configure_host import UNITS, Host

from nn.config import Config, DenseConfig
from nn.settings import with_settings
from tui.terminal.display import Display

WIDE, NARROW = (40, 34), (80, 21)


async def test_layers_are_added_after_the_selected_one_and_removed(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("network.layers.0.type")
        await pilot.press("plus", "left")
        assert configure.pane.fields.selected == "network.layers.1.units"
        assert [
            layer.units for layer in configure.config.network.layers if isinstance(layer, DenseConfig)
        ] == [
            128,
            64,
            10,
        ]
        await pilot.press("minus")
        assert configure.config == Config()


async def test_a_network_that_does_not_fit_is_named_kept_and_not_posted(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("network.layers.1.units")
        await pilot.press("minus")
        assert configure.edits == []
        assert configure.config == Config()
        assert "layer 1 (dense) gives 128 outputs" in configure.totals
        assert configure.line(" dense").startswith(Display().marks.wrong)
        configure.pane.show()
        assert len(configure.pane.draft.config.network.layers) == 1
        await pilot.press("enter", "1", "0", "enter")
        assert configure.config.network.layers == (DenseConfig(10, "relu"),)


async def test_the_only_layer_stays(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select(UNITS)
        await pilot.press("minus", "minus")
        assert "at least 1" in configure.help
        assert len(configure.config.network.layers) == 1


async def test_layers_move_and_undo_brings_them_back(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select(UNITS)
        await pilot.press("J")
        assert configure.pane.fields.selected == "network.layers.1.units"
        assert "gives 128 outputs" in configure.totals
        await pilot.press("K")
        assert configure.edits[-1].config == Config()
        await pilot.press("u", "u")
        assert configure.pane.draft.config == Config()
        await pilot.press("u")
        assert "nothing to undo" in configure.sentences[-1].text


async def test_layer_keys_elsewhere_say_what_they_need(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("seed")
        await pilot.press("minus", "J")
        assert [said.is_error for said in configure.sentences] == [True, True]
        assert configure.edits == []


async def test_a_problem_survives_a_change_from_outside(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("network.layers.1.units")
        await pilot.press("minus")
        configure.session.config = with_settings(Config(), {"training.optimizer.learning_rate": 0.004})
        configure.pane.show()
        draft = configure.pane.draft.config
        assert draft.training.optimizer.learning_rate == 0.004
        assert len(draft.network.layers) == 1
