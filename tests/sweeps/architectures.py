"""The architectures that transformers knows, as targets for ``--run``."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module


def targets() -> list[str]:
    """For each configuration with a model type of its own, a class that takes it.

    The bare model, without a head, where there is one.
    """
    from transformers.models.auto import configuration_auto
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    configurations: dict[str, str] = vars(configuration_auto)["CONFIG_MAPPING_NAMES"]
    found: dict[str, None] = {}
    for model_type, configuration in configurations.items():
        name = MODEL_MAPPING_NAMES.get(model_type)
        if name is None:
            found |= dict.fromkeys(_by_configuration(model_type, configuration))
        else:
            found[f"transformers:{name if isinstance(name, str) else name[0]}"] = None
    return list(found)


def _by_configuration(model_type: str, configuration: str) -> Iterator[str]:
    """A class of the type's own module that wants its configuration; nothing if there is none."""
    from transformers import PreTrainedModel
    from transformers.models.auto.configuration_auto import model_type_to_module_name

    folder = model_type_to_module_name(model_type)
    try:
        module = import_module(f"transformers.models.{folder}.modeling_{folder}")
    except ImportError:
        return
    models = {
        name: value
        for name, value in sorted(vars(module).items())
        if isinstance(value, type) and issubclass(value, PreTrainedModel)
    }
    for name, value in models.items():
        is_own = value.__module__ == module.__name__ and not name.endswith("PreTrainedModel")
        if is_own and getattr(value.config_class, "__name__", "") == configuration:
            yield f"{module.__name__}:{name}"
            return
