"""How often what follows a run looks at it again: less often over a slow connection."""

from textual.widget import Widget

FOLLOW_SECONDS, SLOW_FOLLOW_SECONDS = 1.0, 4.0


def follow_seconds(widget: Widget) -> float:
    """Seconds between two looks; the app has the class `-low-bandwidth` where it was started so."""
    return SLOW_FOLLOW_SECONDS if widget.app.has_class("-low-bandwidth") else FOLLOW_SECONDS
