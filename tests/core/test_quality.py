"""Pages that are no article are told from articles, short ones included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.quality import PageFacts, challenge_mark, judge, size
from monitor.model import Quality

FLASH = "The river port of Marl reopened on Monday after a two-day strike. Ferries run every hour until midnight."
LONG = "The committee heard witnesses from four villages about the flood of last spring. " * 60


@pytest.mark.parametrize(
    "text",
    [
        FLASH,
        "Le port fluvial de Marl a rouvert lundi après deux jours de grève. Les bacs circulent toutes les heures.",
        "أعيد فتح ميناء مارل النهري يوم الاثنين بعد إضراب دام يومين. وتنطلق العبارات كل ساعة حتى منتصف الليل.",
        "马尔河港在两天罢工后于周一重新开放。渡轮每小时一班，直到午夜。",
        "Cảng sông Marl mở cửa trở lại hôm thứ Hai sau hai ngày đình công. Phà chạy mỗi giờ.",
    ],
)
def test_a_flash_of_two_sentences_is_complete(text: str) -> None:
    """Short is not broken, in any script."""
    assert judge(text, "River port reopens", PageFacts()) == (Quality.COMPLETE, None)


@pytest.mark.parametrize("text", ["", "   ", "Photo: archive", "Share Print Mail"])
def test_next_to_nothing_is_empty(text: str) -> None:
    """A caption or a row of buttons is no article."""
    quality, reason = judge(text, "River port reopens", PageFacts())
    assert quality is Quality.EMPTY
    assert reason


@pytest.mark.parametrize(
    "title",
    [
        "Page not found",
        "404 - The Daily Bell",
        "Error 404",
        "404 Not Found",
        "Page introuvable",
        "Erreur 404 : cette page n'existe plus",
        "Página no encontrada",
        "الصفحة غير موجودة",
        "Halaman tidak ditemukan",
        "Страница не найдена",
        "Ошибка 404",
        "Không tìm thấy trang",
        "Página não encontrada",
        "页面不存在",
    ],
)
def test_an_error_title_under_status_200_is_a_soft_404(title: str) -> None:
    """Also when the page lists other stories below its apology."""
    assert judge("Sorry. Try our home page.", title, PageFacts())[0] is Quality.SOFT_404
    assert judge(FLASH * 8, title, PageFacts())[0] is Quality.SOFT_404
    assert judge("", None, PageFacts(page_title=title))[0] is Quality.SOFT_404


@pytest.mark.parametrize(
    "title",
    ["404 migrants rescued off the coast", "404.5 million spent on roads", "The page that was not found in time"],
)
def test_a_headline_that_only_resembles_an_error_is_news(title: str) -> None:
    """A number, or a word of the phrase, is no error page."""
    assert judge(FLASH, title, PageFacts(page_title=title))[0] is Quality.COMPLETE


def test_a_long_article_about_error_pages_is_an_article() -> None:
    """Beyond a few hundred words nothing is a soft 404 or a bot wall."""
    assert judge(LONG, "Page not found: how links die", PageFacts())[0] is Quality.COMPLETE
    assert judge(LONG, "Access denied", PageFacts(challenge="px-captcha"))[0] is Quality.COMPLETE


def test_an_apology_without_a_telling_title_is_a_soft_404() -> None:
    """The text says so, and says little else."""
    text = "Maaf, halaman yang Anda cari tidak ditemukan. Silakan kembali ke beranda kami untuk membaca berita lain."
    assert judge(text, "Kabar Tanjung", PageFacts())[0] is Quality.SOFT_404


@pytest.mark.parametrize(
    ("text", "title", "challenge"),
    [
        ("", "Just a moment...", "_cf_chl_opt"),
        ("Enable JavaScript and cookies to continue", "Just a moment...", None),
        ("", "Attention Required! | Cloudflare", "cf-error-details"),
        ("You don't have permission to access this page. Reference #18.5f2d1.17.abc", "Access Denied", None),
        ("", None, "captcha-delivery.com"),
        (
            "Please verify you are a human before we let you read on. This takes a second only.",
            "dailybell.example",
            None,
        ),
    ],
)
def test_challenge_and_refusal_pages_are_bot_walls(text: str, title: str | None, challenge: str | None) -> None:
    """A wall answers 200 too; it is no revision and no removal."""
    assert judge(text, title, PageFacts(challenge=challenge))[0] is Quality.BOT_WALL


def test_a_flash_titled_like_a_wall_is_news() -> None:
    """The words alone do not make a wall."""
    title = "Access denied: farmers block the port of Marl"
    assert judge(FLASH, title, PageFacts())[0] is Quality.COMPLETE


def test_a_network_mark_in_an_ordinary_page_is_no_wall() -> None:
    """Networks put their scripts into every page."""
    assert judge(FLASH, "River port reopens", PageFacts(challenge="_incapsula_resource"))[0] is Quality.COMPLETE


def test_a_shell_that_asks_for_scripts_is_empty() -> None:
    """The notice is no article."""
    text = "You need to enable JavaScript to run this app, please turn it on in your browser settings."
    assert judge(text, "The Daily Bell", PageFacts()) == (Quality.EMPTY, "only a notice: enable JavaScript")


def test_too_deep_goes_before_everything() -> None:
    """What the parser dropped may be the article."""
    assert judge("", "Page not found", PageFacts(too_deep=True))[0] is Quality.TOO_DEEP


def test_marks_are_found_in_the_source_whatever_their_case() -> None:
    """The first mark is named."""
    assert challenge_mark("<script>window._CF_chl_opt={}</script>") == "_cf_chl_opt"
    assert challenge_mark("<p>news</p>") is None


@given(st.text(), st.none() | st.text(), st.booleans())
def test_every_page_gets_one_judgement_with_its_reason(text: str, title: str | None, deep: bool) -> None:
    """Complete without a reason, everything else with one."""
    quality, reason = judge(text, title, PageFacts(page_title=title, too_deep=deep))
    assert (quality is Quality.COMPLETE) == (reason is None)


def test_words_are_counted_in_scripts_without_spaces() -> None:
    """Two signs count as a word; a hyphen and an apostrophe join."""
    assert size("two-day strike isn't over") == 4
    assert size("渡轮每小时一班") == 3
    assert size("5% of 1.5 million") == 5


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Page not found: the mystery of the lost diary", FLASH * 4),
        ("Page introuvable : le mystère du journal perdu de Marl", FLASH * 4),
        ("Sorry: page not found in the diary of the mayor", FLASH),
        ("Tax site down", "Visitors of the tax office's site saw “page not found” on Monday. It was back by noon."),
        ("Tax site down", "The tax office's site told visitors on Monday that the page was not found. It is back."),
        ("Just a moment: how waiting became a business", FLASH * 5),
        (
            "Captchas",
            "Banks ask clients to verify that they are human. Robots solve the riddles in 12 seconds, we found.",
        ),
        ("Captchas", "A sign at the door read “verify you are human”. Nobody did, and 40 people came in all the same."),
        (
            "Error 404: the film about a page that nobody can find",
            "A film about the web opens in Marl on Friday. It tells of a page that nobody can find.",
        ),
        (
            "Correction",
            "This article was removed on Monday after we learned that its author had invented two witnesses.",
        ),
        ("Maintenance", "The bridge of Marl is under maintenance until May. Ferries run every hour, the town says."),
        ("Ralat", "Berita ini telah kami perbarui pada Senin malam dengan keterangan dari wali kota Marl."),
    ],
)
def test_news_about_errors_and_walls_is_news(title: str, text: str) -> None:
    """A headline that goes on, a phrase that is quoted or reported, a notice with its reasons."""
    assert judge(text, title, PageFacts(page_title=f"{title} - The Daily Bell")) == (Quality.COMPLETE, None)


@pytest.mark.parametrize("title", ["Page not found", "404: a love story", "Access denied", "Log in", "Your privacy"])
def test_a_dated_article_is_believed_whatever_its_headline(title: str) -> None:
    """Error pages, walls and forms do not call themselves articles with a date."""
    assert judge(FLASH * 5, title, PageFacts(article=True))[0] is Quality.COMPLETE


@pytest.mark.parametrize(
    "text",
    [
        "This article is no longer available.",
        "Cet article a été supprimé.",
        "Este artículo ya no está disponible.",
        "Berita ini telah dihapus.",
        "Статья была удалена.",
        "Bài viết này không còn tồn tại.",
        "تم حذف هذا المقال.",
        "یہ خبر اب دستیاب نہیں",
    ],
)
def test_all_that_is_left_being_a_notice_is_a_soft_404(text: str) -> None:
    """Also under the article's own headline and date."""
    assert judge(text, "River port reopens", PageFacts(article=True))[0] is Quality.SOFT_404


@pytest.mark.parametrize(
    "text",
    [
        "Sorry, the page you are looking for could not be found. It may have been moved or deleted.",
        "Désolé, la page que vous cherchez est introuvable. Elle a peut-être été déplacée.",
        "Lo sentimos, la página que busca no existe. Es posible que haya sido eliminada.",
        "К сожалению, запрошенная страница не найдена. Возможно, она была перемещена или удалена.",
        "Xin lỗi, không tìm thấy trang bạn yêu cầu. Trang có thể đã được chuyển hoặc bị xóa.",
        "عذرا، الصفحة التي تبحث عنها غير موجودة. ربما نقلت أو حذفت.",
        "معذرت، آپ جو صفحہ تلاش کر رہے ہیں وہ نہیں ملا۔ ہو سکتا ہے اسے حذف کر دیا گیا ہو۔",
    ],
)
def test_apologies_are_known_in_the_archives_languages(text: str) -> None:
    """With the politeness that stands before them."""
    assert judge(text, "The Daily Bell", PageFacts())[0] is Quality.SOFT_404


@pytest.mark.parametrize(
    "text",
    [
        "Our site is down for maintenance. We will be back shortly, thank you for your patience.",
        "Please disable your ad blocker and load this page again. We live on advertisements.",
        "Situs ini sedang dalam pemeliharaan. Silakan kembali lagi nanti, terima kasih atas kesabaran Anda.",
    ],
)
def test_a_notice_in_place_of_a_page_is_empty(text: str) -> None:
    """It tells nothing of the article, neither that it changed nor that it is gone."""
    assert judge(text, "The Daily Bell", PageFacts())[0] is Quality.EMPTY
