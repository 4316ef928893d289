"""`mnist-tui export`: a run's weights in a file that other programs read; equal weights give equal bytes."""

import argparse
from pathlib import Path

from nn import weights
from nn.files import reason, write_atomically
from nn.runs import store
from tui.cli.errors import UsageError
from tui.cli.output import clean, say
from tui.cli.places import runs_directory


def run(arguments: argparse.Namespace) -> int:
    """Write the file, whole or not at all."""
    found = store.find(runs_directory(arguments), arguments.run)
    content = weights.to_bytes(found.load_network(arguments.weights), found.config())
    try:
        target = Path(arguments.output).expanduser().resolve()
        if target.exists() and not target.is_file():
            raise UsageError(f"{arguments.output} is not a file that can be replaced; name a file with -o")
        write_atomically(target, content)
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"{arguments.output} cannot be written: {reason(error)}") from None
    say(f"wrote {clean(target)}, {len(content):,} bytes")
    return 0
