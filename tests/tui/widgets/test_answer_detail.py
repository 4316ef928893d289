"""One answer from near: a line more where raters disagree on the digit, and no longer than that."""

import numpy as np
import pytest
from textual.app import App, ComposeResult

from nn.batches import Images
from tui.answering.answers import Answers
from tui.terminal.display import Display
from tui.widgets.answer_detail import AnswerDetail

ANSWERS = Answers(
    "test",
    Images(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8)),
    np.full((1, 10), 0.1, np.float32),
    1,
)


class DetailApp(App[None]):
    def compose(self) -> ComposeResult:
        yield AnswerDetail(display=Display())


async def test_the_line_on_the_raters_goes_with_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tui.answering.answers.raters_disagree", lambda answers: np.ones(len(answers), np.bool_)
    )
    app = DetailApp()
    async with app.run_test(size=(60, 30)) as pilot:
        detail = app.query_one(AnswerDetail)
        heights = list[int]()
        for deed in (
            lambda: detail.clear(""),
            lambda: detail.show(ANSWERS, 0, None),
            lambda: detail.clear(""),
        ):
            deed()
            await pilot.pause()
            heights.append(detail.size.height)
        assert heights == [16, 17, 16]
