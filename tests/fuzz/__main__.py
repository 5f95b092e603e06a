"""Read one damaged document again, and show what it states that the undamaged one does not.

python -m tests.fuzz DOCUMENT DAMAGE:PLACE… [--save FILE]
"""

import argparse
import difflib
from pathlib import Path

from tests.fuzz.damage import damaged
from tests.fuzz.documents import SAMPLES, parse_case, problem_of


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("case", nargs="+", help="a document below samples, and its damages as name:place")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the damaged document")
    given = parser.parse_args()
    case = parse_case(given.case)
    if given.save:
        given.save.write_bytes(case.content)
    before = (SAMPLES / case.document).read_bytes()
    for number, damage in enumerate(case.damages):
        after = damaged(before, [damage])
        print(f"{number + 1}. {damage[0]}:{damage[1]}")
        shown = [text.decode("utf-8", "replace").replace(">", ">\n").splitlines() for text in (before, after)]
        for line in list(difflib.unified_diff(*shown, lineterm="", n=2))[2:40]:
            print(f"   {line[:150]}")
        before = after
    problem = problem_of(case)
    print(problem or "reads as it should")
    return 1 if problem else 0


if __name__ == "__main__":
    raise SystemExit(main())
