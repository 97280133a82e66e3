"""What a text is searched by: its pairs of neighbouring characters, whatever the script."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.searching import pairs_of


def test_chinese_words_and_numbers_fall_into_pairs() -> None:
    assert pairs_of("羊绒大衣") == ["大衣", "绒大", "羊绒"]
    assert pairs_of("c2026") == ["02", "20", "26", "c2"]
    assert pairs_of("衣") == pairs_of("") == []


@given(st.text(max_size=30), st.text(max_size=6), st.text(max_size=30))
def test_a_part_of_a_text_has_no_pair_that_the_text_lacks(before: str, part: str, after: str) -> None:
    assert set(pairs_of(part)) <= set(pairs_of(before + part + after))
