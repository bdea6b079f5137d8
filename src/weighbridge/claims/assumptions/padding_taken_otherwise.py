"""Padding is taken for ``same`` where it is ``valid``, or the reverse.

The sizes that reach a Dense layer behind a Flatten then differ, and so does its kernel. Seen where
convolutions or pools come before a Dense layer.
"""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.claims.assumptions import Assumption, Rebuilt
from weighbridge.claims.assumptions._builds import rebuilt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.model import Kind
    from weighbridge.weighing import Weighing

_OTHER = {"same": "valid", "valid": "same"}
_PERHAPS = 6
"""Layers whose padding is taken otherwise one by one, in networks with no more of them."""


def _models(weighing: Weighing) -> Iterator[Rebuilt]:
    padded = [row.path for row in weighing.rows if _padded(row.layer.kind) is not None]
    convs = [row.path for row in weighing.rows if row.path in padded and _convolves(row.layer.kind)]
    chosen = {
        "of every convolution": convs,
        "of every layer": padded,
        **{f"of {path}": [path] for path in padded if 1 < len(padded) <= _PERHAPS},
    }
    seen: list[list[str]] = []
    for said, paths in chosen.items():
        if not paths or paths in seen:
            continue
        seen.append(paths)
        model = rebuilt(weighing.model, _padded, lambda path: path in paths)  # noqa: B023  # used at once
        if model is not None:
            says = f"the padding {said} is the other one (same for valid or valid for same)"
            yield Rebuilt(model, says, bits=0.0 if len(seen) == 1 else 1.0)


def _convolves(kind: Kind) -> bool:
    return hasattr(kind, "kernel_size")


def _padded(kind: Kind) -> Kind | None:
    """The kind with the other padding, where its padding has an other."""
    own = getattr(kind, "padding", None)
    if isinstance(own, str):
        return replace(kind, padding=_OTHER[own]) if own in _OTHER else None
    window = getattr(kind, "kernel_size", None)
    if not isinstance(own, tuple) or not window or None in window or kind.name == "transposed-conv":
        return None
    around = tuple(((k - 1) // 2, (k - 1) // 2) for k in window)
    none = ((0, 0),) * len(window)
    return replace(kind, padding=none if own != none else around) if around != none else None


ASSUMPTION = Assumption(
    "padding-taken-otherwise", ("padding",), 3.0, models=_models, behind_flatten=True,
    decides="the padding of the convolutions and pools",
)  # fmt: skip
