"""Secrets in text: what is hidden, what stays, and that hiding takes linear time."""

import time
from pathlib import Path

import pytest

from pipelines.errors import MinersError
from pipelines.secrets import hide, secrets_of
from pipelines.settings import Settings
from pipelines.warehouse.engine import connect_engine


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:S3CRET@db.example:5432/miners",
        "postgresql://me:S3CRET@db/x?password=S3CRET",
        "postgresql://me@db/x?sslmode=require&password=S3CRET&application_name=x",
        "postgresql://me@db/x?sslpassword=S3CRET",
        "postgresql://me:S3@CRET@db/x",
        "postgresql://me:S3/CRET?@db/x",
        "postgresql://:S3CRET@db/x",
        "connection failed: host=db password=S3CRET user=me",
        "connection failed: host=db password='S3 CRET' user=me",
        "PGPASSWORD=S3CRET",
        "https://user:S3CRET@prices.example/daily.csv",
        "https://prices.example/daily?api_key=S3CRET&days=all",
        "https://prices.example/daily?days=all&X-Amz-Signature=S3CRET",
        "https://feeds.example/rss?format=atom;token=S3CRET#top",
        "https://hooks.slack.com/services/T0/B0/S3CRET",
        "https://discord.com/api/webhooks/1/S3CRET",
        "https://x.webhook.office.com/webhookb2/S3CRET@y/IncomingWebhook/z",
        "json+https://ops.example/hook/S3CRET",
        "smtp://me:S3CRET@mail.example:587/?to=a@example.com",
        "redis://:S3CRET@broker:6379/0",
        "(one:https://a:S3CRET@x,https://b:S3CRET@y)",
        "https://x.example/?next=https://a:S3CRET@y",
        '{"url": "https://a:S3CRET@y"}',
    ],
)
def test_secret_in_url_is_hidden(text: str) -> None:
    hidden = hide(text)
    for part in ("S3", "CRET"):
        assert part not in hidden, hidden


@pytest.mark.parametrize(
    "text",
    [
        "CORZ 10-Q 2024-05-01: 1,234.5 for $48.7 million",
        "https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent&type=8-K",
        "https://www.sec.gov/Archives/edgar/data/1839341/a.htm#:~:text=Digital%20asset",
        "https://medium.com/@miner/story?page=2",
        "http://127.0.0.1:8000/a@b",
        "https://news.example/off-the-hook/story",
        "postgresql://analyst@db.example:5432/miners",
    ],
)
def test_other_text_is_unchanged(text: str) -> None:
    assert hide(text) == text


def test_secrets_of_settings_are_hidden() -> None:
    settings = Settings(
        _env_file=None,
        edgar_user_agent="Jane Miner jane@example.com",
        alert_url="https://alerts.example/a/b/T0KEN",
        dead_man_url="https://hc.example/5e1f",
        warehouse_url="postgresql://me:hunter2@db.example:5432/miners",
        bitcoin_price_url="https://prices.example/daily?c=T0KEN",
    )
    text = (
        "asked as Jane Miner jane@example.com, postgresql://me:hunter2@db/x, https://alerts.example/a/b/T0KEN "
        "https://hc.example/5e1f https://prices.example/daily?c=T0KEN"
    )
    hidden = hide(text, secrets_of(settings))
    for secret in ("jane@", "Jane", "hunter2", "T0KEN", "5e1f"):
        assert secret not in hidden, hidden


@pytest.mark.parametrize(
    "attack",
    [
        "a",
        "://a:",
        "a.",
        "a@",
        "://a:b@",
        "https://hooks.",
        "b-.",
        "password=",
        "password='",
        "?a=",
        "+",
        "@",
    ],
)
@pytest.mark.parametrize("start", ["", "://", "a@", "https://x/?"])
def test_hiding_takes_linear_time(start: str, attack: str) -> None:
    """The patterns before took a minute for 200,000 characters; linear ones take milliseconds."""
    text = start + attack * (1_000_000 // len(attack))
    started = time.process_time()
    hide(text)
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me@127.0.0.1:1/x?password=S3CRET",
        "postgresql://me:S3CRET@127.0.0.1:1/x?sslmode=bad",
        "postgresql://me:S3CRET@127.0.0.1:1/x?unknown=y&password=S3CRET",
        "postgresql://me:S3@CRET@127.0.0.1:port/x",
    ],
)
def test_unreachable_warehouse_is_one_line_without_secret(url: str, tmp_path: Path) -> None:
    with pytest.raises(MinersError, match="WAREHOUSE_URL") as caught:
        connect_engine(Settings(_env_file=None, warehouse_url=url, miners_data_dir=tmp_path))
    assert "\n" not in str(caught.value)
    assert "CRET" not in str(caught.value)
