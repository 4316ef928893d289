"""The pixels that a network saw, as a picture again."""

import numpy as np

from nn.arrays import ByteArray
from nn.batches import PixelScale
from nn.explain.step_trace import StepTrace


def seen_as_bytes(trace: StepTrace, image: int) -> ByteArray:
    """One image of the batch as uint8 (28, 28), the pixels' scale taken off."""
    scale = PixelScale.of(standardise=trace.config.data.standardise)
    pixels = (trace.images[image, :, :, 0].astype(np.float64) - scale.offset) / scale.scale
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
