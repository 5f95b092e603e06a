"""Read XBRL facts of a filed document: inline XBRL, or an instance.

Common errors of filers are tolerated. The HTML parser reads documents that are not well-formed XHTML, with a
warning; a fact without a context or with an unknown format has no value and a `problem`; a fact may be
printed several times.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation

from lxml import etree

from pipelines.errors import UnreadableDocument
from pipelines.limits import is_figure
from pipelines.parse.document.headings import local_name, text_of
from pipelines.parse.xbrl import transforms
from pipelines.parse.xbrl.contexts import NO_CONTEXT, Context, cik_of, read_context, read_unit
from pipelines.parse.xbrl.facts import NOWHERE, Fact, FactTable, Place, QNames, taxonomy_of
from pipelines.parse.xbrl.instance import XBRLI, XSI_NIL, InstanceReader
from pipelines.parse.xbrl.xml_source import parse_document

VERSION = "3"
"""Increase it whenever the same bytes would give other facts; Dagster then marks older results as stale.
"""

IX_NAMESPACES = ("http://www.xbrl.org/2013/inlineXBRL", "http://www.xbrl.org/2008/inlineXBRL")
XHTML = "http://www.w3.org/1999/xhtml"
# "three hundred and five thousand …" is the longest number.
_LONGEST_NUMBER = 300
_XMLNS = re.compile(r"""xmlns:([\w.-]+)\s*=\s*["']([^"']+)["']""")


def read_facts(document: bytes, beside: Callable[[], Iterable[bytes]] = list) -> FactTable:
    """Read every XBRL fact of one filed document, inline or as an instance.

    Source: Inline XBRL 1.1, 4 for document sets; XBRL 2.1; SEC EDGAR XBRL Guide, chapter 5.

    Args:
        beside: The other documents of the filing. They are read if this one refers to contexts or units that
            it does not define: the exhibits of a 40-F have them in the main form. An instance has its labels
            in one of them.

    Returns:
        The numeric facts and the dei text facts in document order. A fact printed several times occurs
        several times; `distinct_facts` merges equal ones.

    Raises:
        UnreadableDocument: empty, too_large, binary, truncated, entities, too_deep, not_xml, no_xbrl.
    """
    root, by_html, complaint = parse_document(document)
    warnings = [f"{'html_fallback' if by_html else 'repaired'}: {complaint}"] if complaint else []
    if local_name(root) == "xbrl" and not by_html:
        return InstanceReader(root, warnings, beside).read()
    table = _InlineReader(root, document, by_html, warnings).read(beside)
    if not table.facts and not table.cik:
        raise UnreadableDocument("no_xbrl", "the document contains no inline XBRL")
    return table


def distinct_facts(facts: Iterable[Fact]) -> tuple[list[Fact], list[list[Fact]]]:
    """Merge equal duplicates into the first visible one, and list groups with unequal values.

    Values are equal if they agree in the precision of the coarser one (58,591,608 and "58.6 million",
    decimals -5); the more precise one is kept. XBRL 2.1 calls these consistent duplicates.
    """
    groups: dict[tuple[object, ...], list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.key(), []).append(fact)
    kept: list[Fact] = []
    unequal: list[list[Fact]] = []
    for group in groups.values():
        with_value = [fact for fact in group if fact.value is not None]
        if not with_value:
            kept.append(group[0])
            continue
        best = min(with_value, key=lambda f: (-_precision(f), f.hidden, f.place.row < 0, f.order))
        if all(consistent(best, other) for other in with_value):
            kept.append(best)
        else:
            unequal.append(with_value)
    return kept, unequal


def _precision(fact: Fact) -> int:
    """The decimals of a fact: as declared, but at most as printed.

    "58.6" in millions is precise to a hundred thousand, whatever `decimals` declares. Filers often declare
    more in prose.
    """
    assert fact.value is not None
    exponent = fact.value.as_tuple().exponent
    printed = -exponent if isinstance(exponent, int) and exponent > 0 else 99
    claimed = 99 if fact.decimals in (None, "INF", "") else fact.stated_decimals
    return min(printed, claimed or 0)


def consistent(fine: Fact, coarse: Fact) -> bool:
    """Whether two values of one fact agree within the precision of the coarser one."""
    assert fine.value is not None
    assert coarse.value is not None
    if fine.value == coarse.value:
        return True
    decimals = min(_precision(fine), _precision(coarse))
    if decimals == 99:
        return False
    return abs(fine.value - coarse.value) <= Decimal(1).scaleb(-decimals) / 2


class _InlineReader:
    """State while reading an inline document."""

    def __init__(self, root: etree._Element, document: bytes, by_html: bool, warnings: list[str]) -> None:
        self.root, self.by_html, self.warnings = root, by_html, warnings
        self.most_text = 20 * len(document)
        head = document if by_html else document[:20_000]
        declared = dict(_XMLNS.findall(head.decode("utf-8", "replace")))
        self.prefixes = declared if by_html else {**declared, **{k or "": v for k, v in root.nsmap.items()}}
        if not by_html and document.count(b"xmlns:") > len(root.nsmap):
            for element in root.iter():
                if isinstance(element.tag, str):
                    for prefix, namespace in element.nsmap.items():
                        self.prefixes.setdefault(prefix or "", namespace)
        self.names = QNames(self.prefixes)
        self.contexts: dict[str, Context] = {}
        self.units: dict[str, str] = {}
        self.formats: dict[str, Callable[[str], Decimal]] = {}
        self.places: dict[etree._Element, Place] = {}
        self.continuations: dict[str, etree._Element] = {}
        self.last_row: etree._Element | None = None
        self.last_place = NOWHERE
        self.ix: Callable[[str], list[str]]
        self.xb: Callable[[str], list[str]]
        self._tags()
        self.context_ref, self.unit_ref = self.attr("contextRef"), self.attr("unitRef")

    def _tags(self) -> None:
        """Tag and attribute names as the parser reports them: HTML has lower case and prefixes."""
        if self.by_html:
            ix = [p for p, ns in self.prefixes.items() if ns in IX_NAMESPACES] or ["ix"]
            xb = [p for p, ns in self.prefixes.items() if ns == XBRLI] or ["xbrli"]
            self.ix = lambda name: [f"{p}:{name.lower()}" for p in ix]
            self.xb = lambda name: [f"{p}:{name.lower()}" for p in xb]
            self.attr: Callable[[str], str] = str.lower
            self.nil_attr, self.tr = "xsi:nil", "tr"
        else:
            self.ix = lambda name: [f"{{{ns}}}{name}" for ns in IX_NAMESPACES]
            self.xb = lambda name: [f"{{{XBRLI}}}{name}"]
            self.attr = str
            self.nil_attr, self.tr = XSI_NIL, f"{{{XHTML}}}tr"

    def read(self, beside: Callable[[], Iterable[bytes]]) -> FactTable:
        tags = {
            kind: self.ix(kind)
            for kind in ("nonFraction", "nonNumeric", "hidden", "continuation", "exclude", "fraction")
        }
        wanted = [tag for names in tags.values() for tag in names]
        context_tags, unit_tags = self.xb("context"), self.xb("unit")
        kinds = {tag: kind for kind, names in tags.items() for tag in names}
        kinds |= dict.fromkeys(context_tags, "context") | dict.fromkeys(unit_tags, "unit")
        numbers: list[etree._Element] = []
        texts: list[etree._Element] = []
        hidden: set[etree._Element] = set()
        self.excludes = False
        name_attr, id_attr = "name", "id"
        dei = tuple(f"{p}:" for p, ns in self.prefixes.items() if taxonomy_of(ns) == "dei") or ("dei:",)
        for element in self.root.iter(*wanted, *context_tags, *unit_tags):
            kind = kinds[element.tag]
            if kind == "nonFraction":
                numbers.append(element)
            elif kind == "nonNumeric":
                if element.get(name_attr, "").startswith(dei):
                    texts.append(element)
            elif kind == "context":
                self.contexts[element.get(id_attr, "")] = read_context(element, self.names)
            elif kind == "unit":
                self.units[element.get(id_attr, "")] = read_unit(element)
            elif kind == "hidden":
                hidden.update(element.iter(*tags["nonFraction"], *tags["nonNumeric"]))
            elif kind == "continuation":
                self.continuations[element.get(id_attr, "")] = element
            elif kind == "exclude":
                self.excludes = True
            else:
                self.warnings.append("ix:fraction is ignored: EDGAR does not accept it")
        self._complete([*numbers, *texts], beside)
        facts = [self._number(el, i, el in hidden) for i, el in enumerate(numbers)]
        entity: dict[str, str] = {}
        for i, element in enumerate(texts, len(facts)):
            fact = self._text_fact(element, i, element in hidden)
            facts.append(fact)
            if fact.text and not fact.dimensions:
                entity.setdefault(fact.concept.local, fact.text)
        problems = {f.problem for f in facts if f.problem}
        self.warnings += [f"{p}: {sum(f.problem == p for f in facts)} facts" for p in sorted(problems)]
        cik = cik_of(self.contexts.values(), entity)
        return FactTable(facts, entity, cik, "inline", self.warnings, self.root)

    def _complete(self, facts: Sequence[etree._Element], beside: Callable[[], Iterable[bytes]]) -> None:
        """Add the contexts and units that only other documents of the filing define."""
        known = {"", None, *self.contexts, *self.units}
        if all({f.get(self.context_ref), f.get(self.unit_ref)} <= known for f in facts):
            return
        for document in beside():
            try:
                root, by_html, _ = parse_document(document)
            except UnreadableDocument as error:
                self.warnings.append(f"document_set: {error}")
                continue
            other = _InlineReader(root, document, by_html, [])
            for element in root.iter(*other.xb("context")):
                self.contexts.setdefault(element.get("id", ""), read_context(element, other.names))
            for element in root.iter(*other.xb("unit")):
                self.units.setdefault(element.get("id", ""), read_unit(element))

    def _content(self, element: etree._Element) -> str:
        text = self._text_within(element)
        self.most_text -= len(text)
        if self.most_text < 0:
            raise UnreadableDocument("too_deep", "facts nested in each other repeat the text too often")
        return text

    def _text_within(self, element: etree._Element) -> str:
        if not len(element):
            return element.text or ""
        if not self.excludes:
            return text_of(element)
        skip = {e for tag in self.ix("exclude") for e in element.iter(tag)}
        if not skip:
            return text_of(element)
        parts = [element.text or ""]
        for child in element.iterdescendants():
            inside = child in skip or any(a in skip for a in child.iterancestors())
            if not inside and isinstance(child.tag, str):
                parts.append(child.text or "")
            if not any(a in skip for a in child.iterancestors()):
                parts.append(child.tail or "")
        return "".join(parts)

    def _number(self, element: etree._Element, order: int, hidden: bool) -> Fact:
        get = element.get
        context = self.contexts.get(get(self.context_ref, "")) or NO_CONTEXT
        unit = self.units.get(get(self.unit_ref, ""))
        problem = context.problem or (None if unit is not None else "no_unit")
        text, value = "", None
        nil = get(self.nil_attr) in ("true", "1")
        if not nil:
            text = self._content(element) if len(element) else (element.text or "")
            try:
                value = self._value(text, get("format"), get("scale"), get("sign"))
            except transforms.TransformError as error:
                problem = "unknown_format" if "registry" in str(error) else "not_a_number"
        return Fact(
            self.names(get("name", "")),
            None if problem else value,
            text,
            unit,
            context.start,
            context.end,
            context.dimensions,
            get("decimals"),
            get("id", ""),
            order,
            nil,
            hidden,
            True,
            problem,
            self._place(element),
            element,
        )

    def _value(self, text: str, fmt: str | None, scale: str | None, sign: str | None) -> Decimal:
        if len(text) > _LONGEST_NUMBER:
            raise transforms.TransformError(f"not a number: {len(text):,} characters")
        if fmt is None:
            stripped = text.strip()
            try:
                value = Decimal(stripped)
            except InvalidOperation as error:
                raise transforms.TransformError(f"not a number: {stripped!r}") from error
        else:
            reader = self.formats.get(fmt)
            if reader is None:
                prefix, _, name = fmt.rpartition(":")
                reader = transforms.number_reader(self.prefixes.get(prefix), name)
                self.formats[fmt] = reader
            value = reader(text.strip(transforms.XML_SPACE))
        if scale and scale != "0":
            try:
                value = value.scaleb(int(scale))
            except (ValueError, ArithmeticError) as error:
                raise transforms.TransformError(f"not a scale: {scale!r}") from error
        if not is_figure(value):
            raise transforms.TransformError(f"not a figure: {text.strip()!r}")
        return -value if sign == "-" else value

    def _text_fact(self, element: etree._Element, order: int, hidden: bool) -> Fact:
        context = self.contexts.get(element.get(self.context_ref, "")) or NO_CONTEXT
        text, follow = self._content(element), element.get(self.attr("continuedAt"))
        # A continuation belongs to one fact (Inline XBRL 1.1, 5.1).
        while follow and (part := self.continuations.pop(follow, None)) is not None:
            text += self._content(part)
            follow = part.get(self.attr("continuedAt"))
        prefix, _, name = element.get("format", "").rpartition(":")
        problem = context.problem
        try:
            text = transforms.read_text(self.prefixes.get(prefix), name, text)
        except ValueError:
            # A TransformError, or a year of more than 4,300 digits.
            problem = "not_a_date"
        return Fact(
            concept=self.names(element.get("name", "")),
            value=None,
            text=text,
            unit=None,
            start=context.start,
            end=context.end,
            dimensions=context.dimensions,
            decimals=None,
            fact_id=element.get("id", ""),
            order=order,
            nil=element.get(self.nil_attr) in ("true", "1"),
            hidden=hidden,
            numeric=False,
            problem=problem,
        )

    def _place(self, element: etree._Element) -> Place:
        row = next(element.iterancestors(self.tr), None)
        if row is None:
            return NOWHERE
        if row is self.last_row:
            return self.last_place
        place = self.places.get(row)
        if place is None:
            place = self.places[row] = Place(len(self.places), row)
        self.last_row, self.last_place = row, place
        return place
