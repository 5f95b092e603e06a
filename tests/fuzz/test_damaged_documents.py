"""Damaged sample documents: no crash, no more than five seconds, and no figure that the whole document does not state.

2,000 documents by default; `make fuzz` reads 50,000. The same documents each time: another FUZZ_SEED gives others.
"""

import dataclasses
import os
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.damage import DAMAGES, HARMLESS, STRUCTURAL, damaged
from tests.fuzz.documents import SAMPLES, Case, Reading, documents, parse_case, problem_of, read, undamaged

DOCUMENTS, SEED = int(os.environ.get("FUZZ_DOCUMENTS", "2000")), int(os.environ.get("FUZZ_SEED", "20261127"))
SHARDS = 4
PLACES = st.integers(0, 2**32 - 1)


def damages(*names: str, most: int = 3) -> st.SearchStrategy[list[tuple[str, int]]]:
    return st.lists(st.tuples(st.sampled_from(names), PLACES), min_size=1, max_size=most)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A sample document with one structural damage and harmless ones, or with up to three of any kind."""
    with_figures = [name for name in documents() if (whole := undamaged(name)) and whole.found]
    document = draw(st.sampled_from(with_figures) | st.sampled_from(documents()))
    structural = st.tuples(damages(*STRUCTURAL, most=1), damages(*HARMLESS, most=1) | st.just([]))
    chosen = draw(structural.map(lambda pair: [*pair[0], *pair[1]]) | damages(*DAMAGES))
    return Case(document, tuple(chosen))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_damaged_document_states_nothing_new(shard: int) -> None:
    @seed(SEED + shard)
    @settings(
        max_examples=DOCUMENTS // SHARDS,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def check(case: Case) -> None:
        problem = problem_of(case)
        assert not problem, f"{problem}\nRepeat: .venv/bin/python -m tests.fuzz {case}"

    check()


def test_samples_state_figures() -> None:
    """Else nothing could be invented, and the test above would prove nothing."""
    wholes = [whole for name in documents() if (whole := undamaged(name))]
    assert sum(bool(whole.found) for whole in wholes) > 90
    assert sum(len(whole.found) for whole in wholes) > 400


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_changes_documents_and_repeats(name: str) -> None:
    texts = [(SAMPLES / document).read_bytes() for document in documents()[::10]]
    first = [damaged(text, [(name, 123_456_789)]) for text in texts]
    assert first != texts
    assert first == [damaged(text, [(name, 123_456_789)]) for text in texts]


DOCUMENT = "edgar/www.sec.gov/Archives/edgar/data/1839341/000162828024008906/corz-20240305_ex991.htm"


def test_invented_figure_is_noticed() -> None:
    whole = undamaged(DOCUMENT)
    assert whole
    other = read(DOCUMENT, (SAMPLES / DOCUMENT).read_bytes().replace(b"893", b"894")).found
    assert [(s.fact, s.value) for s in other if not whole.states(s)] == [("bitcoin_produced", 894)]
    rounded = dataclasses.replace(whole.found[0], value=whole.found[0].value + 3, rounding=Decimal(5))
    assert whole.states(rounded)


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        (lambda *_: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda *_: [None for _ in iter(int, 1)], "takes more than 0.2 s"),
        (lambda *_: read(DOCUMENT, b""), ""),
    ],
    ids=["crash", "hang", "refusal"],
)
def test_crash_and_hang_are_noticed(
    reader: Callable[..., Reading], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = parse_case([DOCUMENT, "cut:100"])
    assert case == parse_case(str(case).split())
    monkeypatch.setattr("tests.fuzz.documents.SECONDS", 0.2)
    monkeypatch.setattr("tests.fuzz.documents.read", reader)
    assert problem_of(case) == told


def test_two_damages_of_cells_are_not_noticeable() -> None:
    """Without its first value and its first heading, a table is whole again."""
    assert parse_case([DOCUMENT, "delete_cell:1", "cut:9"]).is_noticeable
    assert not parse_case([DOCUMENT, "delete_cell:1", "delete_cell:2"]).is_noticeable
    assert not parse_case([DOCUMENT, "swap_cells:1"]).is_noticeable
