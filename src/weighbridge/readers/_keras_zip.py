"""The archive around a saved Keras model: its JSON documents, and where its weights lie in it.

Nothing is believed that the archive says about its own sizes, and what is not such an archive at
all is called by its name.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from weighbridge.errors import LIMITS, Malformed, NotFound, TooLarge
from weighbridge.readers._keras_calls import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import IO
    from zipfile import ZipFile, ZipInfo

    from weighbridge.readers._keras_calls import Json

WEIGHTS = "model.weights.h5"
_METADATA = "metadata.json"
AGAIN = "copy or download it again"
_STORED, _DEFLATED, _ENCRYPTED = 0, 8, 0x1
_DIGITS = 20
"""Of the largest number in a configuration: an address, where Keras tells objects apart."""
_ALWAYS_FINE = 1 << 20
"""Bytes a member may always unpack to, whatever the ratio."""


class Archive:
    """An open archive. Its ``with`` statement removes what had to be unpacked.

    Raises ``NotFound``, ``Malformed`` or ``TooLarge``, here and in each method.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._unpacked: list[str] = []
        try:
            self._file = open(path, "rb")  # noqa: SIM115  # closed by __exit__
        except OSError as error:
            raise NotFound(f"cannot open {path}: {error.strerror}") from None
        try:
            self._zip = self._opened()
        except BaseException:
            self._file.close()
            raise

    def _opened(self) -> ZipFile:
        import zipfile

        start = self._file.read(1024)
        if not start.startswith(b"PK"):
            found, hint = stranger(start, os.path.getsize(self.path))
            raise Malformed(f"{self.path} is {found}, not a saved Keras model", hint=hint)
        careful = _Careful(self._file)
        try:
            opened = zipfile.ZipFile(careful)
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
            raise Malformed(
                f"{self.path} is cut short or damaged",
                where="the table of contents at the end of the archive",
                hint=AGAIN,
            ) from None
        careful.most = LIMITS.config_bytes
        if len(opened.filelist) > LIMITS.archive_members:
            raise TooLarge(
                f"{self.path} holds {len(opened.filelist):,} files",
                hint=f"weighbridge reads archives of up to {LIMITS.archive_members:,}",
            )
        return opened

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        sort: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()
        self._file.close()
        for path in self._unpacked:
            os.unlink(path)

    # -- documents -------------------------------------------------------------------------------

    def json(self, name: str) -> Json:
        """The JSON document ``name``."""
        import json

        member = self._member(name)
        if member is None:
            raise Malformed(f"{self.path} has no {name}", hint=self._instead())
        data = self._bytes(member)
        values = data.count(b",") + data.count(b"{") + data.count(b"[")
        if values > LIMITS.config_values:
            raise self._too_large(name, f"holds {values:,} values", LIMITS.config_values)
        try:
            return json.loads(data, parse_int=_whole)
        except (ValueError, RecursionError) as error:
            deep = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise Malformed(
                f"{name} is not readable JSON: {deep}", where=self.path, hint=AGAIN
            ) from None

    @property
    def version(self) -> str:
        """The version of Keras that wrote it; empty if it does not say."""
        told = self.json(_METADATA) if self._member(_METADATA) else None
        version = told.get("keras_version") if isinstance(told, dict) else None
        return printable(version) if isinstance(version, str) else ""

    def _bytes(self, member: ZipInfo) -> bytes:
        if member.file_size > LIMITS.config_bytes:
            raise self._too_large(
                member.filename, f"announces {member.file_size:,} bytes", LIMITS.config_bytes
            )
        with self._reading(member) as file:
            return file.read(LIMITS.config_bytes + 1)

    # -- weights ---------------------------------------------------------------------------------

    @property
    def has_weights(self) -> bool:
        """Whether the weights lie in one HDF5 file, as Keras writes them unless told otherwise."""
        return self._member(WEIGHTS) is not None

    def window(self) -> tuple[str, int, int]:
        """File, first byte and length of the weights; a temporary file if they must be unpacked."""
        member = self._zip.getinfo(WEIGHTS)
        if member.compress_type != _STORED:
            return self._unpack(member)
        with self._reading(member):
            self._file.seek(member.header_offset)
            header = self._file.read(30)
        names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        start = member.header_offset + 30 + names
        if start + member.file_size > os.path.getsize(self.path):
            raise Malformed(
                f"{self.path} is cut short",
                where=f"{WEIGHTS} announces {member.file_size:,} bytes",
                hint=AGAIN,
            )
        return self.path, start, member.file_size

    def _unpack(self, member: ZipInfo) -> tuple[str, int, int]:
        import shutil
        import tempfile

        most = min(
            LIMITS.unpacked_bytes,
            LIMITS.archive_ratio * member.compress_size + _ALWAYS_FINE,
        )
        if member.file_size > most:
            raise self._too_large(WEIGHTS, f"unpacks to {member.file_size:,} bytes", most)
        handle, path = tempfile.mkstemp(suffix=".h5", prefix="weighbridge-")
        self._unpacked.append(path)
        with os.fdopen(handle, "wb") as target, self._reading(member) as file:
            shutil.copyfileobj(file, target, 1 << 20)
        return path, 0, os.path.getsize(path)

    # -- members ---------------------------------------------------------------------------------

    def _member(self, name: str) -> ZipInfo | None:
        member = self._zip.NameToInfo.get(name)
        if member is None:
            return None
        if member.flag_bits & _ENCRYPTED:
            raise Malformed(
                f"{name} is encrypted", where=self.path, hint="unpack it with its password"
            )
        if member.compress_type not in (_STORED, _DEFLATED):
            raise Malformed(
                f"{name} is compressed in a way that Keras does not write",
                where=self.path,
                hint="pack the archive again, without compression",
            )
        return member

    @contextmanager
    def _reading(self, member: ZipInfo) -> Iterator[IO[bytes]]:
        """The bytes of ``member``, unpacked as they are read."""
        import zipfile
        import zlib

        try:
            with self._zip.open(member) as file:
                yield file
        except (
            zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
        ) as error:  # fmt: skip
            raise Malformed(
                f"{member.filename} cannot be unpacked: {error}", self.path, AGAIN
            ) from None

    def _too_large(self, name: str, what: str, most: int) -> TooLarge:
        return TooLarge(f"{name} {what}", where=self.path, hint=f"weighbridge reads up to {most:,}")

    def _instead(self) -> str:
        """What other archive it may be."""
        names = list(self._zip.NameToInfo)
        if any(name.endswith(("/data.pkl", "/data/0")) for name in names):
            return "it is a PyTorch checkpoint"
        if names and all(name.endswith(".npy") for name in names):
            return "it is an archive of NumPy arrays (.npz)"
        if any(name.endswith("saved_model.pb") for name in names):
            return "it is a zipped SavedModel of TensorFlow"
        if any(name.endswith("config.json") for name in names):
            return "the files lie in a folder inside the archive; they must be at its top"
        return "a model saved by Keras holds metadata.json, config.json and model.weights.h5"


class _Careful:
    """A file that never hands out more at once than ``most`` bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.most = file, LIMITS.directory_bytes
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, count: int = -1) -> bytes:
        data = self._file.read(self.most + 1 if count < 0 else min(count, self.most + 1))
        if len(data) > self.most:
            raise TooLarge(
                f"the archive's table of contents takes more than {self.most:,} bytes",
                hint="an archive of Keras holds a handful of files",
            )
        return data


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)


# -- what else it may be -------------------------------------------------------------------------

_STARTS = {
    b"version https://git-lfs": ("a git-LFS pointer", "fetch the file itself: git lfs pull"),
    b"\x89HDF": ("an HDF5 file", "Keras wrote these earlier: load it there and save it as .keras"),
    b"GGUF": ("a GGUF file", "it holds tensors without a Keras model"),
    b"\x1f\x8b": ("packed with gzip", "unpack it first"),
    b"BZh": ("packed with bzip2", "unpack it first"),
    b"\xfd7zXZ": ("packed with xz", "unpack it first"),
    b"7z\xbc\xaf": ("a 7z archive", "unpack it first"),
    b"Rar!": ("a RAR archive", "unpack it first"),
    b"\x80": ("a Python pickle", "what is in one would have to be run; save the model as .keras"),
    b"\x93NUMPY": ("a NumPy array", "save the model as .keras"),
}
_PAGE = (b"<!doctype", b"<html", b"<?xml")
_BLANK = b"\xef\xbb\xbf \t\r\n"


def stranger(start: bytes, size: int) -> tuple[str, str]:
    """What a file of ``size`` bytes that is no zip archive is instead, and what to do about it."""
    if size == 0:
        return "empty", AGAIN
    for signature, told in _STARTS.items():
        if start.startswith(signature):
            return told
    text = start.lstrip(_BLANK).lower()
    if text.startswith(_PAGE):
        return "a web page", "download the file itself; the page may ask for a login"
    if start[8:9] == b"{" and int.from_bytes(start[:8], "little") < size:
        return "a safetensors file", "it holds tensors without a model"
    if start[257:262] == b"ustar":
        return "a tar archive", "unpack it first"
    if text.startswith((b"{", b"[")):
        return "JSON", "name the .keras archive itself"
    return "no zip archive", AGAIN
