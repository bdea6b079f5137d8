"""Functional operations of a live PyTorch model, answered by the spellings of the source reader.

What an operation gives is decided by its arguments and by the forms of the tensors among them. It
is worked out once and remembered: deep models repeat themselves.
"""

from __future__ import annotations

import sys

from weighbridge import layers
from weighbridge._record import replace
from weighbridge.errors import Impossible
from weighbridge.layers import Untold
from weighbridge.model import Call, Kind, Port, Unknown
from weighbridge.readers import _live_torch_constants as constants
from weighbridge.readers import _live_torch_functions as functions
from weighbridge.readers._live_torch_dtypes import dtypes_of
from weighbridge.readers._live_torch_numbers import OpenNumber, Samples
from weighbridge.readers._live_torch_places import place_of
from weighbridge.readers._live_torch_remembered import Answer, Mutable, remember, remembered
from weighbridge.readers._live_torch_standin import Form, StandIn, form_of, standins_of
from weighbridge.readers._live_torch_tensors import is_lazy
from weighbridge.readers.dialects._graph import Symbol, symbols
from weighbridge.readers.dialects._session import has_samples, operands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from weighbridge.model import Shape
    from weighbridge.readers._live_torch_settings import Foreign, Torch, TorchTensor
    from weighbridge.readers._live_torch_standin import TorchDtype

_PLAIN = frozenset((int, str, type(None), type(...)))


class Operations:
    """PyTorch's state while a live model runs on stand-ins: what was called, in its order."""

    def __init__(self, torch: Torch, device: object) -> None:
        self.torch, self.device = torch, device
        self.calls: list[Call] = []
        self.within = ""
        """The path of the module whose code runs, with a dot at its end."""
        self.read: set[int] = set()
        """Tensors of the model that an operation was given, by identity."""
        self._sort: Foreign = standins_of(self)
        self._subclass, self._empty = torch.Tensor._make_subclass, torch.empty(0)
        self._stored: dict[int, StandIn] = {}
        self._kept: list[object] = []

    # -- stand-ins and what they stand for -------------------------------------------------------

    def standin(self, form: Form, port: Port | None) -> StandIn:
        """A stand-in for a tensor of ``form`` that comes out at ``port``."""
        made: StandIn = self._subclass(self._sort, self._empty)
        made.form, made.port = form, port
        return made

    def constant(self, shape: Shape | None, dtype: TorchDtype) -> StandIn:
        """A tensor without samples."""
        return self.standin(form_of(shape, stored=True, dtype=dtype), None)

    def stored(self, tensor: TorchTensor) -> StandIn:
        """A tensor of the model, or one that its code makes, as a stand-in."""
        found = self._stored.get(id(tensor))
        if found is None:
            shape = None if is_lazy(tensor) else tuple(tensor.shape)
            found = self._stored[id(tensor)] = self.constant(shape, tensor.dtype)
            self._kept.append(tensor)
        self.read.add(id(tensor))
        return found

    def mark(
        self,
        key: object,
        values: Sequence[Foreign],
        named: Mapping[str, Foreign],
        found: list[StandIn],
    ) -> tuple[object, ...]:
        """All that decides what a call gives; its tensors go into ``found``."""
        marks: list[object] = [key]
        value: Foreign
        for value in values:
            if type(value) is self._sort:
                found.append(value)
                marks.append(value.form)
            else:
                marks.append(value if type(value) in _PLAIN else self.marked(value, found))
        if named:
            marks.append(self.marked(named, found))
        return tuple(marks)

    def marked(self, value: Foreign, found: list[StandIn]) -> object:
        """The same of one argument, opened if it is a collection."""
        sort = type(value)
        if sort in _PLAIN:
            return value
        if sort is float or sort is bool:
            return sort, value
        if sort is Samples:
            return Samples, int(value)
        if sort is slice:
            value = (value.start, value.stop, value.step)
        elif isinstance(value, self.torch.Tensor):
            standin = value if sort is self._sort else self.stored(value)
            found.append(standin)
            return standin.form
        elif isinstance(value, dict):
            value = [part for name in sorted(value, key=str) for part in (name, value[name])]
        elif not isinstance(value, tuple | list):
            return value if sort.__module__ == "torch" or sort is OpenNumber else Mutable(value)
        return (sort, *[self.marked(item, found) for item in value])

    def worded(self, value: Foreign) -> Foreign:
        """An argument in the words of ``layers``: symbols for tensors, the number of samples."""
        if isinstance(value, self.torch.Tensor):
            form = (value if isinstance(value, StandIn) else self.stored(value)).form
            return Symbol(self, form.shape, stored=form.stored)  # type: ignore[arg-type]  # it is not asked
        if type(value) is Samples:
            return layers.Samples("the number of samples", int(value))
        if type(value) is OpenNumber:
            return Untold(value.what)
        if isinstance(value, list):
            return [self.worded(item) for item in value]
        if isinstance(value, tuple):
            return tuple([self.worded(item) for item in value])
        if isinstance(value, dict):
            return {name: self.worded(item) for name, item in value.items()}
        if type(value) is slice:
            return slice(*map(self.worded, (value.start, value.stop, value.step)))
        return value

    # -- operations ------------------------------------------------------------------------------

    def picked(self, standin: StandIn, key: object) -> Foreign:
        """``standin[key]``."""
        return functions.picked(self, standin, key)

    def method(
        self, name: str, standin: StandIn, values: tuple[Foreign, ...], named: dict[str, Foreign]
    ) -> Foreign:
        """``standin.name(*values, **named)``."""
        return functions.method(self, name, standin, values, named)

    def operation(
        self, key: str, values: Sequence[Foreign], named: Mapping[str, Foreign]
    ) -> Foreign:
        """A functional operation, answered by its spelling."""
        given: list[StandIn] = []
        mark = self.mark(key, values, named, given)
        answer = remembered(mark)
        if answer is None:
            answer = self._operated_on(key, values, named, given)
            remember(mark, answer)
        result = self.given_out(answer, given, None)
        if not given or given[0].fill is not None:
            self._fill(answer, values, result, given)
        return result

    def given_out(self, answer: Answer, given: list[StandIn], row: str | None) -> Foreign:
        """Notes a call, of the layer ``row`` or of an operation; returns what comes out."""
        calls, order = self.calls, answer.order
        if order is not None:
            reads = tuple([given[i].port if i >= 0 else self.as_sample(given[-1 - i], answer.axis)
                           for i in order])  # fmt: skip
            place = "" if row else self.within + answer.title
            calls.append(Call(answer.kind, row, reads, None, place))
        last = len(calls) - 1
        if answer.pack is None:
            (form,) = answer.forms
            made: StandIn = self._subclass(self._sort, self._empty)
            made.form, made.port = form, None if form.stored else Port(last, 0)
            return made
        return answer.pack([
            self.standin(form, None if form.stored else Port(last, i))
            for i, form in enumerate(answer.forms)
        ])  # fmt: skip

    def told(self, result: StandIn, shape: Shape | None) -> StandIn:
        """What the last call gave, with a shape that its kind could not tell."""
        if result.port is not None:
            call = self.calls[result.port.call]
            self.calls[result.port.call] = replace(call, outputs=(shape,))
        return self.standin(form_of(shape, stored=False, dtype=result.dtype), result.port)

    def as_sample(self, standin: StandIn, axis: int) -> Port:
        """A tensor without samples, read as if it had some along ``axis``."""
        raise NotImplementedError

    def _fill(
        self,
        answer: Answer,
        values: Sequence[Foreign],
        result: Foreign,
        given: list[StandIn],
    ) -> None:
        """Notes the number that a tensor holds everywhere."""
        if answer.pack is None:
            if not given or answer.title.endswith("_like"):
                result.fill = constants.made(answer.title, values)
            elif given[0] is values[0]:
                result.fill = constants.carried(answer.title, values)

    def _operated_on(
        self,
        key: str,
        values: Sequence[Foreign],
        named: Mapping[str, Foreign],
        given: list[StandIn],
    ) -> Answer:
        dialect, _, name = key.partition(":")
        values, named = functions.numbered(dialect, name, values, named)
        told, by_name = self.worded(list(values)), self.worded(dict(named))
        kind = self._kind_of(dialect, name, operands(told), operands(by_name))
        shapes, order = self._made_of(dialect, name, kind, told, by_name)
        dtypes = dtypes_of(self.torch, name, values, named, given)
        forms = tuple(
            form_of(shape, stored, dtypes[min(i, len(dtypes) - 1)])
            for i, (shape, stored) in enumerate(shapes)
        )
        answer = Answer(kind, forms, order)
        answer.title = name.rpartition(".")[2].rstrip("_")
        known = shapes[0][0] is not None
        if len(shapes) > 1 or (known and getattr(kind, "several", False)):
            answer.pack = functions.packing(getattr(kind, "names", ()))
        return answer

    def _made_of(
        self, dialect: str, name: str, kind: Kind, told: list[Foreign], by_name: dict[str, Foreign]
    ) -> tuple[list[tuple[Shape | None, bool]], tuple[int, ...] | None]:
        """The shapes of what comes out, and whether it has no samples; which tensors it reads."""
        given = symbols([told, by_name])
        if all(symbol.stored for symbol in given) and not has_samples([told, by_name]):
            return [(shape, True) for shape in layers.unbatched(kind)], None
        order = self._order(dialect, name, told, by_name, given)
        incoming = tuple(given[i].shape for i in order)
        shapes = self._passed(name, kind, incoming)
        if None not in shapes or None in incoming:
            return [(shape, False) for shape in shapes], order
        wholes = layers.unbatched(kind, incoming)
        pairs = zip(shapes, wholes, strict=False)
        return [(w, True) if s is None and w is not None else (s, False) for s, w in pairs], order

    def _kind_of(self, dialect: str, name: str, values: Foreign, named: Foreign) -> Kind:
        if layers.spelling(dialect, name) is None:
            return Unknown(native=name, because=f"{name} is not an operation weighbridge knows")
        try:
            return layers.make(dialect, name, values, named)
        except Impossible as error:  # PyTorch checks arguments itself: ours is the gap
            return Unknown(native=name, because=error.what)

    def _order(
        self, dialect: str, name: str, told: list[Foreign], by_name: dict[str, Foreign],
        given: list[Symbol],
    ) -> tuple[int, ...]:  # fmt: skip
        """Which of the tensors given the operation reads, in its own order."""
        try:
            read = symbols(list(layers.operands(dialect, name, told, by_name)))
        except Impossible:
            read = given
        places = {id(symbol): i for i, symbol in enumerate(given)}
        return tuple(places[id(symbol)] for symbol in read if not symbol.stored)

    def _passed(
        self, name: str, kind: Kind, incoming: tuple[Shape | None, ...]
    ) -> tuple[Shape | None, ...]:
        try:
            return layers.passed(kind, layers.legible(kind, incoming))
        except Impossible as error:
            error.what = f"{name}: {error.what}"
            raise error.at(place_of(sys._getframe())) from None
