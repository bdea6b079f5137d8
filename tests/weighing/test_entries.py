from __future__ import annotations

import pytest

from tests.weighing.models import F6, F6_TENSORS, TORCH, chain, exactly, slugs, weigh_one
from weighbridge._record import replace
from weighbridge.amount import Amount
from weighbridge.formula import equation, value
from weighbridge.layers.batch_norm import BatchNorm
from weighbridge.layers.dense import Dense
from weighbridge.layers.dropout import Dropout
from weighbridge.layers.embedding import Embedding
from weighbridge.layers.radial_basis import RadialBasis
from weighbridge.model import Layer, Tensor, Unknown
from weighbridge.weighing import CONVENTIONS, weigh, width_of


def test_settings_and_tensors_that_agree() -> None:
    row = weigh_one(Layer("F6", F6, tensors=F6_TENSORS), (120,))

    assert row.basis == "agrees"
    assert row.derived is not None
    assert equation(row.derived) == "(120 + 1)·84 = 10,164"
    assert row.observed == row.parameters == 10_164
    assert exactly(row.trainable, row.frozen, row.buffers) == (10_164, 0, 0)
    assert row.bytes == 4 * 10_164
    assert exactly(row.macs, row.connections) == (120 * 84, 121 * 84)


def test_another_layout_of_the_same_tensor_agrees() -> None:
    """PyTorch stores a kernel as (units, n_in)."""
    tensors = (Tensor("weight", (84, 120)), Tensor("bias", (84,)))

    assert weigh_one(Layer("F6", F6, tensors=tensors), (120,), TORCH).basis == "agrees"


def test_tensors_that_disagree_are_counted_as_they_are() -> None:
    weighing = weigh(chain((120,), Layer("F6", F6, tensors=F6_TENSORS[:1])))
    (row,) = weighing.rows

    assert row.basis == "disagrees"
    assert not weighing.agrees
    assert row.parameters == row.observed == 120 * 84
    (finding,) = weighing.findings
    assert finding.slug == "disagreement"
    assert "10,164" in finding.message
    assert "10,080" in finding.message


def test_the_same_number_in_other_tensors_disagrees_too() -> None:
    tensors = (Tensor("kernel", (60, 168)), Tensor("bias", (84,)))
    weighing = weigh(chain((120,), Layer("F6", F6, tensors=tensors)))

    assert weighing.rows[0].basis == "disagrees"
    assert "(120, 84), (84,)" in weighing.findings[0].message
    assert "(60, 168), (84,)" in weighing.findings[0].message


def test_two_tensors_of_one_role_are_two_tensors() -> None:
    tensors = (
        Tensor("a", (120, 84), role="kernel"),
        Tensor("b", (84,), role="bias"),
        Tensor("c", (84,), role="bias"),
    )
    row = weigh_one(Layer("F6", F6, tensors=tensors), (120,))

    assert row.basis == "disagrees"
    assert row.parameters == 10_164 + 84


def test_settings_alone_are_derived_only() -> None:
    row = weigh_one(Layer("F6", F6), (120,))

    assert row.basis == "derived only"
    assert row.observed is None
    assert row.parameters == 10_164
    assert [held.name for held in row.held or ()] == ["F6.kernel", "F6.bias"]


def test_tensors_without_known_inputs_are_observed_only() -> None:
    row = weigh_one(Layer("F6", F6, tensors=F6_TENSORS), None)

    assert row.basis == "observed only"
    assert row.parameters == 10_164
    assert not row.macs.exact


def test_a_guessed_kind_proves_nothing() -> None:
    row = weigh_one(Layer("F6", F6, tensors=F6_TENSORS, inferred=True), (120,))

    assert row.basis == "observed only"


def test_unknown_layers_count_what_their_tensors_say() -> None:
    layer = Layer("odd", Unknown(native="Odd"), native="Odd", tensors=(Tensor("w", (3, 4)),))
    weighing = weigh(chain((5,), layer))

    assert weighing.rows[0].basis == "observed only"
    assert weighing.parameters == 12
    assert weighing.macs == Amount(None, ("odd",))
    assert slugs(weighing) == ["unknown-layer"]


def test_unknown_layers_without_tensors_make_totals_at_least() -> None:
    layers = (Layer("F6", F6), Layer("odd", Unknown(native="Odd")))
    weighing = weigh(chain((120,), *layers))

    assert weighing.rows[1].basis == "unknown"
    assert weighing.parameters == Amount(10_164, ("odd",))
    assert str(weighing.parameters) == "≥ 10,164"


def test_moving_statistics_are_parameters_in_keras_and_buffers_in_torch() -> None:
    """64 channels: 2·64 trained, 2·64 moving. ResNet-50 counts 25,636,712 or 25,557,032 so."""
    model = chain((8, 8, 64), Layer("bn", BatchNorm()))
    keras, torch = weigh(model), weigh(replace(model, origin=TORCH))

    assert exactly(keras.parameters, torch.parameters) == (4 * 64, 2 * 64)
    assert exactly(keras.bytes, torch.bytes) == (4 * 4 * 64, 4 * 2 * 64)
    for weighing in (keras, torch):
        assert exactly(weighing.trainable, weighing.frozen, weighing.buffers) == (128, 0, 128)
    assert weigh(model, CONVENTIONS["torch"]).parameters == 2 * 64


def test_random_state_is_a_buffer_nobody_counts() -> None:
    row = weigh_one(Layer("drop", Dropout(rate=0.5), tensors=()), (8,))

    assert exactly(row.parameters, row.buffers) == (0, 0)
    assert row.basis == "agrees"
    assert weigh_one(Layer("drop", Dropout(rate=0.5)), (8,)).buffers == 2
    assert weigh_one(Layer("drop", Dropout(rate=0.5)), (8,)).parameters == 0


def test_frozen_layers_keep_their_buffers_apart() -> None:
    row = weigh_one(Layer("bn", BatchNorm(), trainable=False), (16,))

    assert exactly(row.trainable, row.frozen, row.buffers) == (0, 2 * 16, 2 * 16)


def test_values_set_by_hand_are_frozen() -> None:
    row = weigh_one(Layer("output", RadialBasis(units=10)), (84,))

    assert exactly(row.parameters, row.trainable, row.frozen, row.buffers) == (840, 0, 840, 0)


def test_what_the_source_says_of_a_tensor_is_believed() -> None:
    tensors = (Tensor("kernel", (120, 84), trainable=False), Tensor("bias", (84,), trainable=True))
    row = weigh_one(Layer("F6", F6, tensors=tensors), (120,))

    assert exactly(row.trainable, row.frozen) == (84, 120 * 84)


def test_tied_tensors_count_once_and_are_named() -> None:
    """GPT-2 small: the head is the token table, 50,257 by 768 (Radford et al. 2019)."""
    table = Tensor("wte", (50257, 768), role="embedding")
    head = Tensor("head", (50257, 768), role="kernel", tied_to="wte.wte")
    weighing = weigh(
        chain(
            (4,),
            Layer("wte", Embedding(rows=50257, width=768), tensors=(table,)),
            Layer("head", Dense(units=50257, bias=False), tensors=(head,)),
        )
    )

    assert weighing.parameters == 50257 * 768
    assert [row.basis for row in weighing.rows] == ["agrees", "agrees"]
    derived = weighing.rows[1].derived
    assert derived is not None and value(derived) == 0
    (finding,) = weighing.findings
    assert (finding.path, finding.slug) == ("head", "tied-tensor")
    assert "wte.wte" in finding.message


@pytest.mark.parametrize(
    ("dtype", "width"),
    [("float32", 4), ("bfloat16", 2), ("float64", 8), ("int8", 1), ("bool", 1), ("int4", 1),
     ("float8_e4m3fn", 1), ("complex64", 8)],
)  # fmt: skip
def test_bytes_of_one_element(dtype: str, width: int) -> None:
    assert width_of(dtype) == width


def test_memory_is_what_is_stored() -> None:
    """Two 4-bit values in each stored byte; block scales are in the bytes a file reports."""
    packed = Tensor("w", (120, 42), "uint8", packing=2)
    blocks = Tensor("w", (120, 42), "uint8", packing=2, stored_bytes=5_670)

    for tensor, stored in ((packed, 5_040), (blocks, 5_670)):
        row = weigh_one(Layer("q", Unknown(), tensors=(tensor,)), None)
        assert exactly(row.parameters, row.bytes) == (120 * 84, stored)


def test_a_tensor_that_the_source_ties_belongs_to_the_other_layer() -> None:
    """Of 120·84 and 84, the kernel is another's."""
    row = weigh_one(Layer("F6", F6, tied=(("kernel", "table.embedding"),)), (120,), TORCH)

    assert row.parameters == 84
    assert row.derived is not None
    assert value(row.derived) == 84
    assert [held.tied_to for held in row.held or ()] == ["table.embedding", None]


def test_a_tensor_that_the_source_freezes_stays_a_parameter() -> None:
    row = weigh_one(Layer("F6", F6, frozen=("bias",)), (120,), TORCH)

    assert exactly(row.parameters, row.trainable, row.frozen) == (10_164, 10_080, 84)
