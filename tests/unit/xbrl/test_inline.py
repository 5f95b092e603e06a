"""The reader: facts as filed, and everything a document can have wrong with it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import UnreadableDocument
from pipelines.parse.xbrl.inline import distinct_facts, read_facts
from pipelines.query.inspect import figures_of
from pipelines.settings import HOME
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.unit.normalize.inline_document import inline

HEAD = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns:ixt="http://www.xbrl.org/'
    'inlineXBRL/transformation/2020-02-12" xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"'
    ' xmlns:dei="http://xbrl.sec.gov/dei/2024" xmlns:us-gaap="http://fasb.org/us-gaap/2024" xmlns:srt="http://fasb.org/srt/2024"'
    ' xmlns:own="http://own.invalid/2024" xmlns:ixt-sec="http://www.sec.gov/inlineXBRL/transformation/2015-08-31">'
)
RESOURCES = """
<ix:header><ix:hidden>
<ix:nonNumeric name="dei:EntityRegistrantName" contextRef="q1" id="d1">Test Miner</ix:nonNumeric>
<ix:nonNumeric name="dei:DocumentPeriodEndDate" contextRef="q1" id="d2" format="ixt:date-monthname-day-year-en">March 31, 2024</ix:nonNumeric>
</ix:hidden><ix:resources>
<xbrli:context id="q1"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0000000042</xbrli:identifier></xbrli:entity>
<xbrli:period><xbrli:startDate>2024-01-01</xbrli:startDate><xbrli:endDate>2024-03-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:context id="day"><xbrli:entity><xbrli:identifier scheme="s">0000000042</xbrli:identifier></xbrli:entity>
<xbrli:period><xbrli:instant>2024-03-31</xbrli:instant></xbrli:period></xbrli:context>
<xbrli:context id="typed"><xbrli:entity><xbrli:identifier scheme="s">0000000042</xbrli:identifier><xbrli:segment>
<xbrldi:typedMember dimension="own:SiteAxis"><own:Site>Rockdale</own:Site></xbrldi:typedMember>
<xbrldi:explicitMember dimension="srt:ProductOrServiceAxis">own:MiningMember</xbrldi:explicitMember></xbrli:segment></xbrli:entity>
<xbrli:period><xbrli:startDate>2024-01-01</xbrli:startDate><xbrli:endDate>2024-04-01T00:00:00</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:context id="endless"><xbrli:entity><xbrli:identifier scheme="s">0000000042</xbrli:identifier></xbrli:entity>
<xbrli:period><xbrli:startDate>2024-01-01</xbrli:startDate></xbrli:period></xbrli:context>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<xbrli:unit id="eps"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unitNumerator>
<xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unitDenominator></xbrli:divide></xbrli:unit>
</ix:resources></ix:header>"""


def page(body: str, head: str = HEAD, resources: str = RESOURCES) -> bytes:
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{head}<body><div style='display:none'>{resources}</div>{body}</body></html>".encode()


def fact(inner: str, **attributes: str) -> str:
    given = {
        "name": "us-gaap:Revenues",
        "contextRef": "q1",
        "unitRef": "usd",
        "decimals": "-3",
        "scale": "3",
        "format": "ixt:num-dot-decimal",
        "id": "f1",
    }
    given |= {key.replace("_", ":"): value for key, value in attributes.items()}
    return f"<ix:nonFraction {' '.join(f'{k}={chr(34)}{v}{chr(34)}' for k, v in given.items() if v)}>{inner}</ix:nonFraction>"


def one(body: str) -> object:
    (found,) = [f for f in read_facts(page(body)) if f.numeric]
    return found


def test_value_applies_format_scale_and_sign() -> None:
    found = one(fact("1,234.5", sign="-"))
    assert found.value == Decimal("-1234500")
    assert (found.start, found.end, found.instant) == (date(2024, 1, 1), date(2024, 3, 31), None)
    assert (str(found.concept), found.unit, found.decimals, found.locator) == (
        "us-gaap:Revenues",
        "USD",
        "-3",
        "f1",
    )
    assert found.concept.standard == "us-gaap:Revenues"


def test_nil_is_empty_and_dash_is_zero() -> None:
    assert one(fact("", xsi_nil="true", format="", scale="")).value is None
    assert one(fact("", xsi_nil="true", format="", scale="")).nil
    assert one(fact("—", format="ixt:fixed-zero")).value == 0


def test_contexts_with_instants_and_typed_members() -> None:
    assert one(fact("5", contextRef="day")).instant == date(2024, 3, 31)
    typed = one(fact("5", contextRef="typed"))
    assert typed.dimensions_text() == "own:SiteAxis=Rockdale;srt:ProductOrServiceAxis=own:MiningMember"
    assert typed.end == date(2024, 3, 31), "midnight on 1 April closes 31 March"


def test_divide_unit_names_both_measures() -> None:
    assert one(fact("0.25", unitRef="eps", scale="")).unit == "USD/shares"


def test_nested_facts_are_both_read() -> None:
    inner = fact("7", id="inner", name="own:Part")
    outer = fact(inner, id="outer")
    values = {f.fact_id: f.value for f in read_facts(page(outer)) if f.numeric}
    assert values == {"inner": 7000, "outer": 7000}


def test_excluded_text_is_removed() -> None:
    assert one(fact("1,<ix:exclude><span>Page 4</span></ix:exclude>234")).value == 1_234_000


def test_continuations_are_followed_once() -> None:
    body = (
        '<ix:nonNumeric name="dei:SecurityExchangeName" contextRef="q1" id="n" continuedAt="k1">Nas</ix:nonNumeric>'
        '<ix:continuation id="k1" continuedAt="k2">da</ix:continuation><ix:continuation id="k2" continuedAt="k1">q</ix:continuation>'
    )
    assert read_facts(page(body)).entity["SecurityExchangeName"] == "Nasdaq"


def test_several_headers_are_one_document() -> None:
    second = (
        '<ix:header><ix:resources><xbrli:context id="x"><xbrli:entity><xbrli:identifier scheme="s">42</xbrli:identifier></xbrli:entity>'
        "<xbrli:period><xbrli:instant>2023-12-31</xbrli:instant></xbrli:period></xbrli:context></ix:resources></ix:header>"
    )
    assert one(second + fact("5", contextRef="x")).instant == date(2023, 12, 31)


def test_dei_names_registrant() -> None:
    table = read_facts(page(fact("1")))
    assert table.cik == "0000000042"
    assert table.entity == {"EntityRegistrantName": "Test Miner", "DocumentPeriodEndDate": "2024-03-31"}
    assert all(f.hidden for f in table if not f.numeric)


TABLE = (
    "<table><tr><td></td><td colspan='2'>Three Months Ended March 31,</td></tr><tr><td></td><td>2024</td><td>2023</td></tr>"
    "<tr><td><p>Bitcoin  mining<sup></sup> revenue</p></td><td>{}</td><td>{}</td></tr></table>"
)


def test_label_and_heading_come_from_table() -> None:
    first, second = (f for f in read_facts(page(TABLE.format(fact("1"), fact("2", id="f2")))) if f.numeric)
    assert first.label == "Bitcoin mining revenue"
    assert first.column_heading == "Three Months Ended March 31, | 2024"
    assert second.column_heading == "Three Months Ended March 31, | 2023"


def test_paragraph_in_layout_table_is_no_label() -> None:
    found = one(f"<table><tr><td>{'We sold some bitcoin and ' * 20}{fact('1')}</td></tr></table>")
    assert found.label == ""


def test_duplicates_are_merged_or_marked() -> None:
    body = (
        fact("58,591.6", id="fine")
        + fact("58.6", id="coarse", scale="6", decimals="-5")
        + fact("9", id="other", name="own:Other")
        + fact("8", id="o2", name="own:Other")
    )
    kept, unequal = distinct_facts(read_facts(page(body)).numeric())
    assert [f.fact_id for f in kept] == ["fine"]
    assert [[f.fact_id for f in group] for group in unequal] == [["other", "o2"]]


def test_rounded_prose_is_the_same_fact() -> None:
    body = fact("58,591.6", id="fine", decimals="-2") + fact("58.6", id="prose", scale="6", decimals="-3")
    kept, unequal = distinct_facts(read_facts(page(body)).numeric())
    assert ([f.fact_id for f in kept], unequal) == (["fine"], [])
    body = fact("58,591.6", id="fine", decimals="-2") + fact("58.7", id="prose", scale="6", decimals="-3")
    assert len(distinct_facts(read_facts(page(body)).numeric())[1]) == 1


# ---------------------------------------------------------------------------------------------- bad input


def test_fact_without_context_has_problem() -> None:
    table = read_facts(page(fact("1", contextRef="gone") + fact("2", id="f2")))
    assert [(f.value, f.problem) for f in table if f.numeric] == [(None, "no_context"), (2000, None)]
    assert "no_context: 1 facts" in table.warnings


def test_context_without_end_has_no_period() -> None:
    found = one(fact("1", contextRef="endless"))
    assert (found.value, found.problem) == (None, "no_period_end")


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ({"format": "ixt:num-made-up"}, "unknown_format"),
        ({"unitRef": "gone"}, "no_unit"),
        ({"scale": "x"}, "not_a_number"),
        ({"format": ""}, "not_a_number"),
    ],
)
def test_unreadable_fact_keeps_reason(attributes: dict[str, str], problem: str) -> None:
    found = one(fact("1,000 or so" if attributes == {"format": ""} else "1", **attributes))
    assert (found.value, found.problem) == (None, problem)


def test_text_that_is_no_xml_is_repaired() -> None:
    """Bare signs and named letters break no tag, so that the document is as good as a well-formed one."""
    text = f"<p>5 < 6 &nbsp; A & B {TABLE.format(fact('1,000'), fact('2', id='f2', contextRef='day'))}</p>"
    table = read_facts(b"\n" + page(text))
    assert (table.warnings[0].split(":")[0], table.damaged) == ("repaired", False)
    values = {f.fact_id: (f.value, f.start, f.end, f.unit, str(f.concept)) for f in table if f.numeric}
    assert values["f1"] == (1_000_000, date(2024, 1, 1), date(2024, 3, 31), "USD", "us-gaap:Revenues")
    assert values["f2"][:3] == (2000, None, date(2024, 3, 31))


def test_damaged_tags_fall_back_to_html_and_give_no_figures() -> None:
    """Facts can be inspected; their figures wait in quarantine, because a lost tag moves numbers."""
    broken = page(f"<p><br>{TABLE.format(fact('1,000'), fact('2', id='f2', contextRef='day'))}")
    table = read_facts(broken)
    assert (table.warnings[0].split(":")[0], table.damaged) == ("html_fallback", True)
    assert next(f for f in table if f.fact_id == "f1").label == "Bitcoin mining revenue"
    read = figures_of(broken, load_watchlist(), load_lexicon(), "RIOT").normalized
    assert read.figures == []
    assert {r.check for r in read.rejected} == {"damaged_document"}
    whole = figures_of(
        broken.replace(b"<br>", b"<br/>").replace(b"</body>", b"</p></body>"),
        load_watchlist(),
        load_lexicon(),
        "RIOT",
    )
    assert len(whole.normalized.figures) == sum(r.check == "damaged_document" for r in read.rejected)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (page(fact("1"))[:-40], "truncated"),
        (page(fact("1"))[: len(page(fact("1"))) // 2], "truncated"),
        (b"\x00" * 10 + page(fact("1")), "binary"),
        (b"%PDF-1.7 ...", "binary"),
        (b"x" * 60_000_000, "too_large"),
        (b"<html><body><h1>Request Rate Threshold Exceeded</h1></body></html>", "no_xbrl"),
    ],
)
def test_incomplete_document_is_refused(document: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as error:
        read_facts(document)
    assert error.value.reason == reason


def test_xml_bomb_is_refused() -> None:
    bomb = b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + page("&b;")[38:]
    for document in (bomb, b"<!-- <html> -->" + bomb):
        with pytest.raises(UnreadableDocument, match="entities"):
            read_facts(document)


def test_external_references_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("777")
    document = page(fact("&x;")).replace(
        b"<html", f'<!DOCTYPE html SYSTEM "file://{secret}"><html'.encode(), 1
    )
    table = read_facts(document)
    assert all(f.value is None for f in table if f.numeric), "an unknown entity is no number"
    assert "777" not in str([f.text for f in table])


def test_wrong_encoding_keeps_figures() -> None:
    document = page(TABLE.format(fact("1,000"), fact("2", id="f2"))).replace(b"mining", b"min\xffing")
    table = read_facts(document)
    assert table.warnings[0].startswith("repaired")
    assert {f.fact_id: f.value for f in table if f.numeric} == {"f1": 1_000_000, "f2": 2000}
    utf16 = page(fact("3")).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert [f.value for f in read_facts(utf16) if f.numeric] == [3000]


def test_figure_beyond_10_to_the_18_has_no_value() -> None:
    assert one(fact("1,000,000,000,000", scale="6")).value == Decimal(10) ** 18
    beyond = one(fact("10,000,000,000,000", scale="6"))
    assert (beyond.value, beyond.problem) == (None, "not_a_number")


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=4000), st.binary(min_size=1, max_size=8))
def test_damaged_document_never_crashes(place: int, noise: bytes) -> None:
    document = page(TABLE.format(fact("1,000"), fact("2", id="f2")))
    at = place % len(document)
    try:
        table = read_facts(document[:at] + noise + document[at + len(noise) :])
    except UnreadableDocument as error:
        assert error.reason in {
            "empty",
            "truncated",
            "binary",
            "entities",
            "not_xml",
            "no_xbrl",
            "wrong_encoding",
        }
    else:
        assert table.kind in ("inline", "instance")


# ---------------------------------------------------------------------------------------------- instances

INSTANCE = b"""<?xml version="1.0"?><xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:us-gaap="http://fasb.org/us-gaap/2024"
 xmlns:dei="http://xbrl.sec.gov/dei/2024" xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<xbrli:context id="q1"><xbrli:entity><xbrli:identifier scheme="s">0000000042</xbrli:identifier></xbrli:entity><xbrli:period>
<xbrli:startDate>2024-01-01</xbrli:startDate><xbrli:endDate>2024-03-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<us-gaap:Revenues contextRef="q1" unitRef="usd" decimals="-3" id="f1">-1234500</us-gaap:Revenues>
<us-gaap:CostOfRevenue contextRef="q1" unitRef="usd" xsi:nil="true" id="f2"/>
<us-gaap:PolicyTextBlock contextRef="q1" id="f3">text</us-gaap:PolicyTextBlock>
<dei:EntityRegistrantName contextRef="q1" id="f4">Test Miner</dei:EntityRegistrantName></xbrli:xbrl>"""


def test_instance_is_read_like_inline_document() -> None:
    table = read_facts(INSTANCE)
    assert table.kind == "instance"
    assert [(str(f.concept), f.value, f.unit, f.nil) for f in table if f.numeric] == [
        ("us-gaap:Revenues", Decimal(-1234500), "USD", False),
        ("us-gaap:CostOfRevenue", None, "USD", True),
    ]
    assert table.entity == {"EntityRegistrantName": "Test Miner"}
    assert table.cik == "0000000042"


# ------------------------------------------------------------------------------------------ real filings


def test_sample_facts_have_no_problems(
    samples_builder: object, normalize_filing: Callable[..., object]
) -> None:
    files = sorted(
        p for p in (HOME / "samples" / "edgar").rglob("*-20*.htm") if b"ix:header" in p.read_bytes()
    )
    assert len(files) >= 28
    for path in files:
        table = read_facts(path.read_bytes())
        assert not table.warnings
        assert all(f.problem is None for f in table), path


def test_contexts_of_another_document_of_the_filing_are_used_only_where_they_lack() -> None:
    """A broken document beside it is a warning; a set is read only for a document that needs it."""
    whole = inline([("Revenue", "us-gaap:Revenues usd 2024-01-01..2024-03-31 70")])
    head, _, body = whole.partition(b"</ix:header>")
    alone = whole[: whole.index(b"<body>")] + b"<body><div>" + body
    form = head + b"</ix:header></div></body></html>"
    assert [f.problem for f in read_facts(alone).facts] == ["no_context"]
    table = read_facts(alone, lambda: [b"<html><p>cut off", form])
    assert [(f.value, str(f.end), f.unit) for f in table.facts] == [(70, "2024-03-31", "USD")]
    assert [warning.split(":")[0] for warning in table.warnings] == ["document_set"]
    assert read_facts(whole, lambda: pytest.fail("read without need")).facts[0].value == 70
