"""The README's picture: the app, trained for real by pressing its keys, drawn by Textual as SVG, then as PNG.

`python -m tests.benchmarks.picture [PANE [COLUMNSxROWS [OUT.png]]]`; PNG needs `rsvg-convert` (librsvg2-bin).
"""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from nn.presets import find
from tui.app import MnistApp
from tui.options import AppOptions
from tui.session import Session
from tui.terminal.display import Display

PICTURE = Path(__file__).parent.parent.parent / ".github" / "app.png"
WIDTH = 1600  # pixels


async def draw(pane: str, columns: int, rows: int, runs_dir: Path) -> str:
    """Train first-minute in the app until its fourth epoch is over; the screen of a pane then, as SVG."""
    preset = find("first-minute")
    options = AppOptions(source=None, color="24bit", ascii=False, low_bandwidth=False, runs_dir=runs_dir)
    app = MnistApp(lambda: Session(preset.config, preset.name, runs_dir), options, Display())
    async with app.run_test(size=(columns, rows)) as pilot:
        while not app.is_ready:
            await pilot.pause(0.1)
        await pilot.press("space")
        while len(app.session.history.epochs) < 4:
            await pilot.pause(0.05)
        await pilot.press(pane)
        await pilot.pause(0.6)
        return app.export_screenshot(title="mnist-tui")


def legible(svg: str) -> str:
    """The SVG with leading spaces kept, in a font that has braille and block characters of one width."""
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1).replace("&#160;", " ")
    return svg.replace("Fira Code", "DejaVu Sans Mono")


def main(arguments: list[str]) -> None:
    """Write the picture."""
    pane = arguments[0] if arguments else "2"
    columns, rows = map(int, (arguments[1] if len(arguments) > 1 else "120x36").split("x"))
    target = Path(arguments[2]) if len(arguments) > 2 else PICTURE
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        svg = target.with_suffix(".svg")
        svg.write_text(legible(asyncio.run(draw(pane, columns, rows, Path(folder)))))
        subprocess.run(["rsvg-convert", "-w", str(WIDTH), str(svg), "-o", str(target)], check=True)
        svg.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
