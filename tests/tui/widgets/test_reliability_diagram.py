import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from nn.explain.calibration import CalibrationBin, reliability
from tui.terminal.display import ColorMode, Display
from tui.widgets.reliability_diagram import LEAST_HEIGHT, ReliabilityDiagram, column, foot

ASCII, UNICODE = Display(ColorMode.NONE, ascii=True), Display()
BLOCKS = {" ": 0.0} | {sign: (place + 1) / 8 for place, sign in enumerate("▁▂▃▄▅▆▇█")} | {"#": 1.0}


def group(confidence: float, accuracy: float, count: int = 10) -> CalibrationBin:
    low = min(int(confidence * 10), 9) / 10
    return CalibrationBin(low, low + 0.1, count, confidence, accuracy)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(4, 30), st.sampled_from([ASCII, UNICODE]))
def test_the_bar_is_as_high_as_right_and_the_line_as_sure(
    confidence: float, accuracy: float, height: int, display: Display
) -> None:
    cells = column(group(confidence, accuracy), height, display)
    assert len(cells) == height
    assert all(len(text) == 4 and (text.isascii() or not display.ascii) for text, _ in cells)
    (line,) = [height - 1 - y for y, (_, is_line) in enumerate(cells) if is_line]
    assert line <= confidence * height <= line + 1
    filled = [BLOCKS[text[0]] for text, is_line in cells if not is_line]
    without_line = accuracy * height - min(max(accuracy * height - line, 0), 1)
    assert sum(filled) == pytest.approx(without_line, abs=0.51 if display.ascii else 0.13)
    assert filled == sorted(filled)


def test_the_foot_tells_what_the_bars_do_not() -> None:
    lines = foot([group(0.95, 0.99, 12_345), group(0.55, 0.25, 8)])
    assert max(map(len, lines)) <= 54
    assert lines[0].split() == ["sure", *(f"{low}+" for low in range(0, 100, 10))]
    assert lines[1].split() == ["off", "-30", "+4.0"]
    assert lines[2].split() == ["n", *"00000", "8", *"000", "12k"]
    assert lines[0].index("50+") + 3 == lines[1].index("-30") + 3


class DiagramApp(App[None]):
    def __init__(self, display: Display, height: int) -> None:
        super().__init__()
        self.diagram = ReliabilityDiagram(display=display)
        self.diagram.styles.height = height

    def compose(self) -> ComposeResult:
        yield self.diagram


@pytest.mark.parametrize("height", [LEAST_HEIGHT, 13])
@pytest.mark.parametrize("display", [ASCII, UNICODE])
async def test_all_of_it_is_on_the_screen(display: Display, height: int) -> None:
    app = DiagramApp(display, height)
    async with app.run_test(size=(80, 24)) as pilot:
        rng = np.random.default_rng(7)
        app.diagram.set_groups(reliability(rng.random(500), rng.random(500) < 0.5))
        await pilot.pause()
        lines = [app.diagram.render_line(y).text.rstrip() for y in range(height)]
        assert app.diagram.content_size == (54, height)
        assert "are right" in lines[0]
        assert lines[1].startswith("100%")
        assert lines[-4].startswith("  0%")
        assert [line[:4].strip() for line in lines[-3:]] == ["sure", "off", "n"]
        assert "".join(lines).isascii() or not display.ascii


async def test_equal_groups_paint_nothing() -> None:
    app = DiagramApp(UNICODE, 12)
    async with app.run_test(size=(80, 24)) as pilot:
        app.diagram.set_groups([group(0.9, 0.8)])
        await pilot.pause()
        app.diagram.set_groups([group(0.9, 0.8)])
        assert not app.diagram._repaint_required
