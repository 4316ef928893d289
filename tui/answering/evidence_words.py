"""What is said of the evidence for one answer: each number with what it means, in the room that there is.

Captions are two lines of at most 28 letters, as wide as the pictures above them.
"""

import numpy as np

from nn.arrays import FloatArray
from nn.explain.occlusion import COVER, Flip
from nn.metrics import LEAST
from tui.answering.case import Case
from tui.answering.evidence import NoFeatures, Reply, Similar, SimilarFeatures
from tui.answering.image_words import exact, loss, margin
from tui.numbers import percent, probability
from tui.terminal.display import Display
from tui.terminal.ramps import INK_GLYPH, PATCH_GLYPH, legend, signed_ramps

Caption = tuple[str, str]


def answer_of(reply: Reply) -> int:
    """The most probable digit."""
    return int(reply.probabilities.argmax())


def head_words(case: Case, reply: Reply | None, display: Display) -> str:
    """Which image, what it is, what was answered, and by the network after how many steps.

    Where the pane shows the answers of another moment, that is said.
    """
    true = f"true {case.label}{', raters disagree' if case.raters_disagree else ''}"
    words = [f"image {case.index} of {case.set_name}", true]
    if reply is not None:
        answer, marks = answer_of(reply), display.marks
        mark = marks.right if answer == case.label else marks.wrong
        words += [f"answer {answer} {mark}", _step_words(case, reply.step)]
    return display.separator.join(words)


def reply_lines(reply: Reply, label: int) -> list[str]:
    """Loss and margin with the shares that they come from."""
    order = np.argsort(-reply.probabilities, kind="stable")
    first, second = (int(digit) for digit in order[:2])
    shares = reply.probabilities
    return [
        f"loss {loss(shares[label], LEAST)} = -ln of {exact(shares[label], LEAST)}, the {label}'s share",
        f"margin {margin(reply.margin)}: {first} leads {second}, {probability(shares[first])} - "
        f"{probability(shares[second])}",
    ]


def digit_caption(case: Case, reply: Reply | None, display: Display) -> Caption:
    """Under the image itself."""
    answer = "" if reply is None else f", answer {display.marks.predicted}{answer_of(reply)}"
    return "as the network sees it", f"true {display.marks.true}{case.label}{answer}"


def occlusion_caption(falls: FloatArray, digit: int, display: Display) -> Caption:
    """How much the share of a digit falls and rises; `falls` (28, 28)."""
    pro, contra = legend(display)
    return (
        f"covered: {pro} -{percent(float(max(falls.max(), 0)))},",
        f"{contra} +{percent(float(max(-falls.min(), 0)))} for the {digit}",
    )


def gradient_caption(values: FloatArray, digit: int, display: Display) -> Caption:
    """The largest gradients; `values` (28, 28)."""
    pro, contra = legend(display)
    return (
        f"gradient of output z_{digit}:",
        f"{pro} {max(values.max(), 0):+.3g}, {contra} {min(values.min(), 0):+.3g}",
    )


def product_caption(values: FloatArray, digit: int, display: Display) -> Caption:
    """The largest products; `values` (28, 28)."""
    return f"gradient x input, for the {digit}:", gradient_caption(values, digit, display)[1]


def flip_caption(flip: Flip | None, *, painted: bool) -> Caption:
    """The patch in two lines."""
    if flip is None:
        return f"{'painting' if painted else 'blanking'} never changes it", ""
    size = f"{flip.size}x{flip.size}"
    return (
        f"{_deed(flip)} {size} at row {flip.row},",
        f"column {flip.column} turns {flip.before} into {flip.after}",
    )


def flip_words(flip: Flip | None, *, painted: bool) -> str:
    """The patch in a sentence: `blanking 4x4 pixels at row 9, column 12 turns 4 into 9`."""
    if flip is None:
        how = "painting everything white" if painted else "blanking everything"
        return f"No square changes the answer, not even {how}."
    pixels = "pixel" if flip.size == 1 else "pixels"
    patch = f"{flip.size}x{flip.size} {pixels}{' white' if painted else ''}"
    partly = "" if flip.changed == flip.size**2 else f"; {flip.changed} of them change"
    return (
        f"{_deed(flip).capitalize()} {patch} at row {flip.row}, column {flip.column} turns {flip.before} "
        f"into {flip.after}, {probability(flip.probability)} sure{partly}."
    )


def similar_words(similar: Similar) -> str:
    """Over a row of neighbours: by what, and what they are."""
    by = "the last hidden layer" if isinstance(similar, SimilarFeatures) else "pixels"
    labels = " ".join(str(label) for label in similar.labels)
    milliseconds = similar.seconds * 1000
    return (
        f"Nearest by {by} ({similar.features} numbers): {labels}; "
        f"{similar.searched:,} in {milliseconds:.0f} ms"
    )


def similar_caption(label: int, distance: float, display: Display) -> str:
    """Under a neighbour: its label and distance."""
    return f"{display.marks.true}{label} at {distance:.2f}"


def no_features_words(missing: NoFeatures) -> str:
    """In place of the neighbours by features."""
    if not missing.hidden:
        return "Nearest by the last hidden layer: this network has none; its features are the pixels."
    return f"Nearest by the last hidden layer: f computes it for {missing.images:,} images, once."


def progress_words(done: int, images: int) -> str:
    """While the features are computed."""
    return f"Nearest by the last hidden layer: computed for {done:,} of {images:,} training images"


def explanations(digit: int, display: Display) -> list[str]:
    """What the maps and distances are, a paragraph each."""
    pro, contra = legend(display)
    patch = "orange" if display.half_blocks else PATCH_GLYPH
    return [
        f"Covered: a grey {COVER}x{COVER} square slides over the image. {pro.capitalize()}: under it the "
        f"{digit} loses probability, {contra}: it gains; a pixel has the mean of all squares over it.",
        f"Gradient: what the {digit}'s output z gains ({pro}) or loses ({contra}) as a pixel turns white. "
        "Gradient x input: times the pixel's brightness.",
        *_sign_words(display),
        f"Blanked, painted: {patch} is the smallest square that changes the answer; rows, columns from 0.",
        "Distance: root of the summed squared differences.",
        "Step: of the weights asked; u the newest.",
    ]


def _sign_words(display: Display) -> list[str]:
    """What the signs of a map are, where it is drawn with signs."""
    if display.half_blocks:
        return []
    positive, negative = (ramp.strip() for ramp in signed_ramps(display))
    return [
        f"Signs from weak to strong: {positive} like {positive[-1]}, {negative} like {negative[-1]}; bright "
        f"on the digit, dim beside it. {INK_GLYPH} is the digit where the map is all but 0."
    ]


def _step_words(case: Case, step: int) -> str:
    words = f"step {step:,}" if step else "step 0, untrained"
    if case.shown is None or case.shown.step == step:
        return words
    return f"last checkpoint, {words}; the pane shows epoch {case.shown.epoch}"


def _deed(flip: Flip) -> str:
    return "blanking" if flip.value == 0 else "painting"
