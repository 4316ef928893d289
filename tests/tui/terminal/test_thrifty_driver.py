import io

from textual.drivers._writer_thread import WriterThread

from tui.terminal.thrift import thrifty
from tui.terminal.thrifty_driver import ThriftyDriver

FRAME = "\x1b[1;1H\x1b[38;2;1;2;3ma\x1b[0m\x1b[1;2H\r\n\x1b[2;1H\x1b[38;2;1;2;3mb\x1b[0m"


class Writer(WriterThread):
    """Keeps what it is to write."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.written: list[str] = []

    def write(self, text: str) -> None:
        self.written.append(text)


class ToWriter(ThriftyDriver):
    def __init__(self, writer: Writer) -> None:
        # None of what Textual's driver needs of a terminal.
        self._writer_thread = writer


def test_frames_are_sent_for_fewer_bytes() -> None:
    writer = Writer()
    ToWriter(writer).write(FRAME)
    assert writer.written == [thrifty(FRAME)]
    assert len(writer.written[0]) < len(FRAME) / 1.5
