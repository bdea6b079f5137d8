"""Operators on the values of followed source, within bounds."""

from __future__ import annotations

import _ast as ast
import _operator as operator  # all that is wanted of it, and a fifth of its time

from weighbridge.errors import LIMITS
from weighbridge.layers import Samples, Untold
from weighbridge.readers._python import strings
from weighbridge.readers._python.methods import incomplete
from weighbridge.readers._python.modules import follow_all
from weighbridge.readers._python.objects import expanse
from weighbridge.readers._python.values import CONTAINERS, SCALARS, Instance, Native, Raised, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.readers._python.run import Run

SIGNS: dict[type, str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv",
    ast.Mod: "mod", ast.Pow: "pow", ast.MatMult: "matmul", ast.BitOr: "or_", ast.BitAnd: "and_",
    ast.BitXor: "xor", ast.LShift: "lshift", ast.RShift: "rshift",
}  # fmt: skip
_COMPARISONS: dict[type, str] = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
}  # fmt: skip
_MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}
_UNARY: dict[type, str] = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}
_FAILS = (TypeError, ValueError, ZeroDivisionError, OverflowError, KeyError)


def binary(run: Run, sign: str, left: Value, right: Value, node: ast.AST) -> Value:
    """``left <sign> right``; a native value on either side decides itself."""
    if isinstance(left, Native):
        return left.operate(run, sign, right, reflected=False)
    if isinstance(right, Native):
        return right.operate(run, sign, left, reflected=True)
    for value in (left, right):
        if isinstance(value, Untold):
            return _of_samples(sign, left, right) if isinstance(value, Samples) else value
    if isinstance(left, Instance):
        return _own_operator(run, left, f"__{sign}__", right, node)
    if sign == "mod" and isinstance(left, str):
        return strings.percent(run, left, right)
    if not _plain(left) or not _plain(right) or not _affordable(run, sign, left, right):
        return Untold(run.snippet(node))
    return _tried(getattr(operator, sign), left, right)


def _of_samples(sign: str, left: Value, right: Value) -> Value:
    """What is computed with the number of samples: a multiple of it, or nobody knows what."""
    samples, other = (left, right) if isinstance(left, Samples) else (right, left)
    because = samples.because if isinstance(samples, Samples) else ""
    if type(other) is not int or other < 1 or not isinstance(samples, Samples):
        return Untold(because)
    if sign == "mul":
        return Samples(because, samples.times * other)
    if sign == "floordiv" and samples is left and samples.times % other == 0:
        return Samples(because, samples.times // other)
    return Untold(because)


def _tried(function: Callable[..., Value], *values: Value) -> Value:
    try:
        return function(*values)
    except _FAILS as error:
        raise Raised(type(error).__name__, str(error)) from None


def _plain(value: Value) -> bool:
    return isinstance(value, SCALARS + CONTAINERS)


def _affordable(run: Run, sign: str, left: Value, right: Value) -> bool:
    """Whether the result is small enough to be computed; lists and strings are charged."""
    if isinstance(left, int) and isinstance(right, int):
        bits = {
            "pow": left.bit_length() * max(right, 0),
            "lshift": left.bit_length() + max(right, 0),
            "mul": left.bit_length() + right.bit_length(),
        }
        return bits.get(sign, 0) <= LIMITS.digits
    sized = (str, bytes, tuple, list)
    if sign == "mul":
        for value, count in ((left, right), (right, left)):
            if isinstance(value, sized) and isinstance(count, int):
                run.charge(len(value) * max(count, 0))
    if sign == "add" and isinstance(left, sized) and isinstance(right, sized):
        run.charge(len(left) + len(right))
    return True


def _own_operator(run: Run, instance: Instance, name: str, other: Value, node: ast.AST) -> Value:
    """An operator that a class of the file defines."""
    from weighbridge.readers._python import calls
    from weighbridge.readers._python.objects import attribute

    if instance.cls.find(name) is None:
        return Untold(run.snippet(node))
    return calls.call(run, attribute(run, instance, name), [other], {}, node)


def unary(run: Run, sort: type, value: Value, node: ast.AST) -> Value:
    """``-value``, ``+value``, ``~value``."""
    if isinstance(value, Native):
        return value.operate(run, _UNARY[sort], None, reflected=False)
    if isinstance(value, Untold):
        return value
    if not isinstance(value, int | float | complex):
        return Untold(run.snippet(node))
    return _tried(getattr(operator, _UNARY[sort]), value)


def compare(run: Run, sort: type, left: Value, right: Value) -> Value:
    """One comparison; ``Untold`` where either side is not known."""
    if sort in (ast.Is, ast.IsNot):
        return _identity(left, right, sort is ast.Is)
    for value in (left, right):
        if isinstance(value, Untold):
            return value
    if sort in (ast.In, ast.NotIn):
        return _membership(run, left, right, sort is ast.In)
    for value in (left, right):
        run.charge(expanse(run, value))
    sign = _COMPARISONS[sort]
    if isinstance(left, Instance) or isinstance(right, Instance):
        return _of_objects(run, sign, left, right)
    if isinstance(left, Native):
        return left.operate(run, sign, right, reflected=False)
    if isinstance(right, Native):
        return right.operate(run, sign, left, reflected=True)
    return _tried(getattr(operator, sign), left, right)


def _of_objects(run: Run, sign: str, left: Value, right: Value) -> Value:
    """A comparison with an object of a class of the file."""
    from weighbridge.readers._python import calls
    from weighbridge.readers._python.objects import attribute

    if isinstance(right, Instance) and not isinstance(left, Instance):
        left, right, sign = right, left, _MIRRORED.get(sign, sign)
    if not isinstance(left, Instance):
        return Untold(sign)
    for name, negated in ((f"__{sign}__", False), ("__eq__", sign == "ne")):
        if left.cls.find(name) is not None and (name != "__eq__" or sign in ("eq", "ne")):
            found = calls.call(run, attribute(run, left, name), [right], {}, run.here)
            return not found if negated and isinstance(found, bool) else found
    if sign not in ("eq", "ne") or left.cls.unknown_base is not None:
        return Untold(f"{left.cls.name} {sign} …")
    if left.cls.fields is not None and isinstance(right, Instance) and left.cls is right.cls:
        same = all(
            compare(run, ast.Eq, left.names.get(name), right.names.get(name)) is True
            for name in left.cls.fields
        )
        return same is (sign == "eq")
    return (left is right) is (sign == "eq")


def _identity(left: Value, right: Value, positive: bool) -> Value:
    for value, other in ((left, right), (right, left)):
        # What nobody can tell may still be the object that the file compares it with.
        if isinstance(value, Untold) and value is not other:
            return value
    same = left is right or (
        isinstance(left, SCALARS) and type(left) is type(right) and left == right
    )
    return same is positive


def _membership(run: Run, left: Value, right: Value, positive: bool) -> Value:
    if isinstance(right, Native):
        found = right.includes(run, left)
        return found if isinstance(found, Untold) else found is positive
    if isinstance(right, range):
        right = list(right) if len(right) <= LIMITS.elements else ()
    if not isinstance(right, (*CONTAINERS, str)):
        return Untold("in")
    run.charge(expanse(run, left))
    if not isinstance(right, dict | set | frozenset):  # where a key is found at once
        run.charge(expanse(run, right))
    inside = _tried(operator.contains, right, left)
    if not inside:
        run.charge(len(right))
    if not inside and isinstance(right, dict | set | list) and follow_all(run):
        inside = _tried(operator.contains, right, left)
    if not inside and (reason := incomplete(right)) is not None:
        return reason
    return inside is positive
