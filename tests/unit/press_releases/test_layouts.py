"""The same figures laid out at random read the same: spacers, spans, marks, order of columns, units, bullets, plain text."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MONTHS = [("April 2025", "2025-04-30"), ("March 2025", "2025-03-31"), ("April 2024", "2024-04-30")]
ROWS = [
    (
        "bitcoin_produced",
        ["Bitcoin Produced", "BTC Mined", "Self-Mining Bitcoin Earned", "Number of Bitcoin produced"],
        "",
        "",
    ),
    (
        "bitcoin_held",
        ["Bitcoin Held", "BTC Held", "Total bitcoin holdings at month end", "Bitcoins held"],
        "",
        "",
    ),
    ("bitcoin_sold", ["Bitcoin Sold", "BTC Sold", "Bitcoin dispositions"], "", ""),
    (
        "bitcoin_sale_proceeds",
        ["Bitcoin Sales – Net Proceeds", "Proceeds from sale of bitcoin", "Bitcoin Sales Proceeds"],
        "$",
        " million",
    ),
    (
        "hashrate_deployed",
        ["Deployed Hash Rate", "Deployed hashrate – Total", "Hash rate deployed"],
        "",
        " EH/s",
    ),
    ("power_cost_all_in", ["All-in Power Cost", "All-in power cost – Total"], "", "c/kWh"),
    ("fleet_efficiency", ["Fleet Efficiency", "Month-end fleet efficiency"], "", " J/TH"),
]


@st.composite
def figures(draw: st.DrawFn) -> dict[str, list[str]]:
    """For each metric one value a month, as text without unit."""
    out = {}
    for name, _, _, _ in ROWS:
        if name in ("bitcoin_produced", "bitcoin_held", "bitcoin_sold"):
            numbers = [
                draw(st.integers(1000, 20000) if name == "bitcoin_held" else st.integers(100, 999))
                for _ in MONTHS
            ]
            out[name] = [f"{n:,}" for n in numbers]
        elif name == "bitcoin_sale_proceeds":
            # In step with the coins: a price that cannot be would be refused.
            out[name] = [f"{int(s.replace(',', '')) * 0.08:.1f}" for s in out["bitcoin_sold"]]
        else:
            out[name] = [f"{draw(st.integers(30, 400)) / 10:.1f}" for _ in MONTHS]
    return out


@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "order": draw(st.permutations(range(3))),
        "spacers": draw(st.booleans()),
        "split": draw(st.booleans()),
        "change": draw(st.booleans()),
        "marks": draw(
            st.sampled_from(
                ["", "<sup>2</sup>", " (2)", '<font style="font-size:6pt;vertical-align:super">2</font>']
            )
        ),
        "unit_in_label": draw(st.booleans()),
        "labels": [draw(st.integers(0, 3)) for _ in ROWS],
        "rows": draw(st.permutations(range(len(ROWS)))),
        "two_headings": draw(st.booleans()),
        "bullets": draw(st.booleans()),
        "empty_rows": draw(st.booleans()),
        "nested": draw(st.booleans()),
    }


def _cell(before: str, text: str, unit: str, how: dict[str, Any]) -> str:
    if how["split"]:
        return f"<td>{before}</td><td>{text}</td><td>{unit}</td>"
    return f"<td>{before}{text}{unit}</td>"


def _page(values: dict[str, list[str]], how: dict[str, Any]) -> bytes:
    space = "<td></td>" if how["spacers"] else ""
    width = 3 if how["split"] else 1
    months = [MONTHS[i][0] for i in how["order"]]
    head = ["<tr><td>Metric</td>"]
    if how["two_headings"]:
        group = "".join(f'{space}<td colspan="{width}">Month Ended</td>' for _ in months)
        head = [f"<tr><td></td>{group}</tr>", "<tr><td>Metric</td>"]
    head += [
        f'{space}<td colspan="{width}">{m}{how["marks"] if "(" not in how["marks"] else ""}</td>'
        for m in months
    ]
    head += [f"{space}<td>% Change</td>"] if how["change"] else []
    lines = ["".join(head) + "</tr>"]
    for i in how["rows"]:
        name, labels, before, unit = ROWS[i]
        label = labels[how["labels"][i] % len(labels)]
        shown = unit
        if how["unit_in_label"] and unit.strip() in ("EH/s", "J/TH", "c/kWh"):
            label, shown = f"{label} ({unit.strip()})", ""
        cells = "".join(space + _cell(before, values[name][m], shown, how) for m in how["order"])
        change = f"{space}<td>12%</td>" if how["change"] else ""
        lines.append(f"<tr><td>{label}{how['marks']}</td>{cells}{change}</tr>")
        lines += ["<tr><td></td></tr>"] if how["empty_rows"] else []
    body = f"<table>{''.join(lines)}</table>"
    if how["nested"]:
        body = f"<table><tr><td>{body}</td></tr></table>"
    if how["bullets"]:
        body = "".join(
            f"<p>• {labels[0]} in {month}: {before}{values[name][m]}{unit}</p>"
            for name, labels, before, unit in ROWS
            for m, (month, _) in enumerate(MONTHS)
        )
    return f"<html><body><p><b>Riot Announces April 2025 Production and Operations Updates</b></p>{body}</body></html>".encode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(figures(), layouts())
def test_layout_does_not_change_figures(
    normalize_release: Callable[..., Any], values: dict[str, list[str]], how: dict[str, Any]
) -> None:
    found = normalize_release(_page(values, how), disclosed_on=date(2025, 5, 5))
    wanted = {}
    for name, _, _, unit in ROWS:
        for (_, end), text in zip(MONTHS, values[name], strict=True):
            number = float(text.replace(",", "")) * (1_000_000 if unit == " million" else 1)
            wanted[(name, "company", end)] = round(number, 4)
    assert {k: round(v, 4) for k, v in found.facts().items()} == wanted
    assert found.rejected == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(10, 200_000), min_size=2, max_size=6),
    st.sampled_from([("(in thousands)", 1000), ("(in millions)", 10**6), ("(in US dollars)", 1)]),
    st.booleans(),
)
def test_revenue_in_any_unit_adds_up(
    normalize_release: Callable[..., Any], parts: list[int], unit: tuple[str, int], split: bool
) -> None:
    labels = ["Bitcoin Mining", "Engineering", "Other", "Cloud", "Hosting", "Staking"]
    caption, scale = unit
    small = 10**6 if scale == 1 else 1
    rows = "".join(
        f"<tr><td>{label}</td>"
        + (f"<td>$</td><td>{value * small:,}</td>" if split else f"<td>${value * small:,}</td>")
        + "</tr>"
        for label, value in [
            *zip(labels, parts, strict=False),
            ("Total revenue", sum(parts)),
            ("Net loss", 5),
            ("Operating loss", 5),
        ]
    )
    width = 2 if split else 1
    html = f'<html><body><p><b>Riot Platforms Reports First Quarter 2025 Financial Results</b></p><p>Statements of operations {caption}</p><table><tr><td></td><td colspan="{width}">Three Months Ended March 31, 2025</td></tr>{rows}</table></body></html>'
    found = normalize_release(html.encode(), disclosed_on=date(2025, 5, 5))
    assert found.value("total_revenue", "2025-03-31") == sum(parts) * scale * small
    by_segment = {f.segment: int(f.value) for f in found.figures if f.segment}
    assert sum(by_segment.values()) == sum(parts) * scale * small
