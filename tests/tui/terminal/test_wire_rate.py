from tui.terminal.wire_rate import KB, WireRate


def test_the_rate_is_that_of_the_last_seconds() -> None:
    now = 100.0
    rate = WireRate(lambda: now)
    said: list[str] = []
    for written in (1 * KB, 3 * KB, 5 * KB, 7 * KB, 7 * KB, 7 * KB, 7 * KB):
        said.append(rate.words(written))
        now += 1
    assert said == [f"{words} KB/s" for words in ("-", "2.0", "2.0", "2.0", "1.3", "0.7", "0.0")]


def test_it_is_shown_on_request_and_then_begins_anew() -> None:
    now = 0.0
    rate = WireRate(lambda: now)
    assert not rate.is_shown
    rate.words(0)
    now = 1.0
    rate.toggle()
    assert rate.is_shown
    assert rate.words(5 * KB) == "- KB/s"
    rate.toggle()
    assert not rate.is_shown
