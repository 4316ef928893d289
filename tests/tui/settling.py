"""When an app has nothing left to do: it is looked at, where Textual's Pilot sleeps and measures the CPU.

Textual sleeps 20 ms, twice for each key, and again while anything in the process computes. Here it is known:
the event loop has nothing ready, no thread works for it, and what has changed is on the screen.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual._context import active_app
from textual.app import App, ScreenStackError

LOOK = 0.1  # seconds in which a thread that no test holds gets a processor, even of a busy machine,
COMPUTES = 0.001  # and seconds of CPU that show that it did
LONGEST = 30.0  # seconds for an app that is never done

# What Textual names for itself alone, and is asked for here.
WAITS = ("textual.pilot.wait_for_idle", "textual.app.wait_for_idle")
OF_APP = ("_resize_event", "_batch_count", "_check_resize")
PUT_OFF = (
    "_layout_required",
    "_scroll_required",
    "_repaint_required",
    "_recompose_required",
    "_dirty_widgets",
    "_callbacks",
)
OF_SCREEN = (*PUT_OFF, "_on_timer_update")

_at_work: set[asyncio.Future[Any]] = set()


@contextmanager
def watched() -> Iterator[None]:
    """In it Textual's Pilot waits by `settle`, which is told of every task for a thread."""
    run_in_executor = asyncio.BaseEventLoop.run_in_executor

    def noted(
        loop: asyncio.BaseEventLoop, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        future = run_in_executor(loop, executor, func, *args)
        _at_work.add(future)
        future.add_done_callback(_at_work.discard)
        return future

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.BaseEventLoop, "run_in_executor", noted)
        for wait in WAITS:
            patch.setattr(wait, settle)
        yield


async def settle(*_: float) -> None:
    """Wait until the app has nothing to do but for its timers; a test fails where that does not come about.

    Textual's own seconds are of no use to it.
    """
    deadline = time.monotonic() + LONGEST
    app = active_app.get()
    while await _drained(deadline):
        if _put_off(app):
            app._check_resize()
            app.screen._on_timer_update()
        elif not await _a_thread_went_on():
            return
    unrest = [*_put_off(app), *map(str, _threads()), *map(str, _ready())]
    pytest.fail(
        f"the app is not at rest after {LONGEST:.3g} s: {', '.join(unrest) or 'it was busy until now'}"
    )


def _put_off(app: App[Any]) -> list[str]:
    """What Textual has put off by a frame: a resize, a layout, a repaint, or a call after it."""
    try:
        screen = app.screen
    except ScreenStackError:  # the app is ending
        return []
    found = [] if app._resize_event is None else ["_resize_event"]
    if screen.is_current and not app._batch_count:
        found += [name for name in PUT_OFF if getattr(screen, name)]
    return found


def _threads() -> list[asyncio.Future[Any]]:
    """What threads do for this event loop."""
    return [future for future in _at_work if future.get_loop() is asyncio.get_running_loop()]


def _ready() -> Collection[asyncio.Handle]:
    """What the event loop is about to call; it empties and fills as it goes on."""
    return vars(asyncio.get_running_loop())["_ready"]


async def _a_thread_went_on() -> bool:
    """Whether there is a thread at work, and not held by the test: then it was waited for, for a moment."""
    threads = _threads()
    if not threads:
        return False
    before = time.process_time()
    done, _ = await asyncio.wait(threads, timeout=LOOK)
    return bool(done) or time.process_time() - before >= COMPUTES


async def _drained(deadline: float) -> bool:
    """Let the event loop run until it has only timers and threads to wait for; whether it had in time."""
    ready, quiet = _ready(), 0
    while quiet < 2 and time.monotonic() < deadline:
        await asyncio.sleep(0)
        quiet = 0 if ready else quiet + 1
    return quiet == 2
