"""What Browse says around its images: where one is among them, and why there are none."""

from tui.answering.answers import Answers, Order
from tui.answering.looking import NO_TRAINING_ANSWERS, epoch_words, missing_words
from tui.answering.training_answers import Known
from tui.numbers import percent
from tui.session import Session
from tui.terminal.display import Display

NOT_BY_EPOCH = "training answers are not kept by epoch"
RATERS_KNOWN = "where raters disagree is known of MNIST's test images only"
HOW_TO_ASK = "a asks the network"
EMPTY = "No image passes the filter: c clears it, f changes it."


def head(
    session: Session, answers: Answers, order: str, place: int | None, count: int, display: Display
) -> str:
    """Set, epoch, place among those that pass, order: at most 76 cells but for absurdly long runs."""
    where = f"{0 if place is None else place + 1:,} of {count:,}"
    parts = (answers.set_name, where, order, epoch_words(session))
    return display.separator.join(part for part in parts if part)


def order_words(answers: Answers, order: Order, *, is_known: bool) -> str:
    """In which order the images stand, and in which they will where what that needs is not there yet."""
    if is_known or order is Order.INDEX:
        return order
    if order is Order.FORGOTTEN and answers.set_name == "train":
        return f"{Order.INDEX}: {NOT_BY_EPOCH}"
    return f"{order}, once there are {'epochs' if order is Order.FORGOTTEN else 'answers'}"


def missing(session: Session, known: Known | None, asking: float | None) -> str:
    """Why there are no answers, or of when those to training images are; empty where all is well."""
    if asking is not None:
        return f"asking the network: {percent(asking, 0)}"
    if known is not None:
        return f"answers of step {known.step:,}; a asks again"
    words = missing_words(session)
    return f"{words}; {HOW_TO_ASK}" if words == NO_TRAINING_ANSWERS else words


def why_empty(
    answers: Answers, words: str, *, lacks_raters: bool, lacks_answers: bool, lacks_course: bool
) -> str:
    """Why no image is shown."""
    if not len(answers):
        return words
    reason = ""
    if lacks_raters:
        reason = RATERS_KNOWN
    elif lacks_course and answers.set_name == "train":
        reason = NOT_BY_EPOCH
    elif lacks_answers:
        reason = words
    elif lacks_course:
        reason = "that needs answers after two epochs"
    return f"{EMPTY.partition(':')[0]}: {reason}. c clears it, f changes it." if reason else EMPTY


def index_range(answers: Answers | None) -> str:
    """Which indices there are."""
    return f"a number, 0 to {len(answers) - 1}" if answers else "there are no images"


def reason_against_index(text: str, answers: Answers | None) -> str | None:
    """Why a text is no image's index, in a sentence; None where it is one."""
    stripped = text.strip()
    if answers and stripped.isdecimal() and stripped.isascii() and int(stripped) < len(answers):
        return None
    return f"'{stripped}' is no image: {index_range(answers)}"
