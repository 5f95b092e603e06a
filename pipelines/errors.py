"""Errors with a message for users: one line on what happened, where, and what to do.

MinersError
├── UsageError              wrong use of a command or setting: exit status 2
├── UnreadableDocument      a document that cannot be parsed
├── FetchError              a page or document that was not fetched
│   ├── DocumentMissing     the host answers 404 or 410
│   ├── SourceRefused       the host refuses: a ban (403, 429), robots.txt, a paywall
│   ├── TransferFailed      5xx, no connection, a body cut off or too large
│   │   └── BadPage         a page of another kind or shape than expected
│   ├── NotArchived         only the network has it, and --offline is set
│   └── NotPublic           an address that is not on the public web
├── ArchiveDamaged          archived bytes that do not match their sha256
├── WarehouseUnreachable    PostgreSQL cannot be reached
└── AlertNotSent            a webhook or mail server did not accept an alert
"""

from datetime import datetime


class MinersError(Exception):
    """An error whose message is complete for the user."""


class UsageError(MinersError):
    """Wrong use of a command or setting: exit status 2."""


class UnreadableDocument(MinersError):  # noqa: N818
    """A document that cannot be parsed.

    Attributes:
        reason: short code, stored with the document: empty, truncated, not_xbrl …
        detail: the same for people.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class FetchError(MinersError):
    """A page or document that was not fetched.

    Attributes:
        url: the address, if the error is about one.
        retry_at: when a retry may succeed; None if it is of no use in this run.
        reason: short code: http_503, banned, truncated, unreachable …
    """

    def __init__(
        self, message: str, *, url: str | None = None, retry_at: datetime | None = None, reason: str = ""
    ) -> None:
        super().__init__(message)
        self.url = url
        self.retry_at = retry_at
        self.reason = reason


class DocumentMissing(FetchError):  # noqa: N818
    """The host answers 404 or 410."""


class SourceRefused(FetchError):  # noqa: N818
    """The host refuses to answer: a ban (403, 429), robots.txt, a paywall."""


class TransferFailed(FetchError):  # noqa: N818
    """The host answers with an error, cannot be reached, or its body is cut off or too large."""


class BadPage(TransferFailed):
    """A page of another kind or shape than expected: HTML instead of JSON."""


class NotArchived(FetchError):  # noqa: N818
    """Only the network has it, and --offline is set."""


class NotPublic(FetchError):  # noqa: N818
    """An address that is not on the public web: another scheme, this machine or its network."""


class ArchiveDamaged(MinersError):  # noqa: N818
    """Archived bytes that are gone or do not match their sha256."""


class WarehouseUnreachable(MinersError):  # noqa: N818
    """PostgreSQL cannot be reached; a retry may succeed."""


class AlertNotSent(MinersError):  # noqa: N818
    """A webhook or mail server did not accept an alert; the message never has the URL."""
