"""EDGAR's pages: submissions with older ones, index pages, and everything that can be wrong with them."""

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import BadPage, DocumentMissing, UnreadableDocument
from pipelines.extract.archive import Archive, ArchiveDamaged
from pipelines.extract.edgar import Edgar, Filing, read_index, wanted
from pipelines.extract.http import Fetcher
from pipelines.settings import Settings
from tests.edgar_server import EdgarServer, Response

SUBMISSIONS = "/data.sec.gov/submissions/"


class Memory:
    """What the warehouse keeps of changing pages, in memory."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str | None, str | None, str]] = {}

    def validators(self, url: str) -> tuple[str | None, str | None, str] | None:
        return self.known.get(url)

    def remember(self, url: str, etag: str | None, last_modified: str | None, sha256: str) -> None:
        self.known[url] = (etag, last_modified, sha256)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EdgarServer]:
    monkeypatch.setenv("MINERS_LIMITER_DIR", str(tmp_path / "limiter"))
    server = EdgarServer(tmp_path / "tree")
    yield server
    server.close()


@pytest.fixture
def edgar(server: EdgarServer, tmp_path: Path) -> Edgar:
    settings = Settings(
        _env_file=None,
        edgar_user_agent="Test t@example.com",
        edgar_base=server.base,
        edgar_pause_seconds=0.001,
    )
    return Edgar(Fetcher(settings), Archive(str(tmp_path / "archive")), Memory())


def columns(*rows: dict[str, Any]) -> dict[str, list[Any]]:
    base = {
        "accessionNumber": "0000000042-24-000001",
        "filingDate": "2024-05-08",
        "reportDate": "2024-03-31",
        "acceptanceDateTime": "2024-05-08T16:10:21.000Z",
        "form": "10-Q",
        "items": "",
        "isXBRL": 1,
        "isInlineXBRL": 1,
        "primaryDocument": "a.htm",
    }
    full = [{**base, **row} for row in rows]
    return {key: [row[key] for row in full] for key in base}


def page(recent: dict[str, Any], files: list[dict[str, Any]] | None = None) -> bytes:
    return json.dumps(
        {
            "cik": "42",
            "name": "Test",
            "tickers": ["T"],
            "formerNames": [{"name": "Old"}],
            "filings": {"recent": recent, "files": files or []},
        }
    ).encode()


def test_submissions_include_older_pages(edgar: Edgar, server: EdgarServer) -> None:
    older = columns({"accessionNumber": "0000000042-19-000001", "filingDate": "2019-05-08", "form": "10-K/A"})
    files = [
        {"name": "CIK0000000042-submissions-001.json", "filingFrom": "2018-01-01", "filingTo": "2020-01-01"}
    ]
    server.script(
        SUBMISSIONS + "CIK0000000042.json",
        Response(200, page(columns({}, {"accessionNumber": "0000000042-24-000002", "form": "4"}), files)),
    )
    server.script(
        SUBMISSIONS + "CIK0000000042-submissions-001.json", Response(200, json.dumps(older).encode())
    )
    found = edgar.submissions("0000000042")
    assert [(f.accession, f.form, f.is_amendment) for f in found.filings] == [
        ("0000000042-24-000001", "10-Q", False),
        ("0000000042-19-000001", "10-K/A", True),
    ]
    assert (found.name, found.former_names, found.problems) == ("Test", [("Old", None, None)], [])
    assert len(edgar.submissions("0000000042", date(2021, 1, 1)).filings) == 1, (
        "older pages that end before are not asked for"
    )


def test_acceptance_time_is_new_york_time(edgar: Edgar, server: EdgarServer) -> None:
    server.script(SUBMISSIONS + "CIK0000000042.json", Response(200, page(columns({}))))
    assert edgar.submissions("0000000042").filings[0].accepted_at == datetime(
        2024, 5, 8, 20, 10, 21, tzinfo=UTC
    )


def test_real_submissions_are_read(shared_edgar: Path, tmp_path: Path) -> None:
    edgar = Edgar(
        Fetcher(Settings(_env_file=None, edgar_mirror=shared_edgar)), Archive(str(tmp_path)), Memory()
    )
    found = edgar.submissions("0001050446")
    assert len(found.filings) == 253
    assert {f.base_form for f in found.filings} <= {"10-Q", "10-K", "8-K"}
    assert ("MICROSTRATEGY Inc", date(2018, 10, 25), date(2025, 8, 11)) in found.former_names
    assert len(found.problems) == 1, "its older page is not in the folder"
    late = [f for f in found.filings if f.filed_on == date(2025, 8, 5) and f.form == "10-Q"]
    assert late[0].accepted_at == datetime(2025, 8, 4, 21, 58, 1, tzinfo=UTC)


def test_submissions_use_conditional_requests(edgar: Edgar, server: EdgarServer, tmp_path: Path) -> None:
    file = tmp_path / "tree" / "data.sec.gov" / "submissions" / "CIK0000000042.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(page(columns({})))
    assert edgar.submissions("0000000042").changed is True
    assert edgar.submissions("0000000042").changed is False
    assert [headers.get("If-None-Match") is not None for _, _, headers in server.requests] == [False, True]
    assert edgar.fetcher.counts["304"] == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>Request Rate Threshold Exceeded</body></html>",
        b"",
        b'{"a": ',
        b"[1, 2]",
        b'{"filings": 3}',
        b"\x00\x01",
    ],
)
def test_invalid_submissions_are_refused(edgar: Edgar, server: EdgarServer, body: bytes) -> None:
    server.script(SUBMISSIONS + "CIK0000000042.json", Response(200, body))
    with pytest.raises(BadPage):
        edgar.submissions("0000000042")


def test_unequal_columns_give_no_filings(edgar: Edgar, server: EdgarServer) -> None:
    broken = columns({}, {"accessionNumber": "0000000042-24-000002"})
    broken["form"] = broken["form"][:1]
    server.script(SUBMISSIONS + "CIK0000000042.json", Response(200, page(broken)))
    found = edgar.submissions("0000000042")
    assert found.filings == []
    assert "unequal length" in found.problems[0]


@pytest.mark.parametrize(
    "row",
    [
        {"accessionNumber": "../../etc"},
        {"filingDate": "2024-13-01"},
        {"primaryDocument": "x;rm -rf.htm"},
        {"acceptanceDateTime": "soon"},
    ],
)
def test_invalid_row_is_named_and_skipped(edgar: Edgar, server: EdgarServer, row: dict[str, str]) -> None:
    server.script(
        SUBMISSIONS + "CIK0000000042.json",
        Response(200, page(columns(row, {"accessionNumber": "0000000042-24-000009"}))),
    )
    found = edgar.submissions("0000000042")
    assert [f.accession for f in found.filings] == ["0000000042-24-000009"]
    assert found.problems[0].startswith("row 0")


def test_unknown_form_is_skipped(edgar: Edgar, server: EdgarServer) -> None:
    server.script(
        SUBMISSIONS + "CIK0000000042.json",
        Response(200, page(columns({"form": "SC 13G"}, {"form": "NEW-FORM"}, {"form": "10-KT"}))),
    )
    assert [f.form for f in edgar.submissions("0000000042").filings] == ["10-KT"]


FOLDER = "https://www.sec.gov/Archives/edgar/data/42/000000004224000001/"
INDEX = """<html><body><table class="tableFile" summary="Document Format Files"><tr><th>Seq</th><th>Description</th><th>Document</th><th>Type</th><th>Size</th></tr>
<tr><td>1</td><td>8-K</td><td><a href="/ix?doc=/Archives/edgar/data/42/000000004224000001/a.htm">a.htm</a> iXBRL</td><td>8-K</td><td>1</td></tr>
<tr><td>2</td><td>RELEASE</td><td><a href="/Archives/edgar/data/42/000000004224000001/ex991.htm">ex991.htm</a></td><td>EX-99.1</td><td>1</td></tr>
<tr><td>3</td><td>BAD</td><td><a href="/Archives/edgar/data/42/000000004224000001/../../../secret.htm">x</a></td><td>EX-99.2</td><td>1</td></tr>
<tr><td>4</td><td>BAD</td><td><a href="https://evil.example/Archives/other/y.htm">y.htm</a></td><td>EX-99.3</td><td>1</td></tr>
<tr><td>5</td><td>Complete</td><td><a href="/Archives/edgar/data/42/000000004224000001/all.txt">all.txt</a></td><td>&nbsp;</td><td>1</td></tr>
</table><table class="tableFile" summary="Data Files"><tr><th>Seq</th><th>Description</th><th>Document</th><th>Type</th><th>Size</th></tr>
<tr><td>6</td><td>INS</td><td><a href="/Archives/edgar/data/42/000000004224000001/a-2018.xml">a-2018.xml</a></td><td>EX-101.INS</td><td>1</td></tr>
<tr><td>7</td><td>LAB</td><td><a href="/Archives/edgar/data/42/000000004224000001/a-2018_lab.xml">a-2018_lab.xml</a></td><td>EX-101.LAB</td><td>1</td></tr></table></body></html>"""


def filing(form: str = "8-K", *, inline: bool = True) -> Filing:
    return Filing(
        "0000000042",
        "0000000042-24-000001",
        form,
        date(2024, 5, 8),
        datetime(2024, 5, 8, tzinfo=UTC),
        None,
        "2.02",
        "a.htm",
        True,
        inline,
    )


def test_index_page_lists_documents_of_its_folder() -> None:
    found = list(read_index(INDEX.encode(), FOLDER))
    assert [(d.name, d.document_type) for d in found] == [
        ("a.htm", "8-K"),
        ("ex991.htm", "EX-99.1"),
        ("all.txt", ""),
        ("a-2018.xml", "EX-101.INS"),
        ("a-2018_lab.xml", "EX-101.LAB"),
    ]
    assert all(d.url.startswith(FOLDER) and ".." not in d.url for d in found)


def test_wanted_documents_of_filing() -> None:
    listed = list(read_index(INDEX.encode(), FOLDER))
    assert [d.name for d in wanted(filing(), listed)] == ["a.htm", "ex991.htm"]
    assert [d.name for d in wanted(filing("10-Q", inline=False), listed)] == [
        "a.htm",
        "a-2018.xml",
        "a-2018_lab.xml",
    ]


@pytest.mark.parametrize("body", [b"<html><body>nothing</body></html>", b"<html></html>"])
def test_index_page_without_documents_is_refused(edgar: Edgar, server: EdgarServer, body: bytes) -> None:
    server.script(
        "/www.sec.gov/Archives/edgar/data/42/000000004224000001/0000000042-24-000001-index.htm",
        Response(200, body),
    )
    with pytest.raises(BadPage, match="lists no documents"):
        edgar.documents(filing())


def test_archived_document_is_not_fetched_again(edgar: Edgar, server: EdgarServer) -> None:
    server.script(
        "/www.sec.gov/Archives/edgar/data/42/000000004224000001/a.htm", Response(200, b"<html>once</html>")
    )
    assert edgar.fetch(FOLDER + "a.htm") == edgar.fetch(FOLDER + "a.htm") == b"<html>once</html>"
    assert len(server.requests) == 1
    again = Edgar(edgar.fetcher, Archive(str(edgar.archive.root)), Memory())
    again.fetch(FOLDER + "a.htm")
    assert len(server.requests) == 1, "the archive alone knows it, also for a new warehouse"


@pytest.mark.parametrize(("body", "reason"), [(b"<html><body>cut o", "truncated"), (b"", "empty")])
def test_truncated_document_is_not_archived(
    edgar: Edgar, server: EdgarServer, body: bytes, reason: str
) -> None:
    server.script("/www.sec.gov/Archives/edgar/data/42/000000004224000001/a.htm", Response(200, body))
    with pytest.raises(UnreadableDocument) as error:
        edgar.fetch(FOLDER + "a.htm")
    assert error.value.reason == reason
    assert edgar.archive.known(FOLDER + "a.htm") is None
    assert edgar.archive.size() == 0


def test_missing_document_is_reported(edgar: Edgar) -> None:
    with pytest.raises(DocumentMissing):
        edgar.fetch(FOLDER + "gone.htm")


def test_damaged_archive_is_detected(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path / "an archive"))
    sha256 = archive.put("https://x.invalid/a", b"content")
    assert archive.get(sha256) == b"content"
    assert archive.known("https://x.invalid/a") == sha256 == hashlib.sha256(b"content").hexdigest()
    path = tmp_path / "an archive" / "objects" / sha256[:2] / f"{sha256}.gz"
    for damaged in (gzip.compress(b"other"), b"other", path.read_bytes()[:-4]):
        path.write_bytes(damaged)
        with pytest.raises(ArchiveDamaged, match="--force"):
            archive.get(sha256)
    archive.forget("https://x.invalid/a", sha256)
    assert archive.known("https://x.invalid/a") is None
    with pytest.raises(ArchiveDamaged):
        archive.get("../../etc/passwd")


def test_documents_are_stored_compressed_and_older_ones_are_read(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    page = b"<tr><td>Bitcoin mined</td><td>463</td></tr>" * 1000
    sha256 = archive.put("https://x.invalid/a", page)
    assert archive.get(sha256) == page
    assert archive.size() < len(page) / 50
    assert not list(tmp_path.rglob(sha256))
    older = hashlib.sha256(b"older").hexdigest()
    folder = tmp_path / "objects" / older[:2]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / older).write_bytes(b"older")
    assert archive.get(older) == b"older"
    assert archive.put("https://x.invalid/b", b"older") == older
    assert [path.name for path in folder.iterdir()] == [older], "not stored twice"


def test_concurrent_writes_keep_document_whole(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        shas = set(pool.map(lambda i: archive.put("https://x.invalid/a", b"x" * 100_000), range(32)))
    assert len(shas) == 1
    assert archive.get(shas.pop()) == b"x" * 100_000
    assert [f for _, _, files in os.walk(tmp_path) for f in files if f.startswith(".")] == []


def test_document_name_stays_in_folder(make_settings: Callable[..., Settings]) -> None:
    evil = INDEX.replace("ex991.htm", "..%2f..%2fetc.htm")
    assert all("/" not in d.name and ".." not in d.name for d in read_index(evil.encode(), FOLDER))
