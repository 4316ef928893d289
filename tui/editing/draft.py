"""The config as a person is changing it: it may be wrong for a while, can be undone, and follows the session.

Only a draft without a problem becomes the session's config; one with a problem waits here, no edit is lost.
"""

from mnist_data import Dataset
from nn.config import Config
from nn.settings import ConfigError, differences, with_settings
from tui.editing.edits import LAYERS, preset_of, problem
from tui.loading import mnist_is_at_hand
from tui.session import Session

MOST_UNDONE = 100
SOURCE = "data.source"


class Draft:
    """`base` is the preset last chosen, if any, until other layers come from outside.

    `problem` says why the draft cannot be trained.
    """

    def __init__(self, session: Session) -> None:
        self.config = session.config
        self.base = session.preset or preset_of(session.config)
        self._session = session
        self._named = ""  # where an edit last said that the images come from
        self._seen = session.config
        self._posted: list[Config] = []
        self._past: list[Config] = []

    @property
    def preset(self) -> str | None:
        """The preset that the draft is, unchanged but for where the images come from."""
        return preset_of(self.config)

    @property
    def problem(self) -> str | None:
        """Why the draft cannot be trained, in one sentence."""
        return problem(self.config, self.dataset)

    @property
    def dataset(self) -> Dataset | None:
        """The images, where those that are loaded are the ones that the draft names."""
        same = self.config.data.source == self._session.dataset_source
        return self._session.dataset if same else None

    def with_own_images(self, preset: Config) -> Config:
        """A preset that is chosen, on the draft's images, or on MNIST for which synthetic digits stand in.

        They do so where neither `--data` nor an edit named them and MNIST is on this machine.
        """
        source = self.config.data.source
        is_asked_for = self._session.keeps_source or self._named == source
        stands_in = source == "synthetic" and not is_asked_for and mnist_is_at_hand()
        return with_settings(preset, {SOURCE: "mnist" if stands_in else source})

    def edit(self, config: Config) -> bool:
        """Take a changed config; whether it is to be posted."""
        if config == self.config:
            return False
        if config.data.source != self.config.data.source:
            self._named = config.data.source
        self._past = [*self._past[-MOST_UNDONE:], self.config]
        return self._take(config)

    def undo(self) -> bool | None:
        """Go back by one edit; whether the result is to be posted, None where there is nothing to undo."""
        if not self._past:
            return None
        return self._take(self._past.pop())

    def follow(self) -> None:
        """Take over what changed in the session from outside; the draft's own problem stays to be solved."""
        config = self._session.config
        if config in self._posted:
            self._posted = self._posted[self._posted.index(config) + 1 :]
            self._seen = config
        if config == self._seen:
            return
        changed = differences(config, self._seen)
        if SOURCE in changed:
            self._named = ""
        self._merge(changed, config)
        self._seen = config
        self._posted.clear()

    def _merge(self, changed: dict[str, object], config: Config) -> None:
        """A problem is kept where the change from outside leaves the layers as they are."""
        merged = config
        if self.problem and LAYERS not in changed:
            try:
                merged = with_settings(self.config, changed)
            except ConfigError:
                merged = config
        self.config = merged
        self.base = self.preset or (None if LAYERS in changed else self.base)

    def _take(self, config: Config) -> bool:
        self.config = config
        self.base = self.preset or self.base
        if self.problem:
            return False
        self._posted.append(config)
        return True
