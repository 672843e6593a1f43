"""Identity: each item of a document has a key of its own, and keeps it from poll to poll."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.items import with_keys
from monitor.interfaces import FeedItem


def said(url: str, guid: str | None = None, title: str | None = None, raw_date: str | None = None) -> FeedItem:
    """Make an item as a reader finds it, without a key."""
    return FeedItem(key="", url=f"https://o.example{url}", guid=guid, title=title, raw_date=raw_date)


def keys(*items: FeedItem) -> list[str]:
    """Return the keys the items get."""
    return [item.key for item in with_keys(items)]


def test_a_guid_of_its_own_is_the_key() -> None:
    """Even when the link changes, the item stays the same."""
    assert keys(said("/a", "1"), said("/b", "2")) == ["1", "2"]


def test_a_shared_guid_is_told_apart_by_the_link() -> None:
    """Sections that share a guid: only the items concerned get a longer key."""
    assert keys(said("/a", "1"), said("/b", "1"), said("/c", "3")) == [
        "1 https://o.example/a",
        "1 https://o.example/b",
        "3",
    ]


def test_one_guid_for_all_says_nothing() -> None:
    """The links identify the items of a feed that has one guid."""
    assert keys(said("/a?utm_source=rss", "home"), said("/b", "home")) == ["https://o.example/a", "https://o.example/b"]


def test_without_guids_links_identify() -> None:
    """In canonical form, so that tracking does not make a new item."""
    assert keys(said("/a?utm_medium=x"), said("/b")) == ["https://o.example/a", "https://o.example/b"]


def test_title_and_date_are_the_last_resort() -> None:
    """A feed whose items all link to the front page, with one guid or none."""
    for guid in (None, "home"):
        found = keys(said("/", guid, "One", "1 May 2026"), said("/", guid, "Two", "2 May 2026"))
        assert found == ["One 1 May 2026 https://o.example/", "Two 2 May 2026 https://o.example/"]


def test_an_item_listed_twice_is_one_item() -> None:
    """The first stays, also when its headline was edited in between."""
    found = with_keys([said("/a", "1", "New headline"), said("/a", "1", "Old headline"), said("/b", "2")])
    assert [(item.key, item.title) for item in found] == [("1", "New headline"), ("2", None)]


def test_an_endless_guid_is_kept_as_its_hash() -> None:
    """Keys stay short; the same guid gives the same key."""
    (first,) = keys(said("/a", "x" * 5000))
    assert first == keys(said("/b", "x" * 5000))[0]
    assert first.startswith("sha256:")
    assert len(first) < 80


@given(
    st.lists(
        st.builds(
            said,
            st.sampled_from(["/", "/a", "/b", "/c?utm_source=x"]),
            st.sampled_from([None, "1", "2"]),
            st.sampled_from([None, "T", "U"]),
            st.sampled_from([None, "1 May 2026"]),
        ),
        max_size=12,
    )
)
def test_keys_are_unique_and_repeatable(items: list[FeedItem]) -> None:
    """Whatever repeats, no two items of a document share a key, and the same document gives the same keys."""
    found = with_keys(items)
    assert len({item.key for item in found}) == len(found)
    assert all(item.key for item in found)
    assert with_keys(items) == found
    assert {item.url for item in found} == {item.url for item in items}
