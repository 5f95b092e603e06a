"""Environment variables with their defaults and meanings. This is the only list."""

import os
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.errors import UsageError

PACKAGE = Path(__file__).resolve().parent
HOME = PACKAGE.parent
IN_CLONE = (HOME / "pyproject.toml").exists() and (HOME / "sql").is_dir()


# Owner and group: the database, run logs and documents are below it.
DATA_DIR_MODE = 0o750
# All days in one answer, without a key, under Blockchain.com's terms for its API.
FREE_NETWORK = "https://api.blockchain.info/charts/{chart}?timespan=all&sampled=false&format=json"
FREE_PRICES = FREE_NETWORK.format(chart="market-price")


def bundled(name: str) -> Path:
    """A folder shipped with the project (`sql`, `samples`), in a clone or an installation."""
    return HOME / name if IN_CLONE else PACKAGE / "_bundled" / name


class Settings(BaseSettings):
    """Settings from the environment or a file `.env`, the only source of secrets."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, env_ignore_empty=True
    )

    edgar_user_agent: str | None = Field(
        None,
        description=(
            'your name and e-mail address, as the SEC requires: `"Your Name you@example.com"`; if set, '
            "runs are live"
        ),
    )
    edgar_mirror: Path | None = Field(
        None,
        description=(
            "a folder in EDGAR's own tree (host/path), read instead of the network; unset and without a "
            "user agent it is `samples/edgar`"
        ),
    )
    edgar_base: str | None = Field(
        None, description="base URL that replaces both EDGAR hosts (tests, a proxy): `http://127.0.0.1:8000`"
    )
    edgar_bulk: Path | None = Field(
        None,
        description="a folder of the SEC's bulk files, read instead of the network; set by `miners backfill`",
    )
    edgar_requests_per_second: int = Field(
        10, ge=1, le=10, description="request limit for all processes of the machine; the SEC allows 10"
    )
    edgar_pause_seconds: float = Field(
        5.0, ge=0, description="first pause after a 5xx response without Retry-After; doubled each time"
    )
    edgar_ban_seconds: float = Field(
        600.0, ge=0, description="pause of all processes after a 403 or 429 response without Retry-After"
    )
    warehouse_url: str | None = Field(
        None, description="`postgresql://…` of a PostgreSQL ≥ 14; default: embedded in the data folder"
    )
    warehouse_analyst_url: str | None = Field(
        None,
        description="`postgresql://analyst:…@…`, the login of `miners sql` and `miners query`; default: "
        "`WAREHOUSE_URL` as user `analyst` without a password (`~/.pgpass`, a certificate)",
    )
    miners_data_dir: Path = Field(
        Path("data"), description="embedded PostgreSQL, archive, validation results and Dagster's run storage"
    )
    miners_archive: str | None = Field(
        None,
        description=(
            "where documents are kept: a folder or a URL such as `s3://bucket/prefix`; unset: `archive` in "
            "the data folder"
        ),
    )
    miners_watchlist: Path | None = Field(
        None, description="a folder whose YAML files replace or add to `pipelines/watchlist/`"
    )
    miners_limiter_dir: Path | None = Field(
        None,
        description=(
            "folder that shares the rate limit between all processes and users of the machine; default: in "
            "the system's folder for temporary files"
        ),
    )
    miners_limiter_url: str | None = Field(
        None,
        description=(
            "`postgresql://…` that shares the rate limit between machines with one address; default: "
            "`MINERS_LIMITER_DIR` of this machine"
        ),
    )
    miners_offline: bool = Field(
        False, description="use archived documents only, without network access (like `miners run --offline`)"
    )
    miners_timezone: str = Field(
        "America/New_York",
        description="time zone of the schedules; EDGAR accepts filings until 22:00 in New York",
    )
    miners_nightly_at: str = Field("02:00", description="start of the nightly job, HH:MM in that time zone")
    miners_sensor_seconds: int = Field(
        120,
        ge=30,
        description="interval between checks of EDGAR's feed of current filings; one request for each form",
    )
    miners_executor: Literal["in_process", "celery"] = Field(
        "in_process", description="executor of a run's steps: its own process, or Celery workers (`deploy/`)"
    )
    miners_celery_broker: str | None = Field(
        None,
        description="broker of the Celery workers, `redis://…` or `amqp://…`; with `MINERS_EXECUTOR=celery`",
    )
    miners_mcp_token: str | None = Field(
        None,
        min_length=16,
        description="bearer token that clients of `miners mcp --http` must send, at least 16 characters "
        "(`openssl rand -hex 32` makes one)",
    )
    bitcoin_price_url: str | None = Field(
        None,
        description=(
            "an address or a file with daily prices of bitcoin in dollars (JSON or CSV as Coinbase, "
            "CryptoCompare, CoinGecko and others serve them); unset: `samples/` on samples, Blockchain.com's "
            "free charts when live, none beside another mirror or base; `none`: no prices"
        ),
    )
    bitcoin_network_url: str | None = Field(
        None,
        description=(
            "an address or a file with bitcoin's network by day (CSV with date, hashrate_eh, issued_btc and "
            "fees_btc, or as Coin Metrics serves it); unset: `samples/` on samples, Blockchain.com's free "
            "charts of difficulty and fees when live, none beside another mirror or base; `none`: no network"
        ),
    )
    news_mirror: Path | None = Field(
        None,
        description=(
            "a folder host/path from which feeds and articles are read instead of the network (a "
            "`feeds.yaml` in it adds its feeds); unset: `samples/news` on samples, the network when live, "
            "no news beside another `EDGAR_MIRROR`"
        ),
    )
    news_user_agent: str = Field(
        "miners-disclosed/0.1 (reads news on bitcoin miners; respects robots.txt)",
        description="user agent of the news reader, matched against robots.txt",
    )
    alert_url: str | None = Field(
        None,
        description=(
            "where alerts go: a webhook (`https://hooks.slack.com/…`, or any that takes Slack's `text`), "
            "`json+https://…` for the whole digest as JSON, "
            "`smtp://user:password@host:587/?to=a@example.com` or `smtps://…`; several with blanks between "
            "them"
        ),
    )
    dead_man_url: str | None = Field(
        None,
        description=(
            "an address requested (GET) after each good night, `https://…`, of a monitor that alerts when "
            "the requests stop (for example healthchecks.io)"
        ),
    )
    alert_quarantine_limit: int = Field(
        100, ge=0, description="more open rows than this in quarantine raise an alert"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="`json`: one line for each record, with run_id, company and accession"
    )
    keep_runs_days: int = Field(
        180,
        ge=0,
        description=(
            "runs and their events older than this are deleted, 0: never; runs that mark a partition as "
            "materialized are kept"
        ),
    )
    keep_logs_days: int = Field(
        30, ge=0, description="compute logs and validation results older than this are deleted, 0: never"
    )
    keep_quarantine_days: int = Field(
        0,
        ge=0,
        description="quarantined rows older than this are deleted, 0: never; facts and the archive are kept",
    )
    miners_publish: str | None = Field(
        None,
        description=(
            "where publications go: a folder or `s3://bucket/prefix`; unset: `published` in the data folder"
        ),
    )
    keep_publications: int = Field(
        5, ge=0, description="number of publications kept in a folder, always including the last; 0: all"
    )

    @field_validator("miners_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(value)
        except (ValueError, OSError, KeyError) as error:
            raise ValueError(f"{value!r} is not a valid time zone (example: Europe/Berlin)") from error
        return value

    @field_validator("miners_nightly_at")
    @classmethod
    def _an_hour(cls, value: str) -> str:
        match = re.fullmatch(r"(\d{1,2}):(\d{2})", value.strip())
        if not match or int(match[1]) > 23 or int(match[2]) > 59:
            raise ValueError(f"{value!r} is not a valid time of day (example: 02:00)")
        return f"{int(match[1]):02}:{match[2]}"

    @field_validator("miners_limiter_url")
    @classmethod
    def _shared_store(cls, value: str | None) -> str | None:
        if value and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("must start with postgresql:// (Redis is no longer supported)")
        return value

    @field_validator("alert_url")
    @classmethod
    def _alert_schemes(cls, value: str | None) -> str | None:
        for url in (value or "").split():
            if not url.startswith(
                ("http://", "https://", "json+http://", "json+https://", "smtp://", "smtps://")
            ):
                # The value may be a secret, so that it is not repeated.
                raise ValueError("must start with https://, json+https://, smtp:// or smtps://")
        return value

    @field_validator("dead_man_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        # Like an alert's address, the value is a secret.
        try:
            parts = urlsplit(value or "https://host")
            fine = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
        except ValueError:
            fine = False
        if not fine or re.search(r"\s", value or ""):
            raise ValueError("must be one address that starts with https:// and has a host")
        return value

    @field_validator("warehouse_url", "warehouse_analyst_url")
    @classmethod
    def _postgres_only(cls, value: str | None) -> str | None:
        if value and not value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            raise ValueError("must start with postgresql:// (PostgreSQL is the only warehouse engine)")
        return value

    @property
    def data_dir(self) -> Path:
        """The absolute data folder; relative to the clone, or to the working folder if installed."""
        base = HOME if IN_CLONE else Path.cwd()
        return (base / self.miners_data_dir.expanduser()).resolve()

    def create_data_dir(self) -> Path:
        """Create the data folder, closed to other users; an existing one keeps its mode."""
        self.data_dir.mkdir(mode=DATA_DIR_MODE, parents=True, exist_ok=True)
        return self.data_dir

    @property
    def mirror(self) -> Path | None:
        """The folder read instead of the network, or None in live mode."""
        if self.edgar_bulk is not None:
            return None
        if self.edgar_mirror is not None:
            return self.edgar_mirror.expanduser().resolve()
        if self.edgar_user_agent or self.edgar_base:
            return None
        return bundled("samples") / "edgar"

    @property
    def on_samples(self) -> bool:
        """Whether the source is the shipped samples: retyped figures, not filings."""
        return self.mirror is not None and self.mirror == (bundled("samples") / "edgar").resolve()

    @property
    def source(self) -> str:
        """`sample`, `mirror` or `edgar`: the value of dim_document.source."""
        if self.on_samples:
            return "sample"
        return "mirror" if self.mirror is not None else "edgar"

    @property
    def price_source(self) -> str | None:
        """The source of reference prices.

        As set; else the samples' file on samples, a free source when live, and none beside another mirror.
        """
        return self._series(self.bitcoin_price_url, "prices/bitcoin_daily.csv", FREE_PRICES)

    @property
    def network_source(self) -> str | None:
        """The source of the network's days, chosen like prices; FREE_NETWORK is two charts."""
        return self._series(self.bitcoin_network_url, "prices/network_daily.csv", FREE_NETWORK)

    def _series(self, setting: str | None, sample: str, free: str) -> str | None:
        if setting:
            return None if setting == "none" else setting
        if self.on_samples:
            return str(bundled("samples") / sample)
        return free if self.mirror is None and not (self.edgar_base or self.edgar_bulk) else None

    @property
    def news_source(self) -> Literal["live", "mirror", "sample", "none"]:
        """The source of news: the network, a folder, the samples, or none."""
        if self.news_mirror is not None:
            return (
                "sample"
                if self.news_mirror.resolve() == (bundled("samples") / "news").resolve()
                else "mirror"
            )
        if self.on_samples:
            return "sample"
        live = self.mirror is None and self.edgar_user_agent and not self.edgar_bulk
        return "live" if live else "none"

    @property
    def news_folder(self) -> Path | None:
        """The folder read instead of the web, or None in live mode."""
        if self.news_mirror is not None:
            return self.news_mirror.expanduser().resolve()
        return bundled("samples") / "news" if self.on_samples else None

    @property
    def archive(self) -> str:
        return self.miners_archive or str(self.data_dir / "archive")

    @property
    def validation_dir(self) -> Path:
        """The folder of validation results, by run; `last` has the newest of each suite."""
        return self.data_dir / "validation"

    @property
    def published(self) -> str:
        return self.miners_publish or str(self.data_dir / "published")

    @property
    def limiter_dir(self) -> Path:
        return self.miners_limiter_dir or Path(tempfile.gettempdir()) / "miners-edgar-limit"

    @property
    def dagster_dir(self) -> Path:
        return self.data_dir / "dagster"


def exposed_env_file() -> str | None:
    """A warning if other users of the machine can read `.env`, which holds secrets; else None."""
    file = Path(str(Settings.model_config["env_file"]))
    if file.exists() and file.stat().st_mode & 0o077:
        return f"{file.absolute()} can be read by other users. Run: chmod 600 {file}"
    return None


def check_user_agent(value: str | None) -> str:
    """The user agent, with a name and an e-mail address, as the SEC requires.

    Raises UsageError before the first request if they are missing.
    """
    if not value or not value.strip():
        raise UsageError('EDGAR_USER_AGENT is not set. Set EDGAR_USER_AGENT="Your Name you@example.com".')
    match = re.search(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().]{2,}", value)
    if not match:
        raise UsageError(
            'EDGAR_USER_AGENT has no e-mail address. Set EDGAR_USER_AGENT="Your Name you@example.com".'
        )
    rest = value.replace(match[0], " ")
    if not re.search(r"[^\W\d_]{2}", rest):
        raise UsageError(
            'EDGAR_USER_AGENT must contain a name and an e-mail address. Set EDGAR_USER_AGENT="Your '
            'Name you@example.com".'
        )
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise UsageError("EDGAR_USER_AGENT contains control characters. Set it to one line of text.")
    return value.strip()


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process. Raises UsageError if one is not valid."""
    from pydantic import ValidationError

    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise UsageError(f"{name}: {first['msg'].removeprefix('Value error, ')}.") from error
    os.environ.setdefault("MINERS_DAGSTER_DIR", str(settings.dagster_dir))
    return settings
