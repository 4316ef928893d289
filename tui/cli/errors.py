"""Wrong usage, and those errors of other packages that a person can correct: one sentence, exit code 2."""


class UsageError(Exception):
    """The command line does not make sense, or names what cannot be used; one sentence."""


def sentence_of(error: Exception) -> str | None:
    """What to tell the person who caused `error`; None for an error that only this program can have caused.

    The packages are imported only now: a command that goes well does not wait for those it has no use for.
    """
    from mnist_data import DatasetError
    from nn.files import sentence
    from nn.runs.control import ControlError
    from nn.runs.store import RunError
    from nn.settings import ConfigError
    from nn.tensors import TensorFileError

    if isinstance(error, UsageError | ConfigError | DatasetError | RunError | ControlError | TensorFileError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return sentence(error)
    return None
