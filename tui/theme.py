"""The one theme of the app: greys, an accent, and two data colours that the colour-blind can tell apart."""

from textual.theme import Theme

QUIET = Theme(
    name="quiet",
    primary="#6cb6ff",
    secondary="#8a8a8a",
    accent="#6cb6ff",
    warning="#f0a35e",
    error="#ff7b72",
    success="#8ec07c",
    foreground="#d0d0d0",
    background="#101010",
    surface="#161616",
    panel="#242424",
    dark=True,
)
