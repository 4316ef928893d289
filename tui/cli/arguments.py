"""What can be typed: commands, options and their help. It imports no more than argparse: help is instant."""

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from tui.cli import epilogs
from tui.cli.errors import UsageError

APP_OPTIONS = {
    "app_data": "--data",
    "color": "--color",
    "ascii": "--ascii",
    "low_bandwidth": "--low-bandwidth",
}


class Parser(argparse.ArgumentParser):
    """argparse with errors raised as one sentence, and without abbreviations of options."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError` with argparse's message and where to read more."""
        raise UsageError(f"{message}; '{self.prog} --help' explains")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of a command; `module` runs it. Raises `UsageError`, and `SystemExit` after `--help`."""
    parser = _parser()
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:
        what = "there is no option" if unknown[0].startswith("-") else "unexpected argument"
        raise UsageError(f"{what} {unknown[0]!r}; '{arguments.prog} --help' explains")
    given = [
        option for name, option in APP_OPTIONS.items() if getattr(arguments, name) != parser.get_default(name)
    ]
    if arguments.command is not None and given:
        raise UsageError(
            f"{given[0]} before '{arguments.command}' is an option of the app; options of a command follow it"
        )
    return arguments


def _parser() -> Parser:
    parser = Parser(
        prog="mnist-tui", description="A playground for neural networks in a terminal.", epilog=epilogs.APP
    )
    parser.add_argument(
        "--data", dest="app_data", metavar="S", help="mnist, synthetic, or a folder with IDX files"
    )
    parser.add_argument(
        "--color",
        choices=["auto", "24bit", "256", "16", "none"],
        default="auto",
        help="colours of the terminal",
    )
    parser.add_argument("--ascii", action="store_true", default=None, help="nothing but ASCII on the screen")
    parser.add_argument("--low-bandwidth", action="store_true", help="fewer redraws, for a slow connection")
    parser.add_argument("--runs-dir", metavar="DIR", help="where run directories are")
    parser.set_defaults(module="tui.cli.app", prog=parser.prog)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    _add_train(commands)
    _add_evaluate(commands)
    _add_predict(commands)
    _add_runs(commands)
    _add_data(commands)
    _add_presets(commands)
    _add_check(commands)
    _add_export(commands)
    return parser


def _command(commands: Any, name: str, what: str, module: str, epilog: str | None = None) -> Parser:
    """A parser for one command, with the option that every command takes."""
    parser: Parser = commands.add_parser(
        name, help=what, description=what[0].upper() + what[1:] + ".", epilog=epilog
    )
    parser.add_argument(
        "--runs-dir",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="where run directories are, instead of the user's data",
    )
    parser.set_defaults(module=module, prog=parser.prog)
    return parser


def _add_config(parser: Parser) -> None:
    parser.add_argument(
        "config",
        nargs="?",
        metavar="CONFIG.toml",
        help="a file with the settings; otherwise the preset first-minute",
    )
    parser.add_argument("--preset", metavar="NAME", help="a named config; 'mnist-tui presets' lists them")
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change one setting, such as training.epochs=3; may be repeated, the last one counts",
    )


def _add_weights(parser: Parser) -> None:
    parser.add_argument(
        "--weights",
        choices=["last", "best"],
        default="last",
        help="a run's last weights, or those best on validation",
    )


def _add_json(parser: Parser) -> None:
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line on standard output, nothing else"
    )


def _add_train(commands: Any) -> None:
    parser = _command(
        commands, "train", "train a network, or go on with a run", "tui.cli.train", epilogs.TRAIN
    )
    _add_config(parser)
    parser.add_argument(
        "--data", metavar="S", help="mnist, synthetic, or a folder; short for --set data.source=S"
    )
    parser.add_argument(
        "--name", metavar="NAME", help="the run's name; otherwise that of the preset or the file"
    )
    parser.add_argument(
        "--resume", metavar="RUN", help="go on with a run; of --set only training.epochs is allowed"
    )
    _add_json(parser)


def _add_evaluate(commands: Any) -> None:
    parser = _command(
        commands, "evaluate", "answer the test images and count", "tui.cli.evaluate", epilogs.EVALUATE
    )
    parser.add_argument(
        "networks", nargs="+", metavar="RUN|FILE.safetensors", help="one network, or several together"
    )
    _add_weights(parser)
    parser.add_argument("--images", metavar="F", help="an IDX file of images; --labels belongs to it")
    parser.add_argument("--labels", metavar="F", help="an IDX file of labels")
    _add_json(parser)


def _add_predict(commands: Any) -> None:
    parser = _command(commands, "predict", "read the digit in a picture", "tui.cli.predict", epilogs.PREDICT)
    parser.add_argument("network", metavar="RUN|FILE.safetensors", help="a run, or an exported file")
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="a PNG or JPEG of one digit")
    _add_json(parser)


def _add_runs(commands: Any) -> None:
    parser = _command(commands, "runs", "list the runs, newest first, or remove one", "tui.cli.runs")
    _add_json(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    remove = _command(actions, "rm", "remove a run that is not training", "tui.cli.runs")
    remove.add_argument("run", metavar="RUN", help="a run's directory or its exact name")


def _add_data(commands: Any) -> None:
    parser = _command(commands, "data", "where the images come from", "tui.cli.data", epilogs.DATA)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser, required=True)
    _command(actions, "status", "every place where MNIST may be, and which serves", "tui.cli.data")
    _command(actions, "download", "bring MNIST into the cache", "tui.cli.data")
    importing = _command(actions, "import", "copy MNIST from a folder into the cache", "tui.cli.data")
    importing.add_argument("folder", metavar="DIR", help="a folder with the four IDX files, raw or .gz")
    drawing = _command(actions, "synthesize", "draw digits and write them as four IDX files", "tui.cli.data")
    drawing.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        default="synthetic-digits",
        help="a new folder; otherwise ./synthetic-digits",
    )


def _add_presets(commands: Any) -> None:
    _add_json(
        _command(commands, "presets", "list the named configs, each with its reason", "tui.cli.presets")
    )


def _add_check(commands: Any) -> None:
    parser = _command(
        commands, "check", "compare backpropagation with differences, layer by layer", "tui.cli.check"
    )
    _add_config(parser)


def _add_export(commands: Any) -> None:
    parser = _command(commands, "export", "write a run's weights for other programs", "tui.cli.export")
    parser.add_argument("run", metavar="RUN", help="a run's directory or its exact name")
    parser.add_argument(
        "--format", choices=["safetensors"], default="safetensors", help="the only format: safetensors"
    )
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the file to write")
    _add_weights(parser)
