"""What of a saved text is compared with the live article."""

from monitor.core.saved import body_of_saved

SAVED = """

Le port rouvre



Puerto Sereno, 14 novembre (RMV) – Le port a rouvert.

Les dockers travaillent dans les

deux langues.

Source Agencia Litoral

<https://radio.example/fr/port>



Radio Mareverte
"""


def test_the_article_is_left_without_what_was_saved_around_it() -> None:
    """Title, own address and signature go; a source line is the article's own."""
    body = body_of_saved(SAVED, "Le port rouvre", "https://radio.example/fr/port", ("Radio Mareverte",))
    assert body.splitlines() == [
        "Puerto Sereno, 14 novembre (RMV) – Le port a rouvert.",
        "Les dockers travaillent dans les deux langues.",
        "Source Agencia Litoral",
    ]


def test_a_title_said_twice_goes_twice() -> None:
    assert body_of_saved("Titre\n\nTitre\n\nTexte.", "Titre", None, ()) == "Texte."


def test_without_a_title_or_an_address_all_is_text() -> None:
    assert body_of_saved("Un.\n\nDeux.", None, None, ()) == "Un.\nDeux."


def test_a_text_that_is_only_its_title_stays() -> None:
    assert body_of_saved("Titre", "Titre", None, ()) == "Titre"


def test_the_address_it_was_saved_from_is_no_part_of_the_article() -> None:
    """Also where the article has another one by now; what is quoted in a line of text stays."""
    saved = "Titre\n\nTexte, voir <https://one.example/a>.\n\n<https://radio.example/ancien>"
    body = body_of_saved(saved, "Titre", "https://radio.example/nouveau", ())
    assert body == "Texte, voir <https://one.example/a>."
