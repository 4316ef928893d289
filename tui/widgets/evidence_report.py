"""The evidence for one answer, drawn part by part: pictures, the answer, neighbours, and what it all means.

As many pictures as fit stand beside the bars; what does not fit in height is scrolled to.
"""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from tui.answering.case import Case
from tui.answering.evidence import Flips, NoFeatures, Part, Reply, Similar, SimilarFeatures, SimilarPixels
from tui.answering.evidence_words import (
    explanations,
    flip_words,
    no_features_words,
    reply_lines,
    similar_caption,
    similar_words,
)
from tui.terminal.display import Display
from tui.widgets.captioned_picture import WIDTH, CaptionedPicture
from tui.widgets.digit_grid import Tile
from tui.widgets.evidence_pictures import OF_A_DIGIT, View, picture, views
from tui.widgets.probability_bars import ProbabilityBars
from tui.widgets.quick_scroll import QuickScroll
from tui.widgets.thumbnail_row import ThumbnailRow
from tui.widgets.words import Words

_LEAST_BARS = 20  # columns
_WIDE = 118  # columns: words beside the neighbours
_TALL = 50  # rows: room for the maps of other digits
_WAITING = {
    "reply": "",
    "flips": "Smallest squares that change the answer: searching",
    "by-pixels": "Nearest by pixels: searching",
    "by-features": "",
}


class EvidenceReport(QuickScroll, can_focus=True):
    """Shows what `begin` and `take` were told; `digit` is the one whose evidence the maps show."""

    DEFAULT_CSS = """
    EvidenceReport { height: 1fr; scrollbar-size: 1 1; }
    EvidenceReport #evidence-pictures, EvidenceReport #evidence-others { height: 16; }
    EvidenceReport #evidence-others { display: none; }
    EvidenceReport.-tall #evidence-others { display: block; }
    EvidenceReport CaptionedPicture { margin-right: 1; }
    EvidenceReport #evidence-answer { width: 1fr; height: 16; }
    EvidenceReport #evidence-lower { height: auto; }
    EvidenceReport #evidence-similar { width: 100%; height: auto; }
    EvidenceReport #evidence-similar Words { height: 1; text-wrap: nowrap; }
    EvidenceReport #evidence-lower > Words { padding-right: 1; }
    EvidenceReport #evidence-explained { color: $text-muted; }
    EvidenceReport.-wide #evidence-lower { min-height: 18; }
    EvidenceReport.-wide #evidence-similar { dock: right; width: 76; }
    """

    def __init__(self, display: Display) -> None:
        super().__init__()
        self._display_mode = display
        self._case: Case | None = None
        self._parts: dict[type[Part], Part] = {}
        self._turn = 0
        self._digit: int | None = None

    def compose(self) -> ComposeResult:
        """Pictures and the answer; patches in words, neighbours, and explanations."""
        with Horizontal(id="evidence-pictures"):
            for _ in View:
                yield CaptionedPicture()
            with Vertical(id="evidence-answer"):
                yield ProbabilityBars(display=self._display_mode)
                yield Words(id="evidence-reply")
        with Horizontal(id="evidence-others"):
            for _ in View:
                yield CaptionedPicture()
        with Container(id="evidence-lower"):
            yield Words(id="evidence-flips")
            with Vertical(id="evidence-similar"):
                for by in ("pixels", "features"):
                    yield Words(id=f"evidence-by-{by}")
                    yield ThumbnailRow(display=self._display_mode, id=f"evidence-{by}")
            yield Words(id="evidence-explained")

    def on_resize(self, event: events.Resize) -> None:
        """As many pictures as fit beside the bars."""
        self.set_class(event.size.width >= _WIDE, "-wide")
        self.set_class(event.size.height >= _TALL, "-tall")
        self._draw_pictures()

    @property
    def digit(self) -> int | None:
        """The digit whose evidence the maps show; None before there is an answer."""
        digits = self.digits
        return self._digit if self._digit in digits else digits[0] if digits else None

    @property
    def digits(self) -> list[int]:
        """Whose evidence can be looked at: the answer's, the true digit's, the runner-up's."""
        reply = self._parts.get(Reply)
        if self._case is None or not isinstance(reply, Reply):
            return []
        first, second = (-reply.probabilities).argsort(kind="stable")[:2].tolist()
        return list(dict.fromkeys((first, self._case.label, second)))

    @property
    def knows_features(self) -> bool:
        """Whether the features are at hand, or known not to be."""
        return NoFeatures in self._parts or SimilarFeatures in self._parts

    @property
    def wants_features(self) -> bool:
        """Whether there are hidden features that have not been computed."""
        missing = self._parts.get(NoFeatures)
        return isinstance(missing, NoFeatures) and missing.hidden

    def begin(self, case: Case) -> None:
        """Be about another image, of which nothing is known yet."""
        self._forget(case)
        for name, words in _WAITING.items():
            self._words(name).say(words)
        self._draw_pictures()

    def clear(self) -> None:
        """Be about nothing, and empty."""
        self._forget(None)
        for name in (*_WAITING, "explained"):
            self._words(name).say("")
        for row in ("pictures", "others"):
            self._fill(row, ())

    def take(self, part: Part) -> None:
        """Draw one part."""
        if isinstance(part, SimilarFeatures):
            self._parts.pop(NoFeatures, None)
        self._parts[type(part)] = part
        self._draw(part)
        self._draw_pictures()

    def say_progress(self, words: str) -> None:
        """How far the features are."""
        self._words("by-features").say(words)

    def turn(self) -> None:
        """Other maps in the places that there are."""
        self._turn += 1
        self._draw_pictures()

    def change_digit(self) -> None:
        """The evidence for another digit."""
        if self.digit is not None:
            digits = self.digits
            self._digit = digits[(digits.index(self.digit) + 1) % len(digits)]
            self._draw_pictures()

    def _forget(self, case: Case | None) -> None:
        self._case, self._digit = case, None
        self._parts.clear()
        self.query_one(ProbabilityBars).set_probabilities(None)
        for row in self.query(ThumbnailRow):
            row.show([])

    def _words(self, name: str) -> Words:
        return self.query_one(f"#evidence-{name}", Words)

    def _draw_pictures(self) -> None:
        """Fill the places with what is known of their views."""
        case = self._case
        if case is None or not self.size.width:
            return
        digit = case.label if self.digit is None else self.digit
        slots = min(max((self.size.width - _LEAST_BARS) // (WIDTH + 1), 1), len(View))
        self._fill("pictures", [(view, digit) for view in views(slots, self._turn)])
        others = [(view, other) for other in self.digits if other != digit for view in OF_A_DIGIT]
        self._fill("others", others[:slots] if self.has_class("-tall") else [])
        self._words("explained").say("\n".join(explanations(digit, self._display_mode)))

    def _fill(self, row: str, chosen: Sequence[tuple[View, int]]) -> None:
        """Show these views, each for its digit, and nothing in the places that are left."""
        for place, widget in enumerate(self.query_one(f"#evidence-{row}").query(CaptionedPicture)):
            widget.display = place < len(chosen)
            if self._case is not None and place < len(chosen):
                view, digit = chosen[place]
                widget.show(*picture(view, self._case, self._parts, digit, self._display_mode))

    def _draw(self, part: Part) -> None:
        """What stands beside the pictures and under them."""
        match part:
            case Reply() if self._case is not None:
                label = self._case.label
                self.query_one(ProbabilityBars).set_probabilities(part.probabilities.tolist(), label)
                self._words("reply").say("\n".join(reply_lines(part, label)))
            case Flips(blanked, painted):
                told = (flip_words(blanked, painted=False), flip_words(painted, painted=True))
                self._words("flips").say("\n".join(told))
            case NoFeatures():
                self._words("by-features").say(no_features_words(part))
                self.query_one("#evidence-features", ThumbnailRow).display = False
            case SimilarFeatures():
                self._draw_similar(part, "features")
            case SimilarPixels():
                self._draw_similar(part, "pixels")
            case _:
                pass

    def _draw_similar(self, similar: Similar, by: str) -> None:
        self._words(f"by-{by}").say(similar_words(similar))
        neighbours = zip(similar.images, similar.labels, similar.distances, strict=True)
        row = self.query_one(f"#evidence-{by}", ThumbnailRow)
        row.display = True
        row.show(
            [
                Tile(image, similar_caption(int(label), float(distance), self._display_mode))
                for image, label, distance in neighbours
            ]
        )
