"""What is told of a run at its end, from scripted events."""

import io
import json

import pytest
from scripted_events import epochs, finished, measured, started

from nn.config import TrainingConfig
from nn.events import RunEvent
from tui.cli.live import LiveLine
from tui.cli.report import Report


def told(*events: RunEvent, is_json: bool = False) -> list[str]:
    """The lines on standard error."""
    stream = io.StringIO()
    with LiveLine(stream) as line:
        report = Report(line, TrainingConfig(), json=is_json)
        for event in events:
            report.history.feed(event)
            report.tell(event)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("is_json", [False, True])
def test_what_is_off_is_noted_at_the_end_beside_the_result(
    capsys: pytest.CaptureFixture[str], is_json: bool
) -> None:
    ill = measured(10, (0.4, 0.2, None), (0.4, 1e-3, 0.6))
    *_, first, second = told(started(), *epochs(1), ill, finished(step=10), is_json=is_json)
    assert first.startswith("note: rate too high: one step moves dense1 by 20 %")
    assert second.startswith("note: dead ReLUs: 60 % of the ReLUs in dense2")
    output = capsys.readouterr().out
    assert "rate too high" not in output
    if is_json:
        assert json.loads(output.splitlines()[-1])["event"] == "run_finished"


def test_a_run_with_which_nothing_is_off_has_no_notes() -> None:
    for state in ("finished", "stopped"):
        lines = told(started(), *epochs(2), finished(state, 20, "asked to stop"))
        assert not [line for line in lines if line.startswith("note")]


def test_of_a_run_that_diverged_before_a_rate_was_told_nothing_is_advised() -> None:
    assert told(started(), finished("diverged", 0, "diverged at step 1 in dense1")) == told(started())


def test_of_a_run_that_diverged_it_is_noted_what_to_try() -> None:
    lines = told(started(), *epochs(1), finished("diverged", 10, "diverged at step 10 in dense1"))
    (note,) = [line for line in lines if line.startswith("note: ")]
    assert note.startswith("note: the last loss was ")
    assert "try a rate of " in note
    assert not [line for line in lines if "dense1" in line]  # the result says it, on standard output
