"""Opens the app: decides what the terminal can show before Textual is imported, and gives the terminal back after."""

import codecs
import locale
import os
import sys

from nn.presets import find
from nn.settings import with_settings
from tui.display import Display, choose, needs_ascii, textual_environment
from tui.options import AppOptions
from tui.terminal import guarded_terminal

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
    from tui.app import MnistApp
    from tui.session import Session

    preset = find(FIRST_PRESET)
    config = preset.config
    if options.source is not None:
        config = with_settings(config, {"data.source": options.source})
    app = MnistApp(Session(config, preset.name, options.runs_dir), options, display)
    with guarded_terminal():
        app.run()
    if app.return_code == 0 and app.session.is_alive and app.session.run is not None:
        print(f"Training goes on in {app.session.run.path}; mnist-tui brings you back to it.")  # noqa: T201
    return app.return_code or 0


def _display(options: AppOptions) -> Display:
    color = choose(options.color, os.environ)
    encoding = codecs.lookup(locale.getpreferredencoding(False)).name if sys.stdout else "ascii"
    return Display(color=color, ascii=needs_ascii(encoding) if options.ascii is None else options.ascii)
