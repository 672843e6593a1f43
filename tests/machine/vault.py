"""The other machine of the guide, which takes copies of the backups: it lets the first machine's root in by a key."""

from tests.machine.booted import Booted

NAME = "vault.example"
KEY = "/root/.ssh/id_ed25519"
SAME = "cd {folder} && find . -type f -exec sha256sum {{}} + | sort | sha256sum"


def open_to(vault: Booted, guest: Booted) -> None:
    """Have a machine answer to its name, and let another one's root in, as whoever set both up would have."""
    vault.need(
        "mkdir -p /etc/ssh/sshd_config.d && echo 'ListenAddress 127.0.0.1' > /etc/ssh/sshd_config.d/here.conf"
        " && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openssh-server rsync"
    )
    # Debian's installer leaves the client on every server.
    guest.need("DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openssh-client")
    guest.need(f"echo '127.0.0.1 {NAME}' >> /etc/hosts && ssh-keygen -q -t ed25519 -N '' -f {KEY}")
    key = guest.need(f"cat {KEY}.pub").strip()
    vault.need(f"mkdir -p -m 0700 /root/.ssh && echo '{key}' > /root/.ssh/authorized_keys")
    assert vault.wait("systemctl is-active ssh"), "the other machine lets nobody in"
    guest.need(f"ssh-keyscan -t ed25519 {NAME} > /root/.ssh/known_hosts")


def is_like(vault: Booted, copy: str, guest: Booted, folder: str) -> bool:
    """Say whether a folder of the other machine holds the same files, to the byte."""
    return vault.need(SAME.format(folder=copy)) == guest.need(SAME.format(folder=folder))
