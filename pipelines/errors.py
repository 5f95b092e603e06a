"""Errors that a user sees: one line that says what happened, where, and what to do."""


class MinersError(Exception):
    """An error whose message is complete for the user: what happened, where, the remedy."""


class UsageError(MinersError):
    """Wrong use of a command: exit status 2."""


class UnreadableDocument(MinersError):  # noqa: N818 -- the name of a state of a document, used as such in docs
    """A document that cannot be read at all; `reason` is a short code that is stored with the document."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class SourceRefused(MinersError):  # noqa: N818
    """The host refuses to answer (403, 429) after the pauses we make; nothing of this run can be fetched from it."""


class DocumentMissing(MinersError):  # noqa: N818
    """The host answers 404 for something that its own index names."""


class TransferFailed(MinersError):  # noqa: N818
    """A body did not arrive whole, or the host could not be reached."""


class WarehouseUnreachable(MinersError):  # noqa: N818
    """The warehouse does not answer; another try, later, may find it."""


class NotArchived(MinersError):  # noqa: N818
    """Something that only the network has, while nobody may be asked (`--offline`)."""


class NotPublic(MinersError):  # noqa: N818
    """An address that is not on the public web: of another scheme, or of this machine or its network."""
