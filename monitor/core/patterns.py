"""Include and exclude patterns of URLs, as an operator writes them."""

import re
from functools import lru_cache


def wanted(url: str, include: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    """Say whether a URL matches one of `include` (all do when it is empty) and none of `exclude`.

    A pattern with `*` or `?` is a wildcard over the whole URL, any other is a part of it; case does not count.
    """
    if any(_matches(pattern, url) for pattern in exclude):
        return False
    return not include or any(_matches(pattern, url) for pattern in include)


def _matches(pattern: str, url: str) -> bool:
    return _compiled(pattern).search(url) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    if "*" not in pattern and "?" not in pattern:
        return re.compile(re.escape(pattern), re.IGNORECASE)
    body = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.compile(f"^{body}$", re.IGNORECASE)
