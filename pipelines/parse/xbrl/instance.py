"""Read an XBRL instance: an extract of inline XBRL (`…_htm.xml`), or a separate document."""

from decimal import Decimal, InvalidOperation

from lxml import etree

from pipelines.limits import is_figure
from pipelines.parse.xbrl.contexts import NO_CONTEXT, Context, cik_of, read_context, read_unit
from pipelines.parse.xbrl.facts import Fact, FactTable, QName, QNames, taxonomy_of

XBRLI = "http://www.xbrl.org/2003/instance"
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class InstanceReader:
    """Reads an XBRL instance, in which facts are elements without a page around them."""

    def __init__(self, root: etree._Element, warnings: list[str]) -> None:
        self.root, self.warnings = root, warnings
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
        )
