"""A stamp as files that other programs read: openssl, the `ots` client, or a page of anybody's code."""

from monitor.edges.signing import statement
from monitor.model import Seal, Stamp, StampMethod


def files_of(stamp: Stamp, seal: Seal) -> tuple[tuple[str, bytes], ...]:
    """Return the files of a stamp, as pairs of name and bytes, for a bundle of proof; none while it has no answer.

    `seal-N.tsq` and `.tsr` are the request to a time-stamping authority and its answer (RFC 3161), `seal-N.ots` is an
    OpenTimestamps proof over the seal's hash. `seal-N.txt` is the text that `seal-N.sig` signs with the key whose
    public half is `seal-N.pub.pem`.
    """
    if stamp.token is None:
        return ()
    name = f"seal-{seal.number}"
    if stamp.method is StampMethod.RFC3161:
        return (f"{name}.tsq", stamp.request or b""), (f"{name}.tsr", stamp.token)
    if stamp.method is StampMethod.OPENTIMESTAMPS:
        return ((f"{name}.ots", stamp.token),)
    public = (f"{name}.pub.pem", stamp.request or b"")
    return (f"{name}.txt", statement(seal.hash)), (f"{name}.sig", stamp.token), public
