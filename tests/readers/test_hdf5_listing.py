"""Weights files: what is listed of them, and what happens to those that mean harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h5py  # type: ignore[import-untyped]  # h5py ships no types
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.readers.archives import hdf5
from weighbridge.errors import Limits, Malformed, TooLarge, WeighbridgeError
from weighbridge.readers._hdf5_listing import DEPTH
from weighbridge.readers._keras_weights import Listing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FEW = settings(max_examples=max(settings.default.max_examples // 5, 1))  # type: ignore[union-attr]  # conftest loads a profile
"""Each example starts a process."""


def listed(path: Path, start: int = 0) -> dict[str, tuple[str, tuple[int, ...]]]:
    with Listing((str(path), start, path.stat().st_size - start)) as listing:
        found = listing.tree().all()
    return {"/".join(parts): (tensor.dtype, tensor.shape) for parts, tensor in found}


def made(folder: Path, fill: Callable[[Any], object], **how: Any) -> Path:
    path = folder / "weights.h5"
    with h5py.File(path, "w", **how) as file:
        fill(file)
    return path


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_names_types_and_shapes_are_listed(libver: str, tmp_path: Path) -> None:
    def fill(file: Any) -> None:
        for name in ("float16", "float32", "float64", "int8", "uint32", "bool"):
            file[f"a/{name}/0"] = np.zeros((2, 3), name)
        file["a/scalar"] = np.float32(1)
        file["a/empty"] = np.zeros((0, 5), "float32")
        file["a/half"] = np.zeros(4, "V2")

    found = listed(made(tmp_path, fill, libver=libver))

    assert found == {
        "a/scalar": ("float32", ()), "a/empty": ("float32", (0, 5)), "a/half": ("bfloat16", (4,)),
        **{
            f"a/{name}/0": (name, (2, 3))
            for name in ("float16", "float32", "float64", "int8", "uint32", "bool")
        },
    }  # fmt: skip


def test_a_file_inside_a_file_is_read_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "inside"
    path.write_bytes(b"x" * 777 + hdf5({"layers/dense/vars/0": (3, 2)}))

    assert listed(path, start=777) == {"layers/dense/0": ("float32", (3, 2))}


def test_tensors_of_a_layer_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "weights.h5"
    path.write_bytes(hdf5({f"vars/{number}": (number + 1,) for number in range(12)}))

    assert [shape for _, shape in listed(path).values()] == [(n + 1,) for n in range(12)]


def test_links_are_not_followed_and_circles_end(tmp_path: Path) -> None:
    def fill(file: Any) -> None:
        file["a/0"] = np.zeros(3)
        file["a/circle"] = file["/"]
        file["soft"] = h5py.SoftLink("/a")
        file["self"] = h5py.SoftLink("/self")
        file["external"] = h5py.ExternalLink("/etc/passwd", "/")

    assert listed(made(tmp_path, fill)) == {"a/0": ("float64", (3,))}


def test_a_data_set_of_another_file_is_not_opened(tmp_path: Path) -> None:
    def fill(file: Any) -> None:
        layout = h5py.VirtualLayout((4,), "float32")
        layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4,))
        file.create_virtual_dataset("vars/0", layout)

    with pytest.raises(Malformed, match="not readable"):
        listed(made(tmp_path, fill))


def test_a_shape_larger_than_the_file_can_hold_is_not_believed(tmp_path: Path) -> None:
    path = made(tmp_path, lambda f: f.create_dataset("x", (2**40, 2**20), "f4", chunks=(1024, 1)))

    with pytest.raises(Malformed) as raised:
        listed(path)

    assert f"announces {2**60:,} values" in raised.value.where


def test_groups_too_deep_are_an_error(tmp_path: Path) -> None:
    path = made(tmp_path, lambda file: file.create_group("/".join("a" * (DEPTH + 2))))

    with pytest.raises(TooLarge, match="too much"):
        listed(path)


def test_groups_too_many_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weighbridge.readers._keras_weights.LIMITS", Limits(groups=20))

    def fill(file: Any) -> None:
        for number in range(21):
            file.create_group(str(number))

    with pytest.raises(TooLarge) as raised:
        listed(made(tmp_path, fill))

    assert "more than 20" in raised.value.what


def test_what_is_no_hdf5_file(tmp_path: Path) -> None:
    path = tmp_path / "weights.h5"
    path.write_bytes(b"no such file")

    with pytest.raises(Malformed) as raised:
        listed(path)

    assert "model.weights.h5" in raised.value.where


def test_a_process_that_dies_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    path = tmp_path / "weights.h5"
    path.write_bytes(hdf5({"x": (1,)}))

    with pytest.raises(Malformed) as raised:
        listed(path)

    assert "fell over it" in raised.value.where


@FEW
@given(data=st.data())
def test_damage_raises_only_our_errors(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "weights.h5"
    damaged = bytearray(hdf5({"layers/a/vars/0": (3, 2), "layers/b/vars/0": (4,)}))
    for _ in range(data.draw(st.integers(1, 6))):
        at, size = data.draw(st.integers(0, len(damaged) - 8)), data.draw(st.sampled_from([1, 8]))
        value = data.draw(st.sampled_from([0, 1, 255]) | st.integers(0, 255))
        damaged[at : at + size] = bytes([value] * size)
    path.write_bytes(damaged)
    try:
        listed(path)
    except WeighbridgeError as error:
        assert error.what
