"""What is done with drawings and their files: each blocks, raises what can go wrong, and says what it did."""

from pathlib import Path

from mnist_data import Dataset, DatasetError
from mnist_data.errors import printable
from mnist_data.pictures import read_ink
from nn.config import Config
from nn.settings import with_settings
from tui.answering.current_network import Origin
from tui.cli import images
from tui.drawing import words
from tui.drawing.collection import Collection, label_of
from tui.drawing.ink import Ink, of_picture
from tui.drawing.reader import Reader


def open_picture(path: Path) -> tuple[Ink, int | None, str]:
    """The ink of a PNG or JPEG, and the label that its name has; raises `DatasetError`."""
    ink = of_picture(read_ink(path))
    if not ink.any():
        raise DatasetError(f"The picture {printable(path)} shows no ink; one digit is needed.")
    return ink, label_of(path), f"opened {printable(path)}"


def save(collection: Collection, ink: Ink, label: int | None) -> str:
    """Save the drawing; raises `DatasetError`."""
    path = collection.save(ink, label)
    if label is None:
        return f"saved as {printable(path)}, without a label: L and a digit give it one"
    return f"saved as {printable(path)}; {len(collection.labelled_paths())} labelled drawings are there"


def evaluate(collection: Collection, reader: Reader, origin: Origin) -> str:
    """Read all labelled drawings; raises `DatasetError` and `RunError`."""
    labelled = collection.labelled()
    told = words.score(*reader.score(origin, labelled.pairs, labelled.labels))
    pictures, _ = collection.write_idx(labelled)
    return f"{told}; as IDX files in {printable(pictures.parent)}"


def add_to_training(collection: Collection, config: Config, at_hand: Dataset | None) -> tuple[Config, str]:
    """Write the config's training images with the drawings among them; the config that names those.

    `at_hand` are the images of `config`, where they are loaded. Where the config has drawings already, MNIST
    is what they are added to anew. Raises `DatasetError`.
    """
    labelled = collection.labelled()
    if collection.holds(config.data.source):
        config, at_hand = with_settings(config, {"data.source": "mnist"}), None
    path = collection.add_to(at_hand or images.of_config(config), labelled)
    told = f"{len(labelled.labels)} drawings are among the training images of the next run: {printable(path)}"
    return with_settings(config, {"data.source": str(path)}), told
