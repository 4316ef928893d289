"""When an app has nothing left to do: it is looked at, where Textual's Pilot sleeps and measures the CPU.

Textual sleeps 20 ms, twice for each key, and again while anything in the process computes. Here it is known:
the event loop has nothing ready, no thread works for it, and what has changed is on the screen.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual._context import active_app
from textual.app import App, ScreenStackError

LOOK = 0.1  # seconds in which a thread that no test holds gets a processor, even of a busy machine,
COMPUTES = 0.001  # and seconds of CPU that show that it did
LONGEST = 10.0  # seconds for an app that is never done

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
        patch.setattr("textual.pilot.wait_for_idle", settle)
        patch.setattr("textual.app.wait_for_idle", settle)
        yield


async def settle(*_: float) -> None:
    """Wait until the app has nothing to do but for its timers. Textual's own seconds are of no use to it."""
    deadline = time.monotonic() + LONGEST
    app = active_app.get()
    while time.monotonic() < deadline:
        await _drain(deadline)
        if _is_put_off(app):
            app._check_resize()
            app.screen._on_timer_update()
        elif not await _a_thread_went_on():
            return


def _is_put_off(app: App[Any]) -> bool:
    """Whether Textual has put something off by a frame: a resize, a layout, a repaint, or a call after it."""
    try:
        screen = app.screen
    except ScreenStackError:  # the app is ending
        return False
    return app._resize_event is not None or (
        screen.is_current
        and not app._batch_count
        and bool(
            screen._layout_required
            or screen._scroll_required
            or screen._repaint_required
            or screen._recompose_required
            or screen._dirty_widgets
            or screen._callbacks
        )
    )


async def _a_thread_went_on() -> bool:
    """Whether there is a thread at work, and not held by the test: then it was waited for, for a moment."""
    threads = [future for future in _at_work if future.get_loop() is asyncio.get_running_loop()]
    if not threads:
        return False
    before = time.process_time()
    done, _ = await asyncio.wait(threads, timeout=LOOK)
    return bool(done) or time.process_time() - before >= COMPUTES


async def _drain(deadline: float) -> None:
    """Let the event loop run until it has only timers and threads to wait for."""
    ready = vars(asyncio.get_running_loop())["_ready"]
    quiet = 0
    while quiet < 2 and time.monotonic() < deadline:
        await asyncio.sleep(0)
        quiet = 0 if ready else quiet + 1
