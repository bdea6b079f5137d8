"""Archives that are damaged, hostile, or something else altogether."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.readers.archives import archive, hdf5
from weighbridge.errors import LIMITS, Malformed, NotFound, TooLarge, WeighbridgeError
from weighbridge.readers import Source
from weighbridge.readers.keras_archive import READER
from weighbridge.weighing import weigh

FEW = settings(max_examples=max(settings.default.max_examples // 5, 1))  # type: ignore[union-attr]  # conftest loads a profile
"""Each example starts a process to read weights."""

MEGABYTE = 1 << 20
DENSE: dict[str, object] = {
    "module": "keras.layers",
    "class_name": "Dense",
    "config": {"name": "dense", "units": 2, "batch_input_shape": [None, 3]},
    "registered_name": None,
}


def stack(name: str, *layers: object, **more: object) -> dict[str, object]:
    """A Sequential as Keras writes it."""
    config = {"name": name, "layers": list(layers)}
    return {
        "module": "keras", "class_name": "Sequential", "config": config, "registered_name": None,
        **more,
    }  # fmt: skip


CONFIG = stack("small", DENSE)
WEIGHTS = {"layers/dense/vars/0": (3, 2), "layers/dense/vars/1": (2,)}
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1\n"


def read(path: Path) -> object:
    return READER.read(Source(value=str(path)))


def refused(path: Path, sort: type[WeighbridgeError] = Malformed) -> WeighbridgeError:
    with pytest.raises(sort) as raised:
        read(path)
    return raised.value


def file(folder: Path, data: bytes) -> Path:
    path = folder / "model.keras"
    path.write_bytes(data)
    return path


def test_the_archive_these_tests_damage_is_good(tmp_path: Path) -> None:
    model = READER.read(Source(value=str(archive(tmp_path, CONFIG, WEIGHTS))))

    assert weigh(model).parameters == 3 * 2 + 2
    assert weigh(model).agrees


# -- what it is instead --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "empty"),
        (LFS, "a git-LFS pointer"),
        (b"\n <!DOCTYPE html><html>", "a web page"),
        (hdf5(WEIGHTS), "an HDF5 file"),
        (struct.pack("<Q", 20) + b'{"a":{"dtype":"F32"}}' + bytes(40), "a safetensors file"),
        (b"\x80\x04\x95\x0b", "a Python pickle"),
        (b"GGUF\x03\x00\x00\x00", "a GGUF file"),
        (b"\x1f\x8b\x08\x00", "packed with gzip"),
        (b'{"class_name": "Sequential"}', "JSON"),
        (b"nothing known", "no zip archive"),
    ],
)
def test_a_file_of_another_sort_is_called_by_its_name(
    data: bytes, found: str, tmp_path: Path
) -> None:
    error = refused(file(tmp_path, data))

    assert f"is {found}, not a saved Keras model" in error.what
    assert error.hint


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["archive/data.pkl", "archive/data/0"], "PyTorch"),
        (["a.npy", "b.npy"], "NumPy"),
        (["m/saved_model.pb"], "SavedModel"),
        (["model/config.json"], "top"),
        (["readme.txt"], "config.json"),
    ],
)
def test_another_archive_is_called_by_its_name(
    names: list[str], found: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as made:
        for name in names:
            made.writestr(name, "")

    assert found in refused(path).hint


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot open" in refused(tmp_path / "none.keras", NotFound).what


def test_an_archive_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = archive(tmp_path, CONFIG)
    other = path.rename(path.with_suffix(".zip"))

    assert READER.accepts(Source(value=str(other)))
    assert not READER.accepts(Source(value=__file__))


# -- damage --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_an_archive_cut_short(kept: float, tmp_path: Path) -> None:
    data = archive(tmp_path, CONFIG, WEIGHTS).read_bytes()

    assert "cut short or damaged" in refused(file(tmp_path, data[: int(len(data) * kept)])).what


@pytest.mark.parametrize(
    "config",
    [b"", b"{", b"[" * 5000, b"\xff\xfe", b'{"class_name": 1}', b"7", b'{"a": ' + b"9" * 99 + b"}"],
)
def test_a_configuration_that_is_none(config: bytes, tmp_path: Path) -> None:
    assert "config.json" in str(refused(archive(tmp_path, config)))


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    data = bytearray(archive(tmp_path, CONFIG, WEIGHTS).read_bytes())
    for at in range(len(data)):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1  # Bit 0 of the flags in the table of contents.

    assert "encrypted" in refused(file(tmp_path, bytes(data))).what


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compression_that_takes_unbounded_memory_is_refused(
    compression: int, tmp_path: Path
) -> None:
    path = archive(tmp_path, CONFIG, WEIGHTS, compression=compression)

    assert "compressed in a way that Keras does not write" in refused(path).what


def test_weights_that_were_compressed_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(unpacked))
    path = archive(tmp_path, CONFIG, WEIGHTS, compression=zipfile.ZIP_DEFLATED)

    model = READER.read(Source(value=str(path)))

    assert weigh(model).agrees
    assert list(unpacked.iterdir()) == []


def test_weights_whose_checksum_is_wrong(tmp_path: Path) -> None:
    path = archive(tmp_path, CONFIG, WEIGHTS, compression=zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    at = data.index(b"model.weights.h5") + 40
    data[at] ^= 0xFF

    assert "cannot be unpacked" in refused(file(tmp_path, bytes(data))).what


# -- bombs ---------------------------------------------------------------------------------------

PEAK = """
import resource, sys
from weighbridge.errors import WeighbridgeError
from weighbridge.readers import Source
from weighbridge.readers.keras_archive import READER
try:
    READER.read(Source(value=sys.argv[1]))
except WeighbridgeError as error:
    print(type(error).__name__, end=" ")
else:
    print("read", end=" ")
own, child = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(own.ru_maxrss, child.ru_maxrss)
"""


def peak(path: Path) -> tuple[str, int, int]:
    """What became of reading ``path``, and peak memory in bytes: here and in the process inside.

    The measuring process is started from a shell, whose small peak it inherits and not that of the
    tests.
    """
    search = os.pathsep.join(entry for entry in sys.path if entry)
    command = ["sh", "-c", '"$0" -c "$1" "$2"; exit 0', sys.executable, PEAK, str(path)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": search},
    )
    outcome, own, child = done.stdout.split()
    return outcome, int(own) * 1024, int(child) * 1024


def test_a_configuration_of_zeros_costs_nothing(tmp_path: Path) -> None:
    path = archive(tmp_path, bytes(64 * MEGABYTE), compression=zipfile.ZIP_DEFLATED)

    outcome, own, _ = peak(path)

    assert path.stat().st_size < MEGABYTE
    assert outcome == "TooLarge"
    assert own < 60 * MEGABYTE


def test_a_configuration_of_a_million_brackets_costs_what_the_limits_allow(tmp_path: Path) -> None:
    """A JSON text becomes some hundred times its size; what is counted is values."""
    many = b"[" + b"{}," * LIMITS.config_values + b"{}]"

    outcome, own, _ = peak(archive(tmp_path, many, compression=zipfile.ZIP_DEFLATED))

    assert outcome == "TooLarge"
    assert own < 60 * MEGABYTE


def test_weights_that_unpack_to_more_than_they_may_are_not_unpacked(tmp_path: Path) -> None:
    weights = hdf5(WEIGHTS) + bytes(64 * MEGABYTE)
    path = archive(tmp_path, CONFIG, weights, compression=zipfile.ZIP_DEFLATED)

    outcome, own, _ = peak(path)

    assert path.stat().st_size * LIMITS.archive_ratio < 64 * MEGABYTE
    assert outcome == "TooLarge"
    assert own < 60 * MEGABYTE


def test_weights_on_which_the_hdf5_library_runs_wild_are_stopped(tmp_path: Path) -> None:
    """A free block of a name heap that comes after itself: the list of them has no end."""
    weights = bytearray(hdf5(WEIGHTS))
    heaps = [at for at in range(len(weights)) if weights[at : at + 4] == b"HEAP"]
    for heap in heaps:
        free, start = (
            int.from_bytes(weights[heap + at : heap + at + 8], "little") for at in (16, 24)
        )
        weights[start + free : start + free + 8] = free.to_bytes(8, "little")

    outcome, own, child = peak(archive(tmp_path, CONFIG, bytes(weights)))

    assert outcome in ("Malformed", "TooLarge")
    assert own < 60 * MEGABYTE
    assert child < 60 * MEGABYTE + LIMITS.hdf5_bytes


def test_a_table_of_contents_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "many.keras"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(30_000):
            made.writestr(f"assets/{number:030}", "")

    assert refused(path, TooLarge).what


def test_models_that_use_one_another_over_and_over_are_stopped(tmp_path: Path) -> None:
    """Each model runs the one before it twice: 30 of them come to a billion calls."""
    inner = {**DENSE, "shared_object_id": 0}
    for number in range(1, 30):
        again = {**inner, "config": {"name": f"again{number}", "layers": []}}
        inner = stack(f"m{number}", inner, again, shared_object_id=number)

    assert "uses of layers" in refused(archive(tmp_path, inner), TooLarge).what


# -- anything at all -----------------------------------------------------------------------------


@given(data=st.binary(max_size=400), prefix=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]))
def test_arbitrary_bytes_raise_only_our_errors(
    data: bytes, prefix: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert refused(file(tmp_path_factory.mktemp("bytes"), prefix + data))


@FEW
@given(data=st.data())
def test_a_damaged_archive_raises_only_our_errors(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    compression = data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    damaged = bytearray(archive(folder, CONFIG, WEIGHTS, compression=compression).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        weigh(READER.read(Source(value=str(file(folder, bytes(damaged))))))
    except WeighbridgeError as error:
        assert error.what
