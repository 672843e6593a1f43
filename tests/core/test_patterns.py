"""Include and exclude patterns."""

import pytest

from monitor.core.patterns import wanted

URL = "https://radio.example/fr/Sport/match-12"


@pytest.mark.parametrize(
    ("include", "exclude", "passes"),
    [
        ((), (), True),
        (("/fr/",), (), True),
        (("/es/",), (), False),
        (("/es/", "/fr/"), (), True),
        ((), ("/sport/",), False),
        (("/fr/",), ("/sport/",), False),
        (("https://radio.example/*/match-??",), (), True),
        (("/fr/*",), (), False),
        (("*.example/fr/*",), (), True),
        (("match-1.",), (), False),
    ],
)
def test_a_url_passes_what_the_operator_wrote(include: tuple[str, ...], exclude: tuple[str, ...], passes: bool) -> None:
    """A pattern with a wildcard covers the whole address, any other is a part of it; case does not count."""
    assert wanted(URL, include, exclude) is passes
