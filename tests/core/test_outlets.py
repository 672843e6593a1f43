"""The outlet registry: reading outlet files, knowing outlets by key, host and name, and the file that is shipped."""

from pathlib import Path

import pytest

from monitor.core.outlets import Registry, parse_outlets
from monitor.errors import ConfigError

SHIPPED = Path(__file__).parents[2] / "config" / "outlets.toml"

TWO = """
[[outlet]]
name = "Radio Mareverte"
domains = ["radio-mareverte.example", "rmv.example"]
aliases = ["Rádio Mar Verde", "راديو البحر الأخضر", "绿海电台"]
bare = ["RMV"]
languages = ["fr", "pt"]
homes = { fr = "https://www.radio-mareverte.example/fr", pt = "https://www.radio-mareverte.example/pt" }
feeds = ["https://www.radio-mareverte.example/rss"]
country = "PT"

[[outlet]]
name = "RMV Arabic"
domains = ["arabic.rmv.example"]
bare = ["RMV"]
languages = ["ar"]
"""


@pytest.fixture
def registry() -> Registry:
    return Registry.of(parse_outlets(TWO, "two.toml"))


def test_an_entry_becomes_an_outlet_keyed_by_its_first_domain(registry: Registry) -> None:
    """Every key of the file arrives in the outlet, in its order."""
    outlet = registry.get("radio-mareverte.example")
    assert outlet is not None
    assert outlet.name == "Radio Mareverte"
    assert outlet.homes[0] == ("fr", "https://www.radio-mareverte.example/fr")
    assert (outlet.bare, outlet.languages, outlet.country) == (("RMV",), ("fr", "pt"), "PT")
    assert outlet.feeds == ("https://www.radio-mareverte.example/rss",)
    assert registry.get("rmv.example") is None


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("radio-mareverte.example", "radio-mareverte.example"),
        ("WWW.Radio-Mareverte.example.", "radio-mareverte.example"),
        ("news.rmv.example", "radio-mareverte.example"),
        ("arabic.rmv.example", "arabic.rmv.example"),
        ("m.arabic.rmv.example", "arabic.rmv.example"),
        ("notrmv.example", None),
        ("example", None),
        ("", None),
    ],
)
def test_a_host_belongs_to_the_outlet_with_the_longest_domain(registry: Registry, host: str, key: str | None) -> None:
    """Subdomains count, look-alikes do not, and a more precise domain wins."""
    outlet = registry.by_host(host)
    assert (outlet.key if outlet else None) == key


def test_a_later_group_replaces_an_outlet_as_a_whole() -> None:
    """A user's file corrects the shipped one and adds to it."""
    own = """
[[outlet]]
name = "RMV"
domains = ["radio-mareverte.example"]
[[outlet]]
name = "X"
domains = ["x.example"]
"""
    registry = Registry.of(parse_outlets(TWO, "two.toml"), parse_outlets(own, "own.toml"))
    assert [outlet.name for outlet in registry.outlets] == ["RMV", "RMV Arabic", "X"]
    assert registry.by_host("rmv.example") is None
    assert not registry.names.find("Radio Mareverte")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("selon Radio Mareverte, hier", ["Radio Mareverte"]),
        ("RADIO MAREVERTE annonce", ["RADIO MAREVERTE"]),
        ("selon Radio\nMareverte", ["Radio\nMareverte"]),
        ("l'agence Radio Mareverteaux", []),
        ("radio mareverte", []),
        ("Ra\u0301dio Mar Verde disse", ["Ra\u0301dio Mar Verde"]),
        ("وراديو البحر الاخضر", ["راديو البحر الاخضر"]),
        ("بحسب لراديو البحر الأخضر، أمس", ["راديو البحر الأخضر"]),
        ("راديو البحر الأخضرية", []),
        ("据绿海电台报道", ["绿海电台"]),
        ("_RMV_ XRMV RMVX RMV", ["RMV"]),
    ],
)
def test_names_are_found_by_whole_words_in_every_script(registry: Registry, text: str, found: list[str]) -> None:
    """Case counts, Arabic prefixes stay outside of the span, hamza may be missing, Chinese has no word bounds."""
    assert [text[match.start : match.end] for match in registry.names.find(text)] == found


def test_of_names_inside_each_other_the_longest_is_found() -> None:
    """`Agence Sel` inside `La Grande Agence Sel` is no second name."""
    entry = '[[outlet]]\nname = "Agence Sel"\ndomains = ["sel.example"]\naliases = ["La Grande Agence Sel", "Agence"]'
    names = Registry.of(parse_outlets(entry, "one.toml")).names
    text = "selon La Grande Agence Sel et l'Agence"
    assert [text[match.start : match.end] for match in names.find(text)] == ["La Grande Agence Sel", "Agence"]


def test_a_shared_name_means_the_outlet_of_the_texts_language(registry: Registry) -> None:
    """The same letters are the Arabic edition in an Arabic text and the first outlet elsewhere."""
    assert registry.names.find("RMV", "ar")[0].outlet.name == "RMV Arabic"
    assert registry.names.find("RMV", "pt-BR")[0].outlet.name == "Radio Mareverte"
    assert registry.names.find("RMV")[0].outlet.name == "Radio Mareverte"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[outlet]\n", ["own.toml", "TOML"]),
        ("[outlet]\nname = 'A'", ["own.toml", "outlet"]),
        ("title = 'A'", ["own.toml", "title"]),
        ("[[outlet]]\ndomains = ['a.example']", ["own.toml", "outlet 1", "name"]),
        ("[[outlet]]\nname = 'A'", ["outlet 1 (A)", "domains"]),
        ("[[outlet]]\nname = 'A'\ndomains = []", ["outlet 1 (A)", "domains"]),
        ("[[outlet]]\nname = 'A'\ndomains = 'a.example'", ["outlet 1 (A)", "domains"]),
        ("[[outlet]]\nname = 'A'\ndomains = ['https://a.example/']", ["outlet 1 (A)", "https://a.example/"]),
        ("[[outlet]]\nname = 'A'\ndomains = ['a.example']\naliases = ['B', 3]", ["outlet 1 (A)", "aliases"]),
        ("[[outlet]]\nname = 'A'\ndomains = ['a.example']\nalias = ['B']", ["outlet 1 (A)", "alias"]),
        ("[[outlet]]\nname = 'A'\ndomains = ['a.example']\nhomes = ['x']", ["outlet 1 (A)", "homes"]),
        ("[[outlet]]\nname = 'A'\ndomains = ['a.example']\nhomes = { fr = 'a.example' }", ["homes", "a.example"]),
        ("[[outlet]]\nname = 'A'\ndomains = ['a.example']\nfeeds = ['/rss']", ["feeds", "/rss"]),
        ("[[outlet]]\nname = 'A'\ndomains = ['a.example']\ncountry = 3", ["outlet 1 (A)", "country"]),
        ("outlet = ['a']", ["outlet 1", "table"]),
        (TWO + "[[outlet]]\nname = 'A'\ndomains = ['rmv.example']", ["rmv.example", "Radio Mareverte", "A"]),
    ],
)
def test_a_wrong_file_is_refused_by_file_entry_and_key(text: str, words: list[str]) -> None:
    """The message says where to look."""
    with pytest.raises(ConfigError) as caught:
        parse_outlets(text, "own.toml")
    assert [word for word in words if word not in str(caught.value)] == []


def test_an_unknown_key_is_answered_with_the_keys_there_are() -> None:
    """The hint lists what is accepted."""
    with pytest.raises(ConfigError) as caught:
        parse_outlets("[[outlet]]\nname = 'A'\ndomains = ['a.example']\nalias = ['B']", "own.toml")
    assert "aliases" in (caught.value.hint or "")
    assert "country" in (caught.value.hint or "")


def test_the_shipped_registry_is_sound() -> None:
    """At least sixty outlets, each with languages and a home page on a domain of its own in a language it has."""
    outlets = parse_outlets(SHIPPED.read_text("utf-8"), "outlets.toml")
    registry = Registry.of(outlets)
    assert len(outlets) >= 60
    for outlet in outlets:
        assert outlet.languages, outlet.name
        assert outlet.homes, outlet.name
        assert {language for language, _ in outlet.homes} <= set(outlet.languages), outlet.name
        for _, home in outlet.homes:
            assert registry.by_host(home.split("/")[2]) is outlet, home
        assert all(outlet is match.outlet for match in registry.names.find(outlet.name)), outlet.name


def test_the_shipped_registry_tells_editions_with_a_host_of_their_own_apart() -> None:
    """RT Arabic is its own outlet; its host and its letters in an Arabic text lead to it."""
    registry = Registry.of(parse_outlets(SHIPPED.read_text("utf-8"), "outlets.toml"))
    names = {host: registry.by_host(host) for host in ("arabic.rt.com", "www.rt.com", "francais.rt.com")}
    assert [outlet.name if outlet else None for outlet in names.values()] == ["RT Arabic", "RT", "RT"]
    assert registry.names.find("RT", "ar")[0].outlet.name == "RT Arabic"
