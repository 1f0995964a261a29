"""What happens by itself: waves open and close on time, the inbox is shuffled out.

The tasks are thin and idempotent; they call services and may run twice without harm.
"""

from random import SystemRandom
from typing import Any

from huey import SqliteHuey, crontab
from huey.consumer import Consumer

from survey_app import clock
from survey_app.db import transaction
from survey_app.instance import Instance
from survey_app.services import fielding, flushing


class QuietConsumer(Consumer):  # type: ignore[misc]  # huey has no types
    """Runs inside the server's process, which keeps its own way of ending."""

    def _set_signal_handlers(self) -> None:
        pass


def keep_time(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        fielding.keep_time(session, instance.library, SystemRandom(), clock.now())


def flush(instance: Instance) -> None:
    with transaction(instance.engine) as session:
        flushing.flush_ready(session, SystemRandom())
    # Also after a close: what was moved must not be found in the log in the order it came.
    flushing.leave_no_order(instance.engine)


def consumer(instance: Instance) -> Any:  # noqa: ANN401  huey has no types
    """A consumer with this instance's tasks, ready to be started."""
    huey = SqliteHuey(filename=str(instance.settings.folder / "jobs.sqlite3"), results=False)
    huey.periodic_task(crontab(minute="*"), name="keep_time")(lambda: keep_time(instance))
    huey.periodic_task(crontab(minute="*/10"), name="flush")(lambda: flush(instance))
    return QuietConsumer(huey, workers=1, periodic=True, check_worker_health=True)
