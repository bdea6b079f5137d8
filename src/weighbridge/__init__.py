"""weighbridge puts a neural network on the scales: how many parameters each layer has, and why.

    >>> import weighbridge
    >>> weighbridge.weigh("lenet5").parameters == 61_706
    True

Everything is imported on first use, so that ``import weighbridge`` costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from weighbridge._version import __version__ as __version__
    from weighbridge.amount import Amount as Amount
    from weighbridge.errors import Finding as Finding
    from weighbridge.errors import WeighbridgeError as WeighbridgeError
    from weighbridge.model import Call as Call
    from weighbridge.model import Kind as Kind
    from weighbridge.model import Layer as Layer
    from weighbridge.model import Model as Model
    from weighbridge.model import Shape as Shape
    from weighbridge.model import Tensor as Tensor
    from weighbridge.reports import Printed as Printed
    from weighbridge.reports.document import Document as Document
    from weighbridge.reports.judged import Judged as Judged
    from weighbridge.weighing import Convention as Convention
    from weighbridge.weighing import Row as Row
    from weighbridge.weighing import Weighing as Weighing

    Named = str | os.PathLike[str] | Model | object
    """A file, a line of notation, the name of a well-known network, a model that was read, or a
    live model of PyTorch, Keras or Flax."""
    Inputs = Shape | Sequence[Shape] | None
    """Sizes of one sample without the batch axis; a list of them for several inputs."""

_ROOMS = {
    "Amount": "amount",
    "Call": "model",
    "Convention": "weighing",
    "Document": "reports.document",
    "Finding": "errors",
    "Judged": "reports.judged",
    "Kind": "model",
    "Layer": "model",
    "Model": "model",
    "Printed": "reports",
    "Row": "weighing",
    "Shape": "model",
    "Tensor": "model",
    "Weighing": "weighing",
    "WeighbridgeError": "errors",
    "__version__": "_version",
}
"""Where the types live."""
__all__ = ["check", "explain", "formats", "read", "render", "weigh", *_ROOMS]


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOMS})


def read(source: Named, input_shape: Inputs = None) -> Model:
    """The model in ``source``: its layers, and what is called on what.

    Raises ``WeighbridgeError`` where the source cannot be used.
    """
    from weighbridge import readers
    from weighbridge.model import Model

    return source if isinstance(source, Model) else readers.read(readers.named(source, input_shape))


def weigh(source: Named, input_shape: Inputs = None) -> Printed:
    """Every layer of ``source`` with its count, how it is derived, and what the layers come to.

    Prints as a table in a shell and in a notebook. Raises ``WeighbridgeError`` where the source
    cannot be used, or a layer's settings or shapes cannot be.
    """
    from weighbridge import reports, weighing
    from weighbridge._garbage import Waits

    with Waits():
        return reports.printed(weighing.weigh(read(source, input_shape)))


def explain(source: Named, layer: str | None = None, input_shape: Inputs = None) -> Document:
    """The arithmetic of one layer of ``source`` step by step, or of all of them.

    Prints as text. Raises ``WeighbridgeError`` as ``weigh`` does, and where no layer is called so.
    """
    from weighbridge.reports.explanation import explained, explained_model
    from weighbridge.weighing.lookup import row_of

    weighing = weigh(source, input_shape)
    if layer is None:
        return explained_model(weighing)
    return explained(row_of(weighing, layer), weighing)


def check(source: Named, claims: str | Sequence[str], input_shape: Inputs = None) -> Judged:
    """A verdict on each claim about ``source`` and, of those that fail, what was assumed.

    A claim is written as on the command line: ``"conv2d_1=1516"``, ``"macs <= 600M"``, ``"1516"``.
    Prints as text. Raises ``WeighbridgeError`` where the source cannot be used, a claim is none, or
    it is about nothing in the network.
    """
    from weighbridge.reports import judged

    stated = [claims] if isinstance(claims, str) else claims
    return judged.judged(weigh(source, input_shape), stated)


def render(result: Weighing | Document, format: str = "text", **options: object) -> str:
    """``result`` in one of ``formats()``; ``by="kind"`` or ``"dtype"`` groups a weighing.

    Raises ``WeighbridgeError`` where there is no such format, or none of ``result``.
    """
    from weighbridge import reports

    return reports.render(result, format, **options)  # type: ignore[arg-type]  # width and colour are checked where they are used


def formats() -> tuple[str, ...]:
    """The names of the formats ``render`` writes."""
    from weighbridge import reports

    return reports.formats()
