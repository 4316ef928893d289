"""What stands in the lower part of Errors, as many views at once as there are rows for."""

from typing import Literal

from tui.widgets import calibration_view, comparison_view, refusal_view

View = Literal["worst", "scores", "refusal", "calibration", "comparison"]
VIEWS: tuple[View, ...] = ("worst", "scores", "refusal", "calibration", "comparison")
LEAST: dict[View, int] = {
    "worst": 8,
    "scores": 8,
    "refusal": refusal_view.LEAST,
    "calibration": calibration_view.LEAST,
    "comparison": comparison_view.LEAST,
}
_UNSHARED: tuple[View, ...] = ("worst", "comparison")  # pictures take all the room there is

Page = tuple[View, ...]


def pages(rows: int, *, has_worst: bool) -> list[Page]:
    """The views in order, side by side only where `rows` are enough; `has_worst` where the worst are one.

    A page with one view may need more rows than there are: it then needs those of the matrix too.
    """
    found: list[Page] = []
    for view in VIEWS if has_worst else VIEWS[1:]:
        last = found[-1] if found else ()
        is_shared = last and view not in _UNSHARED and last[0] not in _UNSHARED
        if is_shared and needed(last) + LEAST[view] <= rows:
            found[-1] = (*last, view)
        else:
            found.append((view,))
    return found


def needed(page: Page) -> int:
    """How many rows a page needs at least."""
    return sum(LEAST[view] for view in page)


def page_of(view: View, among: list[Page]) -> Page:
    """The page with a view, or the first where there is none."""
    return next((page for page in among if view in page), among[0])
