"""Names, shapes and element types of the data sets in an HDF5 file, found in a process of its own.

The HDF5 library believes what a file says. One changed byte in the free list of a 40 kB file makes
it take memory without end (HDF5 1.14.2 and 2.0.0), so this file runs as a program with bounds on
memory and time, and is killed when it reaches them. It imports nothing of weighbridge, whose limits
come with the request. Importing h5py takes 0.2 s; meanwhile the caller reads the configuration.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Foreign = Any  # h5py ships no types

Listing = list[tuple[str, str, tuple[int, ...]]]
"""Name within the file, element type and sizes of each data set."""

DEPTH = 40
"""Groups inside groups. Keras nests two for each layer inside a layer."""
NAME_BYTES = 16 << 20
"""All names together."""


class TooMuch(Exception):
    """The file holds more than the limits allow."""


class Window:
    """The bytes ``start`` … ``start + size`` of a file as a file of its own, nothing copied."""

    def __init__(self, path: str, start: int, size: int) -> None:
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115  # the process ends soon
        self._start, self._size, self._at = start, size, 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:
        wanted = max(min(len(buffer), self._size - self._at), 0)
        self._file.seek(self._start + self._at)
        count = self._file.readinto(memoryview(buffer)[:wanted])
        self._at += count
        return count

    def read(self, count: int) -> bytes:
        taken = bytearray(count)
        return bytes(taken[: self.readinto(memoryview(taken))])

    def write(self, _: object) -> int:
        """h5py wants a file object to have it; the file is opened for reading."""
        raise OSError("read only")

    truncate = write

    def flush(self) -> None:
        """Nothing is written."""


def listing(window: Window, most: int) -> Listing:
    """Every data set that hard links lead to, each once; at most ``most`` objects are looked at.

    Soft and external links are not followed and data sets of other files not opened. Raises
    ``TooMuch``, and whatever h5py raises for a damaged file.
    """
    import h5py  # type: ignore[import-untyped]  # h5py ships no types
    from h5py import h5d, h5o

    found: list[bytes] = []
    seen = bytes_seen = 0

    def visit(name: bytes, info: Foreign) -> None:
        nonlocal seen, bytes_seen
        seen, bytes_seen = seen + 1, bytes_seen + len(name)
        if seen > most or bytes_seen > NAME_BYTES:
            raise TooMuch(f"more than {min(seen, most):,} groups and data sets")
        if name.count(b"/") > DEPTH:
            raise TooMuch(f"groups more than {DEPTH} deep")
        if info.type == h5o.TYPE_DATASET:
            found.append(name)

    # Never closed: the process ends, and closing takes a tenth of the time.
    file = h5py.File(window, "r")
    # In the order of the file: to sort, the library would first gather a whole group.
    h5o.visit(file.id, visit, order=h5py.h5.ITER_NATIVE, info=True)
    return [_described(h5d.open(file.id, name), name) for name in found]


def _described(dataset: Foreign, name: bytes) -> tuple[str, str, tuple[int, ...]]:
    from h5py import h5d

    text = name.decode("utf-8", "backslashreplace")
    # Only a data set in one piece has a place, and that is quicker to ask.
    if dataset.get_offset() is None and dataset.get_create_plist().get_layout() == h5d.VIRTUAL:
        raise ValueError(f"{text} lies in another file")
    return text, _element(dataset.get_type()), tuple(map(int, dataset.shape))


def _element(sort: Foreign) -> str:
    """``float32``, ``int64``, ``bool``, ``bfloat16``, or the size of what has no such name."""
    from h5py import h5t

    size, bits = sort.get_size(), 8 * sort.get_size()
    match sort.get_class():
        case h5t.FLOAT:
            exponent = sort.get_fields()[2]
            return "bfloat16" if (size, exponent) == (2, 8) else f"float{bits}"
        case h5t.INTEGER:
            return f"uint{bits}" if sort.get_sign() == h5t.SGN_NONE else f"int{bits}"
        case h5t.ENUM if size == 1:
            return "bool"
        case h5t.OPAQUE if size == 2:  # noqa: PLR2004  # Keras stores bfloat16 as two plain bytes
            return "bfloat16"
    return f"opaque{bits}"


def _confine(memory: int, seconds: int) -> None:
    """Bounds what this process may still take, as far as the system can."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory, taken + memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    except (ImportError, OSError, ValueError):
        return  # Not Linux: the caller's clock is the only bound.


def main(request: str) -> None:
    """Prints the listing that ``request`` asks for, or what went wrong, as JSON."""
    import json

    asked = json.loads(request)
    sys.path[:] = asked["search"]
    answer: dict[str, object]
    try:
        import h5py  # noqa: F401  # taken before the bounds, which are for the file alone

        _confine(asked["memory"], asked["seconds"])
        answer = {"tensors": listing(Window(*asked["window"]), asked["most"])}
    except ImportError as error:
        answer = {"missing": str(error)}
    except (TooMuch, MemoryError) as error:
        answer = {"too_much": str(error) or "more memory than a list of tensors can need"}
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, OverflowError) as error:
        answer = {"damaged": str(error)}
    print(json.dumps(answer), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
