"""A lesson's text at the width there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.widgets.prose import LONGEST_LINE, inline, prose_lines

TEXT = """\
A queue *keeps* messages until somebody receives them with `ReceiveMessage`.

1. It pushes nothing, and whoever wants its messages must ask.
- It loses nothing.

```
{"Version": "2012-10-17"}
```"""


def _plain(markdown: str, width: int) -> list[str]:
    return [line.plain.rstrip() for line in prose_lines(markdown, width)]


def test_paragraphs_lists_and_code_are_drawn() -> None:
    assert _plain(TEXT, 40) == [
        "A queue keeps messages until somebody",
        "receives them with ReceiveMessage.",
        "",
        "1. It pushes nothing, and whoever wants",
        "   its messages must ask.",
        "• It loses nothing.",
        "",
        '  {"Version": "2012-10-17"}',
    ]


def test_code_and_emphasis_stand_out() -> None:
    spans = inline("The `jobs` queue *keeps* it, 2 * 3 * 4.").spans
    assert [str(span.style) for span in spans] == ["bold $text-accent", "bold"]
    assert inline("2 * 3 * 4 and a_b").plain == "2 * 3 * 4 and a_b"


@given(
    words=st.lists(
        st.sampled_from(["queue", "`a b`", "*c d*", "- x", "\n\n", "\n- y"]), max_size=40
    ),
    width=st.integers(1, 200),
)
def test_no_line_is_longer_than_the_room(words: list[str], width: int) -> None:
    room = max(8, min(width, LONGEST_LINE))
    assert all(line.cell_length <= room for line in prose_lines(" ".join(words), width))


def test_no_text_is_no_line_but_the_empty_one() -> None:
    assert _plain("", 40) in ([], [""])
