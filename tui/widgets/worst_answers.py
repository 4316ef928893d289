"""The wrong answers as small images, the worst first: what a confident network got quite wrong leads."""

from tui.answering.answers import Answers, Filter, Order, Selection
from tui.answering.image_words import loss_caption
from tui.widgets.image_list import ImageList


class WorstAnswers(ImageList):
    """Shows what `show_answers` was told last."""

    def show_answers(self, answers: Answers, chosen: int) -> None:
        """Show the wrong ones of a set of answers, one of them chosen."""
        wrong = Selection.of(answers, Filter(right=False), Order.LOSS).indices
        marks = self.display_mode.marks
        self.show_images(answers, wrong, lambda index: loss_caption(answers, index, marks), chosen)
