"""The first line: what it says of each state, and what it leaves out where there is no room."""

from pathlib import Path

import pytest
from few_images import config_of, renamed
from scripted_events import epochs, finished, started, steps
from textual.app import App, ComposeResult
from written_run import write_run

import mnist_data
from nn.config import Config
from nn.events import Paused, RunEvent
from tui.session import Session
from tui.terminal.display import ColorMode, Display
from tui.widgets.header import Header


class HeaderApp(App[None]):
    def __init__(self, session: Session, ascii_only: bool = False) -> None:
        super().__init__()
        self.session = session
        self.display_mode = Display(ColorMode.TRUECOLOR, ascii_only)
        self.header = Header(self.display_mode)

    def compose(self) -> ComposeResult:
        yield self.header

    def say(self) -> None:
        self.header.show(self.session)

    def line(self) -> str:
        self.say()
        return self.header.render().plain


@pytest.fixture
def session(config: Config, runs_dir: Path) -> Session:
    run = write_run(runs_dir, config, [])
    return Session(config, None, runs_dir, run=run, run_name="lunch", run_config=config)


def tell(session: Session, *events: RunEvent) -> None:
    for event in events:
        session.history.feed(event)


async def test_without_a_run_it_says_how_to_begin(config: Config, runs_dir: Path) -> None:
    app = HeaderApp(Session(config, None, runs_dir))
    async with app.run_test(size=(100, 3)):
        line = app.line()
        assert line.startswith("mnist-tui · 784-128-10 · 101,770 parameters")
        assert line.endswith("space trains")
        assert len(line) == 98


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([], "▶ starting"),
        ([started(), steps(10)], "▶ training  epoch 2/5"),
        ([started(), Paused(step=0)], "‖ paused"),
        ([*epochs(5), finished(step=50)], "✓ finished  epoch 5/5  95.00 % val"),
        ([*epochs(1), finished("stopped", 10)], "■ stopped"),
        ([*epochs(1), finished("diverged", 10)], "✗ diverged"),
        ([*epochs(1), finished("failed", 10)], "✗ failed"),
    ],
)
async def test_each_state_has_a_word_and_a_sign(session: Session, told: list[RunEvent], said: str) -> None:
    tell(session, *told)
    for ascii_only in (False, True):
        app = HeaderApp(session, ascii_only)
        async with app.run_test(size=(120, 3)):
            line = app.line()
            assert (said[2:] if ascii_only else said) in line
            assert line.isascii() is ascii_only
            assert "lunch" in line


async def test_pace_and_time_left_are_told_while_it_trains(session: Session) -> None:
    tell(session, *epochs(2))
    app = HeaderApp(session)
    async with app.run_test(size=(120, 3)):
        assert app.line().endswith("ETA 0:06  1,234 img/s")
        tell(session, finished(step=20))
        assert "ETA" not in app.line()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 140])
async def test_it_is_one_line_and_the_state_is_the_last_to_go(session: Session, width: int) -> None:
    session.run_name = "漢字" * 10
    tell(session, *epochs(2))
    app = HeaderApp(session)
    async with app.run_test(size=(width, 3)) as pilot:
        app.say()
        await pilot.pause()
        line = app.screen._compositor.render_strips()[0]
        assert line.cell_length == width
        if width >= 60:
            assert "▶ training  epoch 3/5" in line.text
            assert ("ETA 0:06" in line.text) == (width >= 100)


async def test_synthetic_digits_are_called_so(session: Session, few_images: Path) -> None:
    images = mnist_data.load(str(few_images), environment={}, cwd=few_images, cache=few_images)
    app = HeaderApp(session)
    async with app.run_test(size=(120, 3)):
        session.dataset = images
        assert "SYNTHETIC" not in app.line()
        session.dataset = renamed(images, "synthetic")
        assert app.line().startswith("SYNTHETIC DIGITS  lunch · 784-128-10 · 101,770 parameters")
        session.run_name = "784-128-10"
        assert app.line().startswith("SYNTHETIC DIGITS · 784-128-10 · 101,770 parameters")


async def test_it_repaints_only_when_it_says_something_else(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = HeaderApp(session)
    async with app.run_test(size=(120, 3)):
        app.say()
        paints: list[None] = []
        monkeypatch.setattr(app.header, "refresh", lambda: paints.append(None))
        app.say()
        assert paints == []
        tell(session, *epochs(1))
        app.say()
        assert len(paints) == 1


async def test_a_network_that_is_edited_shows_while_none_runs(config: Config, runs_dir: Path) -> None:
    session = Session(config, None, runs_dir)
    app = HeaderApp(session)
    async with app.run_test(size=(120, 3)):
        session.config = config_of("synthetic")
        assert "784-128-10" in app.line()


async def test_the_wire_rate_stands_beside_the_state_where_it_is_asked_for(session: Session) -> None:
    tell(session, *epochs(2))
    app = HeaderApp(session)
    async with app.run_test(size=(120, 3)):
        assert "KB/s" not in app.line()
        app.header.toggle_wire_rate()
        assert app.header.shows_wire_rate
        assert "▶ training  - KB/s  epoch 3/5" in app.line()
        app.header.toggle_wire_rate()
        assert "KB/s" not in app.line()


async def test_a_run_whose_directory_is_gone_is_called_deleted(session: Session) -> None:
    app = HeaderApp(session)
    tell(session, started(), *epochs(1), finished())
    async with app.run_test(size=(120, 3)):
        assert "✓ finished" in app.line()
        assert session.run is not None
        session.run.remove()
        assert "✗ deleted" in app.line()
