"""Run all benchmarks, print a table, and write docs/benchmarks.md."""

import platform
import sys
from datetime import UTC, datetime

from benchmarks import articles, history, loading, marts, reading, unattended
from benchmarks.measure import Line
from pipelines.settings import HOME


def cpu() -> str:
    """The processor's name."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"


def table(lines: list[Line]) -> str:
    """The lines as a Markdown table."""
    rows = ["| what | reached | goal | met | measured |", "|---|---|---|---|---|"]
    rows += [
        f"| {x.what} | {x.reached} | {x.goal} | {'yes' if x.met else '**no**'} | {x.detail} |" for x in lines
    ]
    return "\n".join(rows)


def main() -> None:
    source, lines = reading.run()
    lines += [*articles.run(), *loading.run(), *marts.run(), *unattended.run(), *history.run()]
    text = table(lines)
    machine = f"{cpu()}, Python {platform.python_version()}, {platform.system()}"
    page = (
        "# Benchmarks\n\n`make bench` makes this page. Ratios within one run; each side is the best "
        f"of several alternating tries.\n\n{datetime.now(UTC):%Y-%m-%d}, {machine}. Documents: "
        f"{source}.\n\n{text}\n"
    )
    (HOME / "docs" / "benchmarks.md").write_text(page, "utf-8")
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
