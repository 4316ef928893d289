"""The entry point `mnist-tui`: parse, do one command, turn what went wrong into a sentence and an exit code.

0 is done; 1 a run or a check that failed; 2 wrong usage or bad input; 128 + n the end by signal n.
"""

import contextlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TextIO

from tui.cli.arguments import parse
from tui.cli.errors import UsageError, sentence_of
from tui.cli.output import clean


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, by default the process's own; returns its exit code. `--help` raises `SystemExit`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name that the locale cannot spell is no reason to fail
    try:
        return _run(argv)
    except BrokenPipeError:
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        try:
            sys.stdout.flush()
        except OSError:
            _silence(sys.stdout)


def _run(argv: Sequence[str] | None) -> int:
    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
        code = import_module(arguments.module).run(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        raise
    except UsageError as error:
        return _refuse(str(error))
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise
        return _refuse(sentence)


def _refuse(sentence: str) -> int:
    with contextlib.suppress(OSError):
        sys.stderr.write(f"mnist-tui: {clean(sentence)}\n")
    return 2


def _silence(stream: TextIO) -> None:
    """Let what is still buffered vanish: nobody takes it, and Python would complain at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
