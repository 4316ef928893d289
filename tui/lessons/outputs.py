"""Lessons on what comes out: one output a digit, and shares that sum to 1."""

from math import exp

import numpy as np

from nn.config import CLASSES, Config
from nn.losses import LOSSES
from tui.lessons.example import Example
from tui.numbers import a_digit, number, probability

HIGH = 1.0  # a rate that would be too high without a factor that makes gradients small


def one_hot(config: Config, example: Example | None) -> list[str]:
    """Why ten outputs, and not one number or four bits."""
    digit = example.label if example else 7
    bits, row = f"{digit:04b}", " ".join("1" if j == digit else "0" for j in range(CLASSES))
    smoothing = config.training.label_smoothing
    lines = [
        "The digits are ten names, not amounts: a 7 is not more than a 1. So the",
        "network has one output a digit, and the aim is 1 for its digit, 0 for the",
        "others. Any two of these codes are equally far apart.",
        "",
        f"  {digit} as one-hot     {row}      10 outputs, as here",
        f"  as one number    {digit}                        1 output",
        f"  in binary        {' '.join(bits)}                  4 outputs",
        "",
        "One number would call a 6 for a 7 nearly right and a 1 for a 7 quite wrong,",
        "though 1 and 7 look alike; between 1 and 7 it would say 4. In binary 7 and",
        "8 differ in all four outputs, 6 and 7 in one: that is not how they look.",
    ]
    if smoothing:
        aim = 1 - smoothing + smoothing / CLASSES
        lines += ["", f"Smoothing is {smoothing:g} here: the aim is {aim:.3g} for the digit and"]
        lines += [f"{smoothing / CLASSES:.3g} for each other, so that no output has to grow without end."]
    if example:
        share = float(example.probabilities[digit])
        lines += [
            "",
            f"Here, step {example.step + 1:,}: {example.image} is {a_digit(digit)} and gets",
            f"{probability(share)} on its place;",
            f"the other nine places share {probability(1 - share)}.",
        ]
    else:
        lines += ["", f"Here: the last layer has {CLASSES} outputs, and its loss is {config.training.loss}."]
    return lines


def softmax(config: Config, example: Example | None) -> list[str]:
    """Why e to the power of the outputs, over their sum."""
    if config.training.loss == "mse":
        return _without_softmax(config, example)
    lines = [
        "An output z may be any number. To speak of shares all must be above 0 and",
        "sum to 1:",
        "",
        "    p_j = e^z_j / sum_k e^z_k",
        "",
        "e^z is above 0 for every z, keeps the order, and never becomes flat, unlike",
        "taking the largest alone, which has no gradient to learn from. Adding the",
        "same to all z changes nothing; a lead of 1 is a factor of e = 2.72.",
        "With loss = -ln p the gradient is as simple as can be: dL/dz_j = p_j - t_j.",
    ]
    if example is None:
        guess = config.training.loss
        return [
            *lines,
            "",
            f"Here: {CLASSES} outputs, loss {guess}; before any training each share is about",
            f"1/{CLASSES}, and the loss about ln {CLASSES} = {np.log(CLASSES):.3f}.",
        ]
    outputs, shares, label = example.outputs, example.probabilities, example.label
    second, first = (int(j) for j in np.argsort(outputs)[-2:])
    highest, next_to = round(float(outputs[first]), 4), round(float(outputs[second]), 4)
    lead = highest - next_to
    return [
        *lines,
        "",
        f"Here, {example.image}, {a_digit(label)}: z_{first} = {highest:.4f} leads "
        f"z_{second} = {next_to:.4f} by {lead:.4f},",
        f"so their shares are {probability(shares[first], 2)} and {probability(shares[second], 2)}: "
        f"e^{lead:.4f} = {_power(lead)} to 1.",
        f"The {label} gets {probability(shares[label], 2)}: the loss is {example.loss:.3f}.",
    ]


def _power(lead: float) -> str:
    return number(exp(lead)) if lead < 300 else "more than can be written"


def _without_softmax(config: Config, example: Example | None) -> list[str]:
    lines = [
        "This network learns by squared error: its outputs y are compared with 1 and",
        "0 as they are, and no softmax is needed:",
        "",
        "    loss = mean of (y_j - t_j)^2,   dL/dy_j = 2 (y_j - t_j) / 10",
        "",
        "With a sigmoid at the end the gradient is also multiplied by y (1 - y). Where",
        "the network is sure and wrong, y (1 - y) is almost 0 and it learns slowly:",
        "cross-entropy with softmax has no such factor, its gradient is p - t.",
        "",
        "    p_j = e^z_j / sum_k e^z_k     (softmax: above 0, sum 1)",
    ]
    rate = config.training.optimizer.learning_rate
    if example is None:
        return [*lines, "", f"Here: {CLASSES} outputs and a rate of {rate:g}."]
    label = example.label
    y = float(example.outputs[label])
    _, gradient = LOSSES["mse"](example.outputs[np.newaxis], np.array([label], np.uint8))
    lines += [
        "",
        f"Here, {example.image}, {a_digit(label)}: y_{label} = {number(y)}, "
        f"so dL/dy_{label} = 2 (y_{label} - 1) / 10 = {number(gradient[0, label])}.",
    ]
    if example.layers[-1].activation != "sigmoid":
        return lines
    lines.append(f"y (1 - y) = {number(y * (1 - y))} makes dL/dz smaller.")
    return [*lines, f"That is why a rate as high as {rate:g} works here."] if rate >= HIGH else lines
