"""Make the exhibits of releases.yaml and months.yaml: HTML or plain text in the layouts that companies use, in our own words."""

import re
from html import escape
from typing import Any

_NUMBER = re.compile(r"^(?P<open>US\$|\$|\()?\s*(?P<body>.*?)(?P<close>\)?\s*(?:%|c/kWh|EH/s|J/TH|\)))?$")


def _marked(text: str, style: str) -> str:
    """A text with its footnote marks as the layout sets them."""
    body, *marks = text.split("^")
    if not marks:
        return escape(body)
    mark = marks[0]
    shown = {
        "raised": f'<font style="font-size:6.5pt;vertical-align:super">{mark}</font>',
        "glued": mark if body[-1].isdigit() else f" {mark}",
    }.get(style, f"<sup>{mark}</sup>")
    return escape(body) + shown


def _cells(text: str, layout: dict[str, Any]) -> str:
    """One value as the cells that its layout lays it over."""
    marks = layout.get("marks", "sup")
    if not layout.get("split"):
        return f"<td>{_marked(text, marks)}</td>"
    match = _NUMBER.match(text)
    assert match
    if text in ("–", "—", "N/A"):
        return f"<td></td><td>{text}</td><td></td>"
    return f"<td>{match['open'] or ''}</td><td>{_marked(match['body'], marks)}</td><td>{escape(match['close'] or '')}</td>"


def table(layout: dict[str, Any]) -> str:
    """A table of a release: heads (a span behind `@`), rows, notes."""
    width = 3 if layout.get("split") else 1
    space = "<td></td>" if layout.get("spacers") else ""
    columns = max(len(row) for row in [*layout["heads"], *layout["rows"]])
    out = []
    for head in layout["heads"]:
        cells = [f"<td>{escape(head[0])}</td>"]
        for cell in head[1:]:
            text, _, span = cell.partition("@")
            many = int(span or 1)
            covered = width * many + (many - 1 if space else 0)
            cells.append(
                f'{space}<td colspan="{covered}"><b>{_marked(text, layout.get("marks", "sup"))}</b></td>'
            )
        out.append(f"<tr>{''.join(cells)}</tr>")
    for label, *values in layout["rows"]:
        cells = [f"<td>{_marked(label, layout.get('marks', 'sup'))}</td>"]
        cells += [f"{space}{_cells(value, layout)}" for value in values]
        out.append(f"<tr>{''.join(cells)}</tr>")
    for note in layout.get("notes", []):
        out.append(f'<tr><td colspan="{columns * (width + 1)}">{escape(note)}</td></tr>')
    captions = "".join(
        f"<p><b>{escape(c.strip())}</b></p>" for c in layout.get("caption", "").split("|") if c.strip()
    )
    return f"{captions}<table>{''.join(out)}</table>"


def _plain(spec: dict[str, Any]) -> str:
    lines = [spec["title"].upper(), ""]
    for text in spec.get("text", []):
        lines += [text, ""]
    for layout in spec.get("tables", []):
        for head in layout["heads"]:
            lines.append(f"{head[0]:<56}" + "".join(f"{cell:>24}" for cell in head[1:]))
        for label, *values in layout["rows"]:
            lines.append(f"{label:<56}" + "".join(f"{value:>24}" for value in values))
        lines.append("")
    return "<pre>\n" + escape("\n".join(lines)) + "\n</pre>"


def exhibit(spec: dict[str, Any]) -> str:
    """One exhibit: a headline, paragraphs (`# ` a heading, `* ` a bullet), tables."""
    note = (
        "<p><i>A sample: real figures, retyped, in words and a document that are not the company's.</i></p>"
    )
    if spec.get("plain"):
        body = _plain(spec)
    else:
        parts = [f"<p><b>{escape(spec['title'])}</b></p>"]
        for text in spec.get("text", []):
            if text.startswith("# "):
                parts.append(f"<p><b>{escape(text[2:])}</b></p>")
            elif text.startswith("* "):
                parts.append(f"<table><tr><td>•</td><td>{escape(text[2:])}</td></tr></table>")
            else:
                parts.append(f"<p>{escape(text)}</p>")
        parts += [table(layout) for layout in spec.get("tables", [])]
        body = "\n".join(parts)
    return (
        f"<html><head><title>{escape(spec['title'])}</title></head><body>\n{body}\n{note}\n</body></html>\n"
    )


def _items(spec: dict[str, Any]) -> str:
    """The items of the form itself, where a filing tells something there."""
    return "".join(
        f"<p><b>{escape(text[2:])}</b></p>" if text.startswith("# ") else f"<p>{escape(text)}</p>"
        for text in spec.get("form_text", [])
    )


def documents(spec: dict[str, Any], stem: str) -> list[tuple[str, str, str]]:
    """The documents of one filing: name, type, content. The form itself, then its exhibits; `single` has all in the form."""
    form = spec.get("form", "8-K")
    if spec.get("single"):
        return [(f"{stem}.htm", form, exhibit(spec))]
    cover = f"<html><head><title>Form {form}</title></head><body><p>FORM {form}</p>{_items(spec)}<p>Exhibit 99.1 is furnished with this report.</p></body></html>\n"
    out = [(f"{stem}.htm", form, cover), (f"{stem}_ex991.htm", "EX-99.1", exhibit(spec))]
    if "second" in spec:
        out.append((f"{stem}_ex992.htm", "EX-99.2", exhibit(spec["second"])))
    if "image" in spec:
        picture = f'<html><head><title>{escape(spec["image"])}</title></head><body><p>{escape(spec["image"])}</p><img src="p1.jpg"></body></html>\n'
        out.append((f"{stem}_ex992.htm", "EX-99.2", picture))
    return out
