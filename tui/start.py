"""Opens the app: settles what the terminal shows before Textual is imported, and gives it back after."""

import codecs
import gc
import locale
import os
import pwd
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nn.presets import find
from nn.settings import with_settings
from tui.cli.output import clean, say
from tui.options import AppOptions
from tui.terminal import lingering
from tui.terminal.display import Display, choose, locale_encoding, needs_ascii, textual_environment
from tui.terminal.restore import drawing_on_output, guarded_terminal

if TYPE_CHECKING:
    from tui.session import Session

FIRST_PRESET = "first-minute"


def open_app(options: AppOptions) -> int:
    """Run the app until it is left; the exit code.

    Textual reads the environment when it is imported, so the colours are settled before that.
    """
    display = _display(options)
    for name, value in textual_environment(display.color).items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    gc.disable()  # all that is imported stays: to look for garbage in it takes a sixth of the start
    from textual.drivers.linux_driver import LinuxDriver

    from tui.app import MnistApp
    from tui.terminal.thrifty_driver import ThriftyDriver

    gc.freeze()
    gc.enable()
    app = MnistApp(lambda: _first_session(options), options, display)
    if app.driver_class is LinuxDriver:  # not where a browser is the terminal
        app.driver_class = ThriftyDriver
    with drawing_on_output(), guarded_terminal():
        app.run()
    if app.return_code == 0 and (run := app.training):
        paused = app.session.history.state == "paused"
        what = "The run is paused; its worker waits" if paused else "Training goes on"
        say(clean(f"{what} in {run.path}; mnist-tui brings you back to it."))
        if warning := lingering.warning(Path("/"), _user()):
            say(warning)
    return app.return_code or 0


def _first_session(options: AppOptions) -> "Session":
    """What the app shows before it has looked for runs: the first preset, on the images that --data names."""
    from tui.session import Session

    preset = find(FIRST_PRESET)
    config = preset.config
    if options.source is not None:
        config = with_settings(config, {"data.source": options.source})
    return Session(config, preset.name, options.runs_dir, keeps_source=options.source is not None)


def _display(options: AppOptions) -> Display:
    color = choose(options.color, os.environ)
    preferred = codecs.lookup(locale.getpreferredencoding(False)).name
    encoding = locale_encoding(os.environ, preferred, is_utf8_mode=bool(sys.flags.utf8_mode))
    return Display(color=color, ascii=needs_ascii(encoding) if options.ascii is None else options.ascii)


def _user() -> str:
    """The user's name; the number where the system has no name for it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
