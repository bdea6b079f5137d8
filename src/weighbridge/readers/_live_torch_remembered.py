"""What calls of a live PyTorch model gave, remembered: deep models repeat themselves."""

from __future__ import annotations

from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Kind
    from weighbridge.readers._live_torch_settings import Foreign
    from weighbridge.readers._live_torch_standin import Form


class Answer:
    """What a call gives."""

    __slots__ = ("axis", "forms", "kind", "of", "order", "pack", "title")

    def __init__(self, kind: Kind, forms: tuple[Form, ...], order: tuple[int, ...] | None) -> None:
        self.kind, self.forms, self.order = kind, forms, order
        """``order``: which of the tensors given it reads, ``-1 - i`` the i-th, which has no
        samples, as if it had; ``None`` where nothing comes out that has samples."""
        self.pack: Foreign = None
        """What puts several tensors together; ``None`` where one comes out."""
        self.title = ""
        self.of: Kind | None = None
        """The kind that was asked, kept so that its identity stays its own."""
        self.axis = 0
        """Along which axis tensors without samples are read as if they had some."""


class Mutable:
    """An argument of a sort nobody knows; no two are the same to whoever remembers answers."""

    __slots__ = ("value",)
    __hash__ = None  # type: ignore[assignment]  # so that it cannot be looked up

    def __init__(self, value: object) -> None:
        self.value = value


_answers: dict[object, Answer] = {}
"""What calls gave before, in this run or another: the same calls give the same."""
_MOST = 50_000


def remembered(mark: tuple[object, ...]) -> Answer | None:
    """The answer to a call like this one."""
    try:
        return _answers.get(mark)
    except TypeError:  # an argument that cannot be looked up
        return None


def remember(mark: tuple[object, ...], answer: Answer) -> None:
    """Keeps an answer for calls like it."""
    if len(_answers) >= _MOST:
        _answers.clear()
    with suppress(TypeError):
        _answers[mark] = answer
