"""Crontab lines as people write them."""

import re

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = re.compile(r"(?P<first>[0-7])(?:-(?P<last>[0-7]))?(?:/(?P<step>[1-7]))?")


def with_named_days(line: str) -> str:
    """Return a crontab line with its days of the week by name.

    In crontab(5) 0 and 7 are Sunday; APScheduler counts from Monday as 0. Whatever is not a number stays as it is.
    """
    fields = line.split()
    if len(fields) == 5:
        fields[4] = ",".join(_named(part) for part in fields[4].split(","))
    return " ".join(fields)


def _named(part: str) -> str:
    found = _NUMBERS.fullmatch(part)
    if found is None:
        return part
    first = int(found["first"])
    last = int(found["last"] or (7 if found["step"] else first))
    return ",".join(dict.fromkeys(_DAYS[day] for day in range(first, last + 1, int(found["step"] or 1)))) or part
