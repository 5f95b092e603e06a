"""Contexts and units of an XBRL document: entity, period, dimensions, measures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lxml import etree

from pipelines.limits import iso_day, whole_number
from pipelines.parse.document.headings import local_name, text_of
from pipelines.parse.xbrl.facts import Dimension, QName


@dataclass(slots=True)
class Context:
    """A context: entity, period and dimensions.

    Args:
        start: First day of the period; None for an instant.
        problem: The reason why it cannot be used, if any.
    """

    entity: str
    start: date | None
    end: date | None
    dimensions: tuple[Dimension, ...]
    problem: str | None = None


NO_CONTEXT = Context("", None, None, (), "no_context")
"""The context of a fact whose context is missing."""


@lru_cache(maxsize=4096)
def _day(text: str | None, *, closes: bool) -> date | None:
    """A date. Midnight at the end of a period means the day before (XBRL 2.1, 4.7.2)."""
    text = (text or "").strip()
    day = iso_day(text[:10])
    return day - timedelta(days=1) if closes and text[10:].startswith("T00:00") else day


def read_context(element: etree._Element, qname: Callable[[str], QName]) -> Context:
    """Read an xbrli:context; a period without a valid end sets its `problem`."""
    entity = ""
    start = end = None
    problem: str | None = None
    dimensions: list[Dimension] = []
    for part in element:
        name = local_name(part)
        if name == "period":
            try:
                start, end = _read_period(part)
            except ValueError:
                problem = "no_period_end"
            continue
        if name not in ("entity", "scenario"):
            continue
        for inner in part:
            name = local_name(inner)
            if name == "identifier":
                entity = (inner.text or "").strip()
                continue
            # A segment contains the members; a scenario lists them directly.
            for child in inner if name == "segment" else (inner,):
                name = local_name(child)
                if name == "explicitmember":
                    dimensions.append((qname(child.get("dimension", "")), qname((child.text or "").strip())))
                elif name == "typedmember":
                    text = " ".join(text_of(child).split())
                    dimensions.append((qname(child.get("dimension", "")), text))
    if end is None or (start is not None and start > end):
        problem = "no_period_end"
    if len(dimensions) > 1:
        dimensions.sort(key=lambda pair: (str(pair[0]), str(pair[1])))
    return Context(entity, start, end, tuple(dimensions), problem)


def _read_period(period: etree._Element) -> tuple[date | None, date | None]:
    start = end = None
    for child in period:
        name = local_name(child)
        if name == "startdate":
            start = _day(child.text, closes=False)
        elif name in ("enddate", "instant"):
            end = _day(child.text, closes=True)
    return start, end


def read_unit(element: etree._Element) -> str:
    """Read a unit: `USD`, `USD/shares`, `pure`; factors of a product are joined by `*`."""

    def measures(parent: Iterable[etree._Element]) -> str:
        names = [(m.text or "").strip().rsplit(":", 1)[-1] for m in parent if local_name(m) == "measure"]
        return "*".join(names)

    for child in element:
        if local_name(child) == "divide":
            parts = {local_name(p): measures(p) for p in child}
            return f"{parts.get('unitnumerator', '')}/{parts.get('unitdenominator', '')}"
    return measures(element)


def cik_of(contexts: Iterable[Context], entity: dict[str, str]) -> str:
    """The 10-digit CIK of a document; empty if neither dei nor the contexts have it."""
    stated = entity.get("EntityCentralIndexKey", "").strip()
    text = stated or next((c.entity for c in contexts if c.entity), "")
    return text.zfill(10) if whole_number(text) is not None else ""
