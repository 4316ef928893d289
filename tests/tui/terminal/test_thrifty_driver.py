import io

from textual.drivers._writer_thread import WriterThread

from tui.terminal.thrifty_driver import ThriftyDriver

FRAME = "\x1b[1;1H\x1b[38;2;1;2;3mä\x1b[0m\x1b[1;2H\n\x1b[2;1H\x1b[38;2;1;2;3mb\x1b[0m\x1b[1;1H"


class Writer(WriterThread):
    """Keeps what it is to write."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.written: list[str] = []

    def write(self, text: str) -> None:
        self.written.append(text)


class ToWriter(ThriftyDriver):
    """On a terminal of `size`, with none of what Textual's driver needs of a real one."""

    def __init__(self, writer: Writer) -> None:
        self._begin_thrift()
        self._writer_thread = writer
        self.size: tuple[int, int] = (80, 24)

    def _size_now(self) -> tuple[int, int]:
        return self.size


def test_a_frame_is_sent_for_fewer_bytes_and_the_same_one_again_for_none() -> None:
    writer = Writer()
    driver = ToWriter(writer)
    driver.write(FRAME)
    driver.write(FRAME)
    assert writer.written == ["\x1b[1;1H\x1b[38;2;1;2;3mä\x1b[2;1Hb\x1b[m\x1b[1;1H"]
    assert driver.bytes_written == len(writer.written[0].encode())


def test_in_a_terminal_of_another_size_all_is_sent_again() -> None:
    writer = Writer()
    driver = ToWriter(writer)
    driver.write(FRAME)
    driver.size = (100, 30)
    driver.write(FRAME)
    driver._get_terminal_size()  # as when the kernel says that the size has changed, and back
    driver.write(FRAME)
    assert len(writer.written) == 3
    assert len(set(writer.written)) == 1


def test_a_terminal_that_is_gone_or_too_small_gets_frames_as_they_are() -> None:
    writer = Writer()
    driver = ToWriter(writer)
    driver.size = (0, 0)
    driver.write(FRAME)
    assert writer.written == [FRAME]
