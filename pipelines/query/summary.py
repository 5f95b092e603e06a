"""The summary of a run: counts, failures, and example queries of the marts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
import yaml

from pipelines.settings import Settings, bundled
from pipelines.warehouse import schema


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with the columns and rows of its answer."""

    question: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def summary_questions() -> list[list[tuple[str, str]]]:
    """Questions of sql/queries/summary.yaml with their SQL.

    Of each list, the first with rows is shown.
    """
    entries = yaml.safe_load((bundled("sql") / "queries" / "summary.yaml").read_text("utf-8"))
    return [[(one["question"], one["sql"]) for one in entry.get("first_of", [entry])] for entry in entries]


def answers(engine: sa.Engine) -> list[Answer]:
    """Questions of the summary with answers from the marts, each row with its source."""

    def answer(question: str, query: str) -> Answer:
        result = connection.execute(sa.text(query))
        return Answer(question, tuple(result.keys()), [tuple(row) for row in result])

    shown: list[Answer] = []
    with engine.connect() as connection:
        for alternatives in summary_questions():
            found = [answer(*question) for question in alternatives]
            shown += found if len(found) == 1 else [one for one in found if one.rows][:1]
    return shown


def summary_lines(settings: Settings, summary: Mapping[str, Any], totals: Mapping[str, int]) -> list[str]:
    """The run in a few lines: documents, facts, quarantine, findings and failures."""

    def count(step: str, *names: str) -> int:
        return sum(int(summary.get(step, {}).get("counts", {}).get(name, 0)) for name in names)

    loads = [step for step in summary if step.startswith("load_")]
    inserted = sum(count(step, "inserted") for step in loads)
    changed = sum(count(step, "updated", "deleted") for step in loads)
    fetched, read = count("filing_documents", "fetched"), count("xbrl_facts", "documents")
    checks = [step for step in summary if step.startswith("check_")]
    refused = sum(count(step, "rejected") for step in summary) + sum(count(step, "failed") for step in checks)
    lines = []
    if settings.on_samples:
        lines.append("On samples: figures retyped by us, not filings. Set EDGAR_USER_AGENT to read EDGAR.")
    any_failed = any(step.get("failures") or step.get("failed_months") for step in summary.values())
    if not (fetched or read or inserted or changed or refused or any_failed):
        lines.append("Nothing was new.")
    updates, results, neither = (
        count("release_figures", name) for name in ("updates", "releases", "neither")
    )
    lines += [
        f"documents  {fetched:,} fetched, {read:,} read with {count('xbrl_facts', 'facts'):,} XBRL facts",
        f"releases   {updates:,} monthly updates and {results:,} earnings releases, {neither:,} other",
        f"facts      {inserted:,} loaded, {changed:,} changed; {totals['facts']:,} in the warehouse",
        f"quarantine {refused:,} rows refused now; {totals['quarantine']:,} open",
        f"findings   {totals['findings']:,} open",
    ]
    if "feed_entries" in summary:
        skipped = count("articles", "skipped")
        lines.append(
            f"news       {count('articles', 'read', 'summary'):,} articles read of "
            f"{count('feed_entries', 'feeds'):,} feeds, {count('articles', 'copies'):,} copies; "
            + (f"{skipped:,} entries of broad feeds skipped; " if skipped else "")
            + f"{count('news_claims', 'claims'):,} claims now"
        )
    judged = {name: totals[name] for name in ("confirmed", "contradicted", "unmatched", "superseded")}
    if any(judged.values()):
        lines.append("claims     " + ", ".join(f"{number:,} {name}" for name, number in judged.items()))
    lines += [f"news       {note}" for note in summary.get("feed_entries", {}).get("notes", [])[:5]]
    lines += [f"prices     {note}" for note in summary.get("bitcoin_prices", {}).get("notes", [])]
    unread = count("release_figures", "unreadable") + count(
        "filing_documents", "unreadable", "missing", "refused"
    )
    if unread:
        lines.append(f"unread     {unread:,} documents; `miners status` says why")
    for step in summary.values():
        failed = [f"{company}: {reason}" for company, reason in step.get("failures", {}).items()]
        failed += [
            f"{company} {month[:7]}: {reason}"
            for company, months in step.get("failed_months", {}).items()
            for month, reason in months.items()
        ]
        lines += [line for reason in failed if (line := f"failed     {reason}") not in lines]
    return lines


# The index page of a filing, and its documents that are read.
_REQUESTS_PER_FILING = 3


def history_line(engine: sa.Engine, settings: Settings, first: date) -> str | None:
    """The command that loads filings before a month, with its cost; None if some are loaded."""
    query = sa.text(
        "select count(*), min(filed_on), (select min(filed_on) from warehouse.dim_document where source <> "
        "'news') from ops.filing where filed_on < :first"
    )
    with engine.connect() as connection:
        filings, earliest, loaded = connection.execute(query, {"first": first}).one()
    if not filings or (loaded is not None and loaded < first):
        return None
    requests = filings * _REQUESTS_PER_FILING
    minutes = max(1, round(requests / settings.edgar_requests_per_second / 60))
    return (
        f"history    {filings:,} filings before {first:%Y-%m} are not loaded. Load them: miners run --since "
        f"{earliest:%Y-%m}. That takes about {requests:,} requests to EDGAR, {minutes:,} min or more."
    )


# All that the steps `load_…` load.
_FACTS = " + ".join(
    f"(select count(*) from {table.fullname})"
    for table in schema.metadata.sorted_tables
    if table.name.startswith("fact_") and table not in (schema.fact_bitcoin_price, schema.fact_network_day)
)


def totals(engine: sa.Engine) -> dict[str, int]:
    """Totals in the warehouse: facts, open quarantined rows, findings."""
    with engine.connect() as connection:
        row = connection.execute(
            sa.text(
                (
                    f"select {_FACTS} as facts, "
                    "(select count(*) from quarantine.rejected_row where status = 'open') as quarantine, "
                    "(select count(*) from ops.finding) as findings, "
                )
                + ", ".join(
                    f"(select count(*) from warehouse.fact_news_claim where status = '{s}') as {s}"
                    for s in ("confirmed", "contradicted", "unmatched", "superseded")
                )
            )
        ).one()
    return dict(row._mapping)
