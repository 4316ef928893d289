"""Glyphs in place of greys and hues, from blank to full, and what the two signs of a number look like."""

from tui.terminal.display import Display

UNICODE_RAMP = " ░▒▓█"
ASCII_RAMP = " .:-=+*#%@"
# For signed numbers: what is above zero is full, what is below consists of strokes.
POSITIVE_RAMP, NEGATIVE_RAMP = " ░▒▓█", " ·-=≡"
ASCII_POSITIVE_RAMP, ASCII_NEGATIVE_RAMP = " .+*#", " ,-=Z"
PATCH_GLYPH = "x"  # marks a patch of an image
INK_GLYPH = ":"  # a digit where the map over it is blank; in no signed ramp


def signed_ramps(display: Display) -> tuple[str, str]:
    """The glyphs above and below zero, from zero on, that stand in for hues."""
    return (ASCII_POSITIVE_RAMP, ASCII_NEGATIVE_RAMP) if display.ascii else (POSITIVE_RAMP, NEGATIVE_RAMP)


def legend(display: Display) -> tuple[str, str]:
    """What a strong sign looks like: `blue` and `orange`, or two glyphs."""
    if display.half_blocks:
        return "blue", "orange"
    positive, negative = signed_ramps(display)
    return positive[-1], negative[-1]
