"""Prose linter for Markdown, docstrings, comments, messages and YAML descriptions.

The rules in this folder use the format of Vale, whose binary is not available from the package index.
Supported are substitution, existence, occurrence (scope: sentence), and the vocabulary for spelling and
capital letters. Text in backticks or double quotes is not checked.

Usage: python styles/lint.py PATH...
"""

import ast
import configparser
import inspect
import io
import json
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hunspell
import yaml
from markdown_it import MarkdownIt

HOME = Path(__file__).resolve().parent.parent
SUMMARY_LENGTH = 90
# Arguments and functions whose strings a user reads.
MESSAGE_KEYWORDS = {"description", "help", "short_help", "epilog", "message"}
MESSAGE_FUNCTIONS = {"echo", "show", "print", "debug", "info", "warning", "error", "exception"}
DESCRIPTION_KEYS = {"comment", "description", "meaning", "note"}
_LITERAL = re.compile(r'`+[^`]*`+|"[^"\n]*"|“[^”]*”|[\w+]+://\S*|<!--.*?-->', re.DOTALL)
_PRAGMA = re.compile(r"#?\s*(noqa|type: ignore|fmt:|pragma|mypy:|ruff:).*")
_ARGUMENT = re.compile(r"(?m)^ {4}\w+(?=: )")
_WORD = re.compile(r"(?<![\w./\\@#$%-])[A-Za-z][A-Za-z'’]*[A-Za-z](?![\w/\\@=(]|\.\w|-\w*[_\d])")
_CAMEL_CASE = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}")
_CLAUSE = re.compile(r"(?:What|Who|Whose|Where|When|How)\b")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z*_…])")


@dataclass(frozen=True)
class Text:
    """One block of prose with the line of its first character."""

    line: int
    content: str
    summary: bool = False

    def line_at(self, offset: int) -> int:
        return self.line + self.content.count("\n", 0, offset)


@dataclass(frozen=True)
class Alert:
    """A violation of one rule."""

    line: int
    level: str
    rule: str
    message: str


Rule = Callable[[Text], Iterator[Alert]]


def load_rules() -> list[Rule]:
    """Rules of the styles and the vocabulary that .vale.ini names."""
    config = configparser.ConfigParser(interpolation=None)
    config.read_string("[core]\n" + (HOME / ".vale.ini").read_text("utf-8"))
    styles = HOME / config["core"]["StylesPath"]
    vocabulary = styles / "config" / "vocabularies" / config["core"]["Vocab"] / "accept.txt"
    rules = [spelling(vocabulary.read_text("utf-8").splitlines()), docstring_summary]
    for path in sorted(styles.glob("*/*.yml")):
        rule = yaml.safe_load(path.read_text("utf-8"))
        rules.append(KINDS[rule["extends"]](f"{path.parent.name}.{path.stem}", rule))
    return rules


def substitution(name: str, rule: dict[str, Any]) -> Rule:
    """Replace each key of `swap` with its value."""
    flags = re.IGNORECASE if rule.get("ignorecase") else 0
    swaps = [(re.compile(rf"\b(?:{_any_space(key)})\b", flags), value) for key, value in rule["swap"].items()]

    def check(text: Text) -> Iterator[Alert]:
        for pattern, value in swaps:
            for match in pattern.finditer(text.content):
                message = rule["message"] % (value, _one_line(match[0]))
                yield Alert(text.line_at(match.start()), rule["level"], name, message)

    return check


def existence(name: str, rule: dict[str, Any]) -> Rule:
    """Reject every match of a token."""
    flags = re.IGNORECASE if rule.get("ignorecase") else 0
    pattern = re.compile(rf"\b(?:{_any_space('|'.join(rule['tokens']))})\b", flags)

    def check(text: Text) -> Iterator[Alert]:
        for match in pattern.finditer(text.content):
            message = rule["message"] % _one_line(match[0])
            yield Alert(text.line_at(match.start()), rule["level"], name, message)

    return check


def occurrence(name: str, rule: dict[str, Any]) -> Rule:
    """Limit the number of tokens in a sentence."""
    token = re.compile(rule["token"])

    def check(text: Text) -> Iterator[Alert]:
        start = 0
        for end in [*(m.start() for m in _SENTENCE_END.finditer(text.content)), len(text.content)]:
            if len(token.findall(text.content[start:end])) > rule["max"]:
                begin = start + len(text.content[start:end]) - len(text.content[start:end].lstrip())
                yield Alert(text.line_at(begin), rule["level"], name, rule["message"])
            start = end

    return check


KINDS = {"substitution": substitution, "existence": existence, "occurrence": occurrence}


def spelling(vocabulary: list[str]) -> Rule:
    """Reject unknown words, and accepted terms in another capitalization."""
    speller = hunspell.Hunspell("en_US")
    accepted = {word.strip() for word in vocabulary if word.strip() and not word.startswith("#")}
    capital = {word.lower(): word for word in accepted if word != word.lower()}

    def check(text: Text) -> Iterator[Alert]:
        for match in _WORD.finditer(text.content):
            word = match[0].replace("’", "'").removesuffix("'s").rstrip("'")
            line = text.line_at(match.start())
            if len(word) < 3 or word in accepted or word.lower() in accepted:
                continue
            if word.lower() in capital:
                yield Alert(line, "error", "Vale.Terms", f"Write '{capital[word.lower()]}', not '{word}'.")
            elif not _CAMEL_CASE.search(word) and not speller.spell(word):
                yield Alert(line, "error", "Vale.Spelling", f"Unknown word '{word}'.")

    return check


def docstring_summary(text: Text) -> Iterator[Alert]:
    """Limit the first line of a docstring to an imperative or noun phrase of 90 characters."""
    if not text.summary:
        return
    summary = text.content.splitlines()[0]
    if len(summary) > SUMMARY_LENGTH:
        message = f"First line is longer than {SUMMARY_LENGTH} characters."
        yield Alert(text.line, "error", "Docstring.Length", message)
    if _CLAUSE.match(summary):
        message = "Begin with an imperative or a noun, not with a clause."
        yield Alert(text.line, "error", "Docstring.Form", message)


def _any_space(pattern: str) -> str:
    """Let a blank in a pattern match a line break as well."""
    return pattern.replace(" ", r"\s+")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _blank_literals(text: str) -> str:
    """Replace code and quotations by a placeholder, keeping the line breaks."""
    return _LITERAL.sub(lambda match: "…" + "\n" * match[0].count("\n"), text)


def markdown_texts(source: str) -> Iterator[Text]:
    """Headings, paragraphs, list items and table cells; no code blocks."""
    for block in MarkdownIt("commonmark").enable("table").parse(source):
        if block.type == "inline" and block.map:
            parts = [
                {"softbreak": "\n", "hardbreak": "\n", "code_inline": "…"}.get(child.type, child.content)
                for child in block.children or []
                if child.type not in ("image", "html_inline")
            ]
            yield Text(block.map[0] + 1, "".join(parts))


def notebook_texts(source: str) -> Iterator[Text]:
    """Markdown cells of a notebook, with line numbers inside the cell."""
    for cell in json.loads(source)["cells"]:
        if cell["cell_type"] == "markdown":
            yield from markdown_texts("".join(cell["source"]))


def comment_texts(lines: list[tuple[int, str]]) -> Iterator[Text]:
    """Consecutive comment lines as one block."""
    block: list[tuple[int, str]] = []
    for number, line in [*lines, (-1, "")]:
        if block and number != block[-1][0] + 1:
            yield Text(block[0][0], "\n".join(text for _, text in block))
            block = []
        block.append((number, line))


def python_texts(source: str) -> Iterator[Text]:
    """Docstrings, comments, and strings that a user reads."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [t for t in tokens if t.type == tokenize.COMMENT]
    yield from comment_texts([(t.start[0], _PRAGMA.sub("", t.string).lstrip("#! ")) for t in comments])
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False)
            if docstring:
                yield from docstring_texts(node.body[0].lineno, inspect.cleandoc(docstring))
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from message_texts([*node.exc.args, *(k.value for k in node.exc.keywords)])
        elif isinstance(node, ast.Call):
            function = getattr(node.func, "attr", getattr(node.func, "id", None))
            arguments = node.args if function in MESSAGE_FUNCTIONS else []
            keywords = [k.value for k in node.keywords if k.arg in MESSAGE_KEYWORDS]
            yield from message_texts([*arguments, *keywords])


def docstring_texts(line: int, docstring: str) -> Iterator[Text]:
    """Paragraphs of a docstring; the first one is the summary."""
    offset = 0
    for number, paragraph in enumerate(re.split(r"(\n\s*\n)", docstring)):
        if paragraph.strip():
            text = paragraph if number == 0 else _ARGUMENT.sub("…", paragraph)
            yield Text(line + docstring.count("\n", 0, offset), text, summary=number == 0)
        offset += len(paragraph)


def message_texts(arguments: list[ast.expr]) -> Iterator[Text]:
    """String literals and f-strings among call arguments."""
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield Text(argument.lineno, argument.value)
        elif isinstance(argument, ast.JoinedStr):
            parts = [str(v.value) if isinstance(v, ast.Constant) else "…" for v in argument.values]
            yield Text(argument.lineno, "".join(parts))


def sql_texts(source: str) -> Iterator[Text]:
    """Comments of a SQL file; the example output of a cookbook query is skipped."""
    lines = enumerate(source.splitlines(), start=1)
    comments = [(n, line.strip()[2:]) for n, line in lines if line.strip().startswith("--")]
    yield from comment_texts([(n, text) for n, text in comments if not text.startswith("  ")])


def yaml_texts(source: str) -> Iterator[Text]:
    """Values of the keys that describe something."""
    nodes = [node for node in yaml.compose_all(source) if node]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value in DESCRIPTION_KEYS and isinstance(value, yaml.ScalarNode):
                    yield Text(value.start_mark.line + 1, value.value)
                nodes.append(value)
        elif isinstance(node, yaml.SequenceNode):
            nodes.extend(node.value)


READERS = {
    ".md": markdown_texts,
    ".ipynb": notebook_texts,
    ".py": python_texts,
    ".sql": sql_texts,
    ".yaml": yaml_texts,
}


def check_file(path: Path, rules: list[Rule]) -> list[Alert]:
    """All alerts of a file, in the order of its lines."""
    texts = READERS[path.suffix](path.read_text("utf-8"))
    alerts = []
    for text in texts:
        blanked = Text(text.line, _blank_literals(text.content))
        alerts += [alert for rule in rules for alert in rule(text if rule is docstring_summary else blanked)]
    return sorted(alerts, key=lambda alert: (alert.line, alert.rule, alert.message))


def files(arguments: list[str]) -> list[Path]:
    """Files named by the arguments, and files with a known suffix below folders."""
    paths = [Path(argument) for argument in arguments]
    below = [child for path in paths for child in sorted(path.rglob("*")) if child.suffix in READERS]
    return [*(path for path in paths if path.is_file()), *(child for child in below if child.is_file())]


def main(arguments: list[str]) -> int:
    """Print all alerts; exit status 1 if one of them is an error."""
    rules = load_rules()
    checked = files(arguments)
    if not checked:
        print("No files to check. Usage: python styles/lint.py PATH...", file=sys.stderr)
        return 2
    alerts = [(path, alert) for path in checked for alert in check_file(path, rules)]
    for path, alert in alerts:
        print(f"{path}:{alert.line}: {alert.level}: {alert.message} [{alert.rule}]")
    errors = sum(alert.level == "error" for _, alert in alerts)
    print(f"{len(checked)} files: {errors} errors, {len(alerts) - errors} warnings")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
