"""What `doctor` looks at of the web: who we say we are, whom we trust, who reaches our page, and who answers."""

import asyncio
import ssl
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from sqlalchemy import Connection, select

from monitor.app.examining import Patient, bad, good, skipped, warn
from monitor.model import SourceState
from monitor.running_answers import Finding
from monitor.store import tokens
from monitor.store.schema import source

ASKED = 5  # hosts whose robots.txt is asked for, with --network
SOON = timedelta(days=30)


def user_agent(patient: Patient) -> Iterator[Finding]:
    """Look whether servers are told whom to write to."""
    told = f"we say: {patient.settings.user_agent}"
    if patient.settings.fetch.contact or patient.settings.fetch.user_agent:
        yield good("User-Agent", told)
    else:
        yield warn("User-Agent", told, "set fetch.contact to your URL or address: who cannot ask blocks sooner")


def certificates(patient: Patient) -> Iterator[Finding]:
    """Look whether this machine has authorities to verify servers by, and whether our own file of them is good."""
    paths = ssl.get_default_verify_paths()
    loaded = ssl.create_default_context().cert_store_stats()["x509_ca"]
    folder = Path(paths.capath) if paths.capath else None
    if loaded or (folder and folder.is_dir() and any(folder.iterdir())):
        yield good("certificates", f"the system's authorities are in {paths.cafile or paths.capath}")
    else:
        yield bad("certificates", "this machine has no certificate authorities", "install ca-certificates")
    if patient.settings.fetch.ca_file:
        yield from _of_file(Path(patient.settings.fetch.ca_file), patient)


def _of_file(path: Path, patient: Patient) -> Iterator[Finding]:
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        yield bad("certificates", f"fetch.ca_file: {path} cannot be read: {error}", "it must hold PEM certificates")
        return
    first = min(one.not_valid_after_utc for one in found)
    told = f"fetch.ca_file: the first of {len(found)} certificates ends on {first:%Y-%m-%d}"
    if first < patient.now:
        yield bad("certificates", told, "put a new one in its place")
    elif first < patient.now + SOON:
        yield warn("certificates", told, "ask for a new one in time")
    else:
        yield good("certificates", told)


def exposure(patient: Patient) -> Iterator[Finding]:
    """Look who reaches the page: beyond this machine it needs tokens, and a proxy with TLS."""
    listen, public = patient.settings.web.listen, patient.settings.web.public_url
    if not listen:
        yield good("web page", "is off")
        return
    here = _is_loopback(listen.rpartition(":")[0].strip("[]"))
    if here and not public:
        yield good("web page", f"at http://{listen}/, for this machine only")
        return
    where = public or f"http://{listen}/"
    if patient.is_readable and not patient.ask(tokens.any_active, patient.now):
        yield bad("web page", f"others reach it at {where}, and there is no token", "`monitor token create NAME`")
    if not public.startswith("https:"):
        yield warn("web page", f"others reach it at {where} without TLS", "docs/web.md has a proxy before it")
    elif not here:
        yield warn("web page", f"{listen} is reached beside the proxy too", "listen on 127.0.0.1, or close the port")
    else:
        yield good("web page", f"at {public}, through a proxy on this machine")


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def network(patient: Patient) -> Iterator[Finding]:
    """Ask a few hosts of sources for robots.txt, in their turn: names, certificates, and whether anybody answers."""
    if not patient.network:
        yield skipped("network", "nobody outside was asked; --network looks names up and asks a few robots.txt")
        return
    if not patient.is_readable:
        yield skipped("network", patient.unread)
        return
    urls = patient.ask(_urls)
    if not urls:
        yield skipped("network", "there is no source to ask yet")
        return
    from monitor.app.doctor_asking import asked

    yield from asyncio.run(asked(patient.settings, urls))


def _urls(conn: Connection) -> tuple[str, ...]:
    """Return the address of a source of each of a few hosts, those polled last first."""
    active = (source.c.state == SourceState.ACTIVE) & source.c.last_checked_at.is_not(None)
    rows = conn.execute(
        select(source.c.host, source.c.url).where(active).order_by(source.c.next_check_at.desc()).limit(20 * ASKED)
    )
    return tuple({row[0]: row[1] for row in rows}.values())[:ASKED]
