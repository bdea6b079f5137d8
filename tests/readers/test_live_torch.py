"""Counts of live PyTorch models: what ``parameters()`` and ``buffers()`` hold, and why."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
import torch
from hypothesis import given, settings
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

import weighbridge
from tests.readers.live_torch import counted, held, slugs, tensors, totals, weigh
from weighbridge.errors import NotFound
from weighbridge.formula import plain
from weighbridge.weighing import Row, Weighing

PRUNE: Any = prune
QUANTIZATION: Any = torch.ao.quantization
JIT: Any = torch.jit
"""Parts of PyTorch that have no types."""
LAYERS: dict[str, Callable[[], nn.Module]] = {
    "linear": lambda: nn.Linear(3, 4),
    "no bias": lambda: nn.Linear(3, 4, bias=False),
    "convolution": lambda: nn.Conv2d(4, 6, 3, groups=2),
    "transposed": lambda: nn.ConvTranspose1d(4, 6, 3),
    "norm": lambda: nn.BatchNorm2d(5),
    "norm without statistics": lambda: nn.BatchNorm1d(5, affine=False, track_running_stats=False),
    "group norm": lambda: nn.GroupNorm(2, 4),
    "recurrent": lambda: nn.LSTM(3, 4, num_layers=2, bidirectional=True, proj_size=2),
    "cell": lambda: nn.GRUCell(3, 4, bias=False),
    "table": lambda: nn.Embedding(7, 3),
    "attention": lambda: nn.MultiheadAttention(4, 2, kdim=3, add_bias_kv=True),
    "transformer layer": lambda: nn.TransformerEncoderLayer(4, 2, 8),
    "activation": lambda: nn.PReLU(3),
    "nothing": lambda: nn.ReLU(),
    "parameters": lambda: nn.ParameterList([nn.Parameter(torch.zeros(2, 3))]),
}


@st.composite
def models(draw: st.DrawFn, depth: int = 2) -> nn.Module:
    """Modules in modules: some used twice, some frozen, some with tensors of their own."""
    parts: list[nn.Module] = [
        LAYERS[name]() for name in draw(st.lists(st.sampled_from(sorted(LAYERS)), max_size=4))
    ]
    if depth:
        parts += draw(st.lists(models(depth - 1), max_size=2))
    if draw(st.booleans()) and parts:
        parts.append(draw(st.sampled_from(parts)))
    model: nn.Module = draw(st.sampled_from((nn.Sequential, nn.ModuleList)))()
    for i, part in enumerate(parts):
        model.add_module(str(i), part)
    for name in draw(st.lists(st.sampled_from(("scale", "offset")), unique=True)):
        model.register_parameter(name, nn.Parameter(torch.zeros(3, 2)))
    if draw(st.booleans()):
        model.register_buffer("table", torch.zeros(5), persistent=draw(st.booleans()))
    for parameter in model.parameters():
        parameter.requires_grad_(draw(st.booleans()))
    return model


@settings(max_examples=15)
@given(models())
def test_totals_are_those_of_pytorch(model: nn.Module) -> None:
    """Tensor by tensor: a module or a parameter that goes by two names counts once."""
    found = weigh(model)

    assert counted(found) == totals(model)
    assert held(found) == tensors(model)
    assert found.agrees


@settings(max_examples=10)
@given(models())
def test_rows_are_in_the_order_of_modules(model: nn.Module) -> None:
    order = {path: i for i, (path, _) in enumerate(model.named_modules())}
    paths = ["" if row.path == type(model).__name__ else row.path for row in weigh(model).rows]

    assert paths == sorted(paths, key=lambda path: order[path])


# -- derived and observed ------------------------------------------------------------------------


def only(found: Weighing) -> Row:
    (row,) = found.rows
    return row


def formula(row: Row) -> str:
    assert row.derived is not None
    return plain(row.derived)


def test_settings_and_tensors_check_each_other() -> None:
    row = only(weigh(nn.Conv2d(6, 16, 5)))

    assert row.basis == "agrees"
    assert formula(row) == "(5·5·6 + 1)·16"
    assert [tensor.name for tensor in row.held or ()] == ["weight", "bias"]


def test_a_layer_that_was_changed_afterwards() -> None:
    """Three filters are cut off; what is there counts: 5·5·6·13 and 16 biases."""
    conv = nn.Conv2d(6, 16, 5)
    conv.weight = nn.Parameter(conv.weight[:13])
    found = weigh(conv)

    assert found.parameters == 5 * 5 * 6 * 13 + 16
    assert only(found).basis == "disagrees"
    assert slugs(found) == ["disagreement"]


def test_a_class_derived_from_a_layer() -> None:
    """It owns what its base owns, and what it adds: 3·4 + 4, and two matrices of rank 2."""

    class Adapted(nn.Linear):
        def __init__(self) -> None:
            super().__init__(3, 4)
            self.down = nn.Parameter(torch.zeros(2, 3))
            self.up = nn.Parameter(torch.zeros(4, 2))

    row = only(weigh(Adapted()))

    assert (row.layer.native, row.basis) == ("Adapted", "agrees")
    assert row.parameters == (3 + 1) * 4 + 2 * 3 + 4 * 2


def test_a_part_that_was_exchanged_is_listed_by_itself() -> None:
    """A Transformer layer is one row unless its parts are not what it would make."""
    layer = nn.TransformerEncoderLayer(4, 2, 8)
    assert [row.path for row in weigh(layer).rows] == ["TransformerEncoderLayer"]

    layer.linear1 = nn.Sequential(nn.Linear(4, 2), nn.Linear(2, 8))  # type: ignore[assignment]  # as people do
    found = weigh(layer)
    assert counted(found) == totals(layer)
    assert {"self_attn", "linear1.0", "linear1.1", "linear2"} <= {row.path for row in found.rows}


def test_a_class_nobody_knows() -> None:
    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gain = nn.Parameter(torch.zeros(3, 2))
            self.inner = nn.Linear(2, 2)

    found = weigh(Scaled())

    assert [(row.path, row.basis) for row in found.rows] == [
        ("Scaled", "observed only"), ("inner", "agrees"),
    ]  # fmt: skip
    assert found.parameters == 3 * 2 + (2 + 1) * 2
    assert not found.macs.exact


def test_dtypes_and_bytes() -> None:
    model = nn.Sequential(nn.Linear(3, 4).half(), nn.Linear(4, 5).double())

    assert weigh(model).bytes == 16 * 2 + 25 * 8


# -- the same tensor twice -----------------------------------------------------------------------


class Tied(nn.Module):
    """A table of 10·4 that also names the words."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(10, 4)
        self.names = nn.Linear(4, 10)
        self.names.weight = self.words.weight


def test_tied_tensors_count_once() -> None:
    found = weigh(Tied())

    assert counted(found) == totals(Tied()) == (10 * 4 + 10, 10 * 4 + 10, 0)
    assert slugs(found) == ["counted-by-name", "tied-tensor"]
    assert "50 parameters counted once, 90 under every name" in str(found.findings[0])


def test_one_module_under_two_names() -> None:
    model = nn.ModuleDict({"first": nn.Linear(3, 3), "plain": nn.ReLU()})
    model["again"] = model["first"]
    row = weigh(model).rows[0]

    assert (row.path, row.layer.aliases) == ("first", ("again",))


def test_two_parameters_over_one_memory() -> None:
    """PyTorch counts each, so the totals do."""
    first, second = nn.Linear(3, 3), nn.Linear(3, 3)
    second.weight = nn.Parameter(first.weight.data)
    model = nn.Sequential(first, second)
    found = weigh(model)

    assert counted(found) == totals(model)
    assert slugs(found) == ["shared-storage"]


# -- what is not there yet, or not seen ----------------------------------------------------------


def test_lazy_layers_are_unknown_not_nothing() -> None:
    found = weigh(nn.Sequential(nn.LazyConv2d(6, 3), nn.Linear(4, 2)))

    assert not found.parameters.exact
    assert found.rows[1].parameters == (4 + 1) * 2
    assert "lazy-tensors" in slugs(found)


def test_a_shape_settles_lazy_layers() -> None:
    found = weigh(nn.Sequential(nn.LazyConv2d(6, 3), nn.LazyBatchNorm2d()), (2, 8, 8))

    assert found.parameters == (3 * 3 * 2 + 1) * 6 + 2 * 6
    assert [row.basis for row in found.rows] == ["derived only", "derived only"]


def test_a_lazy_parameter_of_a_class_of_ones_own() -> None:
    class Late(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.UninitializedParameter()

    assert weigh(Late()).parameters.value is None


@pytest.mark.parametrize("hide", [list, tuple, lambda parts: dict(enumerate(parts)), set])
def test_parameters_that_pytorch_does_not_see(hide: object) -> None:
    class Hiding(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.seen = nn.Linear(2, 2)
            self.parts = hide([nn.Linear(3, 4), nn.Sequential(nn.Linear(4, 5))])  # type: ignore[operator]  # one of several

    found = weigh(Hiding())

    assert counted(found) == totals(Hiding()) == (6, 6, 0)
    (finding,) = found.findings
    assert (finding.slug, finding.path) == ("unseen-parameters", "parts")
    assert "41 parameters" in finding.message


def test_a_list_of_what_is_registered_hides_nothing() -> None:
    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Linear(2, 2)
            self.order = [self.first, self.first.weight]

    assert slugs(weigh(Both())) == []


# -- tensors kept in another form ----------------------------------------------------------------

FORMS: dict[str, Callable[[], Any]] = {
    "weight norm": lambda: parametrizations.weight_norm(nn.Linear(3, 4)),
    "spectral norm": lambda: parametrizations.spectral_norm(nn.Conv2d(3, 4, 3)),
    "orthogonal": lambda: parametrizations.orthogonal(nn.Linear(4, 4)),
    "one of several": lambda: parametrizations.weight_norm(nn.LSTM(3, 4), "weight_hh_l0"),
    "of a bias": lambda: parametrizations.weight_norm(nn.Linear(3, 4), "bias"),
    "old weight norm": lambda: nn.utils.weight_norm(nn.Linear(3, 4)),
    "old spectral norm": lambda: nn.utils.spectral_norm(nn.Conv2d(3, 4, 3)),
    "pruned": lambda: PRUNE.random_unstructured(nn.Linear(3, 4), "weight", 0.5),
    "transposed": lambda: nn.utils.weight_norm(nn.ConvTranspose2d(3, 4, 3)),
}


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("form", FORMS)
def test_tensors_kept_in_another_form(form: str) -> None:
    """What is kept counts, and the settings still call for it."""
    module = FORMS[form]()
    found = weigh(module)

    assert counted(found) == totals(module)
    assert held(found) == tensors(module)
    assert only(found).basis == "agrees"
    assert "Parametrized" not in only(found).layer.native


def test_a_length_and_a_direction() -> None:
    """Weight normalisation keeps both in the place of the kernel: one length for each unit."""
    row = only(weigh(parametrizations.weight_norm(nn.Linear(3, 4))))

    assert formula(row) == "(3 + 2)·4"


def test_a_parametrisation_of_ones_own() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gain = nn.Parameter(torch.zeros(3))

        def forward(self, weight: torch.Tensor) -> torch.Tensor:
            return 2 * weight

    module = nn.Linear(3, 4)
    parametrize.register_parametrization(module, "weight", Twice())

    assert counted(weigh(module)) == totals(module) == ((3 + 1) * 4 + 3,) * 2 + (0,)


# -- quantised, compiled, wrapped ----------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_dynamically_quantised() -> None:
    """PyTorch lists the packed weights nowhere; here they are buffers of 8 bits, never 0."""
    model = nn.Sequential(nn.Linear(4, 5), nn.LSTM(5, 6), nn.GRUCell(4, 3), nn.Embedding(7, 3))
    sorts = {nn.Linear, nn.LSTM, nn.GRUCell}
    found = weigh(QUANTIZATION.quantize_dynamic(model, sorts, dtype=torch.qint8))

    assert found.parameters == 7 * 3
    assert found.buffers == (4 + 1) * 5 + (5 + 6 + 2) * 4 * 6 + (4 + 3 + 2) * 3 * 3
    kernel, bias = found.rows[0].held or ()
    assert (kernel.dtype, kernel.buffer, bias.dtype) == ("qint8", True, "float32")
    assert slugs(found) == ["packed-weights"]


def test_in_parallel() -> None:
    model = nn.DataParallel(nn.Sequential(nn.Linear(3, 4)))

    assert [row.path for row in weigh(model).rows] == ["0"]


@pytest.mark.long  # PyTorch's compiler takes seconds to import
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compiled() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    wrappers: list[Any] = [torch.compile(model), torch.compile(nn.DataParallel(model))]
    for wrapped in wrappers:
        assert [row.path for row in weigh(wrapped).rows] == ["0", "1"]
        assert weigh(wrapped, (3,)).macs == 3 * 4
    outer: Any = nn.Sequential(torch.compile(model), nn.Linear(4, 5))  # type: ignore[arg-type, call-overload]  # a module
    assert weigh(outer, (3,)).macs == 3 * 4 + 4 * 5


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_compiled_to_a_script() -> None:
    model = nn.Sequential(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6)).eval()
    scripted, traced = JIT.script(model), JIT.trace(model, torch.zeros(1, 3, 4, 4))

    assert counted(weigh(scripted)) == counted(weigh(traced)) == totals(model)
    assert {row.basis for row in weigh(scripted).rows} == {"agrees"}
    assert {row.basis for row in weigh(traced).rows} == {"observed only"}


def test_on_the_meta_device() -> None:
    with torch.device("meta"):
        model = nn.Sequential(nn.Linear(30_000, 30_000), nn.LayerNorm(30_000))

    assert weigh(model).parameters == 30_001 * 30_000 + 2 * 30_000


# -- the door ------------------------------------------------------------------------------------


def test_through_the_door() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())

    assert weighbridge.weigh(model).parameters == 16
    assert weighbridge.read(model).origin.producer == "torch"
    assert "(3 + 1)·4" in str(weighbridge.explain(model, "0"))


def test_what_is_no_module_is_refused() -> None:
    for source in (torch.zeros(3), nn.Linear, object()):
        with warnings.catch_warnings(), pytest.raises(NotFound):
            warnings.simplefilter("ignore")
            weighbridge.weigh(source)


def test_nothing_slow_is_imported() -> None:
    """The first operation on a meta tensor would drag in hundreds of modules."""
    program = (
        "import sys, torch\n"
        "with torch.device('meta'):\n"
        "    model = torch.nn.Sequential(torch.nn.Conv2d(3, 6, 5), torch.nn.Flatten())\n"
        "import weighbridge\n"
        "assert weighbridge.weigh(model, (3, 8, 8)).macs.exact\n"
        "print(*{'sympy', 'torch._dynamo'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []
