"""What the app leaves of saved drawings is read by the command line."""

import json
from pathlib import Path

from strokes import Script, draw

from nn.runs.store import RunDirectory
from tests.tui.cli.processes import Call
from tui.drawing.collection import Collection


def test_saved_drawings_are_evaluated_and_predicted(
    call: Call, finished_run: RunDirectory, tmp_path: Path
) -> None:
    collection = Collection(tmp_path / "drawings")
    paths = [collection.save(draw(Script(digit, 20, (0, 0), 2.5, 0.0)), digit) for digit in (1, 3, 7)]
    images, labels = collection.write_idx(collection.labelled())
    code, output, _ = call("predict", finished_run.path, *paths, "--json")
    answers = [json.loads(line)["digit"] for line in output.splitlines()]
    assert code == 0
    code, output, _ = call("evaluate", finished_run.path, "--images", images, "--labels", labels, "--json")
    figures = json.loads(output)
    assert code == 0
    assert figures["n"] == 3
    assert [sum(row) for row in figures["confusion"]] == [0, 1, 0, 1, 0, 0, 0, 1, 0, 0]
    for digit, answer in zip((1, 3, 7), answers, strict=True):
        assert figures["confusion"][digit][answer] == 1
