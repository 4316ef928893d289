"""The whole state of a trainer in one file: enough to go on bit for bit, in the middle of an epoch too.

Weights, their mean, the optimizer's slots and the position; all else follows from the config, because
randomness is keyed by (seed, purpose, epoch, step).
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from nn import tensors
from nn.arrays import Shape
from nn.files import write_atomically
from nn.position import Position
from nn.tensors import AnyArray, TensorFileError
from nn.trainer import Trainer

KEY = "position"


def save(trainer: Trainer, path: Path) -> None:
    """Write the trainer's state; raises `Diverged`, and leaves the good file alone, if it is not finite."""
    trainer.require_finite_state()
    position = msgspec.json.encode(trainer.position).decode()
    write_atomically(path, tensors.to_bytes(trainer.state(), KEY, position))


def load(trainer: Trainer, path: Path) -> None:
    """Bring a new trainer of the same config and data to the saved state; raises `TensorFileError`."""
    arrays, text = tensors.read(path, KEY)
    targets = trainer.state()
    if _form(arrays) != _form(targets):
        raise TensorFileError(f"{path} does not fit the run's config: it holds other arrays")
    try:
        position = msgspec.json.decode(text, type=Position)
    except msgspec.DecodeError as error:
        raise TensorFileError(f"{path} has no readable position: {error}") from None
    for name, target in targets.items():
        target[...] = arrays[name]
    trainer.move_to(position)


def _form(arrays: Mapping[str, AnyArray]) -> dict[str, tuple[Shape, str]]:
    return {name: (array.shape, array.dtype.name) for name, array in arrays.items()}
