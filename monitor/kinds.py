"""The closed sets of words that the nouns use. Import them from `model`, with the nouns."""

from enum import StrEnum


class SourceKind(StrEnum):
    """How a source tells of articles."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"  # a page of links, which are followed
    PAGE = "page"  # one page, watched itself


class SourceState(StrEnum):
    """Whether a source is polled."""

    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"  # no longer wanted; what it told of stays


class Origin(StrEnum):
    """Where a text came from: a corpus file, or a fetch."""

    CORPUS = "corpus"
    WEB = "web"


class DocumentState(StrEnum):
    """What is known of the page behind a document."""

    PENDING = "pending"  # heard of, not read yet
    SAVED = "saved"  # a corpus text whose page is unknown
    LIVE = "live"
    GONE = "gone"
    MOVED = "moved"
    BLOCKED = "blocked"  # robots.txt or a bot wall keeps us out
    REDACTED = "redacted"  # its bytes and texts were removed for good, and it is never asked for again


class ChangeKind(StrEnum):
    """What a change did."""

    HEADLINE = "headline"
    BODY = "body"
    BOTH = "both"
    BYLINE = "byline"  # only who wrote it, or the date it states
    VARIANT = "variant"  # back to a text already known: an A/B test, a revert
    FURNITURE = "furniture"  # only what the outlet's pages put around the article
    REEXTRACTED = "reextracted"  # the same bytes read by another extractor: no edit
    REMOVED = "removed"
    RESTORED = "restored"
    MOVED = "moved"
    RETITLED = "retitled"  # the page has a new address, and the document went with it


class Standing(StrEnum):
    """How far a new text can be relied on to stay; what is no longer than one check is told, and alerts nobody."""

    ONCE = "once"  # seen at one check so far
    CONFIRMED = "confirmed"  # a later check saw it again
    FLICKER = "flicker"  # gone again at the next check


class SubscriptionState(StrEnum):
    """How far a WebSub subscription has come."""

    REQUESTED = "requested"  # the hub was asked and has not verified yet
    ACTIVE = "active"
    DENIED = "denied"
    ENDED = "ended"  # the lease ran out, or we asked for its end


class CitationKind(StrEnum):
    """How a corpus text cites."""

    URL = "url"
    SOURCE_LINE = "source_line"
    DATELINE = "dateline"
    WIRE_CREDIT = "wire_credit"
    PHOTO_CREDIT = "photo_credit"
    MENTION = "mention"


class Outcome(StrEnum):
    """Everything that can come of a fetch; the set is closed."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    NOT_FOUND = "not_found"  # 404
    GONE = "gone"  # 410
    FORBIDDEN = "forbidden"  # 401, 402, 403, 451
    RATE_LIMITED = "rate_limited"  # 429, and 503 with Retry-After
    CLIENT_ERROR = "client_error"  # any other 4xx
    SERVER_ERROR = "server_error"  # 5xx
    REDIRECTED = "redirected"  # to another host, whose turn has to come before it is asked
    REDIRECT_ERROR = "redirect_error"  # loop, too many, no Location
    REFUSED = "refused"  # by us: scheme, private address, port
    ROBOTS = "robots"  # by us: robots.txt forbids
    DNS_ERROR = "dns_error"
    CONNECT_ERROR = "connect_error"
    TLS_ERROR = "tls_error"
    TIMEOUT = "timeout"
    PROTOCOL_ERROR = "protocol_error"
    TRUNCATED = "truncated"
    UNDECODABLE = "undecodable"
    TOO_LARGE = "too_large"


class Quality(StrEnum):
    """How far an extraction can be trusted; only a COMPLETE one can make or remove a revision."""

    COMPLETE = "complete"
    EMPTY = "empty"
    COLLAPSED = "collapsed"  # far shorter than the revision before
    SOFT_404 = "soft_404"
    BOT_WALL = "bot_wall"
    PAYWALL = "paywall"  # a teaser, the rest for subscribers
    LOGIN = "login"
    CONSENT = "consent"  # asks for cookies first
    TRUNCATED = "truncated"  # the page breaks off
    TOO_DEEP = "too_deep"  # nested beyond what the parser keeps
    FAILED = "failed"  # the extractor crashed or ran out of time


class FurniturePart(StrEnum):
    """Where furniture stands."""

    LINE = "line"  # a line of the text
    TITLE = "title"  # what `<title>` holds beside the headline


class EvidencePolicy(StrEnum):
    """Which responses are kept as evidence (docs/evidence.md)."""

    ALL = "all"  # every one in full, save what repeats an earlier one to the byte
    CHANGES = "changes"  # in full what brought a new text, entry or state; a revisit for the rest
    NONE = "none"


class LeafKind(StrEnum):
    """What a leaf of the chain stands for."""

    CAPTURE = "capture"
    REVISION = "revision"
    TOMBSTONE = "tombstone"


class StampMethod(StrEnum):
    """How a seal was given a time, or a name, that others can check."""

    RFC3161 = "rfc3161"  # an answer of a time-stamping authority
    OPENTIMESTAMPS = "opentimestamps"
    ED25519 = "ed25519"  # signed with the operator's own key: says who, and not when


class RemovalCause(StrEnum):
    """Why bytes or a text were removed."""

    RETENTION = "retention"
    REDACTION = "redaction"


class Field(StrEnum):
    """What a query may narrow by, as `field:value`."""

    OUTLET = "outlet"
    SOURCE = "source"
    LANG = "lang"
    ORIGIN = "origin"
    STATE = "state"
    SINCE = "since"  # first seen
    UNTIL = "until"
    CHANGED = "changed"  # with a change since
    KIND = "kind"  # with a change of this kind
    CITES = "cites"


class Order(StrEnum):
    """How what was found is sorted."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class AlertAbout(StrEnum):
    """What an alert tells of."""

    CHANGES = "changes"
    DOCUMENTS = "documents"  # those read for the first time
    ALARMS = "alarms"  # of the program's own health; its query names kinds of alarms, or nothing


class AlarmKind(StrEnum):
    """What is wrong with the running of the archive."""

    SILENCE = "silence"  # an outlet that publishes has brought nothing new for long
    FETCHING = "fetching"  # no fetch has succeeded for long
    EXTRACTION = "extraction"  # too many articles cannot be read
    DISK = "disk"  # the space left
    WORKER = "worker"  # one gave no sign of life and did not say goodbye
    BACKUP = "backup"  # the last one is too old, or failed


class AlertPace(StrEnum):
    """How soon an alert tells."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


class NotificationState(StrEnum):
    """What became of a notification."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # given up after the last try


class TokenScope(StrEnum):
    """What a token allows."""

    READ = "read"
    WRITE = "write"  # and read
