"""Lists of words and concepts in lexicon/*.yaml."""

from functools import cache

from pydantic import TypeAdapter, ValidationError

from pipelines.errors import UsageError
from pipelines.watchlist.source import read_yaml

_WordLists = TypeAdapter(dict[str, tuple[str, ...]])


def word_list(name: str) -> tuple[str, ...]:
    """The words of a list, in order.

    Args:
        name: File and key: `news.common_words` is the list common_words in lexicon/news.yaml.

    Raises:
        UsageError: The file is not valid.
    """
    file, _, key = name.partition(".")
    return _read(file)[key]


@cache
def _read(file: str) -> dict[str, tuple[str, ...]]:
    ((path, content),) = read_yaml(f"lexicon/{file}.yaml", None)
    try:
        return _WordLists.validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{path}: {where}: {first['msg']}.") from error
