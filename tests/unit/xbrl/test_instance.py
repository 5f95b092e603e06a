"""Separate instances: facts with the labels of the filing's label linkbase."""

from decimal import Decimal

import pytest

from pipelines.parse.xbrl.inline import read_facts
from pipelines.parse.xbrl.instance import read_labels

INSTANCE = b"""<?xml version="1.0"?>
<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
 xmlns:us-gaap="http://fasb.org/us-gaap/2019-01-31" xmlns:srt="http://fasb.org/srt/2019-01-31" xmlns:own="http://own.example/20200331">
<xbrli:context id="c"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0000000042</xbrli:identifier></xbrli:entity>
<xbrli:period><xbrli:startDate>2020-01-01</xbrli:startDate><xbrli:endDate>2020-03-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:context id="m"><xbrli:entity><xbrli:identifier scheme="http://www.sec.gov/CIK">0000000042</xbrli:identifier>
<xbrli:segment><xbrldi:explicitMember dimension="srt:ProductOrServiceAxis">own:RigsMember</xbrldi:explicitMember></xbrli:segment></xbrli:entity>
<xbrli:period><xbrli:startDate>2020-01-01</xbrli:startDate><xbrli:endDate>2020-03-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:unit id="u"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<us-gaap:Revenues contextRef="c" unitRef="u" decimals="0">2400000</us-gaap:Revenues>
<us-gaap:Revenues contextRef="m" unitRef="u" decimals="0">2000000</us-gaap:Revenues>
<us-gaap:Assets contextRef="c" unitRef="u" decimals="0">1</us-gaap:Assets>
</xbrli:xbrl>"""
LINK = b"""<?xml version="1.0"?>
<link:linkbase xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink">
<link:labelLink xlink:type="extended" xlink:role="http://www.xbrl.org/2003/role/link">
<link:loc xlink:type="locator" xlink:href="https://x.example/us-gaap.xsd#us-gaap_Revenues" xlink:label="a"/>
<link:label xlink:type="resource" xlink:label="la" xlink:role="http://www.xbrl.org/2003/role/terseLabel">Revenues, net</link:label>
<link:label xlink:type="resource" xlink:label="lb" xlink:role="http://www.xbrl.org/2003/role/label">Total
 revenues</link:label>
<link:labelArc xlink:type="arc" xlink:from="a" xlink:to="la"/><link:labelArc xlink:type="arc" xlink:from="a" xlink:to="lb"/>
<link:loc xlink:type="locator" xlink:href="own.xsd#own_RigsMember" xlink:label="b"/>
<link:label xlink:type="resource" xlink:label="lc">Cryptocurrency mining [Member]</link:label>
<link:labelArc xlink:type="arc" xlink:from="b" xlink:to="lc"/><link:labelArc xlink:type="arc" xlink:from="gone" xlink:to="lc"/>
</link:labelLink></link:linkbase>"""


def test_facts_take_labels_of_member_or_concept() -> None:
    facts = read_facts(INSTANCE, lambda: [b"<html>another exhibit</html>", LINK])
    assert [(f.value, f.label) for f in facts] == [
        (Decimal(2400000), "Total revenues"),
        (Decimal(2000000), "Cryptocurrency mining"),
        (Decimal(1), ""),
    ]


def test_instance_without_linkbase_has_no_labels() -> None:
    assert [f.label for f in read_facts(INSTANCE)] == ["", "", ""]


@pytest.mark.parametrize("damaged", [b"<link:linkbase", LINK[:400], b"linkbase", b"<a>linkbase</a>"])
def test_damaged_linkbase_gives_no_labels(damaged: bytes) -> None:
    assert read_labels(damaged) == {}
    assert len(read_facts(INSTANCE, lambda: [damaged])) == 3
