"""Propose companies for the watchlist, and find miners that are not on it.

No company is added automatically: a proposal is written for a person to review.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

import sqlalchemy as sa
import yaml

from pipelines.errors import (
    BadPage,
    DocumentMissing,
    NotArchived,
    SourceRefused,
    TransferFailed,
    UnreadableDocument,
    UsageError,
)
from pipelines.extract.edgar import SUBMISSIONS, Filing, FoundFiling, Submissions, wanted
from pipelines.limits import whole_number
from pipelines.normalize.figures import Candidate, Normalized
from pipelines.normalize.reports import normalize_report
from pipelines.normalize.statement import has_income_statement
from pipelines.parse.xbrl.facts import FactTable
from pipelines.parse.xbrl.inline import read_facts
from pipelines.steps.documents import READABLE
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping
from pipelines.warehouse.upsert import Changed, upsert
from pipelines.watchlist import Company, Lexicon
from pipelines.watchlist.lexicon import words_of

_ANNUAL = ("10-K", "10-KT", "20-F", "40-F")
_LIKE = 0.55
# Finance services and data processing: the codes under which most miners are registered.
MINERS_INDUSTRIES = ("6199", "7374")
_PHRASE = "bitcoin mining"
_ONE_ANNUAL_REPORT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class RevenueLine:
    """A line of revenue of the last report, with its segment or the likely ones."""

    label: str
    value: Decimal
    end: date
    segment: str | None
    likely: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Proposal:
    """A proposed entry of companies.yaml, and what its last report would load."""

    ticker: str
    entry: dict[str, object]
    sources: list[str]
    report: Filing | None = None
    lines: list[RevenueLine] = field(default_factory=list)
    read: Normalized = field(default_factory=Normalized)
    problems: list[str] = field(default_factory=list)

    def companies_yaml(self) -> str:
        """The entry in the format of companies.yaml, with its sources in comments."""
        head = "".join(f"# source: {source}\n" for source in self.sources)
        return head + yaml.safe_dump({self.ticker: self.entry}, sort_keys=False, allow_unicode=True)

    def lexicon_yaml(self) -> str:
        """Aliases for the lines without a segment, as comments for a person to decide on."""
        out = ["aliases: []  # Remove the brackets here and the comment signs of the lines that are right."]
        for line in self.lines:
            if line.segment is None:
                near = ", ".join(f"{segment} (as {phrase!r})" for segment, phrase in line.likely)
                alias = {
                    "segment": line.likely[0][0] if line.likely else "other",
                    "company": self.ticker,
                    "phrases": [words_of(line.label)],
                }
                rows = yaml.safe_dump([alias], sort_keys=False).splitlines()
                out += [
                    f"  # {line.label}: {near or 'no phrase is like it'}",
                    *(f"  # {row}" for row in rows),
                ]
        return "\n".join(out) + "\n"

    def write(self, folder: Path) -> Path:
        """Write both files into a folder that MINERS_WATCHLIST can name; returns it."""
        target = folder / self.ticker
        target.mkdir(parents=True, exist_ok=True)
        (target / "companies.yaml").write_text(self.companies_yaml(), encoding="utf-8")
        (target / "lexicon.yaml").write_text(self.lexicon_yaml(), encoding="utf-8")
        return target


def propose(services: Services, registrant: str) -> Proposal:
    """Propose an entry for a ticker or CIK, from EDGAR or its mirror.

    Raises:
        UsageError: It is watched already, or EDGAR does not know it.
    """
    asked = registrant.strip().upper()
    cik = _cik_of(services, asked)
    for company in services.watchlist.companies:
        if any(span.cik == cik for span in company.ciks):
            raise UsageError(f"{registrant} is watched as {company.ticker} ({company.name}).")
    try:
        submissions = services.edgar.submissions(cik)
    except DocumentMissing as error:
        raise UsageError(f"EDGAR has no submissions of CIK {cik}. {error}") from error
    ticker = asked if whole_number(asked) is None else (submissions.tickers or [f"CIK{int(cik)}"[:10]])[0]
    proposal = Proposal(ticker, _entry(cik, submissions), [f"{SUBMISSIONS}CIK{cik}.json"])
    reports = [f for f in submissions.filings if f.base_form in _ANNUAL] or [
        f for f in submissions.filings if f.base_form == "10-Q"
    ]
    if not reports:
        proposal.problems.append("it has filed no annual report and no 10-Q")
        return proposal
    proposal.report = max(reports, key=lambda filing: filing.filed_on)
    table = _statements(services, proposal)
    if table is None:
        proposal.problems.append(f"no XBRL statements in its {proposal.report.form}")
        return proposal
    if any(fact.concept.taxonomy == "ifrs-full" for fact in table.facts):
        proposal.entry["accounting"] = "ifrs"
    company = Company.model_validate({"ticker": ticker, **proposal.entry})
    proposal.read = normalize_report(table, company, services.lexicon)
    proposal.lines = _lines(proposal.read, services.lexicon)
    return proposal


def _cik_of(services: Services, text: str) -> str:
    if whole_number(text) is not None and len(text) <= 10:
        return text.zfill(10)
    for company in services.watchlist.companies:
        if text in (company.ticker, *(former.name for former in company.former_tickers)):
            return company.ciks[-1].cik
    try:
        return services.edgar.registrants()[text]
    except KeyError:
        raise UsageError(f"EDGAR lists no ticker {text!r}. Give the CIK instead.") from None
    except (DocumentMissing, BadPage) as error:
        raise UsageError(f"EDGAR's list of tickers cannot be read: {error} Give the CIK instead.") from error


def _entry(cik: str, submissions: Submissions) -> dict[str, object]:
    entry: dict[str, object] = {"name": submissions.name, "ciks": [{"cik": int(cik)}]}
    former: list[dict[str, object]] = []
    for name, since, until in submissions.former_names:
        days = {"since": since, "until": until}
        former.append({"name": name} | {key: day for key, day in days.items() if day is not None})
    if former:
        entry["former_names"] = former
    entry["fiscal_year_ends"] = [{"month_day": submissions.fiscal_year_end or "12-31"}]
    entry["in_news"] = False
    forms = sorted({filing.base_form for filing in submissions.filings})
    code, industry = submissions.industry
    entry["note"] = f"{', '.join(forms)}; SIC {code} {industry}".strip()
    return entry


def _statements(services: Services, proposal: Proposal) -> FactTable | None:
    """The tagged statements of a report: in its form or an exhibit."""
    assert proposal.report is not None
    try:
        listed = services.edgar.documents(proposal.report)
        documents = [d for d in wanted(proposal.report, listed) if d.url.lower().endswith(READABLE)]
        contents = {document.url: services.edgar.fetch(document.url) for document in documents}
    except (BadPage, DocumentMissing, UnreadableDocument) as error:
        proposal.problems.append(str(error))
        return None
    for url, content in contents.items():
        try:
            table = read_facts(content, lambda own=url: (c for u, c in contents.items() if u != own))  # type: ignore[misc]
        except UnreadableDocument as error:
            if error.reason != "no_xbrl":
                proposal.problems.append(f"{url}: {error}")
            continue
        if has_income_statement(table):
            proposal.sources.append(url)
            return table
    return None


def _lines(read: Normalized, lexicon: Lexicon) -> list[RevenueLine]:
    """The lines of revenue in the last period, known and unknown."""
    phrases = {words_of(p): a.segment for a in lexicon.aliases if a.company is None for p in a.phrases}
    unknown = [
        r.record for r in read.rejected if r.check == "unknown_segment" and isinstance(r.record, Candidate)
    ]
    known = [f for f in read.figures if f.segment is not None]
    ends = [f.end for f in known] + [c.end for c in unknown if c.end is not None]
    last = max(ends, default=None)
    out = [RevenueLine(f.label, f.value, f.end, f.segment) for f in known if f.end == last]
    for candidate in unknown:
        if candidate.end == last and last is not None and candidate.value is not None:
            near = get_close_matches(words_of(candidate.label), phrases, 3, _LIKE)
            likely = tuple((phrases[phrase], phrase) for phrase in near)
            out.append(RevenueLine(candidate.label, candidate.value, last, None, likely))
    return out


# ------------------------------------------------------------------------------------------ discovery


@dataclass(frozen=True, slots=True)
class Unwatched:
    """A registrant that is not watched and whose annual reports speak of bitcoin mining."""

    cik: str
    name: str
    industries: tuple[str, ...]
    reports: int
    last: FoundFiling

    @property
    def likely(self) -> bool:
        """Whether its SIC code is one of the miners'."""
        return bool(set(self.industries) & set(MINERS_INDUSTRIES))

    @property
    def reason(self) -> str:
        kinds = f"{self.reports} annual reports" if self.reports > 1 else "an annual report"
        code = f"SIC {', '.join(self.industries)}" if self.industries else "no SIC code"
        return f"{kinds} with {_PHRASE!r}, last {self.last.form} of {self.last.filed_on}; {code}"


def discover(services: Services, today: date) -> list[Unwatched]:
    """Registrants that are not watched and whose last annual reports speak of bitcoin mining.

    By EDGAR's full-text search, in at most ten requests; those with a miner's SIC code first.
    """
    found = services.edgar.search(_PHRASE, _ANNUAL, today - _ONE_ANNUAL_REPORT, today)
    return _unwatched(found, {span.cik for company in services.watchlist.companies for span in company.ciks})


def record_unwatched(services: Services, today: date) -> StepResult:
    """Replace the registrants that `discover` finds, so that `miners status` can name new ones.

    counts: found, likely, changed; not_in_mirror if the source is a mirror without a full-text search
    """
    result = StepResult("unwatched_registrants")
    try:
        found = discover(services, today)
    except (BadPage, DocumentMissing, NotArchived, SourceRefused, TransferFailed) as error:
        result.counts["not_in_mirror" if services.settings.mirror else "failed"] = 1
        result.notes.append(f"EDGAR's full-text search cannot be read: {error}")
        return result
    table = bookkeeping.unwatched_registrant
    with services.engine.begin() as connection:
        first = {
            row.cik: row.found_at for row in connection.execute(sa.select(table.c.cik, table.c.found_at))
        }
        rows = [
            {
                "cik": each.cik,
                "name": each.name,
                "likely": each.likely,
                "reason": each.reason,
                "found_at": first.get(each.cik, datetime.now(UTC)),
            }
            for each in found
        ]
        gone = sa.delete(table).where(table.c.cik.not_in([each.cik for each in found]))
        changed = Changed(deleted=connection.execute(gone).rowcount) + upsert(connection, table, rows)
    result.counts["found"], result.counts["likely"] = len(found), sum(each.likely for each in found)
    result.counts["changed"] = changed.total
    for each in found:
        result.show(("cik", "name", "likely", "reason"), (each.cik, each.name, each.likely, each.reason))
    return result


def _unwatched(found: Iterable[FoundFiling], watched: set[str]) -> list[Unwatched]:
    by_cik: dict[str, list[FoundFiling]] = {}
    for filing in found:
        if filing.cik not in watched:
            by_cik.setdefault(filing.cik, []).append(filing)
    out = [_summed(filings) for filings in by_cik.values()]
    return sorted(out, key=lambda u: (not u.likely, -u.reports, u.name))


def _summed(filings: Sequence[FoundFiling]) -> Unwatched:
    last = max(filings, key=lambda filing: filing.filed_on)
    industries = tuple(sorted({code for filing in filings for code in filing.industries}))
    return Unwatched(last.cik, last.name, industries, len(filings), last)
