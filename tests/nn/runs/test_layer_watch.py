from samples import Clock, config, trainer

from nn.runs.layer_watch import MEASURE_SECONDS, LayerWatch


def test_a_step_is_measured_when_the_last_was_long_ago() -> None:
    clock, made = Clock(), trainer(config(epochs=2))
    watch = LayerWatch(made, clock)
    measured: list[int] = []
    watch.before_step()
    for step, _ in enumerate(made.train_epoch(), start=1):
        if (event := watch.after_step()) is not None:
            measured.append(event.step)
            assert [layer.name for layer in event.layers] == ["dense1", "dense2"]
            assert all(layer.update_ratio for layer in event.layers)
        if step == 2:
            clock.now += MEASURE_SECONDS
        watch.before_step()
    assert measured == [3]  # not the first two, and not at once again
