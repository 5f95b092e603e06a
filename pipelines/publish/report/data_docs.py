"""Great Expectations Data Docs: the last results of each suite, as offline pages."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.publish.report.templating import write_page
from pipelines.validate.outcomes import kept_outcomes, outcome_name


@dataclass(frozen=True, slots=True)
class SuitePage:
    """A page of a suite's last result: its file, subject and outcome."""

    file: str
    dataset: str
    suite: str
    success: bool
    evaluated: int
    successful: int
    ran_at: str


def write_data_docs(folder: Path, results: Path) -> list[SuitePage]:
    """Write `data_docs/`: an index, and a page for each suite's last run.

    Great Expectations renders the results; links to scripts and styles on ten hosts are removed from its
    pages.
    """
    place = folder / "data_docs"
    place.mkdir(parents=True, exist_ok=True)
    pages = []
    outcomes = list(kept_outcomes(results))
    if outcomes:
        render = _renderer()
        for dataset, suite, outcome in outcomes:
            name = f"{outcome_name(dataset, suite)}.html"
            (place / name).write_text(_offline(render(outcome), f"{dataset}: {suite}"), "utf-8")
            statistics = outcome.get("statistics", {})
            ran_at = str(outcome.get("meta", {}).get("batch_markers", {}).get("ge_load_time", ""))
            pages.append(
                SuitePage(
                    name,
                    dataset,
                    suite,
                    bool(outcome.get("success")),
                    int(statistics.get("evaluated_expectations", 0)),
                    int(statistics.get("successful_expectations", 0)),
                    ran_at[:8],
                )
            )
    write_page(place / "index.html", "data_docs.html.j2", up="../report/", title="Data Docs", pages=pages)
    return pages


def _renderer() -> Any:
    """Great Expectations' renderer of a suite's result. Its import takes some seconds."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.core.expectation_validation_result import expectationSuiteValidationResultSchema
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    logging.getLogger("great_expectations").setLevel(logging.WARNING)

    def render(outcome: dict[str, Any]) -> str:
        loaded = expectationSuiteValidationResultSchema.load(outcome)
        result = (
            loaded
            if isinstance(loaded, ExpectationSuiteValidationResult)
            else ExpectationSuiteValidationResult(**loaded)
        )
        return str(DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(result)))

    return render


def _offline(page: str, title: str) -> str:
    """A rendered page without scripts and external resources."""
    from lxml import etree, html

    document: Any = html.document_fromstring(page)
    # Remove elements that need scripts, and links to missing pages.
    for element in list(
        document.iter("script", "link", "iframe", "style", "img", "input", "form", "button", "label", "ol")
    ):
        element.drop_tree()
    for element in document.iter(etree.Element):
        for name in [n for n in element.attrib if n.startswith("on") or n == "style"]:
            del element.attrib[name]
        if not str(element.get("href", "#")).startswith("#"):
            del element.attrib["href"]
    head = document.find("head")
    if head is None:
        head = etree.SubElement(document, "head")
    for child in list(head):
        head.remove(child)
    for name, attributes, text in (
        ("meta", {"charset": "utf-8"}, None),
        ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}, None),
        (
            "meta",
            {
                "http-equiv": "Content-Security-Policy",
                "content": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'",
            },
            None,
        ),
        ("title", {}, title),
        ("link", {"rel": "stylesheet", "href": "../report/assets/style.css"}, None),
    ):
        child = etree.SubElement(head, name, attributes)
        child.text = text
    document.set("lang", "en")
    body = document.find("body")
    if body is not None:
        wide = etree.Element(
            "div", {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": title}
        )
        for child in list(body):
            wide.append(child)
        main = etree.SubElement(body, "main")
        link = etree.SubElement(etree.SubElement(main, "p"), "a", {"href": "index.html"})
        link.text = "All suites"
        etree.SubElement(main, "h1").text = title
        main.append(wide)
    rendered: str = html.tostring(document, encoding="unicode")
    return f"<!doctype html>\n{rendered}"
