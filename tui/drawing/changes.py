"""What is done to a drawing before the network sees it: shifted, turned, made noisy; itself it stays."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from tui.drawing.ink import FINE, FULL, Ink

MOST_SHIFT, MOST_NOISE = 14, 100


@dataclass(frozen=True)
class Changes:
    """A shift `right` and `down` in pixels, a turn clockwise in `degrees`, `noise` in per cent of full ink.

    The drawing is turned about the middle of the pad, then shifted. The noise is normal, and noise of 20 has
    a standard deviation of 51 of 255 in each pixel.
    """

    right: int = 0
    down: int = 0
    degrees: int = 0
    noise: int = 0

    def shifted(self, right: int, down: int) -> "Changes":
        """Shifted further, at most 14 pixels in all."""
        return replace(self, right=_clamped(self.right + right), down=_clamped(self.down + down))

    def turned(self, degrees: int) -> "Changes":
        """Turned further; a half turn is 180 either way."""
        return replace(self, degrees=(self.degrees + degrees + 179) % 360 - 179)

    def noisier(self, percent: int) -> "Changes":
        """With more noise, or less, from none to 100."""
        return replace(self, noise=min(max(self.noise + percent, 0), MOST_NOISE))

    def moved(self, ink: Ink) -> Ink:
        """The ink (56, 56), turned and shifted; what leaves the pad is lost."""
        if not (self.right or self.down or self.degrees):
            return ink
        turned = Image.fromarray(ink).rotate(
            -self.degrees, Image.Resampling.BILINEAR, translate=(self.right * FINE, self.down * FINE)
        )
        return np.asarray(turned)

    def noisy(self, image: Ink, seed: int) -> Ink:
        """The image with noise on every pixel, the same for the same seed."""
        if not self.noise:
            return image
        noise = np.random.default_rng(seed).normal(0.0, FULL * self.noise / 100, image.shape)
        return np.clip(np.rint(image + noise), 0, FULL).astype(np.uint8)

    @property
    def words(self) -> str:
        """The numbers in a line; empty where nothing is changed."""
        parts: list[str] = []
        if self.right or self.down:
            across = f"{abs(self.right)} {'right' if self.right > 0 else 'left'}" if self.right else ""
            along = f"{abs(self.down)} {'down' if self.down > 0 else 'up'}" if self.down else ""
            parts.append(f"shifted {' '.join(word for word in (across, along) if word)}")
        if self.degrees:
            parts.append(f"turned {abs(self.degrees)} degrees {'right' if self.degrees > 0 else 'left'}")
        if self.noise:
            parts.append(f"noise {self.noise} %")
        return ", ".join(parts)


def _clamped(pixels: int) -> int:
    return min(max(pixels, -MOST_SHIFT), MOST_SHIFT)
