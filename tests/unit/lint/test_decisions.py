"""Decision tables that can't be computed, contradict themselves, or never say something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.lint import Severity
from engine.lint.cells import covers, overlap, values_of
from tests.unit.lint.bundles import check, found, rule, table

INPUT = '<input id="i1"><inputExpression id="e1"><text>reason</text></inputExpression>{}</input>\n'
OUTPUT = '<output id="o1" name="answer"/>'


def choose(*rows: str, policy: str = "UNIQUE", columns: str = "", more: str = "") -> dict[str, str]:
    return {"choose.dmn": table(*rows, policy=policy, columns=columns, more=more)}


@pytest.mark.parametrize(
    ("code", "line", "files"),
    [
        ("dmn.hit_policy", 3, choose(rule(1, '"a"', "-"), policy="PRIORITY")),
        ("dmn.aggregation", 3, choose(rule(1, '"a"', "-"), policy="COLLECT", more=' aggregation="SUM"')),
        ("dmn.overlap", 8, choose(rule(1, '"a"', "-"), rule(2, '"a"', "&lt; 5"))),
        ("dmn.overlap", 8, choose(rule(1, 'in ["a", "b"]', "-"), rule(2, 'in ["b", "c"]', "-"))),
        ("dmn.overlap", 8, choose(rule(1, "-", "&lt;= 5"), rule(2, "-", "&gt;= 5"))),
        ("dmn.overlap", 8, choose(rule(1, 'not in ["a"]', "-"), rule(2, '"b"', "-"))),
        ("dmn.overlap", 8, choose(rule(1, "-", "1 &lt; ? &lt; 5"), rule(2, "-", "4"))),
        ("dmn.duplicate_rule", 8, choose(rule(1, '"a"', "-"), rule(2, '"a"', "-"))),
        ("dmn.duplicate_rule", 8, choose(rule(1, '"a"', "-"), rule(2, '"a"', "-"), policy="FIRST")),
        ("dmn.cell", 7, choose(rule(1, '"a" b', "-"))),
        ("dmn.cell", 7, choose(rule(1, "-", "[1..5]"))),
        ("dmn.cell", 7, choose(rule(1, "-", "().__class__"))),
        ("dmn.cell_meaning", 7, choose(rule(1, '"a", "b"', "-"))),
        ("dmn.cell_meaning", 7, choose(rule(1, 'not("a")', "-"))),
        ("dmn.cell_meaning", 7, choose(rule(1, '"a" or "b"', "-"))),
        ("expr.foreign_constant", 7, choose(rule(1, "true", "-"))),
        ("expr.refused", 7, choose(rule(1, '"a"', "-", answer="open x"))),
        ("expr.foreign_constant", 7, choose(rule(1, '"a"', "-", answer="false"))),
        ("dmn.no_rules", 3, choose()),
        ("dmn.row_length", 7, choose(rule(1, '"a"'))),
        (
            "dmn.output_name",
            5,
            choose(rule(1, '"a"'), columns=INPUT.format("") + '<output id="o1" name="an answer"/>'),
        ),
        (
            "expr.empty",
            4,
            choose(
                rule(1, '"a"'),
                columns='<input id="i1"><inputExpression id="e1"><text/>'
                "</inputExpression></input>\n" + OUTPUT,
            ),
        ),
        (
            "dmn.one_decision",
            2,
            {
                "a.dmn": '<?xml version="1.0"?>\n<definitions xmlns="https://www.omg.org/spec/DMN/'
                '20191111/MODEL/" id="d" name="d" namespace="t"/>'
            },
        ),
    ],
)
def test_errors(code: str, line: int, files: dict[str, str]) -> None:
    finding = found(files, code)
    assert (finding.severity, finding.line) == (Severity.ERROR, line)


@pytest.mark.parametrize(
    ("code", "line", "files"),
    [
        ("dmn.output_blank", 7, choose(rule(1, '"a"', "-", answer=""))),
        ("dmn.never_matches", 8, choose(rule(1, "-", "-"), rule(2, '"a"', "-"), policy="FIRST")),
        ("dmn.never_matches", 8, choose(rule(1, "-", "&lt; 9"), rule(2, "-", "in [1, 2]"), policy="FIRST")),
        ("dmn.never_matches", 7, choose(rule(1, "-", "5 &lt; ? &lt; 1"))),
        ("dmn.never_matches", 7, choose(rule(1, "in []", "-"))),
        (
            "dmn.values_ignored",
            4,
            choose(
                rule(1, '"a"'),
                columns=INPUT.format('<inputValues id="v"><text>"a"</text></inputValues>') + OUTPUT,
            ),
        ),
    ],
)
def test_warnings(code: str, line: int, files: dict[str, str]) -> None:
    finding = found(files, code)
    assert (finding.severity, finding.line) == (Severity.WARNING, line)


@pytest.mark.parametrize(
    "files",
    [
        choose(rule(1, '"a"', "&lt; 5"), rule(2, '"a"', "&gt;= 5"), rule(3, 'not in ["a"]', "-")),
        choose(rule(1, '"a"', "-"), rule(2, "-", "-"), policy="FIRST"),
        choose(rule(1, '"a"', "-", answer="1"), rule(2, '"a"', "-", answer="2"), policy="COLLECT"),
        choose(rule(1, 'in ["a", "b"]', "1 &lt; ? &lt; 5"), rule(2, '"c"', "-")),
        choose(rule(1, '? != "a"', "-"), rule(2, '"a"', "-")),
        # Nothing certain can be said of what is computed.
        choose(rule(1, 'other + "a"', "-"), rule(2, 'other + "b"', "-")),
    ],
)
def test_sound_tables_pass(files: dict[str, str]) -> None:
    assert check(files) == []


def test_whole_numbers_leave_no_room_between() -> None:
    columns = (
        '<input id="i1"><inputExpression id="e1" typeRef="{}"><text>n</text></inputExpression></input>\n'
        + OUTPUT
    )
    rows = (rule(1, "3 &lt; ? &lt; 5"), rule(2, "&gt; 4"))
    assert check(choose(*rows, columns=columns.format("integer"))) == []
    found(choose(*rows, columns=columns.format("number")), "dmn.overlap")


def test_a_decision_is_in_one_file() -> None:
    text = table(rule(1, '"a"', "-"))
    assert found({"a.dmn": text, "b.dmn": text}, "dmn.duplicate_id").file == "b.dmn"


CELLS = st.one_of(
    st.just("-"),
    st.integers(0, 6).map(str),
    st.lists(st.integers(0, 6), max_size=3).map(lambda v: f"in {v}"),
    st.lists(st.integers(0, 6), max_size=3).map(lambda v: f"not in {v}"),
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "!="]), st.integers(0, 6)).map(
        lambda p: f"{p[0]} {p[1]}"
    ),
    st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda p: f"{p[0]} <= ? < {p[1]}"),
)


def accepts(cell: str, value: int) -> bool:
    """What a cell means, computed in the plainest way."""
    if cell == "-":
        return True
    test = (
        cell.replace("?", str(value))
        if "?" in cell
        else f"{value} {cell if not cell.isdigit() else '== ' + cell}"
    )
    return bool(eval(test))  # noqa: S307 - made by the strategy above


@given(CELLS, CELLS)
def test_sets_agree_with_what_cells_accept(one: str, other: str) -> None:
    first, second = values_of(one, whole_numbers=True), values_of(other, whole_numbers=True)
    both = [v for v in range(-3, 10) if accepts(one, v) and accepts(other, v)]
    assert overlap(first, second) in (bool(both), None)
    if covers(first, second):
        assert all(accepts(one, v) for v in range(-3, 10) if accepts(other, v))
