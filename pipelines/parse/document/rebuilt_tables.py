"""Tables of text without markup: one cell a line, one row a line, or all in one line.

A table is rebuilt only if its rows have as many values as it has headings, because a value in the wrong
column would be a wrong figure.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise

from pipelines.parse.document.grid import GridCell, Row
from pipelines.parse.document.headings import collapse
from pipelines.parse.language.periods import MONTHS
from pipelines.parse.language.quantities import read_cell

BETWEEN_COLUMNS = re.compile(r"\s{2,}|\t|\|")
_LONGEST_CELL = 70
_FEWEST_ROWS = 3
_VALUE = re.compile(r"\(?-?[\d.,]+%?\)?\s?\w?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_OPENS_A_VALUE = re.compile(r"(?:Appx\.?\s*)?\$\s*\(?")
CLOSES_A_VALUE = frozenset((")", "%", ")%"))
_LONGEST_HEADING = 40
# A table in one line: its headings are periods and changes, its values numbers with their units.
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_PERIOD = (
    rf"(?:(?:{_MONTH})\.?(?:\s+\d{{1,2}},)?\s+20\d\d|(?:{_MONTH})[.’'-]?\s?\d\d(?![\d,])|"
    r"Q[1-4]\s+(?:FY)?20\d\d|[1-4]Q\s?20\d\d)"
)
_CHANGE = (
    r"(?:(?:Month|Year|Quarter|[MYQ])\s?/\s?(?:Month|Year|Quarter|[MYQ])|%\s?Change|"
    r"Change(?:\s?\(?%\)?)?|[MQY]o[MQY])"
)
# "May 20241,2": a year and its footnotes; "June 2024 1 May 2024".
_NOTED_PERIOD = rf"{_PERIOD}(?:\d(?:,\d)*|\s\d(?=\s+{_PERIOD}))?"
_HEADINGS = re.compile(
    rf"(?P<headings>(?:{_NOTED_PERIOD}\s+){{2,5}}(?:{_CHANGE}\s+){{0,3}})(?=\w|[–—-]\s\w)", re.IGNORECASE
)
# The words of a corner cell: "Key Metrics Aug 25 Jul 25*".
_CORNER = r"(?:[a-z][a-z()/&]*\d?\s+){0,4}?"
_ALL_HEADINGS = re.compile(
    rf"\s*{_CORNER}(?:{_NOTED_PERIOD}\*?\s+){{1,5}}(?:{_NOTED_PERIOD}\*?|{_CHANGE})(?:\s+{_CHANGE}){{0,3}}\s*",
    re.IGNORECASE,
)
_PERIODS_ALONE = re.compile(rf"\s*(?:{_NOTED_PERIOD}\s+){{1,4}}{_NOTED_PERIOD}\s*", re.IGNORECASE)
_CHANGES_FIRST = re.compile(rf"\s*(?:{_CHANGE}\s+){{1,3}}[A-Za-z]", re.IGNORECASE)
# A heading on a line of its own: "Six Months June 30, 2024".
_LINE_OF_A_HEADING = re.compile(
    rf"\s*(?:(?:one|three|six|nine|twelve|year)\s+)?(?:months?\s+)?(?:ended\s+)?{_NOTED_PERIOD}\*?\s*",
    re.IGNORECASE,
)
HEADING = re.compile(
    rf"\b(?:{_MONTH})\b|\b(?:{_MONTH})[’'-]?\d\d\b|\bQ[1-4]\b|\b[1-4]Q|\b(?:19|20)\d\d\b|\b(?:change|variance|yoy|mom|qoq)\b|"
    r"[%]|\bmonths? ended\b|\bfy\s?\d\d|\b(?:months?|years?|quarters?|[myq])/",
    re.IGNORECASE,
)
_ONE_HEADING = re.compile(rf"{_PERIOD}|{_CHANGE}", re.IGNORECASE)
_DAY = re.compile(rf"(?:{_MONTH})\.?\s+\d{{1,2}},?", re.IGNORECASE)
_LENGTH = re.compile(
    r"(?:for the\s+)?(?:(?:one|three|six|nine|twelve)\s+months?|(?:fiscal\s+)?(?:years?|quarters?))\s+ended"
    rf"(?:\s+{_DAY.pattern})?",
    re.IGNORECASE,
)
_MONTHS_LONG = re.compile(r"(?:one|three|six|nine|twelve)\s+months?(?:\s+ended)?", re.IGNORECASE)
_LENGTHS = re.compile(rf"(?:{_LENGTH.pattern}\s*)+", re.IGNORECASE)
_CURRENCY = re.compile(r"(?:US|C|CA|HK)?\$|USD|US dollars?|RMB|CNY|CAD|AUD|EUR|GBP|€|£", re.IGNORECASE)
_FISCAL = re.compile(r"(?:FY|fiscal(?: year)?)?\s?20\d\d", re.IGNORECASE)
_NEXT_LABEL = re.compile(r"(?P<value>\(?-?\d[\d.,]*\)?\s?%)\s+(?P<label>[A-Z][A-Za-z].*)")
_OF_ONE_PERIOD = re.compile(
    rf"{_CURRENCY.pattern}|percentages?|%(?: of (?:total|revenues?))?|amounts?", re.IGNORECASE
)
_PERIOD_WITH_YEAR = re.compile(
    rf"(?:for the\s+)?(?:{_MONTHS_LONG.pattern}|(?:years?|quarters?)\s+ended)\s+"
    rf"(?:{_MONTH})\.?\s+\d{{1,2}},?\s+20\d\d",
    re.IGNORECASE,
)
_GLUED_YEARS = re.compile(r"(?:20\d\d){2,6}")
_GLUED_VALUE = r"(?:(?:\$\s?)?\(?\$?\d{1,3}(?:,\d{3})*(?:\.\d+)?\)?|[—–-])"
_SCALE = re.compile(r"\(?[^()]{0,30}\b(?:thousands|millions)\b[^()]{0,40}\)?", re.IGNORECASE)
_VALUES = re.compile(
    r"(?<![\w.,/])(?:(?:\$\s?)?\(?-?\$?\d[\d,]*(?:\.\d+)?(?:[mMkKB]|bn)?\)?\*?"
    r"(?:\s?(?:million|billion|[Ee][Hh]/s|PH/s|J/TH|MW|c/kWh|%|"
    # "453 BTC 390 BTC", but not "390 BTC held 9,195".
    r"(?:BTC|bitcoin)(?!\s+(?:held|hold|mined|sold|produc|earned|equivalent|price|per|in|on)))"
    r")?\d?|N/[AM]|[–—-])(?=\s|$)"
)
_MARK = re.compile(r"\d{1,2}(?:,\d{1,2})*")
# "Bitcoin Sales - Net Proceeds": a dash within a label.
_GOES_ON = re.compile(r"\s+(?!N/)[A-Za-z]")
_ANY_DIGIT = re.compile(r"\d\S*\s\S*\d|\d{3}")


# ---------------------------------------------------------------------- one cell a line

_OF_PROSE = re.compile(r"^\s*[-–•●]\s|[a-z\d)]\.\s*$|^\s*[a-z]")


class Table(list[Row]):
    """The rows of a table that is rebuilt, its headings first."""


def with_cells_on_lines(lines: list[str]) -> Iterator[list[str] | Table]:
    """Lines, in which a table with one cell a line is a `Table`."""
    k, rest = 0, 0
    while k < len(lines):
        end = k
        while end < len(lines) and _may_be_cell(lines[end]):
            end += 1
        k += _prose_above_bars(lines[k:end])
        run = lines[k:end]
        first, last, rows = _rows(_cells_of(run), barred=any("|" in line for line in run))
        if rows:
            yield lines[rest : k + first]
            yield Table(map(numbered, rows))
            rest = end if last is None else k + last
        # Another table may follow in the same run; the bar above it belongs to it.
        again = bool(rows and last)
        k = rest - (again and lines[rest - 1].strip() == "|") if again else end + 1
    yield lines[rest:]


def with_glued_rows(lines: list[str]) -> Iterator[list[str] | Table]:
    """Lines, in which rows whose labels and values run together are a `Table`.

    "Three Months Ended March 31,", "20242023", "Hosting revenue$29,332 $18,340".
    """
    k, rest = 1, 0
    while k < len(lines):
        names = _glued_headings(lines[k - 1], lines[k])
        rows, end = _glued_rows(lines, k + 1, len(names)) if names else ([], k)
        if sum(len(row) > 1 for row in rows) >= _FEWEST_ROWS:
            yield lines[rest : k - 1]
            yield Table(map(numbered, (["", *names], *rows)))
            rest = k = end
        k += 1
    yield lines[rest:]


def _glued_headings(above: str, line: str) -> list[str]:
    """The headings of columns, empty if there are none.

    Lengths of periods stand over years that run together.
    """
    if not _GLUED_YEARS.fullmatch(line.strip()) or not _LENGTHS.fullmatch(above.strip()):
        return []
    years, lengths = _YEAR.findall(line), [m[0] for m in _LENGTH.finditer(above)]
    covered, left = divmod(len(years), len(lengths))
    return [] if left else [f"{lengths[i // covered]} {year}" for i, year in enumerate(years)]


def _glued_rows(lines: list[str], k: int, width: int) -> tuple[list[list[str]], int]:
    """The rows from a line on, and the line behind them.

    A label may be on the line before its values.
    """
    row_of = re.compile(
        rf"(?P<label>.*?)(?<![\d.,$(])(?P<values>{_GLUED_VALUE}(?:\s+{_GLUED_VALUE}){{{width - 1}}})"
    )
    rows: list[list[str]] = []
    end = k
    for place in range(k, len(lines)):
        line = collapse(lines[place])
        found = row_of.fullmatch(line)
        label = found["label"].strip() if found else ""
        if found and not label and rows and len(rows[-1]) == 1:
            label = rows.pop()[0]
        if found and len(label) <= _LONGEST_CELL:
            rows.append([label, *re.findall(_GLUED_VALUE, found["values"])])
            end = place + 1
        elif len(line) > _LONGEST_CELL:
            break
        elif re.search(r"\d[%\d ]", line):
            # "46 %26 %": shares, below their label.
            rows[-1:] = [row for row in rows[-1:] if len(row) > 1]
        elif line:
            rows.append([line])
    while rows and len(rows[-1]) == 1:
        rows.pop()
    return rows, end


def with_single_blanks(lines: list[str]) -> Iterator[list[str] | Table]:
    """Lines, in which a line of headings and the rows below it are a `Table`.

    One blank parts their cells.
    """
    lined = list(_with_lined_rows(lines))
    if len(lined) > 1:
        for part in lined:
            yield from [part] if isinstance(part, Table) else with_single_blanks(part)
        return
    headed = {k: found for k in range(len(lines)) if (found := _single_blank_headings(lines, k))}
    texts = [f"{collapse(line)} " for line in lines] if headed else []
    begins = list(accumulate(map(len, texts), initial=0))
    text = "".join(texts)
    rest = 0
    for k, (headings, behind) in headed.items():
        if k < rest:
            continue
        table, end = _table_below(headings, text, begins[k] + behind)
        if table:
            yield lines[rest:k]
            yield table
            rest = bisect_left(begins, end)
    yield lines[rest:]


def _single_blank_headings(lines: list[str], k: int) -> tuple[str, int] | None:
    """The headings in a line without or before values, and where they end in it.

    "Metric August 2025 September 2025 - Mined, net 5.8", with 5.9 alone on the next line.
    """
    if column_count(lines[k]) > 1:
        return None
    if goes_on := _changes_below(lines, k):
        return goes_on
    if _ALL_HEADINGS.fullmatch(lines[k]):
        return lines[k], len(collapse(lines[k])) + 1
    found = _HEADINGS.search(collapse(lines[k]))
    after = next((line.strip() for line in lines[k + 1 : k + 4] if line.strip()), "")
    return (found["headings"], found.end()) if found and _VALUES.fullmatch(after) else None


def _changes_below(lines: list[str], k: int) -> tuple[str, int] | None:
    """Headings of periods in a line and of changes in the next, before the first label.

    "June 2024 May 2024 June 2023", "Month/Month Year/Year Bitcoin Produced", "255 215 460".
    """
    below = next((j for j in range(k + 1, min(k + 4, len(lines))) if lines[j].strip()), None)
    if below is None or not _PERIODS_ALONE.fullmatch(lines[k]) or not _CHANGES_FIRST.match(lines[below]):
        return None
    text = "".join(f"{collapse(line)} " for line in lines[k : below + 1])
    found = _HEADINGS.match(text)
    return (found["headings"], found.end()) if found else None


def _with_lined_rows(lines: list[str]) -> Iterator[list[str] | Table]:
    """Lines, in which rows of one line each below headings of all columns are a `Table`.

    The headings are in one line or have a line each. A short line without a number is a section of the table.
    """
    k, rest = 0, 0
    while k < len(lines):
        names, below = _headings_at(lines, k)
        rows, end = _lines_of_rows(lines, below, len(names)) if names else ([], below)
        if sum(len(row) > 1 for row in rows) >= _FEWEST_ROWS:
            yield lines[rest:k]
            yield Table(map(numbered, (["", *names], *rows)))
            rest = k = end
        else:
            k += 1
    yield lines[rest:]


def _headings_at(lines: list[str], k: int) -> tuple[list[str], int]:
    """The headings of columns that begin at a line, if any, and the line below them."""
    if column_count(lines[k]) < 2 and _ALL_HEADINGS.fullmatch(lines[k]):
        return _ONE_HEADING.findall(lines[k]), k + 1
    if not lines[k].strip():
        return [], k
    names, j = [], k
    while j < len(lines) and (not lines[j].strip() or _LINE_OF_A_HEADING.fullmatch(lines[j])):
        names += [collapse(lines[j])] if lines[j].strip() else []
        j += 1
    if len(names) > 1:
        return names, j
    return _headings_over_lines(lines, k)


def _headings_over_lines(lines: list[str], k: int) -> tuple[list[str], int]:
    """The headings of columns that take several lines each, and end with their years.

    "One Month", "October 31,", "2023", and again for the next column.
    """
    names: list[str] = []
    parts: list[str] = []
    j = k
    while j < len(lines):
        text = collapse(lines[j])
        if text and not (_YEAR.fullmatch(text) or _DAY.fullmatch(text) or _MONTHS_LONG.fullmatch(text)):
            break
        parts += [text] if text else []
        if _YEAR.fullmatch(text):
            names.append(" ".join(parts))
            parts = []
        j += 1
    dated = all(_DAY.search(name) for name in names)
    return (names, j) if len(names) > 1 and dated and not parts else ([], k)


def _lines_of_rows(lines: list[str], k: int, width: int) -> tuple[list[list[str]], int]:
    """The rows from a line on, and the line behind them.

    Each is a label with as many values as there are headings, or a section.
    """
    rows: list[list[str]] = []
    end = k
    while k < len(lines):
        line = collapse(lines[k])
        row = _lined_row(line, width)
        if row:
            rows.append(row)
            end = k + 1
        elif line and (len(line) > _LONGEST_HEADING or line[-1] in ".:;" or re.search(r"\d[\d,.]*\s", line)):
            break
        elif line:
            rows.append([line])
        k += 1
    while rows and len(rows[-1]) == 1:
        rows.pop()
    return rows, end


def _lined_row(line: str, width: int) -> list[str]:
    """A line's label and its values, if these are as many as the headings and end the line."""
    values = list(_VALUES.finditer(line))
    last = values[-width:]
    if len(last) < width or line[last[-1].end() :].strip():
        return []
    between = [line[a.end() : b.start()].strip() for a, b in pairwise(values[-width - 1 :])]
    label = line[: last[0].start()].strip()
    beside = len(values) > width and not between[0]
    if any(between[-(width - 1) :]) or beside or not re.search(r"[a-z]", label, re.IGNORECASE):
        return []
    return [label, *(m[0].rstrip("*") for m in last)] if len(label) <= _LONGEST_CELL else []


def _prose_above_bars(run: Sequence[str]) -> int:
    """The number of lines above a table with bars that are ends or beginnings of sentences."""
    barred = next((i for i, line in enumerate(run) if "|" in line), 0)
    return max((i + 1 for i, line in enumerate(run[:barred]) if _OF_PROSE.search(line)), default=0)


def _may_be_cell(line: str) -> bool:
    return len(line.strip(" |•")) <= _LONGEST_CELL and not re.search(r"\S \|+ \S", line)


def _parted(cell: str) -> list[str]:
    """A cell, or two: the last value of a row and the label of the next, "74 % Mining"."""
    found = _NEXT_LABEL.fullmatch(cell)
    return [found["value"], found["label"]] if found else [cell]


def _cells_of(run: Sequence[str]) -> list[tuple[int, str]]:
    """The cells of lines, and the line each begins in.

    A line is one cell, or has bars between its cells.
    """
    first = next((i for i, line in enumerate(run) if "|" in line), None)
    cells: list[tuple[int, str]] = []
    begins = True
    for place, line in enumerate(run):
        for part, text in enumerate(line.split("|")):
            begins = begins or part > 0 or first is None or place <= first
            cell = collapse(text).strip("• ")
            before = cells[-1] if cells else (0, "")
            if not cell:
                continue
            if not begins or _OPENS_A_VALUE.fullmatch(before[1]) or cell in CLOSES_A_VALUE:
                glue = " " if not begins else ""
                cells[-1:] = [(before[0], f"{before[1]}{glue}{cell}")]
            else:
                cells += [(place, part) for part in _parted(cell)]
            begins = False
    return cells


def is_value(cell: str) -> bool:
    """Whether a cell is a value and not a year."""
    return not _YEAR.fullmatch(cell) and (read_cell(cell) is not None or bool(_VALUE.fullmatch(cell)))


def _rows(cells: Sequence[tuple[int, str]], *, barred: bool) -> tuple[int, int | None, list[list[str]]]:
    """The rows of a table, headings first, the line it begins in, and the line behind it.

    No rows if they are not alike; no line behind it if the table ends the cells.

    Args:
        barred: Whether bars separate the cells. Without them, a single value may belong to the label before
            or behind it.
    """
    texts = [text for _, text in cells]
    values = [is_value(text) for text in texts]
    widths = [len(list(group)) for value, group in groupby(values) if value]
    width = max(set(widths), key=widths.count, default=0)
    alike = sum(w == width for w in widths) * 2 > len(widths)
    if width > 1 and (headed := _under_one_period(texts, values.index(True), width)):
        top, names = headed
        until = next((k for k in range(top + 1, len(texts)) if _PERIOD_WITH_YEAR.fullmatch(texts[k])), None)
        of_it = values[:until]
        if sum(of_it) >= width * _FEWEST_ROWS:
            first, behind, rows = _body(cells[:until], of_it, top, values.index(True) - 1, ["", *names])
            return first, cells[until][0] if until is not None else behind, rows
    # The headings are above the first values, or above later ones if prose is before the table.
    last, first, start = -1, 0, None
    for i in (i for i, value in enumerate(values) if value and (i == 0 or not values[i - 1])):
        places = range(i - 1 - width, last, -1)
        start = next((place for place in places if _are_headings(texts, place, width)), None)
        last, first = i, i - 1
        if start is not None:
            break
    if width < (1 if barred else 2) or len(widths) < _FEWEST_ROWS or not alike or start is None:
        return 0, None, []
    if width == 1 and start + 1 != first:
        return 0, None, []
    top, corner, names = _headings_above(texts, start, texts[start : start + width])
    if all(_CURRENCY.fullmatch(text) for text in texts[start + width : start + 2 * width]):
        # "RMB", "RMB", "US$" below the periods.
        names = [f"{name} {texts[start + width + k]}" for k, name in enumerate(names)]
        start += width
    return _body(cells, values, max(top - 1, 0), start + width, [corner, *names])


def _body(
    cells: Sequence[tuple[int, str]], values: Sequence[bool], top: int, first: int, headings: list[str]
) -> tuple[int, int | None, list[list[str]]]:
    """The rows of a table below their headings, and the lines it begins and ends in."""
    rows = [headings]
    last = max(i for i, value in enumerate(values) if value) + 1
    for i in range(first, last):
        if i == first or not values[i]:
            rows.append([])
        rows[-1].append(cells[i][1])
    behind = cells[last][0] if last < len(cells) else None
    return cells[top][0], behind, rows


def _under_one_period(texts: Sequence[str], value: int, width: int) -> tuple[int, list[str]] | None:
    """The headings of columns below one period.

    "Six months ended June 30, 2024", and below it "US$" and "Percentage".

    Args:
        value: The first cell that is a value; its label is before it.

    Returns:
        The cell of the period, and the headings; None for other columns.
    """
    names = texts[max(value - 1 - width, 0) : max(value - 1, 0)]
    if len(names) < width or not all(_OF_ONE_PERIOD.fullmatch(name) for name in names):
        return None
    fiscal = [
        k for k in range(max(value - 1 - 2 * width, 0), value - 1 - width) if _FISCAL.fullmatch(texts[k])
    ]
    if len(fiscal) > 1 and width % len(fiscal) == 0 and fiscal[-1] == value - 2 - width:
        # "FY 2024" and "FY 2023", each above "Amount" and "Percentage".
        covered = width // len(fiscal)
        return fiscal[0], [f"{texts[fiscal[k // covered]]} {name}" for k, name in enumerate(names)]
    above = range(value - 2 - width, max(value - 6 - width, -1), -1)
    top = next((k for k in above if k >= 0 and _PERIOD_WITH_YEAR.fullmatch(texts[k])), None)
    return None if top is None else (top, [f"{texts[top]} {name}" for name in names])


def _headings_above(texts: Sequence[str], start: int, names: list[str]) -> tuple[int, str, list[str]]:
    """The cell at which the headings of columns begin, their corner, and their texts.

    "Three Months Ended", "Nine Months Ended", "September 30," four times, and then the years: each heading
    above covers as many columns as there are for it.
    """
    corner = texts[start - 1] if start else ""
    if not all(_YEAR.fullmatch(name) for name in names):
        return start, corner, names
    k = start - 1
    scaled = k >= 0 and _SCALE.fullmatch(texts[k])
    k -= bool(scaled)
    while k >= 0 and (kind := _kind_of_heading(texts[k])):
        first = k
        while first and _kind_of_heading(texts[first - 1]) == kind:
            first -= 1
        group = texts[first : k + 1]
        if len(names) % len(group):
            break
        covered = len(names) // len(group)
        names = [f"{group[i // covered]} {name}" for i, name in enumerate(names)]
        k = first - 1
    return k + 1, corner if scaled else texts[k] if k >= 0 and k < start - 1 else corner, names


def _kind_of_heading(text: str) -> str:
    """Whether a cell is the length of periods or a day without its year; empty if it is neither."""
    return "length" if _LENGTH.fullmatch(text) else "day" if _DAY.fullmatch(text) else ""


def _are_headings(texts: Sequence[str], start: int, width: int) -> bool:
    """Whether cells are the headings of all columns: periods, and changes between them."""
    inside = all(HEADING.search(text) for text in texts[start : start + width])
    around = [texts[i] for i in (start - 1, start + width) if 0 <= i < len(texts)]
    if all(_YEAR.fullmatch(text) for text in texts[start : start + width]):
        # "September 30," above "2024".
        around = [text for text in around if not _kind_of_heading(text)]
    return inside and not any(HEADING.search(text) and len(text) <= _LONGEST_HEADING for text in around)


# ---------------------------------------------------------------------- one line a table


def flattened(text: str) -> Iterator[str | Sequence[Sequence[GridCell]]]:
    """A paragraph, and the table in it.

    Every row of a table has as many values as there are headings.
    """
    found = _HEADINGS.search(text)
    table, end = _table_below(found["headings"], text, found.end()) if found else (Table(), 0)
    if found is None or not table:
        yield text
        return
    before, behind = text[: found.start()].strip(), text[end:].strip()
    if before:
        yield before
    yield table
    if behind:
        yield behind


def _table_below(headings: str, text: str, start: int) -> tuple[Table, int]:
    """The table below its headings, empty if it has few rows, and where it ends in the text."""
    names = _ONE_HEADING.findall(headings)
    rows, end = _rows_within(text, start, len(names))
    return Table(map(numbered, (["", *names], *rows)) if len(rows) >= _FEWEST_ROWS else ()), end


def _rows_within(text: str, start: int, width: int) -> tuple[list[list[str]], int]:
    """The rows from a position on, each a label and its values, and where the last one ends."""
    rows: list[list[str]] = []
    values: list[str] = []
    label, end = "", start
    for match in _VALUES.finditer(text, start):
        between = text[end : match.start()].strip()
        within_a_label = between or not label or len(values) == width
        if within_a_label and match[0] in "–—-" and _GOES_ON.match(text, match.end()):
            continue
        if between or not label:
            if values and (row := _row(label, values, width)) is not None:
                rows.append(row)
            elif values:
                return rows, end
            if _ANY_DIGIT.search(between) or len(between) > _LONGEST_CELL:
                return rows, end
            label, values = between, []
        values.append(match[0])
        end = match.end()
    if (row := _row(label, values, width)) is not None:
        rows.append(row)
    return rows, end


def _row(label: str, values: list[str], width: int) -> list[str] | None:
    """A label and its values without footnote marks; None if they do not match the headings.

    "Deployed Hash Rate 1 11.7 EH/s 2 10.9 EH/s 2 6.9 EH/s 8% 71%".
    """
    if len(values) > width:
        values = [value for value in values if not _MARK.fullmatch(value)]
    return [label, *values] if len(values) == width else None


def numbered(cells: Iterable[str]) -> Row:
    """A row of these cells, one per column; empty ones are left out."""
    placed = [GridCell(text, column, column + 1) for column, text in enumerate(cells)]
    return Row((cell for cell in placed if cell.text), len(placed))


def column_count(line: str) -> int:
    """The number of parts of a line between bars, tabs or several blanks."""
    return len([p for p in BETWEEN_COLUMNS.split(line.strip()) if p])
