"""The fields of Configure: shown, chosen, changed by arrows and by typing, and marked while a run trains."""

from pathlib import Path

import pytest
from configure_host import UNITS, Host

from nn.config import AdamConfig, AdamWConfig, Config, DenseConfig
from nn.events import Changed
from nn.presets import PRESETS, find
from nn.runs.store import RunDirectory
from nn.settings import with_settings
from tui.editing import draft
from tui.terminal.display import ColorMode, Display
from tui.widgets.field_list import FieldList

WIDE, NARROW = (40, 34), (80, 21)


def of_run(host: Host, config: Config) -> None:
    """As if a run of `config` were training."""
    host.session.run = RunDirectory(host.session.runs_dir)
    host.session.run_config, host.session.run_rate = config, config.training.optimizer.learning_rate


async def test_shows_every_field_with_help_and_totals(configure: Host) -> None:
    async with configure.run_test(size=NARROW) as pilot:
        text = "\n".join(configure.lines())
        for word in ("first-minute", "dense", "128", "cross_entropy", "adam", "0.005", "one_cycle"):
            assert word in text
        assert find("first-minute").why in configure.help
        await pilot.press("down", "tab")
        assert configure.pane.fields.selected == UNITS
        assert "Neurons in the layer" in configure.help
        assert "from 1 to 65536" in configure.help
        assert "101,770 parameters" in configure.totals
        assert "203 kFLOP/image" in configure.totals
        assert "guess" in configure.totals
        assert configure.edits == []


async def test_presets_go_round_and_keep_where_the_images_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "mnist_is_at_hand", lambda: False)
    host = Host(tmp_path, with_settings(Config(), {"data.source": "synthetic"}), Display())
    async with host.run_test(size=WIDE) as pilot:
        for preset in [*PRESETS[1:], PRESETS[0]]:
            await pilot.press("right")
            assert host.edits[-1].preset == preset.name
            assert host.config == with_settings(preset.config, {"data.source": "synthetic"})
            assert preset.why in host.help
        await pilot.press("left")
        assert host.edits[-1].preset == PRESETS[-1].name


async def test_a_chosen_preset_takes_mnist_for_synthetic_digits_nobody_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "mnist_is_at_hand", lambda: True)
    host = Host(tmp_path, with_settings(Config(), {"data.source": "synthetic"}), Display())
    async with host.run_test(size=WIDE) as pilot:
        await pilot.press("right")
        assert host.config == PRESETS[1].config
        await pilot.press("u", "enter", *PRESETS[1].name, "enter")
        assert host.config == PRESETS[1].config
        await pilot.press("u")
        assert host.config.data.source == "synthetic"
        host.session.keeps_source = True
        await pilot.press("right")
        assert host.config.data.source == "synthetic"
        host.session.keeps_source = False
        host.session.config = with_settings(host.config, {"data.source": "/my/digits"})
        host.pane.show()
        await pilot.press("right")
        assert host.config == with_settings(PRESETS[2].config, {"data.source": "/my/digits"})


async def test_a_chosen_preset_keeps_synthetic_digits_that_were_typed(
    configure: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "mnist_is_at_hand", lambda: True)
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("data.source")
        await pilot.press("enter", *["backspace"] * len("mnist"), *"synthetic", "enter")
        configure.select("preset")
        await pilot.press("right")
        assert configure.config == with_settings(PRESETS[1].config, {"data.source": "synthetic"})
        await pilot.press("enter", *["backspace"] * len(PRESETS[1].name), *PRESETS[2].name, "enter")
        assert configure.config == with_settings(PRESETS[2].config, {"data.source": "synthetic"})


async def test_a_changed_preset_is_marked_and_has_no_name(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("training.batch_size")
        await pilot.press("l")
        assert configure.config.training.batch_size == 256
        assert configure.edits[-1].preset is None
        assert "first-minute*" in configure.line("Preset")


async def test_drawings_among_the_training_images_are_marked_and_counted(tmp_path: Path) -> None:
    source = str(tmp_path / "mnist-with-2-0123abcd")
    host = Host(tmp_path, with_settings(Config(), {"data.source": source}), Display())
    async with host.run_test(size=WIDE):
        assert "<first-minute*>" in host.line("Preset")
        assert host.help.startswith("first-minute, with 2 drawings among the training images (*). ")


@pytest.mark.parametrize(
    ("key", "keys", "value"),
    [
        (UNITS, ["right"], 256),
        (UNITS, ["h"], 64),
        ("training.optimizer.learning_rate", ["right"], 0.00625),
        ("training.optimizer.learning_rate", ["right", "left"], 0.005),
        ("training.epochs", ["left"], 4),
        ("training.optimizer.beta1", ["right"], 0.95),
        ("data.standardise", ["right"], True),
        ("training.l2", ["right"], 1e-6),
        ("network.layers.0.activation", ["right"], "sigmoid"),
    ],
)
async def test_left_and_right_change_the_value(
    configure: Host, key: str, keys: list[str], value: object
) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select(key)
        await pilot.press(*keys)
        assert configure.config == with_settings(Config(), {key: value})
        assert len(configure.edits) == len(keys)


async def test_a_value_at_its_end_stays_and_says_what_is_allowed(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("data.limit")
        await pilot.press("left")
        assert "data.limit is -1; allowed: a whole number from 0" in configure.help
        assert configure.edits == []


async def test_another_optimizer_keeps_the_rate(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("training.optimizer.type")
        await pilot.press("right")
        assert configure.config.training.optimizer == AdamWConfig(0.005)
        await pilot.press("left")
        assert configure.config.training.optimizer == AdamConfig(0.005)


async def test_typing_is_checked_letter_by_letter_and_enter_takes_it(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("training.epochs")
        await pilot.press("enter", "1", "x")
        assert 'training.epochs is "1x"; allowed: a whole number from 0 to 1000000' in configure.help
        await pilot.press("enter")
        assert configure.pane.fields.is_editing
        assert configure.edits == []
        await pilot.press("backspace", "2")
        assert "Times through" in configure.help
        await pilot.press("enter")
        assert not configure.pane.fields.is_editing
        assert configure.config.training.epochs == 12
        assert isinstance(configure.focused, FieldList)


async def test_the_cost_follows_what_is_typed(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select(UNITS)
        await pilot.press("enter", "1")
        assert "805 parameters" in configure.totals
        await pilot.press("escape")
        assert "101,770 parameters" in configure.totals


async def test_escape_leaves_the_field_as_it_was(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("seed")
        await pilot.press("enter", "9", "x", "escape")
        assert not configure.pane.fields.is_editing
        assert "Where all randomness" in configure.help
        assert configure.edits == []
        assert isinstance(configure.focused, FieldList)


async def test_tab_enters_what_was_typed_and_moves_on(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select(UNITS)
        await pilot.press("enter", "3", "2", "tab")
        assert configure.config.network.layers[0] == DenseConfig(32, "relu")
        assert configure.pane.fields.selected == "network.layers.0.activation"
        await pilot.press("shift+tab", "enter", "0", "tab")
        assert configure.pane.fields.is_editing


async def test_space_and_letters_go_to_the_app_unless_a_field_is_open(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        configure.select("data.source")
        await pilot.press("space")
        assert configure.trained == 1
        await pilot.press("enter", "a", "space", "c", "+", "enter")
        assert configure.trained == 1
        assert configure.config.data.source == "a c+"
        assert len(configure.config.network.layers) == 2


async def test_a_preset_can_be_typed(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        await pilot.press("enter", *"none", "enter")
        assert "preset 'none' does not exist" in configure.help
        await pilot.press("ctrl+u", *"classic-sigmoid", "enter")
        assert configure.edits[-1].preset == "classic-sigmoid"


async def test_the_draft_follows_the_session(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        await pilot.press("right")
        configure.session.config, configure.session.preset = find("classic-sigmoid").config, None
        configure.pane.show()
        assert configure.pane.draft.config == find("classic-sigmoid").config
        assert "classic-sigmoid" in configure.line("Preset")


async def test_while_training_live_fields_are_marked_and_the_rest_waits(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        of_run(configure, Config())
        configure.pane.show()
        assert configure.line("Rate").rstrip().endswith("live")
        assert configure.line("Epochs").rstrip().endswith("live")
        assert "next run" not in "\n".join(configure.lines())
        configure.select("training.batch_size")
        await pilot.press("right")
        assert configure.line("Batch").rstrip().endswith("next run")
        configure.session.history.feed(Changed(step=3, rate_factor=0.8, epochs=5))
        configure.pane.show()
        assert configure.line("Rate").rstrip().endswith("live, x0.8")


async def test_a_measured_run_backs_the_estimate(configure: Host) -> None:
    async with configure.run_test(size=WIDE):
        of_run(configure, Config())
        configure.session.history.images_per_second = 5500.0
        configure.pane.show()
        assert "about 10 s/epoch" in configure.totals


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_all_rows_come_into_sight(configure: Host, size: tuple[int, int]) -> None:
    async with configure.run_test(size=size) as pilot:
        await pilot.press("end")
        assert configure.pane.fields.selected == "data.source"
        assert "<mnist>" in "\n".join(configure.lines())
        await pilot.press("home")
        assert "<first-minute>" in "\n".join(configure.lines())


async def test_a_click_selects_a_field(configure: Host) -> None:
    async with configure.run_test(size=WIDE) as pilot:
        await pilot.click(FieldList, offset=(16, 2))
        assert configure.pane.fields.selected == UNITS


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_ascii_draws_nothing_beyond(tmp_path: Path, size: tuple[int, int]) -> None:
    config = with_settings(Config(), {"data.source": "/d\u00e4ta/\x1b[31m"})
    host = Host(tmp_path, config, Display(ColorMode.NONE, ascii=True))
    async with host.run_test(size=size) as pilot:
        host.select("network.layers.1.units")
        for keys in (["right"], ["left", "w"], ["escape", "end"], ["enter"]):
            await pilot.press(*keys)
            assert all(line.isascii() for line in host.lines())
            assert host.help.isascii()
            assert host.totals.isascii()
        await pilot.press("escape")
        assert "/d?ta/?[31m" in "\n".join(host.lines())


async def test_a_run_opened_elsewhere_brings_the_words_on_its_preset(configure: Host) -> None:
    async with configure.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        lenet = find("lenet-5")
        configure.session.config, configure.session.preset = lenet.config, lenet.name
        configure.pane.show()
        await pilot.pause()
        assert lenet.why in configure.help
