"""What is said of a network's health: the sentences of the diagnosis, and the layers as last measured."""

import msgspec
import pytest
from scripted_events import epochs, finished, started, steps, told

from nn.config import Config
from nn.events import LayerHealth, LayersMeasured
from nn.runs.history import History
from nn.settings import with_settings
from tui.inspecting.health_words import WIDTH, hint, page, sentences
from tui.inspecting.words import ANSWER_WIDTH

SICK = LayerHealth(name="dense1", gradient_norm=0.5, update_ratio=0.3, dead=0.9)
WELL = LayerHealth(name="dense2", gradient_norm=0.5, update_ratio=0.001, dead=0.0)
BARE = LayerHealth(name="batchnorm1", gradient_norm=0.25, update_ratio=None, dead=None)


def history_of(*layers: LayerHealth) -> History:
    return told(*epochs(1), LayersMeasured(step=10, layers=list(layers)))


def test_what_is_off_is_counted_and_told() -> None:
    history = history_of(SICK, WELL)
    found = sentences(history, Config())
    assert [sentence.split(":")[0] for sentence in found] == ["rate too high", "dead ReLUs"]
    assert hint(found) == ["H: 2 are off"]
    assert hint(found[:1]) == ["H: 1 is off"]
    assert len(hint(found * 5)[0]) <= ANSWER_WIDTH
    text = " ".join(" ".join(page(history, Config(), 76)).split()).replace("- ", "-")  # broken at a hyphen
    assert all(sentence in text for sentence in found)


def test_of_a_healthy_network_the_measures_are_told() -> None:
    history = history_of(WELL, BARE)
    found = sentences(history, Config())
    assert (found, hint(found)) == ([], [])
    lines = page(history, Config(), 76)
    assert lines[0].startswith("Nothing is off")
    assert [line.split() for line in lines[-3:]] == [
        ["dense2", "0.5", "0.001", "0", "%"],
        ["batchnorm1", "0.25", "-"],
        ["usual", "below", "100", "0.00001", "to", "0.1", "below", "50", "%"],
    ]


@pytest.mark.parametrize(
    ("norm", "ratio", "dead"), [(99.0, 1e-3, 0.0), (0.5, 0.099, 0.0), (0.5, 2e-5, 0.0), (0.5, 1e-3, 0.49)]
)
def test_what_the_table_calls_usual_is_not_off(norm: float, ratio: float, dead: float) -> None:
    layer = LayerHealth(name="dense1", gradient_norm=norm, update_ratio=ratio, dead=dead)
    assert sentences(told(steps(200), LayersMeasured(step=200, layers=[layer])), Config()) == []


@pytest.mark.parametrize(
    ("norm", "ratio", "dead"), [(101.0, 1e-3, 0.0), (0.5, 0.11, 0.0), (0.5, 9e-6, 0.0), (0.5, 1e-3, 0.5)]
)
def test_what_is_off_is_not_called_usual(norm: float, ratio: float, dead: float) -> None:
    layer = LayerHealth(name="dense1", gradient_norm=norm, update_ratio=ratio, dead=dead)
    assert len(sentences(told(steps(200), LayersMeasured(step=200, layers=[layer])), Config())) == 1


def test_updates_that_are_small_at_a_schedules_end_are_explained() -> None:
    small = LayersMeasured(step=300, layers=[msgspec.structs.replace(WELL, update_ratio=2e-7)])
    early = LayersMeasured(step=100, layers=[WELL])
    history = told(steps(100, 100, rate=0.005), early, steps(300, 200, rate=2e-7), small)
    lines = page(history, Config(), 76)
    assert lines[0].startswith("Nothing is off")
    assert lines[-1] == "The rate has fallen from 0.005 to 2e-07, and the updates with it."
    assert "fallen" not in page(told(steps(100, 100), early), Config(), 76)[-1]


def test_the_step_is_that_of_the_measurement() -> None:
    history = history_of(WELL)
    history.feed(steps(20))
    assert "Measured last, after step 10" in page(history, Config(), 76)


def test_squared_error_has_no_guess_to_stay_at() -> None:
    history = told(started(), steps(300, 300, loss=2.303))
    (sentence,) = sentences(history, Config())
    assert sentence.startswith("loss stays at 2.303, and ln 10 = 2.303 is a guess among ten digits")
    assert sentences(history, with_settings(Config(), {"training.loss": "mse"})) == []


@pytest.mark.parametrize("width", [WIDTH, 76, 96])
def test_lines_fit(width: int) -> None:
    history = history_of(SICK, WELL)
    for lines in (page(history, Config(), width), page(History(), Config(), width)):
        assert max(map(len, lines)) <= width
        assert all(line.isascii() for line in lines)


def test_what_is_off_is_told_before_any_layer_is_measured() -> None:
    lost, diverged = History(), told(started(), finished("diverged", 3, "the loss is infinite"))
    lost.lose("the worker was killed")
    for history, reason in ((lost, "the worker was killed"), (diverged, "the loss is infinite")):
        found = sentences(history, Config())
        assert hint(found) == ["H: 1 is off"]
        lines = page(history, Config(), 76)
        assert reason in " ".join(lines)
        assert "easured" not in " ".join(lines)
        assert lines[-1]


def test_before_training_nothing_is_measured() -> None:
    assert "Nothing has been measured yet" in page(History(), Config(), 76)[0]
