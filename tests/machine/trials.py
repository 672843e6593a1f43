"""What a real systemd does with the service, beyond the commands of the guide: each returns what is wrong, if anything.

They leave the machine as they found it, with the daemon at work.
"""

import json
import re
from collections.abc import Callable

from tests.machine.booted import Booted

UNIT = "monitor.service"
ADDITION = "/run/systemd/system/monitor.service.d"  # where a trial changes the unit
CONFIG = "/etc/monitor/monitor.toml"
_OTHER = f"test $(systemctl show --property MainPID --value {UNIT}) !="
MOST = 1.2  # of 10, by `systemd-analyze security`
Trial = Callable[[Booted], str]


def shown(machine: Booted, name: str, unit: str = UNIT) -> str:
    """Return a property of a unit."""
    return machine.need(f"systemctl show --property {name} --value {unit}").strip()


def changed(machine: Booted, text: str) -> None:
    """Change the unit, and restart it."""
    machine.need(f"mkdir -p {ADDITION}")
    machine.write(f"{ADDITION}/trial.conf", text)
    machine.need("systemctl daemon-reload; systemctl restart monitor")


def restored(machine: Booted) -> None:
    """Take the change back."""
    machine.need(f"rm -rf {ADDITION}; systemctl daemon-reload; systemctl reset-failed; systemctl restart monitor")


def it_says_what_it_does(machine: Booted) -> str:
    """The line of `systemctl status` comes from the daemon (Type=notify)."""
    said = machine.wait(f"systemctl show --property StatusText --value {UNIT} | grep -q 'watching [1-9]'")
    return "" if said else f"it says {shown(machine, 'StatusText')!r}"


def it_may_do_little(machine: Booted) -> str:
    """The exposure of what runs here, with all that was added to it."""
    told = machine.need("systemd-analyze security --no-pager monitor.service")
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", told)
    return "" if found and float(found[1]) <= MOST else f"exposure {found and found[1]}"


def its_workers_are_confined_further(machine: Booted) -> str:
    """The processes that read pages have a filter of system calls of their own on top of the unit's."""
    main = shown(machine, "MainPID")
    those = f"{main} $(cat /proc/{main}/task/*/children)"
    told = machine.need(f"for one in {those}; do grep ^Seccomp_filters: /proc/$one/status; done")
    filters = [int(number) for number in re.findall(r"\d+", told)]
    confined = len(filters) > 1 and max(filters[1:]) > filters[0] > 0
    return "" if confined else f"filters of the daemon and its processes: {filters}"


def pages_are_read(machine: Booted) -> str:
    """The newsroom's articles become documents, through those processes."""
    asked = "cd / && sudo -u monitor monitor documents --json | grep -q '\"title\"'"
    return "" if machine.wait(asked, 300) else machine.do("journalctl -u monitor -o cat -n 20", user="root").said


def a_changed_configuration_is_taken(machine: Booted) -> str:
    """`systemctl reload` tells what is in effect, and a broken file changes nothing."""
    machine.need(f"cp -p {CONFIG} /root/kept && sed -i 's/^gap = .*/gap = \"1s\"/' {CONFIG}")
    machine.need("systemctl reload monitor")
    taken = machine.wait("journalctl -u monitor -o cat | grep config.reloaded | grep -q fetch.gap", 30)
    machine.need(f"echo broken >> {CONFIG}; systemctl reload monitor")
    told = machine.wait("systemctl show --property StatusText --value monitor | grep -q 'is broken'", 30)
    still = shown(machine, "ActiveState")
    machine.need(f"cp -p /root/kept {CONFIG} && systemctl reload monitor")
    return "" if taken and told and still == "active" else f"taken: {taken}, refused: {told}, then {still}"


def a_daemon_that_hangs_is_started_again(machine: Booted) -> str:
    """Stopped by a signal it gives no signs of life; the watchdog kills it, and systemd starts another."""
    changed(machine, "[Service]\nWatchdogSec=10\nRestartSec=1\n")
    main = shown(machine, "MainPID")
    machine.need(f"kill -STOP {main}")
    again = machine.wait(f"systemctl is-active {UNIT} && {_OTHER} {main}", 240)
    said = machine.do("journalctl -u monitor | grep -q -i 'watchdog timeout'", user="root").code == 0
    restored(machine)
    return "" if again and said else f"started again: {again}, for the watchdog: {said}"


def a_daemon_that_is_killed_is_started_again(machine: Booted) -> str:
    """Its processes go with it, and it takes its work up again."""
    main = shown(machine, "MainPID")
    machine.need(f"kill -KILL {main}")
    again = machine.wait(f"systemctl is-active {UNIT} && {_OTHER} {main}")
    return "" if again else "it is not started again"


def a_broken_configuration_is_not_tried_again(machine: Booted) -> str:
    """Exit code 3 ends it for good."""
    machine.need(f"cp -p {CONFIG} /root/kept && echo broken >> {CONFIG}")
    machine.do("systemctl restart monitor", user="root")
    ended = _ended(machine)
    machine.need(f"cp -p /root/kept {CONFIG}; systemctl reset-failed monitor; systemctl start monitor")
    return "" if ended == ("failed", "3", "0") else f"{ended}"


def an_archive_of_another_release_is_not_tried_again(machine: Booted) -> str:
    """Exit code 8 ends it for good. The schema is that of an archive whose program was upgraded."""
    machine.do("systemctl start monitor", user="root")
    ended = _ended(machine)
    machine.need("systemctl reset-failed monitor")
    return "" if ended == ("failed", "8", "0") else f"{ended}"


def _ended(machine: Booted) -> tuple[str, str, str]:
    machine.wait("systemctl is-failed monitor", 30)
    state, code = shown(machine, "ActiveState"), shown(machine, "ExecMainStatus")
    return state, code, shown(machine, "NRestarts")


def a_password_may_be_a_credential(machine: Booted) -> str:
    """What is in /etc/credstore reaches the daemon, which tries that database; nobody else can read it."""
    machine.need("install -d -m 700 /etc/credstore")
    machine.write("/etc/credstore/monitor.database.url", "postgresql://nobody:secret@127.0.0.1:1/none")
    machine.need("chmod 600 /etc/credstore/monitor.database.url")
    machine.do("systemctl restart monitor", user="root")
    tried = machine.wait("journalctl -u monitor -o cat -n 30 | grep -q '127.0.0.1:1/none'", 60)
    told = machine.do("journalctl -u monitor -o cat | grep -q secret", user="root").code == 0
    machine.need("rm /etc/credstore/monitor.database.url; systemctl reset-failed; systemctl restart monitor")
    return "" if tried and not told else f"taken: {tried}, told: {told}"


def the_page_waits_while_it_restarts(machine: Booted) -> str:
    """With monitor-web.socket nobody who asks is refused."""
    unit = "/usr/lib/systemd/system/monitor-web.socket"
    if machine.do(f"test -e {unit} -o -e /lib/systemd/system/monitor-web.socket", user="root").code:
        machine.need("monitor service install --socket")
    machine.need("systemctl stop monitor; systemctl start monitor-web.socket; systemctl start monitor")
    told = machine.need(
        "systemctl restart --no-block monitor; for i in 1 2 3 4 5 6 7 8; do "
        "curl -s -o /dev/null -w '%{http_code} ' --max-time 60 http://127.0.0.1:8474/healthz || echo refused; done"
    )
    machine.need("systemctl stop monitor-web.socket monitor; systemctl start monitor")
    return "" if told.split() == ["200"] * 8 else told


def another_worker_works_beside_it(machine: Booted) -> str:
    """`monitor@2` is called 2 among the workers."""
    machine.need("systemctl start monitor@2")
    told = json.loads(machine.need("cd / && sudo -u monitor monitor workers --json"))
    machine.need("systemctl stop monitor@2")
    return "" if "2" in json.dumps(told) and "working" in json.dumps(told) else json.dumps(told)


def a_person_may_have_one_of_their_own(machine: Booted) -> str:
    """The user's unit runs under the user's manager, on an archive of the user's own."""
    machine.need("loginctl enable-linger ada")
    machine.wait("test -S /run/user/1000/bus", 60)
    packaged = machine.do("test -e /usr/lib/systemd/user/monitor.service", user="root").code == 0
    settings = "mkdir -p ~/.config/monitor && echo 'log.level = \"debug\"' > ~/.config/monitor/monitor.toml"
    start = "systemctl --user enable --now monitor" if packaged else "monitor service install --user --now"
    done = machine.do(f"{settings} && {start} && systemctl --user is-active monitor && monitor status")
    log = machine.do("journalctl --user -u monitor -o cat -n 15").said if done.code else ""
    gone = machine.do("systemctl --user disable --now monitor; rm -rf ~/.config/systemd")
    machine.need("loginctl disable-linger ada")
    return "" if done.code == gone.code == 0 else done.said + log + gone.said


def it_is_there_again_after_a_boot(machine: Booted) -> str:
    """Enabled, it needs nobody; and the next snapshot has its time."""
    machine.off()
    machine.on()
    there = machine.wait("systemctl is-active monitor", 120)
    timer = shown(machine, "NextElapseUSecRealtime", "monitor-backup.timer")
    return "" if there and timer else f"active: {there}, the next snapshot: {timer!r}"


AT_WORK: tuple[Trial, ...] = (
    it_says_what_it_does,
    it_may_do_little,
    its_workers_are_confined_further,
    pages_are_read,
    a_changed_configuration_is_taken,
    a_daemon_that_is_killed_is_started_again,
    a_daemon_that_hangs_is_started_again,
    a_broken_configuration_is_not_tried_again,
    a_password_may_be_a_credential,
    the_page_waits_while_it_restarts,
    another_worker_works_beside_it,
    a_person_may_have_one_of_their_own,
    it_is_there_again_after_a_boot,
)
