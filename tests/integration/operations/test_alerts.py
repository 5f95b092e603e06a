"""Alerts: one digest a night over a real HTTP server and a real SMTP server; nobody is told the same thing twice."""

import json
import logging
from collections.abc import Callable, Iterator
from email import message_from_bytes

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from pipelines.errors import AlertNotSent, UsageError
from pipelines.operations.alert_log import current
from pipelines.operations.alerts import ping_dead_man, send_digest, send_failed_run
from pipelines.operations.senders import Message, send
from pipelines.settings import load_settings
from pipelines.steps.services import Services
from tests.edgar_server import EdgarServer, Response
from tests.local_servers import free_port

MESSAGE = Message(
    "Miners, night of 2026-05-07: 1 new to look at",
    ["• CORZ failed: no answer"],
    {"level": "error", "alerts": []},
)


@pytest.fixture
def hook(server: EdgarServer) -> EdgarServer:
    server.script("/hook", Response(200, b"ok"))
    return server


def messages(hook: EdgarServer) -> list[str]:
    return [json.loads(body)["text"] for _, body in hook.posted]


def test_webhook_gets_text_for_slack(hook: EdgarServer) -> None:
    send(f"{hook.base}/hook", MESSAGE)
    assert [(path, json.loads(body)) for path, body in hook.posted] == [("/hook", {"text": MESSAGE.text})]


def test_json_webhook_gets_all_alerts(hook: EdgarServer) -> None:
    send(f"json+{hook.base}/hook", MESSAGE)
    ((_, body),) = hook.posted
    assert json.loads(body) == {"title": MESSAGE.title, "text": MESSAGE.text, "level": "error", "alerts": []}


@pytest.mark.parametrize(
    "answer", [Response(500), Response(404), Response(302, headers={"Location": "/elsewhere"})]
)
def test_refused_alert_hides_url(hook: EdgarServer, answer: Response) -> None:
    hook.script("/services/T0/SECRET", answer)
    with pytest.raises(AlertNotSent, match=str(answer.status)) as error:
        send(f"{hook.base}/services/T0/SECRET", MESSAGE)
    assert "SECRET" not in str(error.value)


def test_unreachable_alert_url_is_one_line() -> None:
    with pytest.raises(AlertNotSent, match="127.0.0.1 cannot be reached"):
        send("http://127.0.0.1:1/hook", MESSAGE)
    with pytest.raises(AlertNotSent, match="127.0.0.1 does not accept the mail"):
        send("smtp://127.0.0.1:1/?to=a@example.com", MESSAGE)


def test_mail_needs_recipient() -> None:
    with pytest.raises(AlertNotSent, match=r"\?to="):
        send("smtp://127.0.0.1:1/", MESSAGE)


class Inbox:
    """A real SMTP server that keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))  # type: ignore[attr-defined]
        return "250 OK"

    def login(
        self, server: object, session: object, envelope: object, mechanism: str, data: object
    ) -> AuthResult:
        self.logins.append((data.login, data.password))  # type: ignore[attr-defined]
        return AuthResult(success=data.password == b"pass word", handled=False)  # type: ignore[attr-defined]


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    held = Inbox()
    port = free_port()
    controller = Controller(
        held, hostname="127.0.0.1", port=port, authenticator=held.login, auth_require_tls=False
    )
    controller.start()
    yield held, port
    controller.stop()


def test_mail_is_delivered(inbox: tuple[Inbox, int]) -> None:
    held, port = inbox
    send(f"smtp://me%40example.com:pass%20word@127.0.0.1:{port}/?to=a@example.com,b@example.com", MESSAGE)
    ((sender, to, content),) = held.mails
    assert (sender, to) == ("me@example.com", ["a@example.com", "b@example.com"])
    mail = message_from_bytes(content)
    assert mail["Subject"] == MESSAGE.title
    assert "CORZ failed: no answer" in mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert held.logins == [(b"me@example.com", b"pass word")]


def test_wrong_mail_password_is_hidden(inbox: tuple[Inbox, int]) -> None:
    with pytest.raises(AlertNotSent, match="does not accept the mail") as error:
        send(f"smtp://me:wrong@127.0.0.1:{inbox[1]}/?to=a@example.com", MESSAGE)
    assert "wrong" not in str(error.value)


@pytest.fixture
def services(make_services: Callable[..., Services], hook: EdgarServer) -> Services:
    return make_services(alert_url=f"{hook.base}/hook", alert_quarantine_limit=2)


def digest(
    services: Services, failed: dict[str, str] | None = None, summary: dict[str, object] | None = None
) -> int:
    return send_digest(services.engine, services.settings, summary or {}, failed or {}, "2026-05-07")


def late(services: Services, *tickers: str) -> None:
    with services.engine.begin() as connection:
        connection.execute(sa.text("delete from ops.expected_filing"))
        for ticker in tickers:
            connection.execute(
                sa.text(
                    "insert into ops.expected_filing values (:t, 'quarterly_report', '2026-01-01', '2026-03-31', '10-Q', '2026-05-11', '10-Q: 40 days', null, null, 'late', null)"
                ),
                {"t": ticker},
            )


def test_digest_of_quiet_night_is_not_sent(services: Services, hook: EdgarServer) -> None:
    assert digest(services) == 0
    assert hook.posted == []


def test_digest_lists_loaded_documents(services: Services, hook: EdgarServer) -> None:
    digest(
        services,
        summary={
            "filing_documents": {"counts": {"fetched": 3}},
            "load_segment_revenue": {"counts": {"inserted": 1200}},
        },
    )
    assert messages(hook) == [
        "Miners, night of 2026-05-07: nothing to look at\nread: 3 documents fetched, 1,200 facts loaded"
    ]


def test_alert_is_sent_once_and_resolved_once(services: Services, hook: EdgarServer) -> None:
    late(services, "CORZ")
    assert digest(services, {"RIOT": "EDGAR answers 503"}) == 2
    assert digest(services, {"RIOT": "EDGAR answers 504"}) == 0, "the same but for its numbers"
    assert len(hook.posted) == 1
    late(services)
    digest(services)
    first, last = messages(hook)
    assert "late filings (1)\n• CORZ: the quarterly report to 2026-03-31 was due on 2026-05-11" in first
    assert "companies that failed (1)\n• RIOT failed: EDGAR answers 503" in first
    assert "solved (2)" in last


def test_digest_lists_new_alerts_only(services: Services, hook: EdgarServer) -> None:
    late(services, "CORZ")
    digest(services)
    late(services, "CORZ", "HUT")
    digest(services)
    last = messages(hook)[-1]
    assert "HUT" in last
    assert "CORZ" not in last
    assert "1 sent earlier are still open" in last


def test_failed_digest_is_sent_again(
    services: Services, hook: EdgarServer, caplog: pytest.LogCaptureFixture
) -> None:
    late(services, "CORZ")
    hook.script("/hook", Response(503), Response(200))
    logging.getLogger("miners").propagate = True
    with caplog.at_level(logging.WARNING):
        digest(services)
    assert "127.0.0.1 answers 503" in caplog.text
    digest(services)
    assert [text.count("CORZ") for text in messages(hook)] == [1, 1]
    digest(services)
    assert len(hook.posted) == 2


def test_alerts_are_kept_until_url_is_set(services: Services, hook: EdgarServer) -> None:
    late(services, "CORZ")
    assert (
        send_digest(
            services.engine, services.settings.model_copy(update={"alert_url": None}), {}, {}, "2026-05-06"
        )
        == 1
    )
    assert digest(services) == 1
    assert len(hook.posted) == 1


def test_digest_goes_to_every_url(services: Services, hook: EdgarServer) -> None:
    late(services, "CORZ")
    both = services.settings.model_copy(
        update={"alert_url": f"http://127.0.0.1:1/dead {hook.base}/hook json+{hook.base}/hook"}
    )
    assert send_digest(services.engine, both, {}, {}, "2026-05-07") == 1
    assert len(hook.posted) == 2
    data = json.loads(hook.posted[1][1])
    assert (data["night"], data["level"], data["alerts"][0]["kind"]) == (
        "2026-05-07",
        "warning",
        "late_filing",
    )


def test_digest_shortens_many_alerts_of_a_kind(services: Services, hook: EdgarServer) -> None:
    late(services, *services.watchlist.tickers())
    digest(services)
    (text,) = messages(hook)
    assert f"late filings ({len(services.watchlist.companies)})" in text
    assert f"and {len(services.watchlist.companies) - 8} more: miners status" in text
    assert len(text.splitlines()) == 11


def test_digest_lists_blocked_contradicted_and_quarantined(services: Services) -> None:
    """A blocked document, a claim that the filings contradict, a finding, and more rows in quarantine than the limit."""
    with services.engine.begin() as connection:
        for key in (1, 2, 3):
            connection.execute(
                sa.text(
                    "insert into quarantine.rejected_row values (:k, 'unknown_segment', 'why', '{}', null, 'GREE', 'open', null, null, now())"
                ),
                {"k": key},
            )
        connection.execute(
            sa.text(
                "insert into ops.finding values (7, 'CLSK', 'proceeds_differ', 'tie_outs', null, null, null, null, '2025-06-30', null, 127625, 127829, 'cash flow and note', '{}', now())"
            )
        )
        connection.execute(
            sa.text(
                "insert into warehouse.dim_document (document_key, source, company_id, document_kind, is_amendment, url, status) values (5, 'edgar', 'HUT', 'report', false, 'https://x.example/', 'read')"
            )
        )
        connection.execute(
            sa.text(
                "insert into ops.normalized_document values (5, 'segment_revenue', 'v', 'blocked', 'twice the same key', 1, 0)"
            )
        )
        found = {alert.kind: alert for alert in current(connection, services.settings)}
        lax = services.settings.model_copy(update={"alert_quarantine_limit": 3})
        assert "quarantine" not in {alert.kind for alert in current(connection, lax)}
    assert set(found) == {"blocked", "contradiction", "quarantine"}
    assert (
        found["blocked"].told
        == "HUT: 1 documents of segment_revenue are blocked and not loaded: twice the same key"
    )
    assert "CLSK: proceeds_differ to 2025-06-30" in found["contradiction"].told
    assert "3 rows are open" in found["quarantine"].told


def test_failed_run_alerts_once_immediately(services: Services, hook: EdgarServer) -> None:
    assert send_failed_run(
        services.engine, services.settings, "backfill", "aaaaaaaa-1", "filing_index: no answer in 10 seconds"
    )
    assert not send_failed_run(
        services.engine, services.settings, "backfill", "bbbbbbbb-2", "filing_index: no answer in 12 seconds"
    )
    assert send_failed_run(
        services.engine, services.settings, "nightly", "cccccccc-3", "filing_index: no answer in 10 seconds"
    )
    assert messages(hook)[0].splitlines() == [
        "Miners: a run of backfill failed",
        "run aaaaaaaa of backfill failed: filing_index: no answer in 10 seconds",
    ]
    assert len(hook.posted) == 2


@pytest.mark.parametrize("url", ["ftp://x", "slack", "file:///etc/passwd"])
def test_other_alert_scheme_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_URL", f"{url}/SECRET")
    load_settings.cache_clear()
    try:
        with pytest.raises(UsageError, match="ALERT_URL: must start with https://") as error:
            load_settings()
    finally:
        load_settings.cache_clear()
    assert "SECRET" not in str(error.value)


@pytest.mark.parametrize(
    "url", ["ftp://host/SECRET", "https:///SECRET", "https://host:port/SECRET", "https://host/SECRET two"]
)
def test_invalid_dead_man_url_hides_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEAD_MAN_URL", url)
    load_settings.cache_clear()
    try:
        with pytest.raises(UsageError, match="DEAD_MAN_URL: must be one address") as error:
            load_settings()
        assert "SECRET" not in str(error.value)
    finally:
        load_settings.cache_clear()


def test_unreachable_dead_man_url_is_logged_without_path(
    make_services: Callable[..., Services], caplog: pytest.LogCaptureFixture
) -> None:
    settings = make_services(dead_man_url="http://127.0.0.1:1/SECRET").settings
    with caplog.at_level(logging.WARNING, "miners.alerts"):
        assert not ping_dead_man(settings)
    assert "127.0.0.1 cannot be reached" in caplog.text
    assert "SECRET" not in caplog.text
    assert not ping_dead_man(settings.model_copy(update={"dead_man_url": None}))
