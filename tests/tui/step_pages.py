"""What a page of a step shows, in words, for the tests of the pages."""

import re

from nn.explain.step_trace import StepTrace
from tui.stepping.look import Look, fold
from tui.stepping.walk import Page, pages, unit_to_begin_with

HEIGHT = 19


def drawn(
    trace: StepTrace, page: Page, image: int = 1, height: int = HEIGHT, width: int | None = None
) -> list[str]:
    unit = unit_to_begin_with(trace, page.place, image)
    lines = page.draw(Look(trace, page.place, image, unit, height))
    return [line.plain for line in (fold(lines, width) if width else lines)]


def adds_up(lines: list[str]) -> int:
    """How many sums stand on a page; each is that of the terms above it, as they are written."""
    found: list[float] = []
    sums = 0
    for line in lines:
        if term := re.match(r"  \+ [^=]* = +(\S+)", line):
            found.append(float(term.group(1)))
        elif found and (total := re.match(r"    \S+ +=? *(\S+)$", line)):
            assert abs(sum(found) - float(total.group(1))) <= 2e-3 * max(map(abs, found)) + 1e-9, line
            found, sums = [], sums + 1
    assert not found
    return sums


def page_of(trace: StepTrace, stage: str, about: str) -> str:
    page = next(page for page in pages(trace) if (page.stage, page.about) == (stage, about))
    return "\n".join(drawn(trace, page))
