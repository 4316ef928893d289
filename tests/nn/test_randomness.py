"""Generators are keyed: equal keys give equal numbers, and every part of the key matters."""

from nn.randomness import Purpose, generator


def test_equal_keys_give_equal_numbers() -> None:
    assert generator(7, Purpose.SHUFFLE, 3, 4).random() == generator(7, Purpose.SHUFFLE, 3, 4).random()


def test_every_part_of_the_key_matters() -> None:
    keys = [
        (7, Purpose.SHUFFLE, 3, 4),
        (8, Purpose.SHUFFLE, 3, 4),
        (7, Purpose.INITIALIZE, 3, 4),
        (7, Purpose.CHECK, 3, 4),
        (7, Purpose.SHUFFLE, 4, 4),
        (7, Purpose.SHUFFLE, 3, 5),
        (7, Purpose.SHUFFLE, 4, 3),
        (2**63 - 1, Purpose.SHUFFLE, 3, 4),
    ]
    assert len({generator(*key).random() for key in keys}) == len(keys)
