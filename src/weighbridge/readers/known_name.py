"""A well-known network by its name, such as ``resnet50``.

Each is built by a source file of the package's ``known/`` folder that anybody can run with its
framework; beside the files lies a TOML file for each name, of what is published about it. A file
builds one network, or a family of which the name picks one. ``weigh source NAME`` prints it.

A bare name is the network in PyTorch, ``NAME-keras`` in Keras; LeNet-5 is in Keras, and
``lenet5-torch`` in PyTorch. Either ending can always be put to a name: ``resnet50-torch``. Names
are also found as people write them: ``ResNet-50 (Keras)``, ``torchvision resnet50``.
"""

from __future__ import annotations

import os

from weighbridge.errors import NotFound
from weighbridge.readers import Reader, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.model import Model

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "known")
FRAMEWORKS = ("keras", "torch")
_SAID = {
    "keras": "keras", "tensorflow": "keras", "tf": "keras",
    "torch": "torch", "pytorch": "torch", "torchvision": "torch",
}  # fmt: skip
"""What people call the frameworks."""
_BESIDES = frozenset(("applications", "models", "model", "network", "nn", "in", "from", "the", "s"))
_LONGEST = 60


def names() -> tuple[str, ...]:
    """Every well-known network, sorted."""
    return _stems(".toml")


def file_of(name: str) -> str:
    """Where the source of ``name`` lies.

    Raises ``NotFound`` with the names there are.
    """
    found = _found(name)
    if found is None:
        raise NotFound(f"no well-known network {name!r}", hint=f"there are {', '.join(names())}")
    return os.path.join(FOLDER, f"{found[0]}.py")


def text_of(name: str) -> str:
    """The source of ``name``, which its framework runs as it is.

    Raises ``NotFound`` with the names there are.
    """
    text, found = _text(file_of(name)), _found(name)
    if found is None or not found[1]:
        return text
    # What the file of a family builds when it is run is the one that was asked for.
    start, built, end = text.rpartition("\n    model = ")
    return f"{start}{built}{found[1]}()\n{end.partition(chr(10))[2]}"


def defining(name: str, framework: str = "torch") -> str:
    """The file that defines a function or a class ``name``; empty where none does."""
    for stem in _stems(".py"):
        path = os.path.join(FOLDER, f"{stem}.py")
        text = _text(path)
        defines = f"\ndef {name}(" in text or f"\nclass {name}(" in text
        if defines and _framework(text) == framework:
            return path
    return ""


def matching(name: str) -> str:
    """The well-known network that ``name`` means, however it is written; empty where none.

    What may be a file, or names code to be run, is no such name: ``resnet50.keras``.
    """
    if len(name) > _LONGEST:
        return ""
    if _exactly(name) is not None:
        return name
    if ":" in name or os.path.splitext(name)[1][1:].isalpha() or os.path.exists(name):
        return ""
    letters, framework = _squeezed(name)
    for known in names():
        squeezed, own = _squeezed(known)
        if squeezed == letters:
            stem = known.removesuffix(f"-{own}") if own else known
            whole = f"{stem}-{framework}" if framework else stem
            if whole in names():
                return whole
            return stem if _exactly(whole) is not None else ""
    return ""


def _squeezed(name: str) -> tuple[str, str]:
    """Letters and digits of a name, and the framework it says; empty where it says none."""
    plain = "".join(letter if letter.isalnum() else " " for letter in name.lower())
    words = plain.split()
    said = [_SAID[word] for word in words if word in _SAID]
    rest = [word for word in words if word not in _SAID and word not in _BESIDES]
    return "".join(rest), said[0] if said else ""


def applications() -> dict[str, tuple[str, str]]:
    """The file and the function of every network in Keras, by its name in lower case letters.

    Names are those of Keras Applications: ``resnet50v2`` for ``resnet50_v2``.
    """
    paths = (os.path.join(FOLDER, f"{stem}-keras.py") for stem in _stems("-keras.py"))
    lines = ((path, line) for path in paths for line in _text(path).splitlines())
    functions = ((path, line[4:].partition("(")[0]) for path, line in lines if line[:4] == "def ")
    return {name.replace("_", ""): (path, name) for path, name in functions}


def _found(name: str) -> tuple[str, str] | None:
    """What builds the network that ``name`` means."""
    known = matching(name)
    return _exactly(known) if known else None


def _exactly(name: str) -> tuple[str, str] | None:
    """The stem of the file that builds ``name``, and the function in it; empty: it is alone."""
    stem, _, framework = name.rpartition("-")
    for asked, only in ((name, ""), (stem, framework)):
        if asked in names() and (not only or only in FRAMEWORKS):
            found = _built(asked)
            text = _text(os.path.join(FOLDER, f"{found[0]}.py"))
            if not only or _framework(text) == only:
                return found
    return None


def _built(name: str) -> tuple[str, str]:
    if os.path.isfile(os.path.join(FOLDER, f"{name}.py")):
        return name, ""
    function = name.removesuffix("-keras").replace("-", "_")
    path = defining(function, "keras" if name.endswith("-keras") else "torch")
    return os.path.splitext(os.path.basename(path))[0], function


def _framework(text: str) -> str:
    return "keras" if "\nimport keras" in text else "torch"


def _stems(suffix: str) -> tuple[str, ...]:
    files = os.listdir(FOLDER)
    return tuple(sorted(file.removesuffix(suffix) for file in files if file.endswith(suffix)))


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def _accepts(source: Source) -> bool:
    return bool(source.text) and _found(source.text) is not None


def _read(source: Source) -> Model:
    from weighbridge.readers.python_source import read_text

    file = os.path.basename(file_of(source.text))
    return read_text(text_of(source.text), source, f"known/{file}")


READER = Reader(name="known", suffixes=(), accepts=_accepts, read=_read, rank=0)
