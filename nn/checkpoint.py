"""The whole state of a trainer in one file: what is needed to go on bit for bit, in the middle of an epoch too.

Weights, the optimizer's slots and the position; all else follows from the config, because randomness is keyed by
(seed, purpose, epoch, step).
"""

from pathlib import Path

import msgspec
import numpy as np

from nn import tensors
from nn.files import write_atomically
from nn.tensors import TensorFileError
from nn.trainer import Diverged, Position, Trainer

KEY = "position"


def save(trainer: Trainer, path: Path) -> None:
    """Write the trainer's state; raises `Diverged`, and leaves the good file alone, where it is not finite."""
    slots = trainer.optimizer.slots
    state = {"parameters": trainer.network.parameters}
    state |= {f"optimizer.{name}": slot for name, slot in slots.items()}
    if not all(np.isfinite(array).all() for array in state.values()):
        raise Diverged(
            f"diverged by step {trainer.step}: a weight is no longer finite; the checkpoint is kept"
        )
    position = msgspec.json.encode(trainer.position).decode()
    write_atomically(path, tensors.to_bytes(state, KEY, position))


def load(trainer: Trainer, path: Path) -> None:
    """Bring a new trainer of the same config and data to the saved state; raises `TensorFileError`."""
    arrays, text = tensors.read(path, KEY)
    targets = {"parameters": trainer.network.parameters}
    targets |= {f"optimizer.{name}": slot for name, slot in trainer.optimizer.slots.items()}
    if {name: array.shape for name, array in arrays.items()} != {
        name: target.shape for name, target in targets.items()
    }:
        raise TensorFileError(f"{path} does not fit the run's config: it holds other arrays")
    try:
        position = msgspec.json.decode(text, type=Position)
    except msgspec.DecodeError as error:
        raise TensorFileError(f"{path} has no readable position: {error}") from None
    for name, target in targets.items():
        target[...] = arrays[name]
    trainer.move_to(position)
