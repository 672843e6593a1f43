"""Look over an archive and the machine it runs on: what is well, what is not, and what to do about it.

It works also where the archive cannot be opened, changes nothing, and asks nobody outside unless it is told to.
"""

from collections.abc import Callable, Iterable

from monitor.app import doctor_database, doctor_kept, doctor_machine, doctor_reader, doctor_web
from monitor.app.examining import Patient, bad, open_patient
from monitor.errors import MonitorError
from monitor.running_answers import Finding, Grade
from monitor.settings import Settings

Check = Callable[[Patient], Iterable[Finding]]

# In this order they are told; each is named after what it is about.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("configuration", doctor_machine.configuration),
    ("data folder", doctor_machine.data_folder),
    ("disk", doctor_machine.disk),
    ("service", doctor_machine.service),
    ("database", doctor_database.version),
    ("integrity", doctor_database.integrity),
    ("clock", doctor_database.clock),
    ("workers", doctor_database.workers),
    ("alarms", doctor_database.alarms),
    ("sources", doctor_kept.sources),
    ("robots.txt", doctor_kept.robots_texts),
    ("evidence", doctor_kept.evidence),
    ("alerts", doctor_kept.alert_channels),
    ("backups", doctor_machine.backups),
    ("reading worker", doctor_reader.sandbox),
    ("certificates", doctor_web.certificates),
    ("User-Agent", doctor_web.user_agent),
    ("web page", doctor_web.exposure),
    ("network", doctor_web.network),
)


def doctor(
    settings: Settings,
    *,
    deep: bool = False,
    network: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Finding, ...]:
    """Return what is found of an archive and its machine, in a fixed order; it never raises for what it is to find.

    With `deep` the database compares its indexes and the full text as well, which reads all of it. With `network` some
    names of sources are looked up, and robots.txt of a few of them is asked for. `progress` is told how many checks
    are done, and how many there are. It blocks for seconds, and must not be called from a running event loop's thread.
    """
    found: list[Finding] = []
    with open_patient(settings, deep=deep, network=network) as patient:
        for number, (about, check) in enumerate(CHECKS):
            if progress:
                progress(number, len(CHECKS))
            found += _safely(about, check, patient)
    if progress:
        progress(len(CHECKS), len(CHECKS))
    return tuple(found)


def _safely(about: str, check: Check, patient: Patient) -> list[Finding]:
    """Return what a check finds; one that fails is a finding itself, and hides no other."""
    try:
        return [*check(patient)]
    except MonitorError as error:
        return [Finding(about, Grade.BAD, str(error), error.hint)]
    except Exception as error:  # noqa: BLE001 - told as what it is
        return [bad(about, f"this could not be looked at: {type(error).__name__}: {error}", "is it allowed here?")]
