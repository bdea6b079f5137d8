"""``re`` in followed source: patterns simple enough that none runs for ever."""

from __future__ import annotations

from weighbridge.layers import Untold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Value

_LONGEST = 2_000
"""Characters of a text that is searched: one repetition takes the square of them at worst."""
_REPEATING, _OPTIONAL = "*+{", "?|"


def _is_tame(pattern: str) -> bool:
    """Whether a pattern repeats at most one thing, so that it cannot go back and forth much."""
    plain = pattern.replace("\\\\", "")
    for sign in (*_REPEATING, *_OPTIONAL):
        plain = plain.replace("\\" + sign, "")
    repeats = sum(plain.count(sign) for sign in _REPEATING)
    return repeats <= 1 and sum(plain.count(sign) for sign in _OPTIONAL) <= 3  # noqa: PLR2004  # eight ways


def _searched(name: str) -> Callable[..., Value]:
    def search(run: Run, pattern: Value, *values: Value) -> Value:
        import re

        texts = [value for value in values if isinstance(value, str)]
        if not isinstance(pattern, str) or len(texts) < len(values) or not _is_tame(pattern):
            return Untold(f"re.{name}(…)")
        if any(len(text) > _LONGEST for text in (pattern, *texts)):
            return Untold(f"re.{name} of a long text")
        run.charge(sum(map(len, texts)))
        try:
            found: Value = getattr(re, name)(pattern, *texts)
        except (re.error, TypeError):
            return Untold(f"re.{name}(…)")
        return found

    return search


REGULAR: dict[str, Callable[..., Value]] = {
    f"re.{name}": _searched(name) for name in ("split", "sub", "findall")
}
