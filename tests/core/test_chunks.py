"""What stays the same in a file or a table gives the same pieces again, whatever changes around it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.chunks import CutPolicy, pieces

SMALL = CutPolicy(usual=200, most=1000)
ROWS = st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=120)), max_size=150, unique_by=lambda row: row[0])


def rows_of(table: list[tuple[int, bytes]]) -> list[bytes]:
    """Return a table as lines in the order of their keys."""
    return [b"%d\t%s\n" % (key, value.hex().encode()) for key, value in sorted(table)]


def cut(rows: list[bytes]) -> list[bytes]:
    return list(pieces(rows, lambda row: row.split(b"\t")[0], SMALL))


@settings(max_examples=50)
@given(ROWS)
def test_pieces_are_the_table(table: list[tuple[int, bytes]]) -> None:
    """Joined they are every row in order; none is empty, and none is longer than allowed."""
    rows = rows_of(table)
    made = cut(rows)
    assert b"".join(made) == b"".join(rows)
    assert all(0 < len(piece) <= SMALL.most for piece in made)


@settings(max_examples=50)
@given(ROWS.filter(bool), st.data())
def test_a_row_that_changes_moves_no_other_cut(table: list[tuple[int, bytes]], data: st.DataObject) -> None:
    """Without a row, only pieces that lay beside it or were cut by force are others."""
    gone = data.draw(st.sampled_from(table))
    before, after = cut(rows_of(table)), cut(rows_of([row for row in table if row != gone]))
    forced = sum(len(piece) > SMALL.most - 250 for piece in (*before, *after))
    assert len(set(before) - set(after)) <= 2 + forced


def test_pieces_are_about_as_large_as_asked() -> None:
    """Of many rows of one length, the usual piece is within a third of what the policy names."""
    rows = [b"%d\t%s\n" % (number, b"x" * 90) for number in range(40_000)]
    made = cut(rows)
    assert 130 < sum(map(len, rows)) / len(made) < 330
