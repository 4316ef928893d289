"""The driver of a real terminal, which sends what draws the same for fewer bytes."""

from textual.drivers.linux_driver import LinuxDriver

from tui.terminal.thrift import thrifty


class ThriftyDriver(LinuxDriver):
    """Textual's own driver for Linux and macOS, but for what it writes."""

    def write(self, data: str) -> None:
        """Write what draws the same as `data`."""
        super().write(thrifty(data))
