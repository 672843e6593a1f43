"""What a statement names is named in batches, each thing once."""

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from monitor.store.batches import MOST, batches


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(0, 3 * MOST))
def test_every_key_is_in_one_batch(some: list[int], more: int) -> None:
    """In the order given, whatever repeats; no batch is empty, or larger than a statement may name."""
    keys = [*some, *range(10, 10 + more), *some]
    found = list(batches(keys))
    assert list(chain.from_iterable(found)) == list(dict.fromkeys(keys))
    assert all(0 < len(one) <= MOST for one in found)
