"""Calls what makes a model: a function or a class, with its arguments or its configuration.

PyTorch's modules are made on the meta device, where a tensor has a shape and no values: a network
of any size takes no memory. Where code asks a tensor for its values that cannot be, and it is
called again on the default device.
"""

from __future__ import annotations

import sys

from weighbridge.readers.run import NotRun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from inspect import Signature
    from typing import Any

    from weighbridge.readers.run import Target

    Foreign = Any  # transformers and torch are imported by the code that is run, or not at all
    Factory = Callable[..., object]

_TRAINED: dict[str, tuple[object, object]] = {
    "weights": ("imagenet", None),
    "encoder_weights": ("imagenet", None),
    "pretrained": (True, False),
}
"""Arguments that fetch trained values by default, as those of Keras Applications do: the default,
and what to give instead."""


def called(factory: Factory, target: Target) -> object:
    """What ``factory`` returns. Raises ``NotRun`` if it cannot be called so, and what it raises."""
    ready = _ready(factory, target)
    torch: Foreign = sys.modules.get("torch")
    if torch is not None:
        try:
            with torch.device("meta"):
                return ready()
        except Exception:  # whatever it is, it is raised again if that was not it
            return ready()
    return ready()


def _ready(factory: Factory, target: Target) -> Callable[[], object]:
    """``factory`` with its arguments, which for transformers are those of a configuration."""
    configuration = getattr(factory, "config_class", None)
    if isinstance(factory, type) and isinstance(configuration, type) and not target.positional:
        return _configured(factory, configuration, target)
    named = _checked(factory, target)
    if not _is_configuration(factory):
        return lambda: factory(*target.positional, **named)
    transformers: Foreign = sys.modules["transformers"]
    return lambda: transformers.AutoModel.from_config(factory(*target.positional, **named))


def _configured(factory: Factory, configuration: Factory, target: Target) -> Callable[[], object]:
    """A class of transformers with its default configuration, changed by the arguments.

    Configurations take arguments of any name, so that a misspelt one has to be found here.
    """
    named = dict(target.named)
    signature = _signature(factory)
    there = signature.parameters if signature is not None else {}
    own = {name: named.pop(name) for name in there if name in named}
    if named:
        default = configuration()
        strange = [name for name in named if not hasattr(default, name)]
        if strange:
            raise NotRun(f"{configuration.__name__} has no setting {', '.join(strange)}")
    return lambda: factory(configuration(**named), **own)


def _is_configuration(factory: Factory) -> bool:
    """Whether it is a class of configurations of transformers."""
    bases = getattr(factory, "__mro__", ())
    names = {base.__name__ for base in bases if base.__module__.startswith("transformers.")}
    return bool(names & {"PreTrainedConfig", "PretrainedConfig"})


def _signature(factory: Factory) -> Signature | None:
    import inspect

    try:
        return inspect.signature(factory)
    except (TypeError, ValueError):
        return None  # written in C


def _checked(factory: Factory, target: Target) -> dict[str, object]:
    """The arguments by name; too few, too many or misspelt ones are told before any call.

    Trained values are not fetched where that is the default: they change no count.
    """
    named, signature = dict(target.named), _signature(factory)
    if signature is None:
        return named
    try:
        given = signature.bind(*target.positional, **named).arguments
    except TypeError as error:
        raise NotRun(
            f"{target.text} cannot be called so: {error}",
            where=f"{target.name.rpartition('.')[2]}{signature}",
            hint=f"arguments are plain values: '{target.text}(10, depth=3)'; "
            "where those do not do, write a function that takes none",
        ) from None
    for name, (trained, instead) in _TRAINED.items():
        parameter = signature.parameters.get(name)
        default = None if parameter is None or name in given else parameter.default
        if type(default) is type(trained) and default == trained:
            named[name] = instead
    return named
