"""The parts of the README that come from the code: the training loop, the keys, the settings, the presets.

`python -m tests.readme` writes them between their markers; a test holds the README to them.
"""

import inspect
import re
import textwrap
from pathlib import Path

from msgspec.structs import fields

from nn.building import describe, parameter_count
from nn.config import LAYER_TYPES, OPTIMIZER_TYPES, SCHEDULE_TYPES, Config
from nn.presets import PRESETS
from nn.settings import settings, to_inline_toml
from nn.trainer import Trainer
from tui.commands import APP, COMMANDS, PANE_NAMES

README = Path(__file__).parent.parent / "README.md"


def loop() -> str:
    """The training loop as it stands in the trainer."""
    source = textwrap.dedent(inspect.getsource(Trainer.train_epoch))
    return f"```python\n{source}```"


def keys() -> str:
    """One table of keys, those that work everywhere first."""
    rows = ["| where | key | does |", "|---|---|---|"]
    for command in COMMANDS:
        where = "everywhere" if command.pane == APP else PANE_NAMES[command.pane]
        shown = " ".join(f"`{key}`" for key in command.shown.split())
        rows.append(f"| {where} | {shown} | {command.words.replace('|', chr(92) + '|')} |")
    return "\n".join(rows)


def config() -> str:
    """Every setting with its default, what it allows and what it means; then the types that can be named."""
    rows = ["| setting | default | allowed | meaning |", "|---|---|---|---|"]
    rows += [
        f"| `{setting.key}` | `{to_inline_toml(setting.value)}` | {setting.allowed} | {setting.help} |"
        for setting in settings(Config())
    ]
    kinds = (("layer", LAYER_TYPES), ("optimizer", OPTIMIZER_TYPES), ("schedule", SCHEDULE_TYPES))
    rows += ["", "| kind | type | fields | meaning |", "|---|---|---|---|"]
    for kind, types in kinds:
        for struct in types:
            names = ", ".join(field.name for field in fields(struct)) or "-"
            tag = struct.__struct_config__.tag
            rows.append(f"| {kind} | `{tag}` | {names} | {inspect.getdoc(struct)} |")
    return "\n".join(rows)


def presets() -> str:
    """Name, network, parameters and the sentence of why."""
    rows = ["| preset | network | parameters | why |", "|---|---|---|---|"]
    rows += [
        f"| `{preset.name}` | {describe(preset.config.network)} | {parameter_count(preset.config.network):,} "
        f"| {preset.why} |"
        for preset in PRESETS
    ]
    return "\n".join(rows)


PARTS = {"loop": loop, "keys": keys, "config": config, "presets": presets}


def marked(text: str, name: str) -> str:
    """What stands between the markers `<!-- name -->` and `<!-- /name -->`."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", text, re.DOTALL)
    if found is None:
        raise LookupError(f"README.md has no part marked {name}")
    return found.group(1)


def rewritten(text: str) -> str:
    """The README with every part as the code has it now."""
    for name, part in PARTS.items():
        text = text.replace(f"<!-- {name} -->\n{marked(text, name)}\n", f"<!-- {name} -->\n{part()}\n")
    return text


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text()))
