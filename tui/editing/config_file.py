"""A config in a TOML file, as a person names it: every way in which that fails is one sentence."""

from pathlib import Path

from nn.config import Config
from nn.files import reason, write_atomically
from nn.settings import ConfigError, from_toml, to_toml

LARGEST_FILE = 1_000_000  # bytes; a complete config has about 1,000


def read(path: Path) -> Config:
    """The config in a file; raises `ConfigError` naming the file and what is wrong with it."""
    try:
        if not path.is_file():
            raise ConfigError(f"{path}: {_what(path)}")
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError(f"{path} has more than {LARGEST_FILE:,} bytes, which no config has")
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not TOML: it is not text in UTF-8") from None
    except (OSError, ValueError) as error:  # ConfigError is a ValueError, and so is a path with a null in it
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{path} cannot be read: {reason(error)}") from None
    return from_toml(text, str(path))


def write(path: Path, config: Config) -> None:
    """Write the complete config, all or nothing; raises `ConfigError` naming the file and why not."""
    try:
        if path.is_dir():
            raise ConfigError(f"{path}: this is a folder")
        write_atomically(path, to_toml(config).encode())
    except (OSError, ValueError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{path} cannot be written: {reason(error)}") from None


def _what(path: Path) -> str:
    """Why a path is no file; a pipe could make the app wait for ever."""
    if path.is_dir():
        return "this is a folder"
    return "this is no regular file" if path.exists() else "no such file"
