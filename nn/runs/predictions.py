"""What the network answered after each epoch: float16 probabilities on test and validation, a file an epoch.

At most 100 epochs are kept: every one of a short run, of a longer one the multiples of 2, 4, 8 ... and the
last, so those kept are always spread evenly and two runs of the same length keep the same ones.
"""

from pathlib import Path

import numpy as np

from nn import tensors
from nn.arrays import FloatArray
from nn.files import write_atomically

KEY = "epoch"
MOST = 100


def save(folder: Path, epoch: int, probabilities: dict[str, FloatArray]) -> None:
    """Write the probabilities (n, 10) of each set (`test`, `validation`) after an epoch; 0 is the start."""
    halves = {name: rounded(array) for name, array in probabilities.items()}
    write_atomically(_path(folder, epoch), tensors.to_bytes(halves, KEY, str(epoch)))
    thin(folder)


def rounded(probabilities: FloatArray) -> FloatArray:
    """The probabilities (n, 10) in float16, with the same most probable digit of each image.

    Rounding makes near neighbours equal, and the first of them would become the answer: there the share of
    the network's own answer goes up by one step of float16.
    """
    halves = probabilities.astype(np.float16)
    answers = probabilities.argmax(axis=1)
    rows = np.flatnonzero(halves.argmax(axis=1) != answers)
    chosen = answers[rows]
    halves[rows, chosen] = np.nextafter(halves[rows, chosen], np.float16(np.inf))
    return halves


def load(folder: Path, epoch: int) -> dict[str, FloatArray]:
    """The probabilities after an epoch, by set; raises `TensorFileError`."""
    return tensors.read(_path(folder, epoch), KEY)[0]


def epochs(folder: Path) -> list[int]:
    """The epochs whose answers are kept, in order."""
    return sorted(int(path.stem) for path in folder.glob("*.safetensors") if path.stem.isdecimal())


def stride(last: int) -> int:
    """How far apart the epochs kept are when `last` is the last one: the least power of 2 that will do."""
    apart = 1
    while last // apart + 2 > MOST:  # 0 and its multiples up to the last, and the last itself
        apart *= 2
    return apart


def thin(folder: Path) -> None:
    """Delete what is kept no longer: all but the first, the multiples of the stride and the last."""
    kept = epochs(folder)
    apart = stride(kept[-1]) if kept else 1
    for epoch in kept[1:-1]:
        if epoch % apart:
            _path(folder, epoch).unlink(missing_ok=True)


def forget_after(folder: Path, epoch: int) -> None:
    """Delete what was answered after `epoch`: a resumed run answers anew."""
    for later in epochs(folder):
        if later > epoch:
            _path(folder, later).unlink(missing_ok=True)


def _path(folder: Path, epoch: int) -> Path:
    return folder / f"{epoch:04d}.safetensors"
