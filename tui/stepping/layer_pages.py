"""Which page a layer has, forward and backward, by its kind."""

from collections.abc import Callable, Mapping

from rich.text import Text

from tui.stepping import backward, forward, maps, normalizing
from tui.stepping.look import Look

Draw = Callable[[Look], list[Text]]

FORWARD: Mapping[str, Draw] = {
    "flatten": forward.flatten,
    "dense": forward.dense,
    "conv2d": maps.convolution,
    "maxpool2d": maps.max_pool,
    "avgpool2d": maps.average_pool,
    "global_avgpool2d": maps.global_pool,
    "dropout": normalizing.dropout,
    "batchnorm": normalizing.batch_norm,
}
BACKWARD: Mapping[str, Draw] = {
    "flatten": backward.plain,
    "dense": backward.dense,
    "conv2d": maps.convolution_back,
    "maxpool2d": maps.pool_back,
    "avgpool2d": maps.pool_back,
    "global_avgpool2d": maps.global_pool_back,
    "dropout": normalizing.dropout_back,
    "batchnorm": normalizing.batch_norm_back,
}
