"""Sentences of a text in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.sentences import cut, sentences

PROSE = st.text(st.sampled_from("aA 1.!?\n\"')»…。！۔।؟م不") | st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. He came! Why? So.", ["It rained.", "He came!", "Why?", "So."]),
        ('He said "Yes." Then he left.', ['He said "Yes."', "Then he left."]),
        ("Mr. J. R. Smith met Dr. Jones at 5 p.m. today. It rained.", None),
        ("It cost 1.5 million. It rained.", ["It cost 1.5 million.", "It rained."]),
        ("M. Dupont est là. Il parle.", ["M. Dupont est là.", "Il parle."]),
        ("El Sr. Gómez habló. Llovió.", ["El Sr. Gómez habló.", "Llovió."]),
        ("На ул. Ленина тихо. Да.", ["На ул. Ленина тихо.", "Да."]),
        ("قال نعم؟ ثم غادر. انتهى", ["قال نعم؟", "ثم غادر.", "انتهى"]),
        ("بارش ہوئی۔ وہ آئے۔", ["بارش ہوئی۔", "وہ آئے۔"]),
        ("वह आया। बारिश हुई।", ["वह आया।", "बारिश हुई।"]),
        ("他来了。下雨了！「走。」他说。", ["他来了。", "下雨了！", "「走。」", "他说。"]),
        ("A heading\n\nIt rained.\nฝนตก", ["A heading", "It rained.", "ฝนตก"]),
        ("... and so on. Yes.", ["... and so on.", "Yes."]),
        ("", []),
    ],
)
def test_sentences_are_found_in_every_script(text: str, expected: list[str] | None) -> None:
    assert sentences(text) == (
        expected if expected is not None else ["Mr. J. R. Smith met Dr. Jones at 5 p.m. today.", "It rained."]
    )


@given(PROSE)
def test_what_was_cut_is_the_text_when_joined(text: str) -> None:
    parts = cut(text)
    assert "".join(parts) == text
    assert all(parts)
    assert all(part.isspace() or part == part.strip() for part in parts)
