"""A lesson is opened from the help of what has the focus, and has the numbers of the network on screen."""

from piloted_app import ready, screen_text, until
from textual.pilot import Pilot

from tui.app import MnistApp
from tui.commands import RUNS
from tui.screens.help import HelpScreen
from tui.screens.lesson import LessonScreen
from tui.widgets.field_list import FieldList
from tui.widgets.words import Words


async def lesson_on(pilot: Pilot[None], app: MnistApp, key: str) -> LessonScreen:
    """The lesson that `?` and Enter open on a field of Configure."""
    app.query_one(FieldList).select(key)
    await pilot.press("down", "up")
    await until(pilot, lambda: app.query_one(FieldList).selected == key)
    await pilot.press("question_mark")
    await until(pilot, lambda: isinstance(app.screen, HelpScreen))
    await until(pilot, lambda: "A page on it: " in screen_text(pilot))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, LessonScreen))
    lesson = app.screen
    assert isinstance(lesson, LessonScreen)
    return lesson


def told(lesson: LessonScreen) -> str:
    return " ".join(lesson.query_one(Words).said.split())


async def test_fields_of_configure_open_their_lessons(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.focused, FieldList))
        for key, title, number in (
            ("network.initializer", "Why it matters how weights begin", "fan_in 784"),
            ("training.optimizer.learning_rate", "The learning rate", "adam at 0.005"),
            ("network.layers.0.activation", "Why an activation, why ReLU", "101,770 parameters"),
        ):
            lesson = await lesson_on(pilot, app, key)
            assert lesson.lesson.title == title
            assert number in told(lesson)
            await until(pilot, lambda found=lesson: found.example is not None)
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.focused, FieldList))


async def test_the_numbers_of_the_next_step_come_when_they_are_there(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.focused, FieldList))
        lesson = await lesson_on(pilot, app, "training.loss")
        await until(pilot, lambda: "the loss is" in told(lesson))
        assert lesson.example is not None
        assert f"the loss is {lesson.example.loss:.3f}" in told(lesson)


async def test_without_images_it_has_the_configs_numbers(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        app.session.dataset = None
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.focused, FieldList))
        lesson = await lesson_on(pilot, app, "training.loss")
        await app.workers.wait_for_complete([worker for worker in app.workers if worker.node is lesson])
        assert lesson.example is None
        assert "2.303" in told(lesson)


async def test_where_there_is_no_lesson_help_offers_none(app: MnistApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("7")
        await until(pilot, lambda: app.deck.current == RUNS and app.focused is not None)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.pause()
        assert "A page on it" not in screen_text(pilot)
        await pilot.press("enter")
        assert isinstance(app.screen, HelpScreen)
