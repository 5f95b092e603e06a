"""feeds.yaml: news feeds, their publishers, and whether full texts may be fetched."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from pipelines.errors import UsageError
from pipelines.watchlist.source import read_yaml

Kind = Literal["wire", "press", "blog", "aggregator"]
KINDS: tuple[str, ...] = get_args(Kind)
"""From the most primary to the least: of two copies of one story the one of the earlier kind is read."""


class Feed(BaseModel):
    """A news feed.

    Args:
        format: feed (RSS 2.0, RSS 1.0, Atom, JSON Feed) or sitemap (a news sitemap).
        full_text: Whether an entry's page may be fetched; otherwise only the summary is used.
        company: The company of a wire service's company feed.
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
