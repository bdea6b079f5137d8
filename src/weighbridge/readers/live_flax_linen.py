"""A live ``flax.linen`` module, which holds settings and no tensors, with an input shape.

Its own ``init`` tells its variables, and its own ``apply`` what is called on what; both run under
JAX on abstract values, so that nothing is computed and no number is drawn. The collection
``params`` is trained; every other is state, kept apart and not counted among the parameters. An
argument such as ``train`` or ``deterministic`` is given as for inference. Without an input shape
the count is unknown, for a linen module does not know what it reads. Variables without a module,
``{"params": …}``, are read as they are.
"""

from __future__ import annotations

from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model


def _accepts(source: Source) -> bool:
    value = source.value
    if isinstance(value, dict) or _is(type(value), "flax.core.frozen_dict", "FrozenDict"):
        return "params" in value and hasattr(value["params"], "items")  # type: ignore[index,operator]  # a mapping
    return _is(type(value), "flax.linen.module", "Module")


def _is(sort: type, module: str, name: str) -> bool:
    return any(base.__module__ == module and base.__qualname__ == name for base in sort.__mro__)


def _read(source: Source) -> Model:
    if _is(type(source.value), "flax.linen.module", "Module"):
        from weighbridge.readers._flax_linen import model_of

        return model_of(source)
    from weighbridge.readers._flax_variables import of_variables

    return of_variables(source.value)


READER = Reader(name="flax-linen", suffixes=(), accepts=_accepts, read=_read, rank=20)
