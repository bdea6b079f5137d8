"""``print(model)`` of PyTorch: modules in modules, with their settings.

Nesting is told by brackets, not by the indentation, which pasting loses. Settings are read as
literals; nothing is run.
"""

from __future__ import annotations

import ast
import re

from weighbridge._record import Record
from weighbridge.errors import LIMITS, Impossible, TooLarge
from weighbridge.layers import make, spelling
from weighbridge.model import Kind, Unknown
from weighbridge.readers._summary_types import Printed, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MODULE = re.compile(
    r"^(?:\((?P<name>[^()\s]+)\):\s*)?(?:(?P<times>\d+) x )?"
    r"(?P<native>[A-Za-z_][\w.]*)\((?P<rest>.*)$"
)
_CHILD = re.compile(r"^\((?P<name>[^()\s]+)\):")
_RANGE = re.compile(r"^(\d+)-(\d+)$")
_GROUPS = (
    "Sequential",
    "ModuleList",
    "ModuleDict",
    "ParameterList",
    "ParameterDict",
    "DataParallel",
)
_ALSO = {
    "NonDynamicallyQuantizableLinear": "Linear",
    "Linear8bitLt": "Linear",
    "Linear4bit": "Linear",
    "FrozenBatchNorm2d": "BatchNorm2d",
    "BatchNormAct2d": "BatchNorm2d",
    "LayerNorm2d": "LayerNorm",
    "T5LayerNorm": "RMSNorm",
}
"""Classes outside ``torch.nn`` that print and hold what a class of it does."""
_BARE = re.compile(
    r"(Activation|Embedding|Dropout|DropPath|StochasticDepth|Loss|Act|Identity|Permute|Lambda)\d?d?$"
)
"""Names of modules that hold nothing where they print no setting."""


class _Open(Record):
    """A module whose brackets are not closed yet."""

    name: str
    native: str
    times: int
    settings: str
    inside: tuple[_Open | Printed, ...] = ()


def module_tree(lines: list[str]) -> Table | None:
    """The modules; ``None`` where no line shows one in another."""
    if not any(
        (match := _CHILD.match(line.strip())) and "(" in line[match.end() :] for line in lines
    ):
        return None
    root = _parsed(_joined(lines))
    if root is None:
        return None
    counter = [0]
    rows = tuple(_flat(root, 0, counter)) if root.inside else (_leaf(root, 1),)
    return Table("torch", rows, native=root.native, name=root.native)


def _joined(lines: list[str]) -> Iterator[str]:
    """Statements: a line that mail or a terminal broke within a leaf's brackets is put together."""
    held = ""
    for line in lines:
        text = line.strip().rstrip(",") if line.strip() in (")", "),") else line.strip()
        if not text:
            continue
        if held and not (_CHILD.match(text) or text.startswith(")")):
            text = f"{held} {text}"
            held = ""
        elif held:
            yield held
            held = ""
        if _MODULE.match(text) and text.count("(") - text.count(")") > (
            1 if text.endswith("(") else 0
        ):
            held = text
        else:
            yield text
    if held:
        yield held


def _parsed(statements: Iterator[str]) -> _Open | None:
    """The outermost module; brackets that the paste has lost at the end are taken as closed."""
    stack: list[_Open] = []
    roots: list[_Open] = []
    for text in statements:
        match = _MODULE.match(text)
        if match and (match["name"] or not stack):
            opened = _Open(
                match["name"] or "", match["native"], int(match["times"] or 1), match["rest"]
            )
            if opened.settings == "":
                if len(stack) > LIMITS.nesting:
                    raise TooLarge(f"modules nested more than {LIMITS.nesting} deep")
                stack.append(opened)
            else:
                _close(stack, roots, opened)
        elif text.startswith(")") and stack:
            _close(stack, roots, stack.pop())
        elif stack:
            last = stack[-1]
            stack[-1] = _Open(
                last.name, last.native, last.times, f"{last.settings} {text}", last.inside
            )
    while stack:
        _close(stack, roots, stack.pop())
    named = [root for root in roots if root.name]
    if len(roots) == 1 and not named:
        return roots[0]
    several = tuple(
        _Open(root.name or root.native, root.native, root.times, root.settings, root.inside)
        for root in roots
    )
    return _Open("", "Module", 1, "", several) if roots else None


def _close(stack: list[_Open], roots: list[_Open], module: _Open) -> None:
    if not stack:
        roots.append(module)
        return
    outer = stack[-1]
    stack[-1] = _Open(
        outer.name, outer.native, outer.times, outer.settings, (*outer.inside, module)
    )


def _flat(module: _Open, depth: int, counter: list[int]) -> Iterator[Printed]:
    """Rows for what is in ``module``, repeated blocks written out."""
    for inside in module.inside:
        assert isinstance(inside, _Open)
        for name in _names(inside):
            counter[0] += 1
            if counter[0] > LIMITS.calls:
                raise TooLarge(f"more than {LIMITS.calls:,} modules")
            one = _Open(name, inside.native, 1, inside.settings, inside.inside)
            if inside.inside and inside.native != "MultiheadAttention":
                yield Printed(name, inside.native, depth=depth + 1, group=True)
                yield from _flat(one, depth + 1, counter)
            else:
                yield _leaf(one, depth + 1)


def _names(module: _Open) -> Iterator[str]:
    """``(0-11): 12 x Block`` → 0 … 11."""
    match = _RANGE.match(module.name)
    if match and module.times > 1:
        first, last = int(match[1]), int(match[2])
        if last - first + 1 == module.times:
            yield from (str(number) for number in range(first, min(last, first + LIMITS.calls) + 1))
            return
    yield module.name


def _leaf(module: _Open, depth: int) -> Printed:
    text = module.settings.strip()
    text = text[: text.rfind(")")] if text.endswith(")") else text
    kind = (
        _attention(module) if module.native == "MultiheadAttention" else _kind(module.native, text)
    )
    return Printed(
        module.name or module.native,
        module.native,
        depth=depth,
        kind=kind,
        excerpt=f"{module.native}({text})",
    )


def _attention(module: _Open) -> Kind:
    """Of this module only the projection of its output is printed, as wide as the input."""
    for inside in module.inside:
        assert isinstance(inside, _Open)
        settings = _settings(inside.settings.rstrip().removesuffix(")"))
        if settings is not None and isinstance(settings[1].get("out_features"), int):
            named = {"bias": bool(settings[1].get("bias", True))}
            return make("torch", "MultiheadAttention", (settings[1]["out_features"], 1), named)
    return Unknown(native=module.native, because="its width is not printed")


def _kind(native: str, text: str) -> Kind:
    settings = _settings(text)
    if settings is None:
        return Unknown(native=native, because=f"its settings are not plain values: {text[:60]}")
    positional, named = settings
    if native == "Conv1D" and {"nf", "nx"} <= named.keys():
        return _made("Linear", (named["nx"], named["nf"]), {})
    known = "RMSNorm" if native.endswith("RMSNorm") else _ALSO.get(native, native)
    if spelling("torch", known) is None:
        bare = (
            ""
            if text or not _BARE.search(native)
            else "parameters are not printed, none are expected"
        )
        return Unknown(native=native, because=bare)
    return _made(known, positional, named)


def _made(native: str, positional: tuple[object, ...], named: dict[str, object]) -> Kind:
    try:
        return make("torch", native, positional, named)
    except Impossible:
        return _made_of_sizes(native, positional, named)


def _made_of_sizes(native: str, positional: tuple[object, ...], named: dict[str, object]) -> Kind:
    """Without settings that its constructor does not know: other releases print more or fewer."""
    known = spelling("torch", native)
    code = known.__code__ if known is not None else None
    own = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else ()
    try:
        return make("torch", native, positional, {n: v for n, v in named.items() if n in own})
    except Impossible as error:
        return Unknown(native=native, because=error.what)


def _settings(text: str) -> tuple[tuple[object, ...], dict[str, object]] | None:
    """The arguments as values; ``None`` where they are no arguments."""
    if len(text) > LIMITS.digits:
        return None
    try:
        call = ast.parse(f"f({text.strip()})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(call, ast.Call):
        return None
    named = {each.arg: _literal(each.value) for each in call.keywords if each.arg}
    return tuple(_literal(each) for each in call.args), named


def _literal(node: ast.expr) -> object:
    """A plain value; a word without quotation marks, as in ``mode=bilinear``, is itself."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return ast.unparse(node)
