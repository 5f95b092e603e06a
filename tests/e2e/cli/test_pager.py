"""Long tables go through the pager of a real terminal."""

import os
import subprocess

from pipelines.settings import HOME
from tests.command_line import MINERS


def test_long_table_is_paged(samples: dict[str, str]) -> None:
    """A real terminal of ten lines, and a pager that marks what went through it."""
    import fcntl
    import pty
    import struct
    import termios

    def asked(rows: int) -> str:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 120, 0, 0))
        environment = {**os.environ, **samples, "PAGER": "sed s/^/paged:/", "TERM": "xterm"}
        environment.pop("LINES", None)
        query = f"select n from generate_series(1, {rows}) n"
        process = subprocess.Popen(
            [MINERS, "sql", query], stdout=slave, stdin=slave, stderr=slave, env=environment, cwd=HOME
        )
        os.close(slave)
        out = b""
        while True:
            try:
                piece = os.read(master, 4096)
            except OSError:
                break
            if not piece:
                break
            out += piece
        process.wait(60)
        os.close(master)
        return out.decode()

    assert asked(40).count("paged:") >= 42
    assert "paged:" not in asked(3)
