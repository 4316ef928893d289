"""What a person chooses among, as words: sets of images, deeds on runs."""

from typing import Literal

SetName = Literal["test", "validation", "train"]
RunDeed = Literal["open", "resume", "stop", "delete", "overlay"]
