"""What a gradient check says on screen: a line for each tensor, and what they mean together."""

from collections.abc import Sequence

from textual.content import Content

from nn.explain.planted_mistakes import Mistake
from nn.gradient_check import BAR, TensorCheck
from tui.terminal.display import Display

PUBLISHED = "classic-sigmoid"  # of the kind of network in which the mistakes were published
RIGHT, WRONG = "$text-success", "bold $text-error"


def about(mistake: Mistake | None, *, is_elsewhere: bool) -> str:
    """What is compared, and the mistake that is planted."""
    what = (
        "Backpropagation's dL/dw against (L(w + h) - L(w - h)) / 2h, h = 0.000001 or less, in float64, on 8 "
        "images: no formula, only the loss. Half of the numbers are drawn, half are the largest."
    )
    if mistake is None:
        return f"{what}\nNo mistake is planted."
    where = f"It does not show in this network, so here is {PUBLISHED}." if is_elsewhere else ""
    return f"{what}\nPlanted: {mistake.title}. {mistake.why} {where}".rstrip()


def table(results: Sequence[TensorCheck], display: Display) -> Content:
    """A line for each tensor: sign, word and colour say the same."""
    lines = [
        Content.styled(f"   {'layer':<14} {'tensor':<8} {'compared':>8} {'error':>9}   bar {BAR:g}", "bold")
    ]
    lines += [_row(one, display) for one in results]
    return Content("\n").join(lines)


def verdict(results: Sequence[TensorCheck], mistake: Mistake | None) -> str:
    """All tensors in a sentence."""
    failed = [one for one in results if not one.passed]
    if not failed:
        return (
            f"All {len(results)} gradients are right: each error is below {BAR:g}. 1 and 2 plant a mistake."
        )
    are = "is" if len(failed) == 1 else "are"
    if mistake is None:
        return f"{len(failed)} of {len(results)} gradients {are} wrong: {_named(failed)}."
    return f"Found: {len(failed)} of {len(results)} gradients {are} wrong, {_named(failed)}. 0 takes it out."


def _named(failed: Sequence[TensorCheck]) -> str:
    """`weight and bias of dense1, dense2; weight of conv1`: the layers that are wrong alike together."""
    tensors: dict[str, list[str]] = {}
    for one in failed:
        tensors.setdefault(one.layer, []).append(one.tensor)
    layers: dict[str, list[str]] = {}
    for layer, names in tensors.items():
        layers.setdefault(" and ".join(names), []).append(layer)
    return "; ".join(f"{names} of {', '.join(some)}" for names, some in layers.items())


def _row(one: TensorCheck, display: Display) -> Content:
    mark, word, style = (
        (display.marks.right, "right", RIGHT) if one.passed else (display.marks.wrong, "wrong", WRONG)
    )
    figures = f"{one.layer:<14} {one.tensor:<8} {one.compared:>8} {one.error:>9.1e}"
    return Content.assemble((f"{mark:<3}", style), figures, "   ", (word, style))
