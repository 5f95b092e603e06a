"""One story, many publishers; and a company's own release on a wire."""

from datetime import UTC, datetime, timedelta

from pipelines.normalize.stories import Copy, copied_exhibit, fingerprint, group

WIRE = (
    "Core Scientific Inc said on Wednesday that first-quarter revenue rose 45% to $115.2 million from $79.5 million a year earlier. "
    "Colocation revenue was $77.5 million, self-mining revenue $30.1 million and hosted mining revenue $7.6 million in the three months ended March 31. "
    "The company sold 2,385 bitcoin for $208.3 million during the quarter and expects to deliver 590 megawatts of capacity by early next year. "
    "Shares fell in extended trading, and analysts who follow the company asked about the pace at which sites are converted."
)
OTHER = (
    "Core Scientific sold $208 million of its coins in the first quarter and leaned into data centers, its latest report shows. "
    "Revenue climbed to $115.2 million, of which colocation brought in two thirds, while the mines that once made the company are slowly going dark. "
    "Management talked about transformers, tenants and the price of power rather than about hash rate or machines, which says a good deal."
)
NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


def copy(key: int, text: str, hours: float, kind: str, *, full: bool = True) -> Copy:
    return Copy(key, fingerprint(text), NOON + timedelta(hours=hours), kind, full, len(text.split()))


def test_copies_with_byline_are_one_story() -> None:
    copies = [
        copy(1, WIRE + " This story was first published by Wirepost.", 0, "aggregator"),
        copy(2, WIRE, 1, "wire"),
        copy(3, WIRE.replace("Wednesday", "Thursday"), 9, "press"),
        copy(4, OTHER, 2, "press"),
    ]
    stories = {s.members: s for s in group(copies)}
    assert set(stories) == {(1, 2, 3), (4,)}
    assert (stories[1, 2, 3].primary, stories[1, 2, 3].first) == (2, 1)


def test_articles_on_one_event_are_two_stories() -> None:
    assert len(group([copy(1, WIRE, 0, "wire"), copy(2, OTHER, 1, "press")])) == 2


def test_same_text_weeks_later_is_another_story() -> None:
    assert len(group([copy(1, WIRE, 0, "wire"), copy(2, WIRE, 24 * 20, "press")])) == 2


def test_full_copy_replaces_summary() -> None:
    (story,) = group([copy(1, WIRE, 0, "wire", full=False), copy(2, WIRE, 1, "aggregator")])
    assert story.primary == 2


def test_short_text_is_no_copy() -> None:
    assert fingerprint("Riot sold 475 bitcoin.") is None
    assert len(group([copy(1, "Riot sold 475.", 0, "wire"), copy(2, "Riot sold 475.", 0, "press")])) == 2


def test_stories_do_not_depend_on_order() -> None:
    copies = [copy(1, WIRE, 3, "press"), copy(2, WIRE, 0, "blog"), copy(3, OTHER, 1, "wire")]
    assert group(copies) == group(copies[::-1])


def test_release_on_wire_equals_exhibit() -> None:
    exhibit = (
        WIRE
        + " Conference call at 4:30 p.m. About Core Scientific: it designs, builds and operates digital infrastructure."
    )
    assert copied_exhibit("AUSTIN, Texas (PR Wire) – " + WIRE, [(7, OTHER), (8, exhibit)]) == 8


def test_article_quoting_release_is_no_release() -> None:
    exhibit = WIRE.split(". ")[0] + ". " + OTHER
    assert copied_exhibit(WIRE, [(8, exhibit)]) is None
    assert copied_exhibit("Too short to tell.", [(8, WIRE)]) is None
