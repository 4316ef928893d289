"""The image chosen in Browse or Errors, for the pad."""

from typing import NamedTuple

from tui.answering.looking import missing_words
from tui.drawing.desk import Picture
from tui.drawing.ink import of_pixels
from tui.numbers import a_digit
from tui.session import Session


class Chosen(NamedTuple):
    """Its ink with its label, and which one it is in words."""

    picture: Picture
    words: str


def chosen_image(session: Session) -> Chosen | str:
    """The image chosen, or why there is none."""
    answers, index = session.answers, session.chosen
    if answers is None or not 0 <= index < len(answers):
        return missing_words(session)
    label = int(answers.labels[index])
    name = f"{answers.set_name} image {index}"
    held_out = "" if answers.set_name == "train" else name
    picture = Picture(of_pixels(answers.images[index]), label, held_out)
    return Chosen(picture, f"{name}, which is {a_digit(label)}")
