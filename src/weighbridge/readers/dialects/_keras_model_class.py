"""``Model`` and ``Sequential`` as classes of followed code: called, or derived from."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python.values import Instance, Named, Value
from weighbridge.readers.dialects._keras_layer_class import LayerClass
from weighbridge.readers.dialects._keras_layers import LayerObject
from weighbridge.readers.dialects._keras_models import FunctionalModel, ModelObject, SequentialModel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.run import Run


class ModelClass(LayerClass):
    """``Model`` or ``Sequential``, as a class to call or to derive from."""

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        if self.native == "Sequential":
            return SequentialModel(self.session, run, values, named)
        ends = functional_ends(values, named)
        return (
            FunctionalModel(self.session, run, *ends, named)
            if ends
            else Untold("Model() without a graph")
        )

    def found(self, run: Run, instance: Instance) -> None:
        super().found(run, instance)
        native = instance.native
        if isinstance(native, LayerObject):
            self.session.models.append(native)

    def behind(self, run: Run, values: list[Value], named: Named) -> LayerObject | None:
        before = len(self.session.models)
        made = self.call(run, values, named)
        del self.session.models[before:]
        return made if isinstance(made, LayerObject) else None

    def holds(self, value: Value) -> bool | None:
        native = value.native if isinstance(value, Instance) else value
        kept = SequentialModel if self.native == "Sequential" else ModelObject
        return isinstance(native, kept)


def functional_ends(values: list[Value], named: Named) -> tuple[Value, Value] | None:
    """Inputs and outputs among the arguments of ``Model``, Keras 1's ``input=`` included."""
    rest = list(values)
    starts = named.get("inputs", named.get("input")) if not rest else rest.pop(0)
    ends = named.get("outputs", named.get("output")) if not rest else rest.pop(0)
    return None if starts is None and ends is None else (starts, ends)
