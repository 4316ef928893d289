"""What the network answered after each epoch: float16 probabilities on test and validation, one file an epoch.

At most 100 epochs are kept: when there are more, every second of those kept so far goes, the first and the last stay.
"""

from pathlib import Path

import numpy as np

from nn import tensors
from nn.arrays import FloatArray
from nn.files import write_atomically

KEY = "epoch"
MOST = 100


def save(folder: Path, epoch: int, probabilities: dict[str, FloatArray]) -> None:
    """Write the probabilities (n, 10) of each set (`test`, `validation`) after an epoch; 0 is before the first."""
    halves = {name: array.astype(np.float16) for name, array in probabilities.items()}
    write_atomically(_path(folder, epoch), tensors.to_bytes(halves, KEY, str(epoch)))
    thin(folder)


def load(folder: Path, epoch: int) -> dict[str, FloatArray]:
    """The probabilities after an epoch, by set; raises `TensorFileError`."""
    return tensors.read(_path(folder, epoch), KEY)[0]


def epochs(folder: Path) -> list[int]:
    """The epochs whose answers are kept, in order."""
    return sorted(int(path.stem) for path in folder.glob("*.safetensors") if path.stem.isdecimal())


def thin(folder: Path) -> None:
    """Delete epochs until at most 100 are left, spread evenly over the run."""
    kept = epochs(folder)
    if len(kept) <= MOST:
        return
    stride = 2
    while sum(epoch % stride == 0 for epoch in kept) > MOST - 2:
        stride *= 2
    for epoch in kept[1:-1]:
        if epoch % stride:
            _path(folder, epoch).unlink(missing_ok=True)


def forget_after(folder: Path, epoch: int) -> None:
    """Delete what was answered after `epoch`: a resumed run answers anew."""
    for later in epochs(folder):
        if later > epoch:
            _path(folder, later).unlink(missing_ok=True)


def _path(folder: Path, epoch: int) -> Path:
    return folder / f"{epoch:04d}.safetensors"
