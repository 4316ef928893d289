"""Which pixels an output hangs on: its gradient with respect to the image, by backpropagation to the pixels.

To first order the score of a digit is S(x + d) = S(x) + d . dS/dx, so a pixel with a large gradient matters
much. (Simonyan, Vedaldi and Zisserman, Deep inside convolutional networks, 2013, section 3.)
"""

from typing import NamedTuple

import numpy as np

from nn.arrays import ByteArray, FloatArray
from nn.batches import PixelScale
from nn.config import CLASSES
from nn.explain.inspection import pass_back
from nn.network import Network


class Saliency(NamedTuple):
    """Two maps (10, 28, 28) of one image, one for each digit's output, before any softmax.

    `gradient` is what the output gains, to first order, as a pixel goes from black (0) to white (1).
    `product` is that times the pixel's brightness in [0, 1]: the ink's own share, 0 where there is none
    (Shrikumar, Greenside and Kundaje, Learning important features, 2017, compare with it).
    """

    gradient: FloatArray
    product: FloatArray


def saliency(network: Network, pixels: PixelScale, image: ByteArray) -> Saliency:
    """The maps of an image uint8 (28, 28); spends the network's parameter gradients."""
    inputs = pixels.convert(image[np.newaxis], np.empty((1, *image.shape, 1), network.parameters.dtype))
    gradient = input_gradients(network, inputs[0])[..., 0] * (255 * pixels.scale)
    return Saliency(gradient, gradient * (image / 255))


def input_gradients(network: Network, inputs: FloatArray) -> FloatArray:
    """dS_j/d inputs of each output j: (28, 28, 1) -> (10, 28, 28, 1); spends the parameter gradients.

    Ten copies pass forward, and back goes the identity matrix: row j has a 1 at output j, so that the chain
    rule, layer by layer, ends in that output's own gradient.
    """
    network.forward(np.repeat(inputs[np.newaxis], CLASSES, axis=0))
    gradient: FloatArray = np.eye(CLASSES, dtype=inputs.dtype)
    for layer in reversed(network.layers):
        gradient = pass_back(layer, gradient)
    return gradient.copy()
