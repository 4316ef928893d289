"""The four published MNIST files: their names, sizes and SHA-256, and the mirrors that serve them.

The sizes and hashes are those of the files that LeCun, Cortes and Burges published (CC BY-SA 3.0).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedFile:
    """One IDX file: `sha256` is of the decompressed bytes, the `compressed_` pair of the published `.gz`."""

    name: str
    sha256: str
    compressed_bytes: int
    compressed_sha256: str


TRAIN_IMAGES = PublishedFile(
    name="train-images-idx3-ubyte",
    sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    compressed_bytes=9_912_422,
    compressed_sha256="440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
)
TRAIN_LABELS = PublishedFile(
    name="train-labels-idx1-ubyte",
    sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    compressed_bytes=28_881,
    compressed_sha256="3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
)
TEST_IMAGES = PublishedFile(
    name="t10k-images-idx3-ubyte",
    sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    compressed_bytes=1_648_877,
    compressed_sha256="8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
)
TEST_LABELS = PublishedFile(
    name="t10k-labels-idx1-ubyte",
    sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    compressed_bytes=4_542,
    compressed_sha256="f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
)
PUBLISHED = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)
