"""Roles of tensors by the names that Flax gives them."""

from __future__ import annotations

import pytest

from weighbridge.readers._flax_roles import role_of

ATTENTION = {"query_kernel", "output_bias", "query_scale"}
LSTM = {"kernel_f", "recurrent_kernel_f", "bias_f"}
GRU = {"kernel_n", "bias_n", "recurrent_bias_n"}
JOINED = {"kernel", "recurrent_kernel", "bias"}


@pytest.mark.parametrize(
    ("name", "expected", "role"),
    [
        ("kernel", {"kernel", "bias"}, "kernel"),
        ("bias", {"kernel", "bias"}, "bias"),
        ("bias", {"scale", "shift"}, "shift"),
        ("var", {"mean", "variance"}, "variance"),
        ("query.kernel", ATTENTION, "query_kernel"),
        ("out.bias", ATTENTION, "output_bias"),
        ("query_ln.scale", ATTENTION, "query_scale"),
        ("if_.kernel", LSTM, "kernel_f"),
        ("hf.kernel", LSTM, "recurrent_kernel_f"),
        ("hf.bias", LSTM, "bias_f"),
        ("in.bias", GRU, "bias_n"),
        ("hn.bias", GRU, "recurrent_bias_n"),
        ("dense_i.kernel", JOINED, "kernel"),
        ("dense_h.kernel", JOINED, "recurrent_kernel"),
        ("dense_h.bias", JOINED, "bias"),
        ("h.kernel", JOINED, "recurrent_kernel"),
        ("hh.bias", JOINED | {"recurrent_bias"}, "recurrent_bias"),
        ("lora.lora_a", {"kernel", "adapter_in", "adapter_out"}, "adapter_in"),
        ("Dense_0/kernel/u", {"kernel_vector", "kernel_value"}, "kernel_vector"),
        ("layer_instance/kernel/scale", {"kernel_scale"}, "kernel_scale"),
        ("negative_slope", {"slope"}, "slope"),
        ("whatever", {"kernel"}, ""),
    ],
)
def test_role(name: str, expected: set[str], role: str) -> None:
    assert role_of(name, expected) == role
