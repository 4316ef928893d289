"""Networks of tests are small: with two threads their steps are shared all the same."""

import pytest


@pytest.fixture(autouse=True)
def small_steps_are_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first process decides who takes part, so it need not be known to the others."""
    monkeypatch.setattr("nn.parallel.part.LEAST_WORK", 0.0)
