"""What is published about a network holds for what is read from its file in ``known/``.

Every Keras file is also run by Keras, and must agree tensor by tensor; ``test_known_torch`` does
the same with PyTorch.
"""

from __future__ import annotations

import contextlib
import io
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import keras  # type: ignore[import-untyped]  # Keras ships no types
import numpy as np
import pytest

import weighbridge
from weighbridge.readers import known_name
from weighbridge.reports import Printed
from weighbridge.weighing import AMOUNTS
from weighbridge.weighing.lookup import row_of

# Keras' variables on jax convert to numpy as numpy 1 asked for it.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

NAMES = known_name.names()
QUICK = ("lenet5", "lenet5-1998")
"""Built by Keras in a moment; the others take it seconds each."""
KERAS = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.long)
    for name in NAMES
    if "import keras" in known_name.text_of(name)
]
RUN = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.long)
    for name in (
        *QUICK, "convnext-tiny-keras", "densenet121-keras", "efficientnet-b0-keras",
        "efficientnet-v2-b0-keras", "inception-resnet-v2-keras", "inception-v3-keras",
        "mobilenet-keras", "mobilenet-v2-keras", "mobilenet-v3-small-keras", "nasnet-mobile-keras",
        "resnet50-keras", "resnet50-v2-keras", "transformer-keras", "unet-keras", "vgg16-keras",
        "xception-keras",
    )
]  # fmt: skip
"""One network of each file, the smallest: values are drawn for its weights."""
OPEN = 64
"""Of images that may have any size."""
Tensor = tuple[tuple[int | None, ...], bool]


@lru_cache(maxsize=1)
def run(name: str) -> Any:  # a Keras model
    """The model of a file, built by Keras with fresh automatic names."""
    keras.backend.clear_session()
    names: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(known_name.text_of(name), name, "exec"), names)
    return names["model"]


@lru_cache(maxsize=1)
def built(name: str) -> Any:  # a Keras model
    """The same without values for its weights, of which large networks have gigabytes."""
    with keras.StatelessScope(initialize_variables=False):
        return run.__wrapped__(name)


def operations(model: Any, path: str = "") -> list[tuple[str, Any]]:
    """Layers, and what is computed between them, in order; those of a model inside in its place."""
    listed = model.layers if isinstance(model, keras.Sequential) else model.operations
    return [
        found
        for one in listed
        for found in (
            operations(one, f"{path}{one.name}.")
            if isinstance(one, keras.Model)
            else [(f"{path}{one.name}", one)]
        )
    ]


@cache
def weighed(name: str) -> Printed:
    return weighbridge.weigh(name)


@cache
def published(name: str) -> dict[str, Any]:
    """The TOML file of what is published."""
    return tomllib.loads(Path(known_name.FOLDER, f"{name}.toml").read_text("utf-8"))


CLAIMS = [(name, claim) for name in NAMES for claim in published(name)["claim"]]


@pytest.mark.parametrize("name", KERAS)
def test_tensor_by_tensor(name: str) -> None:
    """The same layers in the same order, each with the same shapes, trained or not."""
    model = run(name) if name in QUICK else built(name)
    made = [(path, type(layer).__name__, _tensors(layer)) for path, layer in operations(model)]
    read = [
        (
            row.path,
            row.layer.native,
            sorted((held.shape, held.trainable) for held in row.held or () if held.role != "seed"),
        )
        for row in weighed(name).rows
    ]

    assert read == made


def _tensors(layer: Any) -> list[Tensor]:
    weights = getattr(layer, "weights", ())  # an operation has none
    return sorted((tuple(weight.shape), bool(weight.trainable)) for weight in weights)


@pytest.mark.parametrize("name", KERAS)
def test_output_shapes(name: str) -> None:
    model = run(name) if name in QUICK else built(name)
    made = [tuple(layer.output.shape[1:]) for _, layer in operations(model)]

    assert [row.output for row in weighed(name).rows] == made


def test_one_network_of_each_file_is_run() -> None:
    chosen = {known_name.file_of(str(each.values[0])) for each in RUN}
    assert chosen == {known_name.file_of(str(each.values[0])) for each in KERAS}


@pytest.mark.parametrize("name", RUN)
def test_the_framework_can_run_it(name: str) -> None:
    """What call() computes has the shape that was announced, for a batch of three."""
    model = run(name)
    samples = [
        np.zeros((3, *(size or OPEN for size in one.shape[1:])), one.dtype) for one in model.inputs
    ]

    found = model(samples if len(samples) > 1 else samples[0])
    assert tuple(found.shape) == (3, *model.output_shape[1:])


@pytest.mark.parametrize("name", RUN)
def test_it_survives_being_saved(name: str, tmp_path: Path) -> None:
    model, file = run(name), tmp_path / "model.keras"
    model.save(file)

    assert keras.models.load_model(file).count_params() == model.count_params()


@pytest.mark.parametrize(("name", "claim"), CLAIMS, ids=str)
def test_what_is_published_holds(name: str, claim: dict[str, Any]) -> None:
    subject, quantity = claim["subject"], claim["quantity"]
    whole = weighed(name)
    found = row_of(whole, subject) if subject else whole

    assert quantity in AMOUNTS
    amount = getattr(found, quantity)
    holds = amount.exact and abs(amount.value - claim["value"]) <= claim.get("within", 0)
    assert holds is claim.get("holds", True)


@pytest.mark.parametrize("name", NAMES)
def test_every_claim_has_a_source(name: str) -> None:
    sources = {source["key"] for source in published(name)["source"]}

    assert {claim["source"] for claim in published(name)["claim"]} == sources


# -- the layers of 1998 really compute -----------------------------------------------------------


def test_the_partial_convolution_sums_over_the_links_of_its_table() -> None:
    """One window per link, in the order of table I, written out as sums."""
    model = run("lenet5-1998")
    c3 = model.get_layer("C3")
    maps = np.random.default_rng(1).normal(size=(2, 14, 14, 6)).astype("float32")
    kernel = np.asarray(keras.ops.convert_to_numpy(c3.kernel))
    expected = np.zeros((2, 10, 10, 16))
    links = [(i, j) for j, seen in enumerate(c3.table) for i in seen]
    for link, (i, j) in enumerate(links):
        for y in range(5):
            for x in range(5):
                expected[..., j] += maps[:, y : y + 10, x : x + 10, i] * kernel[y, x, link]

    found = keras.ops.convert_to_numpy(c3(maps))

    np.testing.assert_allclose(found, 1.7159 * np.tanh(2 / 3 * expected), atol=1e-5)


def test_sub_sampling_scales_the_sum_of_each_window() -> None:
    """Four inputs are added, times a coefficient, plus a bias, then squashed."""
    s2 = run("lenet5-1998").get_layer("S2")
    maps = np.random.default_rng(2).normal(size=(2, 28, 28, 6)).astype("float32")
    sums = maps.reshape(2, 14, 2, 14, 2, 6).sum(axis=(2, 4))

    found = keras.ops.convert_to_numpy(s2(maps))

    np.testing.assert_allclose(found, 1.7159 * np.tanh(2 / 3 * sums), atol=1e-5)


def test_the_radial_basis_measures_squared_distances() -> None:
    output = run("lenet5-1998").get_layer("output")
    inputs = np.random.default_rng(3).normal(size=(2, 84)).astype("float32")
    centres = keras.ops.convert_to_numpy(output.centres)
    distances = ((inputs[:, :, None] - centres) ** 2).sum(axis=1)

    np.testing.assert_allclose(keras.ops.convert_to_numpy(output(inputs)), distances, rtol=1e-5)
    assert set(np.unique(centres)) == {-1.0, 1.0}
