"""Log lines are JSON and hold no secret."""

import json
import logging

import pytest

from pipelines.logs import configure_logs
from pipelines.settings import Settings

SETTINGS = Settings(
    _env_file=None,
    edgar_user_agent="Jane Miner jane@example.com",
    alert_url="https://hooks.slack.com/services/T0/B0/SECRET",
    dead_man_url="https://hc.example/5e1f",
    warehouse_url="postgresql://me:hunter2@db.example:5432/miners",
    log_format="json",
    log_level="DEBUG",
)


def test_log_line_is_json_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    import structlog

    log = logging.getLogger("miners.http")
    configure_logs(SETTINGS)
    try:
        with structlog.contextvars.bound_contextvars(
            run_id="r-1", company="CORZ", accession="0001628280-25-046272"
        ):
            log.warning("%s was asked by %s\x1b[2J\u202e", "https://www.sec.gov/x", SETTINGS.edgar_user_agent)
            try:
                raise ValueError("postgresql://me:hunter2@db/x refuses")
            except ValueError:
                log.exception("no warehouse")
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        for handler in list(logging.getLogger("miners").handlers):
            logging.getLogger("miners").removeHandler(handler)
        logging.getLogger("miners").propagate = True
    assert [(x["run_id"], x["company"], x["accession"], x["level"]) for x in lines] == [
        ("r-1", "CORZ", "0001628280-25-046272", "warning"),
        ("r-1", "CORZ", "0001628280-25-046272", "error"),
    ]
    assert "Traceback" in lines[1]["exception"]
    text = json.dumps(lines)
    assert "hunter2" not in text
    assert lines[0]["event"].endswith("\\x1b[2J\\u202e")
    assert "jane" not in text.lower()
