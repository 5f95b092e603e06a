"""feeds.yaml: news feeds, their publishers, and whether full texts may be fetched."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from pipelines.errors import UsageError
from pipelines.settings import Settings
from pipelines.watchlist.source import read_yaml

Kind = Literal["wire", "press", "blog", "aggregator"]
KINDS: tuple[str, ...] = get_args(Kind)
"""From the most primary to the least: of two copies of one story the one of the earlier kind is read."""

_SILENT_AFTER_DAYS: dict[Kind, int] = {"wire": 4, "press": 7, "aggregator": 7, "blog": 30}
# A listed company publishes its quarterly results at least.
_COMPANY_SILENT_AFTER_DAYS = 100


class Feed(BaseModel):
    """A news feed.

    Args:
        format: feed (RSS 2.0, RSS 1.0, Atom, JSON Feed) or sitemap (a news sitemap).
        full_text: Whether an entry's page may be fetched; otherwise only the summary is used.
        company: The company whose press releases the feed carries.
        broad: Whether it carries news about all companies. Only entries whose title or summary names a
            watched company are fetched.
        silent_after_days: Days without a new entry after which a person should look at the feed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")]
    publisher: str = Field(min_length=1)
    kind: Kind
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "en"
    format: Literal["feed", "sitemap"] = "feed"
    full_text: bool = True
    company: str | None = None
    broad: bool = False
    silent_after_days: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_subject(self) -> "Feed":
        if self.broad and self.company:
            raise ValueError("a feed is either broad or of one company")
        return self

    @property
    def longest_silence(self) -> timedelta:
        """The time without a new entry after which a person should look at the feed."""
        usual = _COMPANY_SILENT_AFTER_DAYS if self.company else _SILENT_AFTER_DAYS[self.kind]
        return timedelta(days=self.silent_after_days or usual)


def feeds_of(settings: Settings) -> tuple[Feed, ...]:
    """The feeds to read; none if filings are read from another mirror."""
    if settings.news_source == "none":
        return ()
    return load_feeds(settings.miners_watchlist, settings.news_folder)


@lru_cache(maxsize=8)
def load_feeds(folder: Path | None = None, mirror: Path | None = None) -> tuple[Feed, ...]:
    """Load feeds.yaml; the user's folder and a mirror can replace or add feeds by code.

    An empty entry (`code:`) removes a shipped feed.

    Raises:
        UsageError: An entry is not valid.
    """
    feeds: dict[str, Feed] = {}
    files = read_yaml("feeds.yaml", folder)
    files += [f for f in read_yaml("feeds.yaml", mirror) if mirror and f[0].parent == mirror]
    for path, content in files:
        for code, entry in content.items():
            if entry is None:
                feeds.pop(str(code), None)
                continue
            try:
                feeds[str(code)] = Feed.model_validate({"code": code, **entry})
            except (ValidationError, TypeError) as error:
                problem = (
                    error.errors()[0]
                    if isinstance(error, ValidationError)
                    else {"loc": (), "msg": str(error)}
                )
                raise UsageError(
                    f"{path}: {code}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}."
                ) from error
    return tuple(feeds.values())
