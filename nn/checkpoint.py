"""The whole state of a trainer in one file: enough to go on bit for bit, in the middle of an epoch too.

Weights, their mean, the optimizer's slots and the position; all else follows from the config, because
randomness is keyed by (seed, purpose, epoch, step).
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from nn import tensors
from nn.arrays import FloatArray, Shape
from nn.files import write_atomically
from nn.network import Network
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
    arrays, position = _read(path)
    _fill(trainer.state(), arrays, path)
    trainer.move_to(position)


def load_answering(network: Network, path: Path) -> int:
    """Give a network the weights that answer, the means where EMA is on; the step they were saved after.

    Raises `TensorFileError`.
    """
    arrays, position = _read(path)
    none = network.statistics[:0]
    answering = {
        "parameters": arrays.get("averages", arrays.get("parameters", none)),
        "statistics": arrays.get("averaged_statistics", arrays.get("statistics", none)),
    }
    _fill({"parameters": network.parameters, "statistics": network.statistics}, answering, path)
    return position.step


def read_position(path: Path) -> Position:
    """Where the saved trainer was; raises `TensorFileError`."""
    return _read(path)[1]


def _read(path: Path) -> tuple[dict[str, AnyArray], Position]:
    arrays, text = tensors.read(path, KEY)
    try:
        return arrays, msgspec.json.decode(text, type=Position)
    except msgspec.DecodeError as error:
        raise TensorFileError(f"{path} has no readable position: {error}") from None


def _fill(targets: Mapping[str, FloatArray], arrays: Mapping[str, AnyArray], path: Path) -> None:
    """Write what the file at `path` holds into arrays of the same names; raises before it changes one."""
    if _form(arrays) != _form(targets):
        raise TensorFileError(f"{path} does not fit the run's config: it holds other arrays")
    for name, target in targets.items():
        target[...] = arrays[name]


def _form(arrays: Mapping[str, AnyArray]) -> dict[str, tuple[Shape, str]]:
    return {name: (array.shape, array.dtype.name) for name, array in arrays.items()}
