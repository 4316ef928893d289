"""What holds for every test: one BLAS thread, chosen before NumPy is first imported.

Tests run on all cores at once, and two threads of OpenBLAS spin while they wait for each other: on cores that
other tests use, too, a step of a training can take thirty times as long.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
