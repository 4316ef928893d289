"""What the terminal can show: how many colours, and whether anything beyond ASCII.

Guessed once from the environment on the command line, then handed as one frozen `Display` to all that draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ColorMode(StrEnum):
    """How many colours the terminal shows; the values are those of `--color`."""

    TRUECOLOR = "24bit"
    PALETTE = "256"
    SIXTEEN = "16"
    NONE = "none"

    @property
    def shows_greys(self) -> bool:
        """Whether there are enough greys (at least 24) to draw a digit as coloured half blocks."""
        return self in (ColorMode.TRUECOLOR, ColorMode.PALETTE)


# Terminals that show 24 bits but whose name does not say so; over SSH the name is all that arrives.
_TRUECOLOR_TERMINALS = ("xterm-kitty", "xterm-ghostty", "ghostty", "alacritty", "foot", "wezterm", "contour")
_MONOCHROME_TERMINALS = ("", "dumb", "unknown", "vt52", "vt100", "vt102", "vt220")


@dataclass(frozen=True)
class Marks:
    """The signs that say what colour alone must not say."""

    right: str
    wrong: str
    true: str
    predicted: str


_UNICODE_MARKS = Marks(right="✓", wrong="✗", true="▸", predicted="▹")
_ASCII_MARKS = Marks(right="ok", wrong="x", true=">", predicted=")")


@dataclass(frozen=True)
class Display:
    """What the terminal can show; every widget that draws takes one."""

    color: ColorMode = ColorMode.TRUECOLOR
    ascii: bool = False

    @property
    def half_blocks(self) -> bool:
        """Whether a digit is drawn with half blocks in grey; otherwise with a ramp of glyphs."""
        return self.color.shows_greys and not self.ascii

    @property
    def marks(self) -> Marks:
        """The signs for right, wrong, true and predicted."""
        return _ASCII_MARKS if self.ascii else _UNICODE_MARKS

    @property
    def separator(self) -> str:
        """What parts the facts that stand on one line."""
        return " | " if self.ascii else " · "

    def printable(self, text: str) -> str:
        """Words that come from people or files, harmless: what the terminal cannot print becomes `?`."""
        return "".join(c if c.isprintable() and (c.isascii() or not self.ascii) else "?" for c in text)


def detect(environment: Mapping[str, str]) -> ColorMode:
    """Guess the colours from NO_COLOR, COLORTERM and TERM.

    COLORTERM does not cross SSH, so terminals known for 24 bits are recognised by their TERM too.
    """
    terminal = environment.get("TERM", "").strip().lower()
    if environment.get("NO_COLOR") or terminal in _MONOCHROME_TERMINALS or terminal.endswith(("-mono", "-m")):
        return ColorMode.NONE
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorMode.TRUECOLOR
    if terminal.endswith("-direct") or terminal in _TRUECOLOR_TERMINALS:
        return ColorMode.TRUECOLOR
    if terminal.endswith("-256color") or terminal == "tmux":
        return ColorMode.PALETTE
    return ColorMode.SIXTEEN


def choose(option: str, environment: Mapping[str, str]) -> ColorMode:
    """The mode that `--color OPTION` asks for; "auto" guesses from the environment.

    Raises ValueError with one sentence for any other word than auto, 24bit, 256, 16 or none.
    """
    if option == "auto":
        return detect(environment)
    try:
        return ColorMode(option)
    except ValueError:
        allowed = ", ".join(["auto", *ColorMode])
        raise ValueError(f"--color {option!r} is not known; allowed are {allowed}.") from None


def needs_ascii(encoding: str) -> bool:
    """Whether a locale's encoding (such as "UTF-8" or "ANSI_X3.4-1968") cannot carry block characters."""
    return encoding.lower().replace("-", "").replace("_", "") not in ("utf8", "utf8mb4", "utf16", "utf32")


def locale_encoding(environment: Mapping[str, str], preferred: str, *, is_utf8_mode: bool) -> str:
    """The encoding of the person's locale, where Python's `preferred` one hides it.

    In UTF-8 mode, which Python enters by itself in a C locale, LC_ALL or LANG still tells the true one;
    LC_CTYPE does not, because Python sets it. No locale, which is common over SSH, and a name without an
    encoding are taken for UTF-8.
    """
    name = environment.get("LC_ALL") or environment.get("LANG") or ""
    if not is_utf8_mode:
        return preferred
    if name in ("C", "POSIX"):
        return "ascii"
    return name.partition("@")[0].partition(".")[2] or preferred


_TEXTUAL_COLOR_SYSTEMS = {
    ColorMode.TRUECOLOR: "truecolor",
    ColorMode.PALETTE: "256",
    ColorMode.SIXTEEN: "standard",
    ColorMode.NONE: "standard",
}
# Textual paints a second change on a grid of this many frames a second: at its own 60 what a key leads to in
# two or three steps is seen up to 33 ms late.
_FRAMES = "250"


def textual_environment(mode: ColorMode) -> dict[str, str | None]:
    """What the environment must hold before Textual is first imported; None means: remove the variable.

    With `ColorMode.NONE` the app must also be made with `ansi_color=True`: only then does Textual drop
    colours altogether; otherwise NO_COLOR merely turns them to grey.
    """
    return {
        "TEXTUAL_FPS": _FRAMES,
        "TEXTUAL_COLOR_SYSTEM": _TEXTUAL_COLOR_SYSTEMS[mode],
        "NO_COLOR": "1" if mode is ColorMode.NONE else None,
    }
