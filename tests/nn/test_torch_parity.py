"""Twenty steps beside PyTorch, from the same weights on the same images, for each method that it has too.

Full batch, float32. Losses agree to 1e-4, weights to 1e-4 of their length; optimizers that divide by a root
make much of small differences in small gradients, so their weights agree to 1e-3. The squared error is in
both the mean over batch and outputs. By choice, penalties and decay are on weights alone, where PyTorch's
own default is on all parameters.
"""

from typing import Any

import numpy as np
import pytest
from samples import config, rates_of, run, trainer
from torch_modules import ACTIVATIONS, exported, torch
from torch_twin import EXACT, OPTIMIZERS, SCHEDULES, STEPS, Twin, assert_alike, built, difference, trained

from nn.config import (
    ActivationName,
    DenseConfig,
    NesterovConfig,
    OptimizerConfig,
    SGDConfig,
)
from nn.constraints import MaxNorm
from nn.trainer import Trainer


def dense(
    activation: ActivationName = "relu", optimizer: OptimizerConfig | None = None, **training: Any
) -> Trainer:
    """A trainer of 784-32-16-10."""
    layers = (DenseConfig(32, activation), DenseConfig(16, activation), DenseConfig(10))
    return built(*layers, optimizer=optimizer, **training)


# PyTorch's AdamW has no coupled penalty beside its decay.
@pytest.mark.parametrize(
    ("name", "l2"), [(name, l2) for name in OPTIMIZERS for l2 in (0.0, 0.01) if name != "adamw" or not l2]
)
def test_every_optimizer(name: str, l2: float) -> None:
    optimizer, make, bar = OPTIMIZERS[name]
    trainer = dense(optimizer=optimizer, l2=l2)
    twin = Twin(trainer, make, l2=l2)
    assert_alike(trainer, trained(trainer), twin, twin.train(trainer.config), bar)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    "training", [{}, {"label_smoothing": 0.2}, {"loss": "mse"}], ids=["plain", "smoothed", "mse"]
)
def test_every_activation_and_loss(activation: ActivationName, training: dict[str, Any]) -> None:
    trainer = dense(activation, NesterovConfig(0.01), **training)
    twin = Twin(trainer, OPTIMIZERS["nesterov"][1])
    assert_alike(trainer, trained(trainer), twin, twin.train(trainer.config), EXACT)


def test_a_clipped_gradient() -> None:
    optimizer, make, bar = OPTIMIZERS["momentum"]
    trainer = dense(optimizer=optimizer, clip_norm=0.2)
    twin = Twin(trainer, make)
    clip = torch.nn.utils.clip_grad_norm_
    theirs = twin.train(trainer.config, before=lambda: clip(twin.network.parameters(), 0.2))
    assert_alike(trainer, trained(trainer), twin, theirs, bar)


def test_the_max_norm() -> None:
    optimizer, make, bar = OPTIMIZERS["sgd"]
    trainer = dense(optimizer=optimizer, max_norm=1.0)
    twin = Twin(trainer, make)

    def renormalise() -> None:
        with torch.no_grad():
            for weight in twin.weights:
                weight.copy_(torch.renorm(weight, 2, 0, 1.0))

    theirs = twin.train(trainer.config, after=renormalise)
    assert isinstance(trainer.max_norm, MaxNorm)
    assert_alike(trainer, trained(trainer), twin, theirs, bar)


def test_the_first_penalty() -> None:
    optimizer, make, bar = OPTIMIZERS["sgd"]
    trainer = dense(optimizer=optimizer, l1=0.001)
    twin = Twin(trainer, make)

    def add_penalty() -> None:
        for weight in twin.weights:
            weight.grad += 0.001 * torch.sign(weight.detach())

    assert_alike(trainer, trained(trainer), twin, twin.train(trainer.config, before=add_penalty), bar)


def test_the_mean_of_the_weights() -> None:
    optimizer, make, bar = OPTIMIZERS["sgd"]
    trainer = dense(optimizer=optimizer, ema=0.9)
    twin = Twin(trainer, make)
    averaging = torch.optim.swa_utils
    mean = averaging.AveragedModel(twin.network, multi_avg_fn=averaging.get_ema_multi_avg_fn(0.9))
    theirs = twin.train(trainer.config, after=lambda: mean.update_parameters(twin.network))
    ours = trained(trainer)
    assert_alike(trainer, ours, twin, theirs, bar)
    with trainer.answering_weights():
        for name, tensor in exported(trainer.network, trainer.config).items():
            assert difference(tensor, mean.module.state_dict()[name].numpy()) < bar


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_step_for_step(name: str) -> None:
    """Seven epochs of four steps; the scheduler is stepped after every batch, or after each epoch."""
    schedule, make, is_by_epoch = SCHEDULES[name]
    ours = rates_of(run(trainer(config(optimizer=SGDConfig(0.1), schedule=schedule, epochs=7))))
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.1)
    scheduler = make(optimizer, 28)
    theirs: list[float] = []
    for step in range(1, 29):
        theirs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < 28 and (step % 4 == 0 or not is_by_epoch):
            scheduler.step()
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_in_training(name: str) -> None:
    """On the full batch an epoch is a step."""
    schedule, make, _ = SCHEDULES[name]
    trainer = dense(optimizer=SGDConfig(0.1), schedule=schedule)
    twin = Twin(trainer, OPTIMIZERS["sgd"][1])
    scheduler = make(twin.optimizer, STEPS)
    left = iter(range(STEPS - 1, -1, -1))
    theirs = twin.train(trainer.config, after=lambda: scheduler.step() if next(left) else None)
    assert_alike(trainer, trained(trainer), twin, theirs, EXACT)
