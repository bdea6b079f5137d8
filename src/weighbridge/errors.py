"""What can go wrong, and what is worth telling.

An *error* stops the work: it says what is wrong, where, and what to do (exit code 2). A *finding*
does not: it is reported beside the result. Both are defined in the room that raises them; this
file holds what they have in common, and the limits that keep hostile input small.
"""

from __future__ import annotations

from weighbridge._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Literal


class Limits(Record):
    """Bounds on what one source may cost. Reaching one is an error, never a slow death."""

    source_bytes: int = 512 << 10
    """Largest Python file or notation that is parsed."""
    steps: int = 500_000
    """Expressions and statements the source reader follows in one file."""
    depth: int = 120
    """Nested calls of functions of the file."""
    elements: int = 1_000_000
    """Elements of one list, string or range the source reader builds."""
    digits: int = 4_000
    """Bits of an integer the source reader computes with."""
    config_bytes: int = 16 << 20
    """Largest JSON document taken out of an archive."""
    config_values: int = 1_000_000
    """Values in one JSON document; each costs some hundred bytes once it is parsed."""
    nesting: int = 40
    """Models inside models."""
    calls: int = 50_000
    """Uses of layers in one model, those inside shared models counted each time."""
    archive_members: int = 20_000
    """Files in one archive."""
    directory_bytes: int = 2 << 20
    """The table of contents of an archive."""
    archive_ratio: int = 200
    """Unpacked bytes per stored byte of an archive's member."""
    unpacked_bytes: int = 4 << 30
    """Largest compressed member that is unpacked into a temporary file."""
    groups: int = 100_000
    """Groups and data sets of one HDF5 file."""
    hdf5_bytes: int = 128 << 20
    """Memory the HDF5 library may take for one file."""
    hdf5_seconds: int = 30
    """Time the HDF5 library may take for one file."""
    answer_bytes: int = 128 << 20
    """Description of a model that was made in a process of its own."""


LIMITS = Limits()


class WeighbridgeError(Exception):
    """The input cannot be used.

    ``what`` is wrong in a sentence, ``where`` it is (file, line, layer), ``hint`` what to do.
    """

    def __init__(self, what: str, where: str = "", hint: str = "", excerpt: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.hint, self.excerpt = what, where, hint, excerpt

    def at(self, where: str, excerpt: str = "") -> WeighbridgeError:
        """This error, with its place filled in if the raiser could not know it."""
        self.where = self.where or where
        self.excerpt = self.excerpt or excerpt
        return self

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  in {self.where}")
        lines += [f"    {line}" for line in self.excerpt.splitlines()]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class NotFound(WeighbridgeError):
    """No such file, model or layer."""


class Malformed(WeighbridgeError):
    """The file is not what it says it is, or it is damaged."""


class TooLarge(WeighbridgeError):
    """The input asks for more than the limits allow."""


class Impossible(WeighbridgeError):
    """A layer with settings that cannot be, or shapes that do not fit."""


class Usage(WeighbridgeError):
    """The command line or the call is not understood."""


class Finding(Record):
    """Something worth telling that does not stop the work.

    A subclass is one sort of finding: its docstring is what ``weigh about`` prints, its ``slug``
    is the class name in kebab case.
    """

    level: ClassVar[Literal["note", "warning"]] = "note"

    path: str
    """The layer it is about, or ``""`` for the model."""
    message: str
    excerpt: str = ""
    """The line of the source with a caret under the place, where there is one."""

    @property
    def slug(self) -> str:
        """The name of its sort: ``NeverCalled`` → ``never-called``."""
        return kebab(type(self).__name__)


def kebab(name: str) -> str:
    """``BatchNorm`` → ``batch-norm``, ``RMSNorm`` → ``rms-norm``, ``PReLU`` → ``prelu``."""
    name = name.replace("ReLU", "relu")
    spelled = ""
    for before, letter, after in zip(" " + name, name, name[1:] + " ", strict=False):
        starts = letter.isupper() and (before.islower() or (before.isupper() and after.islower()))
        spelled += ("-" if starts and spelled else "") + letter.lower()
    return spelled
