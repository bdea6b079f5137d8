"""Runs the ``forward`` of a live PyTorch model on stand-ins, and leaves the model as it was."""

from __future__ import annotations

import operator
import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from weighbridge.readers._live_torch_session import LiveSession
    from weighbridge.readers._live_torch_settings import Foreign, Torch, TorchModule

    Table = Foreign
    """A dict, list or set that is, or is held by, the attributes of a module."""

_COMPILED = "_compiled_call_impl"
"""What a module compiled in place runs instead of its own code."""
_COLLECTIONS = (dict, list, set)
ONE_AT_A_TIME = threading.RLock()
"""Held while a model runs: what is put back afterwards must not be what another run has changed."""


class Untouched:
    """Puts modules back as they were: what is registered in them, their attributes, their mode.

    In between they are in evaluation mode. Random numbers that the author's code draws are drawn
    again later.
    """

    def __init__(self, torch: Torch, modules: Sequence[TorchModule]) -> None:
        self.torch, self.modules = torch, modules

    def __enter__(self) -> None:
        tables: list[Table] = [module.__dict__ for module in self.modules]
        sorts = {type(value) for held in tables for value in held.values()}
        found = {sort for sort in sorts if issubclass(sort, _COLLECTIONS)}
        for held in list(tables):
            tables += [value for value in held.values() if type(value) in found]
        self._empty = [table for table in tables if not table]
        self._copies = [(table, table.copy()) for table in tables if table]
        self._random = list(_random_states(self.torch))
        for module in self.modules:
            if module.__dict__.get("training"):
                module.__dict__["training"] = False
            if module.__dict__.get(_COMPILED) is not None:
                module.__dict__[_COMPILED] = None

    def __exit__(self, *_: object) -> None:
        for table in filter(None, self._empty):
            table.clear()
        for table, copy in self._copies:
            if not _same(table, copy):
                _put_back(table, copy)
        for restore, state in self._random:
            restore(state)


def _same(table: Table, copy: Table) -> bool:
    """Whether both hold the same objects, in the same order."""
    if len(table) != len(copy):
        return False
    if isinstance(table, dict):
        return [*table] == [*copy] and all(map(operator.is_, table.values(), copy.values()))
    return all(map(operator.is_, table, copy))


def _put_back(table: Table, copy: Table) -> None:
    table.clear()
    (table.extend if isinstance(table, list) else table.update)(copy)


def _random_states(torch: Torch) -> Foreign:
    yield torch.set_rng_state, torch.get_rng_state()
    random, numpy = sys.modules.get("random"), sys.modules.get("numpy.random")
    if random is not None:
        yield random.setstate, random.getstate()
    if numpy is not None:
        yield numpy.set_state, numpy.get_state()


class Called:
    """Every call of a module, in this thread, goes to the session instead.

    Exchanged is what ``__call__`` hands on to: Python passes a new ``__call__`` down to each of a
    thousand subclasses. Before PyTorch 2.1 there was no such step.
    """

    def __init__(self, torch: Torch, session: LiveSession) -> None:
        self.sort, self.session = torch.nn.Module, session
        self._name = "_call_impl" if hasattr(self.sort, "_wrapped_call_impl") else "__call__"

    def __enter__(self) -> None:
        original: Callable[..., Foreign] = getattr(self.sort, self._name)
        here, thread, answer = threading.get_ident(), threading.get_ident, self.session.call

        def call(module: TorchModule, *values: Foreign, **named: Foreign) -> Foreign:
            if thread() != here:
                return original(module, *values, **named)
            return answer(module, values, named)

        self._original = original
        setattr(self.sort, self._name, call)

    def __exit__(self, *_: object) -> None:
        setattr(self.sort, self._name, self._original)
