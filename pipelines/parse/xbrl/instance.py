"""Read an XBRL instance: an extract of inline XBRL (`…_htm.xml`), or a separate document.

An instance has no table rows. Its facts take their labels from the filing's label linkbase, if there is one.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation

from lxml import etree

from pipelines.errors import UnreadableDocument
from pipelines.limits import is_figure
from pipelines.parse.xbrl.contexts import NO_CONTEXT, Context, cik_of, read_context, read_unit
from pipelines.parse.xbrl.facts import NOWHERE, Dimension, Fact, FactTable, Place, QName, QNames, taxonomy_of
from pipelines.parse.xbrl.xml_source import parse_document

XBRLI = "http://www.xbrl.org/2003/instance"
LINK = "http://www.xbrl.org/2003/linkbase"
_XLINK = "{http://www.w3.org/1999/xlink}"
_STANDARD_LABEL = "http://www.xbrl.org/2003/role/label"
_MEMBER = re.compile(r"\s*\[(?:Member|Domain)\]\s*$", re.IGNORECASE)
# A linkbase says so in its first element.
_OPENING = 4096
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class InstanceReader:
    """Reads an XBRL instance, in which facts are elements without a page around them.

    Args:
        beside: The other documents of the filing, among them its label linkbase.
    """

    def __init__(
        self, root: etree._Element, warnings: list[str], beside: Callable[[], Iterable[bytes]] = list
    ) -> None:
        self.root, self.warnings = root, warnings
        self.labels: dict[str, str] = {}
        for document in beside():
            if b"linkbase" in document[:_OPENING]:
                self.labels |= read_labels(document)
        prefixes = {k or "": v for k, v in root.nsmap.items()}
        for element in root.iter(f"{{{XBRLI}}}context", f"{{{XBRLI}}}unit"):
            for prefix, namespace in element.nsmap.items():
                prefixes.setdefault(prefix or "", namespace)
        self.names = QNames(prefixes)

    def read(self) -> FactTable:
        contexts = {
            c.get("id", ""): read_context(c, self.names) for c in self.root.iter(f"{{{XBRLI}}}context")
        }
        units = {u.get("id", ""): read_unit(u) for u in self.root.iter(f"{{{XBRLI}}}unit")}
        facts: list[Fact] = []
        entity: dict[str, str] = {}
        for element in self.root.iterchildren():
            if not isinstance(element.tag, str) or element.get("contextRef") is None:
                continue
            fact = self._fact(element, contexts, units, len(facts))
            if fact is None:
                continue
            facts.append(fact)
            if fact.concept.taxonomy == "dei" and fact.text and not fact.dimensions:
                entity.setdefault(fact.concept.local, fact.text)
        return FactTable(facts, entity, cik_of(contexts.values(), entity), "instance", self.warnings)

    def _fact(
        self, element: etree._Element, contexts: dict[str, Context], units: dict[str, str], order: int
    ) -> Fact | None:
        q = etree.QName(element)
        namespace = q.namespace or ""
        concept = QName(element.prefix or "", q.localname, namespace, taxonomy_of(namespace))
        unit_ref = element.get("unitRef")
        if unit_ref is None and concept.taxonomy != "dei":
            return None
        context = contexts.get(element.get("contextRef", ""), NO_CONTEXT)
        nil = element.get(XSI_NIL) in ("true", "1")
        text = (element.text or "").strip()
        problem = context.problem
        value = None
        if unit_ref is not None:
            if unit_ref not in units:
                problem = problem or "no_unit"
            if not nil:
                try:
                    value = Decimal(text)
                    problem = problem or (None if is_figure(value) else "not_a_number")
                except InvalidOperation:
                    problem = problem or "not_a_number"
        return Fact(
            concept=concept,
            value=None if problem else value,
            text=text,
            unit=units.get(unit_ref or ""),
            start=context.start,
            end=context.end,
            dimensions=context.dimensions,
            decimals=element.get("decimals"),
            fact_id=element.get("id", ""),
            order=order,
            nil=nil,
            numeric=unit_ref is not None,
            problem=problem,
            place=self._place(concept, context.dimensions),
        )

    def _place(self, concept: QName, dimensions: tuple[Dimension, ...]) -> Place:
        """A place that has a label alone: the members' labels, else the concept's."""
        members = [member for _, member in dimensions if isinstance(member, QName)]
        names = [self.labels.get(f"{name.prefix}_{name.local}", "") for name in members or [concept]]
        label = ", ".join(_MEMBER.sub("", name) for name in names if name)
        return Place(-1, None, label) if label else NOWHERE


def read_labels(document: bytes) -> dict[str, str]:
    """A label linkbase's standard labels by element id: `us-gaap_Revenues`; none if damaged.

    Source: XBRL 2.1, 5.2.2: arcs lead from locators of schema elements to labels.
    """
    try:
        root, by_html, _ = parse_document(document)
    except UnreadableDocument:
        return {}
    out: dict[str, str] = {}
    for link in () if by_html else root.iter(f"{{{LINK}}}labelLink"):
        elements = {
            loc.get(f"{_XLINK}label"): (loc.get(f"{_XLINK}href") or "").rpartition("#")[2]
            for loc in link.iter(f"{{{LINK}}}loc")
        }
        texts: dict[str | None, tuple[str, str]] = {}
        for label in link.iter(f"{{{LINK}}}label"):
            role, text = label.get(f"{_XLINK}role") or _STANDARD_LABEL, " ".join((label.text or "").split())
            if role == _STANDARD_LABEL or label.get(f"{_XLINK}label") not in texts:
                texts[label.get(f"{_XLINK}label")] = (role, text)
        for arc in link.iter(f"{{{LINK}}}labelArc"):
            element = elements.get(arc.get(f"{_XLINK}from"), "")
            role, text = texts.get(arc.get(f"{_XLINK}to"), ("", ""))
            if element and text and (role == _STANDARD_LABEL or element not in out):
                out[element] = text
    return out
