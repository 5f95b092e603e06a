"""Contexts and units of an XBRL document: who, when, in which cut, measured in what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lxml import etree

from pipelines.parse.document.headings import local_name, text_of
from pipelines.parse.xbrl.facts import Dimension, QName


@dataclass(slots=True)
class Context:
    """A context: the entity's identifier, period (an instant has no start) and dimensions, or why it is no use."""

    entity: str
    start: date | None
    end: date | None
    dimensions: tuple[Dimension, ...]
    problem: str | None = None


NO_CONTEXT = Context("", None, None, (), "no_context")
"""What a fact has that points at a context which does not exist."""


@lru_cache(maxsize=4096)
def _day(text: str | None, *, closes: bool) -> date | None:
    """A date; a time of midnight that closes a period means the end of the day before (XBRL 2.1, 4.7.2)."""
    text = (text or "").strip()
    day = date.fromisoformat(text[:10])
    return day - timedelta(days=1) if closes and text[10:].startswith("T00:00") else day


def read_context(element: etree._Element, qname: Callable[[str], QName]) -> Context:
    """One xbrli:context. A period that has no end or no readable date is kept with its `problem`."""
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
            # A segment holds the members; a scenario holds them itself.
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
    """`USD`, `USD/shares`, `pure`: local names of the measures, numerator over denominator, products by `*`."""

    def measures(parent: Iterable[etree._Element]) -> str:
        names = [(m.text or "").strip().rsplit(":", 1)[-1] for m in parent if local_name(m) == "measure"]
        return "*".join(names)

    for child in element:
        if local_name(child) == "divide":
            parts = {local_name(p): measures(p) for p in child}
            return f"{parts.get('unitnumerator', '')}/{parts.get('unitdenominator', '')}"
    return measures(element)


def cik_of(contexts: Iterable[Context], entity: dict[str, str]) -> str:
    """The CIK of a document, 10 digits: as dei says it, else the contexts' entity; empty where neither is a number."""
    told = entity.get("EntityCentralIndexKey", "").strip()
    text = told or next((c.entity for c in contexts if c.entity), "")
    return text.zfill(10) if text.isdigit() else ""
