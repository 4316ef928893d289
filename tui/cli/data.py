"""`mnist-tui data`: where MNIST may be, and how it comes there; drawn digits in MNIST's form."""

import argparse
import os
import shlex
from pathlib import Path

from mnist_data import DatasetError, import_folder, locate, mnist_folder, save, status, synthesize
from nn.runs.images import cache_folder
from tui.cli import images
from tui.cli.errors import UsageError
from tui.cli.output import clean, columns, say


def run(arguments: argparse.Namespace) -> int:
    """Do what the action says."""
    match arguments.action:
        case "status":
            _status()
        case "download":
            images.download()
            say(f"MNIST is in {clean(mnist_folder(cache_folder()))}")
        case "import":
            import_folder(_folder(arguments.folder), cache_folder())
            say(f"MNIST is in {clean(mnist_folder(cache_folder()))}")
        case _:
            _synthesize(_folder(arguments.output))
    return 0


def _status() -> None:
    """Every place on a line, and which serves; one that is named and wrong stands in the way of the rest."""
    cwd, cache = Path.cwd(), cache_folder()
    found = status(environment=os.environ, cwd=cwd, cache=cache)
    first = next((place for place in found if place.serves), None)
    for line in columns((clean(place.name), clean(place.holds)) for place in found):
        say(line)
    try:
        locate(environment=os.environ, cwd=cwd, cache=cache)
    except DatasetError as error:
        say(f"none serves: {clean(error)}")
        return
    if first is None:
        say(
            "none serves; 'mnist-tui data download' or 'mnist-tui data import DIR' brings MNIST, "
            "and the app shows synthetic digits until then"
        )
    else:
        say(f"{clean(first.name)} serves")


def _synthesize(folder: Path) -> None:
    for place in _searched():
        if place == folder or place in folder.parents:
            raise UsageError(f"{folder} is where MNIST is looked for; name another folder with -o")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already; name a new folder with -o")
    save(synthesize(), folder)
    say(f"drawn digits are in {clean(folder)}; use them with --data {clean(shlex.quote(str(folder)))}")


def _searched() -> list[Path]:
    """The folders in which MNIST is looked for."""
    named = os.environ.get("MNIST_DATA", "")
    searched = [Path.cwd() / "mnist_data", cache_folder()]
    return [place.resolve() for place in ([*searched, _folder(named)] if named else searched)]


def _folder(text: str) -> Path:
    try:
        return Path(text).expanduser().resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"the folder {text!r} cannot be used: {error}") from None
