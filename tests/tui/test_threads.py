from pathlib import Path

from piloted_app import app_on, ready
from threadpoolctl import threadpool_info, threadpool_limits

from nn.config import Config


async def test_the_app_leaves_the_processors_to_the_worker(config: Config, runs_dir: Path) -> None:
    with threadpool_limits(2):
        async with app_on(runs_dir, config).run_test() as pilot:
            await ready(pilot)
            assert {library["num_threads"] for library in threadpool_info()} == {1}
