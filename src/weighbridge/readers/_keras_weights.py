"""The tensors stored with a saved Keras model: which there are, and which layer each belongs to.

Keras does not store a layer under its name but under that of its class in snake case, numbered in
the order of the layers: ``layers/conv2d_1/vars/0``. Layers inside a layer lie in groups inside.
"""

from __future__ import annotations

import os
import sys
from math import prod

from weighbridge._record import Record
from weighbridge.errors import LIMITS, Impossible, Malformed, NotFound, TooLarge
from weighbridge.model import Expected, Kind, Shape, Tensor, sizes
from weighbridge.readers._keras_zip import AGAIN, WEIGHTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen
    from types import TracebackType

OWN = "vars"
"""The group inside a layer's group that holds its own tensors, numbered."""
LEGACY = "_layer_checkpoint_dependencies"
"""What tf.keras 2.12 and 2.13 call the group ``layers``."""
ADAPTER = "adapter_"
"""How the roles of the factors of low-rank adapters begin."""
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Keeps NumPy's import from reserving memory for each processor."""


class DataSet(Record):
    """One data set: its sizes and element type."""

    shape: tuple[int, ...]
    dtype: str


class Group:
    """A group of the weights file: data sets and groups by name."""

    __slots__ = ("claimed", "groups", "tensors")

    def __init__(self) -> None:
        self.groups: dict[str, Group] = {}
        self.tensors: dict[str, DataSet] = {}
        self.claimed = False
        """Whether a layer of the configuration owns it, with all that is inside."""

    @property
    def empty(self) -> bool:
        """Whether neither it nor a group inside holds a tensor."""
        return not self.tensors and all(group.empty for group in self.groups.values())

    @property
    def own(self) -> list[tuple[str, DataSet]]:
        """Tensors that are not a group's inside, in the order of their numbers."""
        kept = self.groups[OWN].tensors if OWN in self.groups else {}
        found = {**kept, **self.tensors}
        return [(name, found[name]) for name in sorted(found, key=_numbered)]

    def all(self, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], DataSet]]:
        """Every tensor with its path in Keras' order: own ones first, private groups last."""
        for name, tensor in self.own:
            yield (*prefix, name), tensor
        for name in sorted(self.groups, key=lambda name: (name.startswith("_"), name)):
            if name != OWN:
                yield from self.groups[name].all((*prefix, name))


def _numbered(name: str) -> tuple[int, str]:
    number = name.isdecimal() and len(name) < len(str(LIMITS.groups))
    return (int(name), "") if number else (LIMITS.groups, name)


# -- reading -------------------------------------------------------------------------------------


class Listing:
    """The contents of a weights file, being listed in a process of its own meanwhile."""

    def __init__(self, window: tuple[str, int, int]) -> None:
        import json
        import subprocess

        self._size = window[2]
        program = os.path.join(os.path.dirname(__file__), "_hdf5_listing.py")
        request = {
            "search": [path for path in sys.path if os.path.isabs(path)],
            "memory": LIMITS.hdf5_bytes,
            "seconds": LIMITS.hdf5_seconds,
            "window": (os.path.abspath(window[0]), *window[1:]),
            "most": LIMITS.groups,
        }
        try:
            self._process: Popen[bytes] = subprocess.Popen(
                [sys.executable, "-I", program, json.dumps(request)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={**os.environ, **_ONE_THREAD},
            )  # fmt: skip
        except OSError as error:
            raise NotFound(f"cannot start a Python to read the weights: {error}") from None

    def __enter__(self) -> Listing:
        return self

    def __exit__(
        self,
        sort: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def tree(self) -> Group:
        """All groups and data sets.

        Raises ``Malformed`` where the file cannot be read or the HDF5 library fell over it,
        ``TooLarge`` at a limit, ``NotFound`` without h5py.
        """
        import json
        import subprocess

        try:
            output, _ = self._process.communicate(timeout=LIMITS.hdf5_seconds + 5)
        except subprocess.TimeoutExpired:
            raise _damaged("the HDF5 library does not come to an end with it") from None
        try:
            answer = json.loads(output)
        except ValueError:
            raise _damaged(f"the HDF5 library fell over it ({self._process.returncode})") from None
        match answer:
            case {"tensors": listing}:
                return _tree(listing, self._size)
            case {"missing": why}:
                raise NotFound(f"reading weights needs h5py: {why}", hint="pip install h5py")
            case {"too_much": why}:
                raise TooLarge(f"the weights take too much to list: {why}", where=WEIGHTS)
            case {"damaged": why}:
                raise _damaged(why)
        raise _damaged("the HDF5 library fell over it")


def _damaged(why: str) -> Malformed:
    return Malformed("the weights are not readable HDF5", f"{WEIGHTS}: {why[:200]}", AGAIN)


def _tree(listing: list[tuple[str, str, list[int]]], size: int) -> Group:
    """The listing of a file of ``size`` bytes by groups."""
    root = Group()
    for path, dtype, shape in listing:
        if prod(shape) > LIMITS.archive_ratio * size:
            raise _damaged(f"{path} announces {prod(shape):,} values in a file of {size:,} bytes")
        *parts, name = path.split("/")
        group = root
        for part in parts:
            group = group.groups.setdefault(part, Group())
        group.tensors[name] = DataSet(tuple(shape), dtype)
    return root


# -- naming --------------------------------------------------------------------------------------


class Numbering:
    """The names of the groups that hold the layers of one model, handed out in their order."""

    def __init__(self, model: Group | None) -> None:
        groups = model.groups if model else {}
        self._legacy = "layers" not in groups and LEGACY in groups
        self._groups = groups.get(LEGACY if self._legacy else "layers")
        self._counts: dict[str, int] = {}

    def following(self, native: str) -> Group | None:
        """The group of the next layer of class ``native``; ``None`` if the file has none for it."""
        stem = snake(native)
        count = self._counts.get(stem, 0)
        self._counts[stem] = count + 1
        group = self._groups and self._groups.groups.get(f"{stem}_{count}" if count else stem)
        if self._legacy and group and not group.empty:
            # There a layer with weights stands twice in a row, under two keys, and is saved once.
            self._counts[stem] += 1
        return group


def snake(native: str) -> str:
    """A class name as Keras writes it in names: ``Conv2DTranspose`` → ``conv2d_transpose``."""
    import re

    word = re.sub(r"\W+", "", native)
    word = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", word)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", word).lower()


# -- roles ---------------------------------------------------------------------------------------


def tensors_of(
    path: str, group: Group | None, kind: Kind, incoming: tuple[Shape | None, ...]
) -> tuple[Tensor, ...]:
    """The tensors in a layer's group, in Keras' order, with the roles that ``kind`` gives them."""
    if group is None:
        return ()
    group.claimed = True
    unmet = _expected(kind, incoming)
    found: list[Tensor] = []
    for parts, stored in group.all():
        role = "seed" if any(part.startswith("seed_generator") for part in parts) else ""
        wanted = None if role else met(unmet, parts, stored.shape)
        if wanted is not None:
            unmet.remove(wanted)
            role = wanted.role
        elif not role and _again(kind, found, stored):
            continue
        name = f"{path}.{role or '.'.join(parts)}"
        found.append(Tensor(name, stored.shape, stored.dtype, role, buffer=role == "seed"))
    return (*found, *(_made_anew(path, unmet) if found else ()))


def _made_anew(path: str, unmet: list[Expected]) -> Iterator[Tensor]:
    """The low-rank adapters of a layer, which is saved as the sum of what it was and of them.

    Whoever loads the file gets a frozen kernel and, beside it, new adapters that add nothing yet.
    """
    for expected in unmet:
        shape = sizes(expected.dims) or ()
        if expected.role.startswith(ADAPTER) and None not in shape:
            known = tuple(n for n in shape if n is not None)
            name, dtype = f"{path}.{expected.role}", expected.dtype or "float32"
            yield Tensor(name, known, dtype, expected.role)


def _again(kind: Kind, found: list[Tensor], stored: DataSet) -> bool:
    """Whether ``stored`` is a tensor met before: a wrapper may save one of the layer inside."""
    twice: tuple[str, ...] = getattr(kind, "stored_twice", ())
    return any(tensor.role in twice and tensor.shape == stored.shape for tensor in found)


def _expected(kind: Kind, incoming: tuple[Shape | None, ...]) -> list[Expected]:
    """What ``kind`` must own, in the order Keras keeps it: what is trained first."""
    try:
        expected = kind.tensors(*incoming) or ()
    except Impossible:
        return []  # Weighing says so, with its place.
    return sorted(expected, key=lambda tensor: not tensor.trainable)


def met(unmet: list[Expected], parts: tuple[str, ...], shape: tuple[int, ...]) -> Expected | None:
    """The first that fits; where several do, one named like the group: ``key_dense`` → ``key…``."""
    fitting = [expected for expected in unmet if _fits(expected, shape)]
    word = parts[0].lstrip("_").partition("_")[0]
    alike = (expected for expected in fitting if expected.role.startswith(word))
    return next(alike, fitting[0] if fitting else None)


def _fits(expected: Expected, shape: tuple[int, ...]) -> bool:
    wanted = sizes(expected.dims) or ()
    return len(wanted) == len(shape) and all(
        a in (None, b) for a, b in zip(wanted, shape, strict=True)
    )
