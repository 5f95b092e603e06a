"""A loopback EDGAR: a real HTTP server that answers as the SEC's hosts do, and keeps what it was asked."""

import gzip
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FORBIDDEN = b"<html><head><title>SEC.gov | Request Rate Threshold Exceeded</title></head><body>Too fast.</body></html>"


@dataclass
class Answer:
    """One answer: status, body, headers; `short` cuts the body below its Content-Length; `slow` waits first; `endless`
    goes on with the body, `pause` seconds apart, until whoever reads has had enough (or 64 MB were sent)."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    short: int = 0
    slow: float = 0.0
    endless: bool = False
    pause: float = 0.0
    gzipped: bool = False


class EdgarServer:
    """Serves scripted answers by path (the last one stays), else files of a folder in EDGAR's tree, else 404."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.scripts: dict[str, list[Answer]] = defaultdict(list)
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *args: object) -> None:
                """Quiet: what was asked is kept in `asked`."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def script(self, path: str, *answers: Answer) -> None:
        self.scripts[path] = list(answers)

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path
        with self.lock:
            self.asked.append((time.monotonic(), path, dict(handler.headers.items())))
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
    def _send_on(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
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

    def _from_folder(self, path: str, headers: dict[str, str]) -> Answer:
        file = self.folder / path.lstrip("/") if self.folder else None
        if file is None or not file.is_file():
            return Answer(404, b"<html><body>Not Found</body></html>")
        body = file.read_bytes()
        etag = f'"{len(body)}-{int(file.stat().st_mtime)}"'
        if headers.get("If-None-Match") == etag:
            return Answer(304, headers={"ETag": etag})
        return Answer(200, body, {"ETag": etag}, gzipped=True)
