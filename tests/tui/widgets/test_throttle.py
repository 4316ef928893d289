from held_clock import Clock

from tui.widgets.throttle import Throttle


def test_the_first_request_acts_at_once_and_the_rest_are_gathered() -> None:
    clock, state, seen = Clock(), {"value": 0}, []
    throttle = Throttle(0.25, clock.later, lambda: seen.append(state["value"]))
    for value in range(1, 51):
        state["value"] = value
        throttle.request()
    assert seen == [1]
    clock.pass_interval()
    assert seen == [1, 50]


def test_nothing_runs_when_nothing_is_asked() -> None:
    clock, seen = Clock(), []
    throttle = Throttle(0.25, clock.later, lambda: seen.append(1))
    throttle.request()
    clock.pass_interval()
    clock.pass_interval()
    assert (len(seen), clock.waiting) == (1, [])
    throttle.request()
    assert len(seen) == 2


def test_no_two_actions_are_closer_than_the_interval() -> None:
    clock, seen = Clock(), []
    throttle = Throttle(0.25, clock.later, lambda: seen.append(1))
    for _ in range(4):
        throttle.request()
        throttle.request()
        assert [seconds for seconds, _ in clock.waiting] == [0.25]
        clock.pass_interval()
    assert len(seen) == 5


def test_what_costs_much_rests_long() -> None:
    clock = Clock()
    throttle = Throttle(0.25, clock.later, lambda: None)
    for cost, rest in ((0.001, 0.25), (0.02, 0.8)):
        throttle.cost = cost
        throttle.request()
        assert [seconds for seconds, _ in clock.waiting] == [rest]
        clock.pass_interval()


def test_the_patient_wait_for_the_next_request_but_not_for_ever() -> None:
    clock, seen = Clock(), []
    throttle = Throttle(0.25, clock.later, lambda: seen.append(1), patience=0.1)
    throttle.request()
    throttle.request()
    clock.pass_interval()
    assert [seconds for seconds, _ in clock.waiting] == [0.1]
    throttle.request()  # it comes in time, and answers the one before as well
    assert len(seen) == 2
    clock.pass_interval()
    clock.pass_interval()
    assert len(seen) == 2
    throttle.request()
    throttle.request()
    clock.pass_interval()
    assert len(seen) == 3
    clock.pass_interval()
    assert len(seen) == 4
