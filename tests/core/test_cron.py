"""Days of the week in crontab lines."""

from datetime import UTC, datetime

import pytest

from monitor.app.planning import next_by_cron
from monitor.core.cron import with_named_days
from monitor.errors import UsageError


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("0 6 * * 1-5", "0 6 * * mon,tue,wed,thu,fri"),
        ("0 0 * * 0", "0 0 * * sun"),
        ("0 0 * * 7", "0 0 * * sun"),
        ("0 0 * * 5-7", "0 0 * * fri,sat,sun"),
        ("0 0 * * 1,3", "0 0 * * mon,wed"),
        ("0 0 * * 1-5/2", "0 0 * * mon,wed,fri"),
        ("*/20 6-22 * * *", "*/20 6-22 * * *"),
        ("0 0 * * mon-fri", "0 0 * * mon-fri"),
        ("rubbish", "rubbish"),
    ],
)
def test_days_are_those_of_crontab(line: str, named: str) -> None:
    assert with_named_days(line) == named


def test_the_first_day_of_the_working_week_is_monday() -> None:
    """APScheduler by itself would say Tuesday."""
    saturday = datetime(2026, 11, 21, tzinfo=UTC)
    assert next_by_cron("0 6 * * 1-5", saturday) == datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.mark.parametrize("line", ["rubbish", "61 * * * *", "0 0 * * 5-1", "* * * *"])
def test_a_bad_line_is_refused_with_an_example(line: str) -> None:
    with pytest.raises(UsageError) as caught:
        next_by_cron(line, datetime(2026, 11, 21, tzinfo=UTC))
    assert "*/20" in (caught.value.hint or "")
