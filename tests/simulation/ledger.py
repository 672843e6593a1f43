"""What people did to an archive, by true time: what it may lack because of that, and what it has to leave alone."""

from dataclasses import dataclass, field, replace


@dataclass
class Ledger:
    """The sources that are watched and those that are not, what was redacted, and what a restore took back."""

    watched: dict[str, float] = field(default_factory=dict)  # addresses of sources, since when
    left: dict[str, float] = field(default_factory=dict)  # paused or removed
    redacted: dict[str, float] = field(default_factory=dict)  # addresses of articles
    undone: list[tuple[float, float]] = field(default_factory=list)  # of what was done then the archive knows nothing

    def watch(self, url: str, now: float) -> None:
        """Note that a source is watched from now on."""
        self.left.pop(url, None)
        self.watched[url] = now

    def leave(self, url: str, now: float) -> None:
        """Note that a source is not watched any more."""
        self.watched.pop(url, None)
        self.left[url] = now

    def redact(self, url: str, now: float) -> None:
        """Note that an article is to be gone for good."""
        self.redacted.setdefault(url, now)

    def as_of_now(self) -> "Ledger":
        """Return what is known now, as a backup has it."""
        return replace(
            self, watched=dict(self.watched), left=dict(self.left), redacted=dict(self.redacted), undone=[*self.undone]
        )

    def back_to(self, earlier: "Ledger", then: float, now: float) -> None:
        """Take back what was done since `then`: the archive was restored from a backup of that time."""
        self.watched = dict.fromkeys(earlier.watched, now)
        self.left = dict.fromkeys(earlier.left, now)
        self.redacted = dict.fromkeys(earlier.redacted, now)
        self.undone = [*self.undone, (then, now)]

    def is_undone(self, at: float) -> bool:
        """Say whether what was done at a time was taken back."""
        return any(since <= at <= until for since, until in self.undone)
