"""``NamedTuple``, ``namedtuple`` and ``Enum`` in followed source."""

from __future__ import annotations

from weighbridge.layers import Untold
from weighbridge.readers._python import calls
from weighbridge.readers._python.objects import attribute, bound, elements
from weighbridge.readers._python.values import (
    Builtin,
    Class,
    Function,
    Instance,
    Method,
    Native,
    Value,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from weighbridge.readers._python.run import Run
    from weighbridge.readers._python.values import Named


class TupleBase(Native):
    """The base class ``NamedTuple``."""

    def defined(self, run: Run, cls: Class) -> Value:
        """Its annotated names are the fields."""
        cls.fields = cls.fields or list(cls.annotated)
        return cls

    def found(self, run: Run, instance: Instance) -> None:
        """What an instance can do beside its fields."""
        instance.native = TupleValue(instance)


class TupleValue(Native):
    """A named tuple as a tuple: it is iterated over, indexed, replaced."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance

    @property
    def values(self) -> list[Value]:
        """The fields in order."""
        names = self.instance.names
        return [names[name] for name in self.instance.cls.fields or () if name in names]

    def elements(self, run: Run) -> Iterator[Value]:
        return iter(self.values)

    def item(self, run: Run, key: Value) -> Value:
        if not isinstance(key, int | slice):
            return Untold("a field")
        try:
            return self.values[key]
        except IndexError:
            return Untold("a field")

    def attribute(self, run: Run, name: str) -> Value:
        fields = self.instance.cls.fields or []
        match name:
            case "_replace":
                return Builtin(name, self._replaced)
            case "_asdict":
                return Builtin(name, lambda run: dict(zip(fields, self.values, strict=False)))
            case "_fields":
                return tuple(fields)
            case "__init__":
                return Builtin(name, lambda run, *_, **__: None)
        return Untold(f"{self.instance.cls.name}.{name}")

    def _replaced(self, run: Run, **changes: Value) -> Value:
        fields = self.instance.cls.fields or []
        given = dict(zip(fields, self.values, strict=False)) | changes
        return calls.instantiate(run, self.instance.cls, [], given)


def named_tuple(run: Run, name: Value, fields: Value, **options: Value) -> Value:
    """``collections.namedtuple("Spec", ["kind", "args"])``: a class."""
    if isinstance(fields, str):
        fields = list(fields.replace(",", " ").split())
    listed = elements(run, fields)
    if listed is None or not all(isinstance(field, str) for field in listed):
        return Untold("namedtuple(…)")
    made = Class(str(name), [TupleBase()], {}, 0)
    made.fields = [str(field) for field in listed]
    defaults = elements(run, options.get("defaults", ())) or []
    made.names |= dict(zip(made.fields[len(made.fields) - len(defaults) :], defaults, strict=False))
    return made


class EnumBase(Native):
    """The base class ``Enum``."""

    def defined(self, run: Run, cls: Class) -> Value:
        """Names of the body that are no functions are members; without any it is to derive from."""
        members = [
            name
            for name, value in cls.names.items()
            if not isinstance(value, Function) and not name.startswith("_")
        ]
        cls.names |= {name: Member(cls, name, cls.names[name]) for name in members}
        return Choices(cls) if members else cls


class Member(Native):
    """A member of an enumeration."""

    def __init__(self, cls: Class, name: str, value: Value) -> None:
        self.cls, self.name, self.value = cls, name, value

    @property
    def label(self) -> str:
        return f"{self.cls.name}.{self.name}"

    def attribute(self, run: Run, name: str) -> Value:
        if name in ("name", "value"):
            return self.name if name == "name" else self.value
        found = self.cls.find(name)
        if isinstance(found, Function) and found.wrap == "classmethod":
            return Method(found, Choices(self.cls))
        if found is not None:
            return bound(run, found, self)
        # ``class Layout(str, Enum)``: its members are strings.
        mixed = any(base is not self.cls.foreign for base in self.cls.bases)
        return attribute(run, self.value, name) if mixed else Untold(f"{self.label}.{name}")

    def operate(self, run: Run, operator: str, other: Value, reflected: bool) -> Value:
        if operator in ("eq", "ne"):
            return (other is self or other == self.value) is (operator == "eq")
        return Untold(self.label)


class Choices(Native):
    """An enumeration: its members by name, by value, in order."""

    def __init__(self, cls: Class) -> None:
        self.cls = cls

    def attribute(self, run: Run, name: str) -> Value:
        found = self.cls.find(name)
        if isinstance(found, Function) and found.wrap == "classmethod":
            return Method(found, self)
        return attribute(run, self.cls, name)

    def elements(self, run: Run) -> Iterator[Value]:
        return (member for member in self.cls.names.values() if isinstance(member, Member))

    def item(self, run: Run, key: Value) -> Value:
        return self.attribute(run, str(key))

    def holds(self, value: Value) -> bool | None:
        """Whether ``value`` is a member, for ``isinstance``."""
        return isinstance(value, Member) and value.cls is self.cls

    def call(self, run: Run, values: list[Value], named: Named) -> Value:
        for member in self.elements(run):
            if isinstance(member, Member) and values and values[0] in (member, member.value):
                return member
        return Untold(f"a member of {self.cls.name}")


RECORDS: dict[str, Value] = {
    "typing.NamedTuple": TupleBase(),
    "collections.namedtuple": Builtin("namedtuple", named_tuple),
    "enum.Enum": EnumBase(),
    "enum.IntEnum": EnumBase(),
    "enum.StrEnum": EnumBase(),
}
