"""A loopback EDGAR: an HTTP server that responds like the SEC's hosts and records requests."""

import gzip
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

from pipelines.settings import HOME, Settings

SAMPLES = HOME / "samples" / "edgar"
FORBIDDEN = b"<html><head><title>SEC.gov | Request Rate Threshold Exceeded</title></head><body>Too fast.</body></html>"


def fast(settings: Settings) -> Settings:
    """Without the waits of ten a second, which are tested apart."""
    return settings.model_copy(update={"edgar_requests_per_second": 100})


@dataclass
class Response:
    """A scripted response.

    Args:
        short: How many bytes the body lacks of its Content-Length.
        slow: Seconds to wait before the response.
        endless: Repeat the body, `pause` seconds apart, until the client leaves or 64 MB were sent.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    short: int = 0
    slow: float = 0.0
    endless: bool = False
    pause: float = 0.0
    gzipped: bool = False


class EdgarServer:
    """Serves scripted responses by path (the last one repeats), else files of a folder in EDGAR's tree, else 404."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.scripts: dict[str, list[Response]] = defaultdict(list)
        self.requests: list[tuple[float, str, dict[str, str]]] = []
        self.posted: list[tuple[str, bytes]] = []
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Without this, the body waits 40 ms for the acknowledgment of the head.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                outer.answer(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.posted.append((self.path, body))
                outer.answer(self)

            def log_message(self, *args: object) -> None:
                """No log: requests are recorded in `requests`."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def script(self, path: str, *responses: Response) -> None:
        self.scripts[path] = list(responses)

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.requests]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path
        with self.lock:
            self.requests.append((time.monotonic(), path, dict(handler.headers.items())))
            script = self.scripts.get(path)
            scripted = (script.pop(0) if len(script) > 1 else script[0]) if script else None
        answer = scripted or self._from_folder(path, dict(handler.headers.items()))
        if answer.slow:
            time.sleep(answer.slow)
        if answer.endless:
            self._send_on(handler, answer)
            return
        body = gzip.compress(answer.body) if answer.gzipped else answer.body
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        if answer.gzipped:
            handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) - answer.short] if answer.short else body)
        if answer.short:
            handler.close_connection = True

    @staticmethod
    def _send_on(handler: BaseHTTPRequestHandler, answer: Response) -> None:
        handler.send_response(answer.status)
        handler.end_headers()
        handler.close_connection = True
        sent = 0
        try:
            while sent < 64_000_000:
                handler.wfile.write(answer.body)
                handler.wfile.flush()
                sent += len(answer.body)
                time.sleep(answer.pause)
        except OSError:
            return

    def _from_folder(self, path: str, headers: dict[str, str]) -> Response:
        file = self.folder / path.lstrip("/") if self.folder else None
        if file is None or not file.is_file():
            return Response(404, b"<html><body>Not Found</body></html>")
        body = file.read_bytes()
        etag = f'"{len(body)}-{int(file.stat().st_mtime)}"'
        if headers.get("If-None-Match") == etag:
            return Response(304, headers={"ETag": etag})
        return Response(200, body, {"ETag": etag}, gzipped=True)


# ---------------------------------------------------------------------------------- current filings


def feed_path(form: str, page: int = 0) -> str:
    """The path of the feed of current filings of a form."""
    query = {
        "action": "getcurrent",
        "type": form,
        "company": "",
        "dateb": "",
        "owner": "exclude",
        "start": page * 100,
        "count": 100,
        "output": "atom",
    }
    return f"/www.sec.gov/cgi-bin/browse-edgar?{urlencode(query)}"


def feed_page(*filings: tuple[str, str, str, str], filed: str | None = None) -> bytes:
    """A page of the feed in EDGAR's format: (CIK, accession number, form, time of acceptance), newest first."""
    entries = "".join(
        f"""<entry><title>{form} - Somebody Inc. ({cik.zfill(10)}) (Filer)</title>
<link rel="alternate" type="text/html" href="https://www.sec.gov/Archives/edgar/data/{int(cik)}/{accession.replace("-", "")}/{accession}-index.htm"/>
<summary type="html">&lt;b&gt;Filed:&lt;/b&gt; {filed or accepted[:10]} &lt;b&gt;AccNo:&lt;/b&gt; {accession} &lt;b&gt;Size:&lt;/b&gt; 1 MB</summary>
<updated>{accepted}</updated><category scheme="https://www.sec.gov/" label="form type" term="{form}"/>
<id>urn:tag:sec.gov,2008:accession-number={accession}</id></entry>"""
        for cik, accession, form, accepted in filings
    )
    head = '<?xml version="1.0" encoding="ISO-8859-1" ?><feed xmlns="http://www.w3.org/2005/Atom"><title>Latest Filings</title>'
    return f"{head}{entries}</feed>\n".encode("latin-1")


def index_path(day: date) -> str:
    """The path of a day's index."""
    return f"/www.sec.gov/Archives/edgar/daily-index/{day.year}/QTR{(day.month - 1) // 3 + 1}/master.{day:%Y%m%d}.idx"


def index_of(day: date, *filings: tuple[str, str, str]) -> bytes:
    """A day's index in EDGAR's format: (CIK, accession number, form)."""
    lines = "".join(
        f"{int(cik)}|SOMEBODY INC|{form}|{day:%Y%m%d}|edgar/data/{int(cik)}/{accession}.txt\n"
        for cik, accession, form in filings
    )
    head = "Description:           Master Index of EDGAR Dissemination Feed\nLast Data Received:    \nAnonymous FTP:         \n \n"
    return f"{head}CIK|Company Name|Form Type|Date Filed|File Name\n{'-' * 80}\n{lines}".encode("latin-1")
