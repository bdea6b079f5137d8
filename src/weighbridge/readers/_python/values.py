"""What a name in the followed source can stand for.

Numbers, strings, tuples, lists, dicts and sets are Python's own. The rest is defined here, or by a
dialect as a subclass of ``Native``.
"""

from __future__ import annotations

from weighbridge.layers import Untold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast as ast
    from collections.abc import Callable, Iterator

    from weighbridge.readers._python.run import Run

Value = object
Named = dict[str, Value]
SCALARS = (int, float, complex, str, bytes, bool, type(None), type(Ellipsis))
CONTAINERS = (tuple, list, dict, set, frozenset)


class Native:
    """A value a dialect provides. What a subclass does not answer is untold."""

    def attribute(self, run: Run, name: str) -> Value:
        """``self.name``; ``Untold`` where the dialect does not follow it."""
        return Untold(f"{self.label}.{name}")

    def has(self, run: Run, name: str) -> Value:
        """``hasattr(self, name)``."""
        return Untold(f"hasattr({self.label}, {name!r})")

    def assign(self, run: Run, name: str, value: Value) -> None:
        """``self.name = value``; ignored unless the dialect keeps it."""

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        """``self(*values, **named)``."""
        return Untold(f"{self.label}(…)")

    def item(self, run: Run, key: Value) -> Value:
        """``self[key]``."""
        return Untold(f"{self.label}[…]")

    def operate(self, run: Run, operator: str, other: Value, reflected: bool) -> Value:
        """``self <operator> other``, or ``other <operator> self`` if reflected."""
        return Untold(f"{operator} of {self.label}")

    def grown(self, run: Run, operator: str, more: Value) -> Value | None:
        """``self += more`` in place; ``None`` where that is the operator and an assignment."""
        return None

    def drop(self, run: Run, name: str) -> None:
        """``del self.name``."""

    def elements(self, run: Run) -> Iterator[Value] | None:
        """What a loop over it yields; ``None`` where that cannot be told."""
        return None

    def copied(self, run: Run, copies: dict[int, Value]) -> Native:
        """A deep copy; ``copies`` holds those made so far by identity. Itself if it has none."""
        return self

    def copy_to(self, run: Run, other: Native, copies: dict[int, Value]) -> None:
        """Gives ``other``, which stands behind a copied object, what is not in its attributes."""

    def includes(self, run: Run, value: Value) -> Value:
        """``value in self``; ``Untold`` where that cannot be told."""
        listed = self.elements(run)
        return Untold(f"in {self.label}") if listed is None else value in list(listed)

    def passed_over(self, run: Run, name: str, why: Untold) -> Value:
        """What ``name`` stands for after code that may have assigned it anew."""
        run.note(f"{why.because} is not known; {name} stays what it was before", run.here)
        return self

    @property
    def label(self) -> str:
        """What to call it in a message."""
        return type(self).__name__.lower()


class Namespace(Native):
    """A module of the outside world, by its dotted name."""

    def __init__(self, path: str) -> None:
        self.path = path

    @property
    def label(self) -> str:
        return self.path

    def attribute(self, run: Run, name: str) -> Value:
        from weighbridge.readers._python.modules import Members, at_last

        if name == "__dict__":
            return Members(self)
        return at_last(run, run.world.resolve(f"{self.path}.{name}"))

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        return run.world.called(run, self.path, values, named)


class Builtin(Native):
    """A function that is answered in Python: ``len``, ``math.ceil``, ``list.append``."""

    def __init__(self, name: str, function: Callable[..., Value]) -> None:
        self.name, self.function = name, function

    @property
    def label(self) -> str:
        return self.name

    def attribute(self, run: Run, name: str) -> Value:
        return True if name == "__bool__" else super().attribute(run, name)

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        return self.function(run, *values, **named)


class Function:
    """A function or lambda of the file, with the scope it closes over."""

    def __init__(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        scope: Scope,
        defaults: list[Value],
        named_defaults: list[Value],
    ) -> None:
        self.node, self.scope = node, scope
        self.defaults, self.named_defaults = defaults, named_defaults
        self.setter: Function | None = None
        """Of a property: what an assignment calls."""
        self.wrap = ""
        """``property``, ``staticmethod`` or ``classmethod``."""
        self.name: str = getattr(node, "name", "<lambda>")
        """What it calls itself: a wrapper may take the name of what it wraps."""
        self.yields: bool | None = None
        """Whether its body has a ``yield``; ``None`` until it is first called."""

    @property
    def owner(self) -> Class | None:
        """The class whose body defines it."""
        return self.scope.owner if self.scope.is_class else None


class Method:
    """A function bound to what it is called on."""

    def __init__(self, function: Function, receiver: Value) -> None:
        self.function, self.receiver = function, receiver


class Class:
    """A class of the file."""

    def __init__(self, name: str, bases: list[Value], names: Named, line: int) -> None:
        self.name, self.bases, self.names, self.line = name, bases, names, line
        self.registered: tuple[str, str] | None = None
        """Package and name it is registered under for saving."""
        self.unknown_base: ast.expr | None = None
        """Where its first base stands that nobody knows."""
        self.annotated: list[str] = []
        """Names its body annotates, in order."""
        self.fields: list[str] | None = None
        """Of a dataclass: its fields in order."""

    def mro(self) -> list[Value]:
        """This class and its bases, each once, a base after all that derive from it."""
        order: list[Value] = [self]
        for base in self.bases:
            for ancestor in base.mro() if isinstance(base, Class) else [base]:
                if ancestor in order:
                    order.remove(ancestor)
                order.append(ancestor)
        return order

    def find(self, name: str) -> Value | None:
        """The attribute ``name`` of the class or the nearest base written in the file."""
        for ancestor in self.mro():
            if isinstance(ancestor, Class) and name in ancestor.names:
                return ancestor.names[name]
        return None

    @property
    def foreign(self) -> Value | None:
        """The nearest base that the file does not define, of those first that make something of it.

        ``class Layout(str, Enum)`` is an enumeration, a mixin nobody knows no reason to give up.
        """
        bases = [base for base in self.mro() if not isinstance(base, Class)]
        making = (base for base in bases if hasattr(base, "defined") or hasattr(base, "found"))
        return next(making, bases[0] if bases else None)


class Instance:
    """An object of a class of the file; ``native`` is what a dialect's base class makes of it."""

    def __init__(self, cls: Class) -> None:
        self.cls = cls
        self.names: Named = {}
        self.native: Native | None = None


class Super:
    """``super()``: attributes of ``receiver`` from the classes after ``owner``."""

    def __init__(self, owner: Class, receiver: Value) -> None:
        self.owner, self.receiver = owner, receiver


class Scope:
    """Names and what they stand for, with the scope around it."""

    def __init__(self, outer: Scope | None = None, is_class: bool = False) -> None:
        self.names: Named = {}
        self.outer = outer
        self.is_class = is_class
        self.elsewhere: dict[str, Scope] = {}
        """Names declared ``global`` or ``nonlocal``, with the scope they live in."""
        self.stars: list[Native] = []
        """What ``from … import *`` brought in."""
        self.yielded: list[Value] | None = None
        """Of a generator: what it has yielded so far."""
        self.owner: Class | None = None
        """Of a class body its class, of a method's scope the class that defines the method."""
        self.receiver: Value = None

    @property
    def module(self) -> Scope:
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope

    def holder(self, name: str) -> Scope | None:
        """The scope that ``name`` is looked up in from here."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.elsewhere:
                return scope.elsewhere[name]
            if name in scope.names and not (scope.is_class and scope is not self):
                return scope
            scope = scope.outer
        return None

    def store(self, name: str, value: Value) -> None:
        self.elsewhere.get(name, self).names[name] = value


class Raised(Exception):
    """The followed code raises; caught by its own ``try``, an error otherwise."""

    def __init__(self, kind: str, message: str, node: ast.AST | None = None) -> None:
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind, self.message, self.node = kind, message, node


class Returning(Exception):
    """``return`` of the followed code."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Unending(Exception):
    """A generator of the file yields more than anybody would wait for."""


class Breaking(Exception):
    """``break``."""


class Continuing(Exception):
    """``continue``."""


def told(value: Value) -> Value:
    """``value`` as a setting: a name of a module nobody knows is untold, also inside of lists."""
    if isinstance(value, Namespace):
        return Untold(value.path)
    if type(value) in (list, tuple):
        return type(value)(told(item) for item in value)  # type: ignore[call-arg, attr-defined]  # a list or a tuple
    return value


def untold(values: object) -> Untold | None:
    """The first unknown in ``values``, looking into tuples, lists and dicts."""
    if isinstance(values, Untold):
        return values
    if isinstance(values, dict):
        values = list(values.values())
    if isinstance(values, tuple | list | set | frozenset):
        return next((found for item in values if (found := untold(item)) is not None), None)
    return None
