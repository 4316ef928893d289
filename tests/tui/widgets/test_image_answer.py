"""One image from near: what stands beside it fills the room that there is, also where that comes later."""

import numpy as np
from courses import course_of
from textual.app import App, ComposeResult

from nn.batches import Images
from tui.answering.answers import Answers
from tui.answering.course import Course
from tui.terminal.display import Display
from tui.widgets.course_chart import CourseChart
from tui.widgets.image_answer import ImageAnswer
from tui.widgets.words import Words

ANSWERS = Answers(
    "test",
    Images(np.zeros((1, 28, 28), np.uint8), np.full(1, 7, np.uint8)),
    np.eye(10, dtype=np.float16)[[7]],
    2,
)


def course() -> Course:
    return course_of((0, 1, 2), [[3], [3], [7]], [7])


class Host(App[None]):
    CSS = "ImageAnswer { width: 56; height: 14; } CourseChart { width: 40; height: 14; }"

    def compose(self) -> ComposeResult:
        yield ImageAnswer(display=Display())
        yield CourseChart()

    def text(self) -> str:
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())


async def test_words_and_trails_take_room_that_comes_after_them() -> None:
    app = Host()
    async with app.run_test(size=(120, 30)) as pilot:
        one = app.query_one(ImageAnswer)
        one.show(ANSWERS, 0, course(), "")
        await pilot.pause()
        assert "entropy" not in app.text()
        assert "learned" not in app.text()
        one.styles.width = 90
        await pilot.pause()
        lines = one.query_one("#browse-facts", Words).said.split("\n")
        assert lines[2:] == [
            "margin >0.999 = >99.9 % - <0.1 %, entropy 0.00",
            "7 was learned in epoch 2; right: each epoch",
        ]
        assert lines[-1] in app.text()
        assert f">99.9 % {' ' * 12}{'█' * 12}" in app.text()


async def test_the_chart_takes_room_that_comes_after_it() -> None:
    app = Host()
    async with app.run_test(size=(120, 30)) as pilot:
        chart = app.query_one(CourseChart)
        chart.show("image", ANSWERS, 0, course(), Display())
        assert "█" * 17 not in chart.said
        chart.styles.width = 80
        await pilot.pause()
        assert f"3 {'█' * 24} " in chart.said
