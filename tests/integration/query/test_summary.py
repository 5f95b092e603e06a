"""Questions of the summary, on a warehouse without facts."""

from collections.abc import Callable

from pipelines.query.summary import answers, summary_questions
from pipelines.steps.services import Services


def test_questions_run_on_empty_warehouse(make_services: Callable[..., Services]) -> None:
    """Of a list of alternatives none is shown if none has rows."""
    shown = answers(make_services().engine)
    single = [questions[0][0] for questions in summary_questions() if len(questions) == 1]
    assert [(answer.question, answer.rows) for answer in shown] == [(question, []) for question in single]
    assert all(answer.columns[-1] == "accession" for answer in shown)
