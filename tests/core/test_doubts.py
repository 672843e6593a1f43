"""A text that may be only what was left of the one before is doubted; what an editor does is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.doubts import doubt
from monitor.model import Quality

SENTENCES = (
    "The town council of Marl voted on Tuesday to close the old river bridge until the spring.",
    "Twelve members were in favour and five against, after a debate of more than three hours.",
    "The works will cost 1.5 million and take eighteen months, said the mayor, Helen Marsh.",
    "Shopkeepers of the old town fear that their customers will stay away for the whole winter.",
    "“Nobody has asked us,” said Paul Weaver, who sells bread on the corner of Mill Lane.",
    "A ferry is to carry pedestrians and cyclists across, every ten minutes and free of charge.",
    "Lorries will have to take the road by Oberau, which is twenty-two kilometres longer.",
    "The bridge was built in 1911 and has carried twice the weight it was made for since 1960.",
    "An engineer found cracks in two of its pillars last summer and warned the council at once.",
    "The regional government pays for half of the works, as it did for the bridge of Lindach.",
)
ARTICLE = "\n".join(SENTENCES)


def _kind(after: str, before: str = ARTICLE) -> Quality | None:
    doubted = doubt(before, after)
    return doubted[0] if doubted else None


@pytest.mark.parametrize(
    "after",
    [
        ARTICLE,
        "\n".join(SENTENCES[:7]),
        "\n".join(SENTENCES[::2]),
        "\n".join([SENTENCES[0], *SENTENCES[5:]]),
        "\n".join((SENTENCES[0], SENTENCES[2], SENTENCES[4], SENTENCES[7])),
        ARTICLE.replace("Twelve members", "Eleven members"),
        ARTICLE.replace(", said the mayor, Helen Marsh", ""),
        ARTICLE + "\nThe council meets again on Friday.",
        "\n".join(reversed(SENTENCES)),
    ],
)
def test_what_an_editor_does_is_believed_at_once(after: str) -> None:
    """Cuts in several places and from the end, corrections, additions, another order."""
    assert doubt(ARTICLE, after) is None


@pytest.mark.parametrize(
    ("was", "now", "doubted"), [(50, 20, False), (50, 15, False), (50, 14, True), (7, 2, True), (8, 3, False)]
)
def test_the_loss_of_most_of_a_text_is_doubted_whoever_made_it(was: int, now: int, doubted: bool) -> None:
    """Under 30 % left and 50 words or more gone, also where sentences went from several places and the lead stayed."""
    before = [f"The council of the town voted on item {number} today." for number in range(was)]
    found = doubt("\n".join(before), "\n".join(before[: 2 * now : 2]))
    assert (found and found[0]) == (Quality.COLLAPSED if doubted else None)


def test_a_flash_that_grows_or_is_rewritten_is_believed() -> None:
    """News begins with a line."""
    flash = "The old bridge of Marl closes in May, the council decided on Tuesday evening."
    assert doubt(flash, ARTICLE) is None
    assert doubt(flash, "The old bridge of Marl stays open, the council decided on Tuesday evening.") is None
    assert doubt("", ARTICLE) is None


@pytest.mark.parametrize("cut", [40, 200, 333, 480, 600, 700])
def test_a_text_that_stops_in_the_middle_of_a_sentence_is_broken_off(cut: int) -> None:
    """At any length."""
    assert ARTICLE[cut - 1] not in ".\n"
    assert _kind(ARTICLE[:cut]) is Quality.TRUNCATED


@pytest.mark.parametrize("kept", [1, 2, 3, 5])
def test_the_beginning_and_no_more_is_doubted(kept: int) -> None:
    """Teasers and half-sent pages end at a paragraph too."""
    assert _kind("\n".join(SENTENCES[:kept])) is Quality.TRUNCATED


@pytest.mark.parametrize("ending", [" The works will cost…", " The works wi [...]"])
def test_a_beginning_that_ends_in_points_breaks_off(ending: str) -> None:
    assert _kind("\n".join(SENTENCES[:2]) + ending) is Quality.TRUNCATED


def test_an_offer_that_stood_before_sells_nothing() -> None:
    """An outlet ends each of its texts with it: what an editor cut above is an edit."""
    offer = "\nAlready a subscriber? Log in"
    assert doubt(ARTICLE + offer, "\n".join(SENTENCES[:-1]) + offer) is None


def test_a_flash_replaced_by_the_frame_of_its_page_is_doubted() -> None:
    """Under the same headline no word of it is left; a headline that changed as well makes an edit of it."""
    before = "The ferry to Orsa is cancelled until noon because of the swell, the port authority said."
    after = "Most read this week: pilots on strike in four ports. All rights are reserved by the publisher, 2026."
    assert doubt(before, after) is None
    found = doubt(before, after, same_headline=True)
    assert found is not None
    assert found[0] is Quality.COLLAPSED
    assert doubt(before, before.replace("noon", "midnight"), same_headline=True) is None


def test_a_page_without_an_end_whose_text_lacks_the_last_paragraph_is_doubted() -> None:
    assert doubt(ARTICLE, "\n".join(SENTENCES[:-2])) is None
    found = doubt(ARTICLE, "\n".join(SENTENCES[:-2]), ended=False)
    assert found is not None
    assert found[0] is Quality.TRUNCATED


@pytest.mark.parametrize(
    "ending",
    [
        "\nSubscribe to continue reading",
        "\nAlready a subscriber? Log in",
    ],
)
def test_a_beginning_that_sells_the_rest_is_a_teaser(ending: str) -> None:
    """Also of more than half the text, and below furniture that changed."""
    assert _kind("\n".join(SENTENCES[:2]) + ending) is Quality.PAYWALL
    assert _kind("\n".join(SENTENCES[:8]) + ending) is Quality.PAYWALL
    furnished = "Updated 3 minutes ago, 12 comments\n" + ARTICLE
    assert (
        _kind("Updated 5 minutes ago, 14 comments\n" + "\n".join(SENTENCES[:2]) + ending, furnished) is Quality.PAYWALL
    )


@pytest.mark.parametrize(
    "after",
    [
        "The ferry of Lindach runs again. Its owner had repaired the engine by Monday night.",
        "We use a new system to keep your account safe. Choose one of the ways below to go on to the page you wanted.",
        "\n".join(SENTENCES[6:9]),
        SENTENCES[4],
        "Photo: the old bridge",
    ],
)
def test_another_page_or_a_piece_of_the_former_is_doubted(after: str) -> None:
    """No sentence in common, or one piece without the lead."""
    assert _kind(after) is Quality.COLLAPSED


def test_a_list_of_tags_that_shrinks_is_no_page_that_breaks_off() -> None:
    """Labels do not count, nor do the lines that the page marks as no part of the article."""
    tags = "harbour, justice, health, schools, farming, weather, transport, budget, water, roads, towns, villages"
    assert doubt(f"{ARTICLE}\nTags: {tags}", f"{ARTICLE}\nTags: {tags[:21]}") is None
    before, after = f"{ARTICLE}\n{tags}", f"{ARTICLE}\n{tags[:21]}"
    assert doubt(before, after) is not None
    assert doubt(before, after, asides=(tags, tags[:21])) is None


def test_scripts_without_full_stops_or_spaces_are_read_as_well() -> None:
    """Thai has no full stop; Arabic, Urdu and Chinese have their own."""
    thai = "สภาเมืองมาร์ลลงมติเมื่อวันอังคารให้ปิดสะพานเก่า\nร้านค้าในเมืองเก่ากลัวว่าลูกค้าจะไม่มา\n" * 4
    assert doubt(thai, thai.replace("วันอังคาร", "วันพุธ")) is None
    urdu = "کونسل نے منگل کو پرانا پل بند کرنے کا فیصلہ کیا۔ دکان داروں کو ڈر ہے کہ گاہک نہیں آئیں گے۔ " * 1
    assert _kind(urdu[:60], urdu) is Quality.TRUNCATED
    chinese = "市议会周二投票决定关闭旧桥。商家担心整个冬天都没有顾客。工程将耗资一百五十万。"
    assert _kind(chinese[:22], chinese) is Quality.TRUNCATED


@given(st.lists(st.sampled_from(SENTENCES), max_size=12), st.lists(st.sampled_from(SENTENCES), max_size=12))
def test_a_text_that_lost_little_is_never_doubted(before: list[str], more: list[str]) -> None:
    """Whatever was added, moved or repeated."""
    assert doubt(" ".join(before), " ".join([*before, *more])) is None


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_two_texts_can_be_judged(before: str, after: str) -> None:
    """A doubt is about a text, with a reason."""
    doubted = doubt(before, after)
    assert doubted is None or (doubted[0] is not Quality.COMPLETE and doubted[1])
