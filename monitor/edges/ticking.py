"""The scheduler of the daemon's fixed jobs: APScheduler, kept going when somebody sets the machine's clock."""

from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.edges.clock import Steps, SystemClock


class SteadyScheduler(AsyncIOScheduler):  # type: ignore[misc]  # it comes without types
    """Runs jobs at intervals of real time, whatever becomes of the machine's clock.

    APScheduler compares the times of its jobs with that clock. When it is set back, all jobs wait until it has caught
    up, for days; when it is set on, each counts every run that it seems to have missed, a million in eleven days of a
    job a second. So the jobs' times are moved along with the clock, before they are looked at.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._steps = Steps()

    def wakeup(self) -> None:
        """Look for jobs to run; their timer calls it, and whoever changed a job."""
        if step := self._steps.since_last():
            for job in self.get_jobs():
                if job.next_run_time is not None:
                    job.modify(next_run_time=job.next_run_time + step)
        super().wakeup()

    def hurry(self, name: str) -> None:
        """Run a job now instead of at its next time; nothing once the scheduler has ended, or before it began."""
        if not self.running:
            return
        self.modify_job(name, next_run_time=SystemClock().now())
