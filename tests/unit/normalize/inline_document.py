"""Small inline-XBRL documents: tables whose cells are facts."""

import re

_NAMESPACES = (
    'xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
    'xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" '
    'xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" '
    'xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:us-gaap="http://fasb.org/us-gaap/2024" '
    'xmlns:dei="http://xbrl.sec.gov/dei/2024" xmlns:srt="http://fasb.org/srt/2024" xmlns:own="http://own.invalid/1"'
)
Row = tuple[str, ...]


def inline(*tables: list[Row], text: str = "", cik: int = 1) -> bytes:
    """A document of tables. A row is a label and cells `concept unit period value [axis=member …]`.

    A period is a day or `start..end`; values may be negative; units are `usd`, `item` or `Bitcoin`.
    """
    contexts: dict[str, str] = {}
    body = "".join(f"<table>{''.join(_row(row, contexts, cik) for row in table)}</table>" for table in tables)
    units = "".join(
        f'<xbrli:unit id="{name}"><xbrli:measure>{measure}</xbrli:measure></xbrli:unit>'
        for name, measure in (("usd", "iso4217:USD"), ("item", "own:item"), ("Bitcoin", "own:Bitcoin"))
    )
    header = f"<ix:header><ix:resources>{''.join(contexts.values())}{units}</ix:resources></ix:header>"
    return f"<html {_NAMESPACES}><body><div>{header}</div><p>{text}</p>{body}</body></html>".encode()


def _row(row: Row, contexts: dict[str, str], cik: int) -> str:
    label, *cells = row
    return f"<tr><td>{label}</td>{''.join(f'<td>{_fact(cell, contexts, cik)}</td>' for cell in cells)}</tr>"


def _fact(cell: str, contexts: dict[str, str], cik: int) -> str:
    concept, unit, period, value, *members = cell.split()
    context = re.sub(r"\W", "_", " ".join((period, *members)))
    start, _, end = period.rpartition("..")
    time = (
        f"<xbrli:startDate>{start}</xbrli:startDate><xbrli:endDate>{end}</xbrli:endDate>"
        if start
        else f"<xbrli:instant>{end}</xbrli:instant>"
    )
    explicit = "".join(
        f'<xbrldi:explicitMember dimension="{axis}">{member}</xbrldi:explicitMember>'
        for axis, _, member in (m.partition("=") for m in members)
    )
    segment = f"<xbrli:segment>{explicit}</xbrli:segment>" if explicit else ""
    contexts[context] = (
        f'<xbrli:context id="{context}"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">{cik:010d}'
        f"</xbrli:identifier>{segment}</xbrli:entity><xbrli:period>{time}</xbrli:period></xbrli:context>"
    )
    sign = ' sign="-"' if value.startswith("-") else ""
    number = value.lstrip("-")
    return (
        f'<ix:nonFraction name="{concept}" contextRef="{context}" unitRef="{unit}" decimals="0" '
        f'format="ixt:num-dot-decimal" id="f{abs(hash((concept, context)))}"{sign}>{number}</ix:nonFraction>'
    )
