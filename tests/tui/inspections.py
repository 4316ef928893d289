"""Inspections of small networks, and of layers of any shape that no network was needed for."""

from types import MappingProxyType

import numpy as np

from nn.config import DenseConfig, NetworkConfig
from nn.explain.inspection import Inspection, LayerRecord, Tensor, inspect
from nn.losses import LOSSES
from nn.network import Network

LABEL = 3


def small_inspection(*layers: DenseConfig, seed: int = 0) -> Inspection:
    """An untrained network, 784-6-12-10 unless `layers` are given, at one image of noise."""
    given = layers or (DenseConfig(6, "relu"), DenseConfig(12, "tanh"), DenseConfig(10))
    network = Network(NetworkConfig(layers=given))
    network.initialize(np.random.default_rng(seed))
    image = np.random.default_rng(seed).random((28, 28, 1))
    return inspect(network, LOSSES["cross_entropy"], image, LABEL)


def record(
    kind: str, outputs: np.ndarray, input_shape: tuple[int, ...] = (4,), **parameters: np.ndarray
) -> LayerRecord:
    """A layer that gave `outputs` (without a batch), with gradients a tenth of everything."""
    return LayerRecord(
        name=f"{kind}1",
        kind=kind,
        activation="relu",
        input_shape=input_shape,
        output_shape=outputs.shape,
        outputs=Tensor.of(outputs),
        parameters=MappingProxyType({name: Tensor.of(values) for name, values in parameters.items()}),
        statistics=MappingProxyType({}),
        output_gradient=Tensor.of(outputs / 10),
        parameter_gradients=MappingProxyType(
            {name: Tensor.of(values / 10) for name, values in parameters.items()}
        ),
    )
