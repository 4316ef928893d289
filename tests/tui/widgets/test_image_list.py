import numpy as np
from textual.app import App, ComposeResult

from nn.batches import Images
from tui.answering.answers import Answers
from tui.terminal.display import Display
from tui.widgets.image_list import ImageList

ANSWERS = Answers(
    "test",
    Images(
        np.arange(20, dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8), np.zeros(20, np.uint8)
    ),
)


class ListApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield ImageList(display=Display())

    def on_image_list_chosen(self, message: ImageList.Chosen) -> None:
        self.chosen.append(message.index)

    @property
    def listed(self) -> ImageList:
        return self.query_one(ImageList)

    def show(self, *indices: int, chosen: int = -1) -> None:
        self.listed.show_images(ANSWERS, np.array(indices, np.int64), lambda index: f"no {index}", chosen)


async def test_images_are_named_by_their_index_in_the_set() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.listed.chosen is None
        app.show(7, 3, 11, chosen=3)
        app.listed.focus()
        await pilot.pause()
        assert app.listed.chosen == 3
        assert "[no 3]" in app.listed.render_line(7).text
        assert (app.listed.neighbour(-1), app.listed.neighbour(1), app.listed.neighbour(2)) == (7, 11, None)
        await pilot.press("right")
        assert app.chosen == [11]
        app.listed.choose(7)
        assert app.listed.chosen == 7
        app.listed.choose(5)  # it is not in the list
        assert app.listed.chosen == 7
        assert app.chosen == [11]
        app.listed.show_none()
        assert (app.listed.chosen, app.listed.neighbour(1), app.listed.count) == (None, None, 0)


async def test_the_same_images_paint_nothing() -> None:
    app = ListApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(7, 3)
        await pilot.pause()
        app.show(7, 3)
        assert not app.listed._repaint_required
