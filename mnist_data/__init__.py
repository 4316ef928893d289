"""Images and labels: IDX files in, arrays out; MNIST, a person's own folder, synthetic digits.

`load` never touches the network; `mnist_data.download` is imported only by who downloads. Data files dropped
into a folder called `mnist_data` are found, but never enter a build of this package.
"""

from mnist_data.cache import mnist_folder
from mnist_data.dataset import SYNTHETIC, Dataset
from mnist_data.errors import DatasetError, DatasetMissing, DownloadCancelled
from mnist_data.idx import decode_idx, encode_idx, read_idx, write_idx
from mnist_data.sources import Place, import_folder, load, locate, save, status
from mnist_data.synthetic import synthesize

__all__ = [
    "SYNTHETIC",
    "Dataset",
    "DatasetError",
    "DatasetMissing",
    "DownloadCancelled",
    "Place",
    "decode_idx",
    "encode_idx",
    "import_folder",
    "load",
    "locate",
    "mnist_folder",
    "read_idx",
    "save",
    "status",
    "synthesize",
    "write_idx",
]
