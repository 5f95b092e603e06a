"""Blocks of a document: paragraphs, headings, bullets and what stands above a table."""

import pytest

from pipelines.errors import UnreadableDocument
from pipelines.parse.document.page import Block, Page, decode, read_page

TABLE = "<table><tr><td>Metric</td><td>April 2025</td></tr><tr><td>BTC held</td><td>19,211</td></tr></table>"


def page(body: str, head: str = "") -> Page:
    return read_page(f"<html>{head}<body>{body}</body></html>".encode())


def texts(body: str) -> list[str]:
    return [block.text for block in page(body).blocks]


def block(body: str) -> Block:
    [found] = page(body).blocks
    return found


@pytest.mark.parametrize(
    "document",
    [
        "café".encode(),
        b"\xef\xbb\xbf" + "café".encode(),
        b"\xff\xfe" + "café".encode("utf-16-le"),
        "café".encode("cp1252"),
        b"<meta charset='iso-8859-1'>caf\xe9",
        b"<meta charset='utf-8'>caf\xe9",
        b"<meta charset='no-such'>caf\xe9",
        b'<?xml version="1.0" encoding="iso-8859-2"?>caf\xe9',
    ],
)
def test_encoding_is_found(document: bytes) -> None:
    assert decode(document).endswith("café")


def test_quotes_of_windows_are_read_in_a_latin_document() -> None:
    assert decode(b"<meta charset='iso-8859-1'>\x93BTC\x94").endswith("“BTC”")


def test_paragraphs_are_blocks_with_offsets() -> None:
    found = page("<p>First one.</p><p></p><div>Second  \n one.</div>").blocks
    assert [(b.text, b.offset) for b in found] == [("First one.", 0), ("Second one.", 11)]


@pytest.mark.parametrize(
    "body",
    [
        "<p><b>Mining highlights</b></p>",
        "<p><strong>Mining highlights</strong></p>",
        '<p style="font-weight: bold">Mining highlights</p>',
        '<p><span style="font-weight:700">Mining highlights</span></p>',
        "<h2>Mining highlights</h2>",
        "<h6>Mining highlights</h6>",
        "<p>Mining highlights:</p>",
    ],
)
def test_heading_is_bold_or_ends_with_a_colon(body: str) -> None:
    assert block(body).heading


@pytest.mark.parametrize(
    "body",
    [
        "<p>Mining highlights</p>",
        "<p><b>Mining</b> highlights of the month</p>",
        "<p>Mining <b>highlights</b></p>",
        "<p><b>Riot mined 533 bitcoin. It sold 475 bitcoin.</b></p>",
        "<ul><li><b>Mining highlights</b></li></ul>",
        "<p><b>• Mining highlights</b></p>",
        f"<p><b>{'Mining highlights ' * 20}</b></p>",
    ],
)
def test_other_blocks_are_no_headings(body: str) -> None:
    assert not block(body).heading


def test_block_behind_a_heading_is_none() -> None:
    found = page("<h2>Mining</h2><p>Riot mined 533 bitcoin</p><p><b>Power</b></p><p>Costs fell</p>").blocks
    assert [b.heading for b in found] == [True, False, True, False]


def test_text_behind_bold_text_is_not_bold() -> None:
    found = page("<p><b>Mining</b></p>Costs fell<p><b>Power</b></p>").blocks
    assert [b.heading for b in found] == [True, False, True]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>• Mined 533 bitcoin</p>", "Mined 533 bitcoin"),
        ("<p>– Mined 533 bitcoin</p>", "Mined 533 bitcoin"),
        ("<p>o Mined 533 bitcoin</p>", "Mined 533 bitcoin"),
        ("<p>(ii) Mined 533 bitcoin</p>", "Mined 533 bitcoin"),
        ("<ul><li>Mined 533 bitcoin</li></ul>", "Mined 533 bitcoin"),
    ],
)
def test_bullets_lose_their_mark(body: str, text: str) -> None:
    found = block(body)
    assert (found.text, found.bullet) == (text, True)


def test_paragraph_behind_a_list_is_no_bullet() -> None:
    found = page("<ul><li>Mined 533 bitcoin</li></ul><p>Riot sold 475 bitcoin</p>").blocks
    assert [b.bullet for b in found] == [True, False]


def test_hidden_text_is_skipped_but_not_what_follows() -> None:
    assert texts('<p>Mined <span style="display: none">999</span>533 bitcoin</p>') == ["Mined 533 bitcoin"]
    assert texts("<p>Mined <script>var x = 999</script>533 bitcoin</p>") == ["Mined 533 bitcoin"]


def test_footnote_marks_are_skipped_but_not_what_follows() -> None:
    assert texts("<p>Mined 533<sup>(2)</sup> bitcoin</p>") == ["Mined 533 bitcoin"]


def test_comments_are_skipped() -> None:
    assert texts("<p>Mined <!-- 999 -->533 bitcoin</p>") == ["Mined 533 bitcoin"]


def test_lines_of_statements_are_blocks() -> None:
    body = "<p>Bitcoin production was 533<br>Bitcoin holdings were 19,223</p>"
    assert texts(body) == ["Bitcoin production was 533", "Bitcoin holdings were 19,223"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "<p>Riot mined in March of<br>The year 533 bitcoin</p>",
            "Riot mined in March of The year 533 bitcoin",
        ),
        ("<p>Riot mined 533 bitcoin and sold,<br>Just as before, 475</p>", None),
        ("<p>Riot mined a total of 533<br>bitcoin in the month of March</p>", None),
        ("<p>Riot Platforms<br>Announces Production for the Month</p>", None),
    ],
)
def test_lines_that_run_on_are_one_block(body: str, text: str | None) -> None:
    [found] = texts(body)
    assert text is None or found == text


def test_title_is_kept() -> None:
    assert page("<p>Text</p>", "<head><title> Monthly  update </title></head>").title == "Monthly update"
    assert page("<p>Text</p>").title == ""


@pytest.mark.parametrize(
    ("above", "caption"),
    [
        ("<p>Key metrics</p>", "Key metrics"),
        ("<p>Riot</p><p>Key metrics</p><p>(unaudited)</p>", "Riot | Key metrics | (unaudited)"),
        ("<p>Intro</p><p>Riot</p><p>Key metrics</p><p>(unaudited)</p>", "Riot | Key metrics | (unaudited)"),
        ("<p>Riot mined 533 bitcoin.</p><p>Key metrics</p>", "Key metrics"),
        ("<p>(All figures are unaudited.)</p>", "(All figures are unaudited.)"),
        ("<p>Revenue of $95.4 million</p><p>Key metrics</p>", "Key metrics"),
        ("<p>• Costs fell</p><p>Key metrics</p>", "Key metrics"),
        (f"<p>{'Costs fell ' * 12}</p><p>Key metrics</p>", "Key metrics"),
        (f"<p><b>{'Key metrics ' * 12}</b></p>", ("Key metrics " * 12).strip()),
    ],
)
def test_caption_is_the_title_above_a_table(above: str, caption: str) -> None:
    [table] = page(above + TABLE).tables
    assert table.caption.removesuffix(" | ").strip() == caption


def test_caption_ends_at_the_table_before() -> None:
    first, second = page(f"<p>Key metrics</p>{TABLE}<p>Power</p>{TABLE}").tables
    assert (first.number, second.number) == (1, 2)
    assert (first.caption, second.caption) == ("Key metrics", "Power")


def test_caption_element_comes_first() -> None:
    [table] = page(f"<p>Riot</p>{TABLE.replace('<table>', '<table><caption>Key metrics</caption>')}").tables
    assert table.caption == "Key metrics | Riot"


def test_scale_in_a_long_paragraph_is_in_the_caption() -> None:
    text = "The table below is part of the unaudited statements of the company, which are presented in thousands and follow the rules."
    [table] = page(f"<p>{text * 2}</p>{TABLE}").tables
    assert "in thousands" in table.caption


def test_scale_of_an_amount_is_not_the_table_s() -> None:
    [table] = page(
        f"<p>Costs of $5 in thousands of cases were the company's own in the quarter.</p>{TABLE}"
    ).tables
    assert "thousands" not in table.caption


def test_table_of_long_texts_is_blocks() -> None:
    body = f"<table><tr><td>1.</td><td>{'Riot mined 533 bitcoin in the month. ' * 8}</td></tr></table>"
    [found] = page(body).blocks
    assert found.bullet
    assert found.text.startswith("Riot mined 533")


def test_table_with_one_cell_a_row_is_blocks() -> None:
    assert texts("<table><tr><td>Mined 533 bitcoin</td></tr><tr><td>Sold 475 bitcoin</td></tr></table>") == [
        "Mined 533 bitcoin",
        "Sold 475 bitcoin",
    ]


def test_sentences_over_two_cells_are_joined() -> None:
    body = (
        "<table><tr><td>Revenues rose 64% to $238.5 million</td><td>in Q2 2025 from $145.1 million</td></tr>"
        "<tr><td>Costs rose 10% to $38.5 million</td><td>in Q2 2025 from $35.1 million</td></tr></table>"
    )
    assert texts(body)[0] == "Revenues rose 64% to $238.5 million in Q2 2025 from $145.1 million"
    assert page(body).tables == []


def test_table_of_words_is_blocks() -> None:
    assert texts("<table><tr><td>Contact</td><td>Phone</td><td>Mail</td></tr></table>") == [
        "Contact Phone Mail"
    ]


def test_table_of_lists_is_walked() -> None:
    body = "<table><tr><td><ul><li>Mined 533</li><li>Sold 475</li></ul></td><td>Power</td></tr></table>"
    assert texts(body) == ["Mined 533", "Sold 475", "Power"]


def test_one_bullet_in_a_cell_does_not_make_a_list() -> None:
    body = "<table><tr><td>Metric</td><td>April</td></tr><tr><td>• BTC held</td><td>19,211</td></tr></table>"
    assert page(body).tables[0].lines[0].label == "BTC held"


def test_table_inside_a_layout_table_is_read() -> None:
    found = page(f"<table><tr><td>Key metrics</td></tr><tr><td>{TABLE}</td></tr></table>")
    assert [line.label for table in found.tables for line in table.lines] == ["BTC held"]


def test_text_around_tables_keeps_its_order() -> None:
    found = page(f"<p>Before</p>{TABLE}Between{TABLE}<p>After</p>").items
    assert [item.text if isinstance(item, Block) else item.number for item in found] == [
        "Before",
        1,
        "Between",
        2,
        "After",
    ]


def test_plain_paragraphs_are_blocks() -> None:
    found = read_page(b"RIOT MINES MORE\n\nRiot mined 533\nbitcoin in March.\n\n\nIt sold 475.").blocks
    assert [(b.text, b.heading) for b in found] == [
        ("RIOT MINES MORE", True),
        ("Riot mined 533 bitcoin in March.", False),
        ("It sold 475.", False),
    ]


def test_plain_columns_are_a_table() -> None:
    text = b"Riot\n\nMetric        April   March\n\nBTC held      19,211  19,223\nBTC mined     463     533\n\nEnd of it"
    found = read_page(text)
    assert [(line.label, [v.text for v in line.values]) for line in found.tables[0].lines] == [
        ("BTC held", ["19,211", "19,223"]),
        ("BTC mined", ["463", "533"]),
    ]
    assert [b.text for b in found.blocks] == ["Riot", "End of it"]


def test_one_plain_row_of_numbers_is_no_table() -> None:
    assert read_page(b"Riot\n\nBTC held      19,211\n\nEnd of it").tables == []


def test_preformatted_part_keeps_its_columns() -> None:
    found = page("<p>Riot</p><pre>Metric      April\nBTC held    19,211\nBTC mined   463</pre><p>End</p>")
    assert [line.label for line in found.tables[0].lines] == ["BTC held", "BTC mined"]
    assert [b.text for b in found.blocks] == ["Riot", "End"]


def test_few_words_beside_an_image_are_unreadable() -> None:
    with pytest.raises(UnreadableDocument) as caught:
        page(f"<p>{'word ' * 79}</p><img src='a.jpg'>")
    assert caught.value.reason == "images"


def test_text_beside_an_image_is_read() -> None:
    assert page(f"<p>{'word ' * 80}</p><img src='a.jpg'>").images == 1


def test_image_in_a_table_is_counted() -> None:
    assert page(f"<p>{'word ' * 80}</p>{TABLE.replace('Metric', '<img>Metric')}").images == 1


def test_words_of_a_table_count_beside_an_image() -> None:
    row = "<tr><td>BTC held</td><td>19,211</td></tr>"
    body = f"<table><tr><td>Metric</td><td>April 2025</td></tr>{row * 27}</table><img src='a.jpg'>"
    assert page(body).images == 1


@pytest.mark.parametrize(
    "document",
    [
        b"<html><body><p>Riot mined 533 bitcoin in March",
        b"<html><body><p>Riot mined 533 bitcoin in March</p>",
        b"<p>Riot mined 533 bitcoin</p><p>It sold",
    ],
)
def test_document_without_its_end_is_truncated(document: bytes) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_page(document)
    assert caught.value.reason == "truncated"


def test_fragment_of_html_is_read() -> None:
    assert [b.text for b in read_page(b"<p>Riot mined 533 bitcoin</p>").blocks] == ["Riot mined 533 bitcoin"]


def test_unclosed_title_is_no_text() -> None:
    """Found by the fuzz suite: the tags of a table in the title's text became "BTC Mined 1"."""
    held = read_page(
        f"<html><body><p>Before</p><title>News<p>After</p>{TABLE}</title></body></html>".encode()
    )
    assert ([block.text for block in held.blocks], held.tables, held.title) == (["Before"], [], "News")
