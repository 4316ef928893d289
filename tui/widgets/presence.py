"""Whether a widget is still there: what was computed aside may come while its screen or the app goes."""

from textual.widget import Widget


def is_there(widget: Widget) -> bool:
    """Whether there is something to draw in; False as soon as the app ends or the widget's screen is left.

    A screen loses its children one by one, and its workers end after them: between the two there is nothing
    to be found in it any more.
    """
    return widget.is_attached and widget.app.is_running and widget.screen in widget.app.screen_stack
