"""Telling languages: whole articles, short titles by their script, and too little to tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.language import identify

ARTICLES = {
    "fr": "Le ministre des Pêches a visité le port jeudi et promis de nouveaux quais avant la fin de l'année.",
    "es": "El ministro de Pesca visitó el puerto el jueves y prometió nuevos muelles antes de que termine el año.",
    "pt": "O ministro das Pescas visitou o porto na quinta-feira e prometeu novos cais antes do fim do ano.",
    "en": "The fisheries minister visited the harbour on Thursday and promised new quays before the end of the year.",
    "de": "Der Fischereiminister besuchte am Donnerstag den Hafen und versprach neue Kais noch vor Jahresende.",
    "it": "Il ministro della pesca ha visitato il porto giovedì e ha promesso nuove banchine entro la fine dell'anno.",
    "id": "Menteri Perikanan mengunjungi pelabuhan pada hari Kamis dan menjanjikan dermaga baru sebelum akhir tahun.",
    "tr": "Balıkçılık bakanı perşembe günü limanı ziyaret etti ve yıl sonundan önce yeni rıhtımlar sözü verdi.",
    "vi": "Bộ trưởng Thủy sản đã thăm cảng hôm thứ Năm và hứa xây cầu cảng mới trước cuối năm nay.",
    "ru": "Министр рыболовства посетил порт в четверг и пообещал новые причалы до конца этого года.",
    "uk": "Міністр рибальства відвідав порт у четвер і пообіцяв нові причали до кінця цього року.",
    "ar": "زار وزير الصيد البحري الميناء يوم الخميس ووعد ببناء أرصفة جديدة قبل نهاية هذا العام.",
    "ur": "وزیر ماہی گیری نے جمعرات کو بندرگاہ کا دورہ کیا اور سال کے آخر سے پہلے نئے گھاٹ بنانے کا وعدہ کیا۔",
    "fa": "وزیر شیلات روز پنجشنبه از بندر بازدید کرد و قول داد که پیش از پایان سال اسکله‌های جدید ساخته شود.",
    "zh": "渔业部长周四视察了港口，并承诺在年底前建成新码头。",
    "ja": "漁業大臣は木曜日に港を訪れ、年末までに新しい埠頭を約束した。",
}


@pytest.mark.parametrize("language", sorted(ARTICLES))
def test_a_sentence_tells_its_language(language: str) -> None:
    """One ordinary sentence is enough, also among close relatives (es and pt, ar and fa, ru and uk)."""
    assert identify(ARTICLES[language]) == language


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("وزير الصيد يزور الميناء", "ar"),
        ("Министр прибыл в столицу", "ru"),
        ("港口重开", "zh"),
        ("港がひらく", "ja"),
        ("항구 재개장", "ko"),
        ("Το λιμάνι", "el"),
        ("ท่าเรือเปิดใหม่", "th"),
        ("Cảng mở lại sau bão", "vi"),
        ("Le port rouvre après la tempête", "fr"),
        ("El puerto reabre tras la tormenta", "es"),
    ],
)
def test_a_short_title_is_told_by_its_script_or_its_words(title: str, language: str) -> None:
    """A few words suffice where the script or its special letters speak."""
    assert identify(title) == language


@pytest.mark.parametrize(
    "text", ["", "  \n", "RHC", "Port", "12 345", "ضمن", "https://www.news.example/le-port-de-la-mer"]
)
def test_too_little_is_not_told(text: str) -> None:
    """A word, numbers or a bare URL give None rather than a guess."""
    assert identify(text) is None


def test_a_foreign_leftover_does_not_change_the_language() -> None:
    """A share button in another language and URLs in the text leave the answer alone."""
    text = f"Chia sẻ\n{ARTICLES['id']}\nhttps://www.news.example/{'the-fisheries-minister-visited-' * 20}"
    assert identify(text) == "id"


@given(st.text(max_size=200))
def test_any_text_gets_a_two_letter_code_or_none(text: str) -> None:
    """No text raises."""
    language = identify(text)
    assert language is None or (len(language) == 2 and language.islower())
