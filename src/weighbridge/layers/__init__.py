"""One file per layer family: its kinds, and every framework's spelling of them.

A module here defines ``KINDS``, the kinds it holds, and ``SPELLINGS``: from ``"keras:Dense"`` to a
function with the constructor's own arguments, order and defaults that makes the kind. One table so
serves constructor calls in source code, a saved configuration and a live model: the same words.
"""

from __future__ import annotations

from weighbridge import _collect
from weighbridge.errors import kebab

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.model import Kind

    Spelling = Callable[..., Kind]


def spelling(dialect: str, native: str) -> Spelling | None:
    """What makes a kind out of the settings of ``native``, a class of ``dialect``."""
    return _collect.find(__name__, "SPELLINGS", f"{dialect}:{native}")  # type: ignore[return-value]  # checked by the tests of the tables


def kinds() -> dict[str, type[Kind]]:
    """Every kind by its name; imports all families."""
    tables = _collect.collect(__name__, "KINDS", tuple).values()
    return {kebab(kind.__name__): kind for table in tables for kind in table}


def spellings() -> dict[str, Spelling]:
    """Every spelling of every dialect; imports all families."""
    tables = _collect.collect(__name__, "SPELLINGS", dict).values()
    return {key: make for table in tables for key, make in table.items()}
