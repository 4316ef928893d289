"""Settings as a command line gives them, and what every refusal must be."""

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from nn.config import Config
from nn.settings import parse_setting, with_settings

MODEST = hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def with_text(text: str, config: Config | None = None) -> Config:
    key, value = parse_setting(text)
    return with_settings(config or Config(), {key: value})


def one_sentence(text: str) -> str:
    assert text.isprintable()
    assert len(text) < 400
    return text
