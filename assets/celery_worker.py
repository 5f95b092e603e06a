"""A Celery worker that executes steps: `python -m assets.celery_worker`."""

import sys

from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from assets.execution import celery_addresses

_BROKER, _BACKEND = celery_addresses()
app = make_app(app_args={"broker": _BROKER, "backend": _BACKEND})
execute_plan = create_task(app)


def main() -> None:
    """Execute steps, two at a time; a worker fetches a step only when idle."""
    app.worker_main(
        ["worker", "--prefetch-multiplier=1", "--concurrency=2", "--loglevel=INFO", *sys.argv[1:]]
    )


if __name__ == "__main__":
    main()
