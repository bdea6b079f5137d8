"""A live model's own ``forward``, run on stand-ins: its calls, and that it is left as it was."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # as everybody calls it
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from tests.readers.live_torch import (
    counted,
    opened,
    outputs,
    row_shapes,
    slugs,
    state,
    totals,
    untouched,
    weigh,
    whole,
)
from weighbridge.errors import Impossible
from weighbridge.weighing import Weighing

BATCH = 3


def written(forward: Callable[..., Any], **parts: Any) -> nn.Module:
    """A module with ``parts`` registered in it, that does ``forward``."""

    class Written(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name, part in parts.items():
                setattr(self, name, part)

    Written.forward = forward
    return Written()


def agrees(
    model: nn.Module, *shapes: tuple[int, ...], dtype: torch.dtype | None = None
) -> Weighing:
    """Fails unless every shape is that of a real run; the weighing."""
    model.eval()
    given = [torch.zeros(BATCH, *shape, dtype=dtype) for shape in shapes]
    found = weigh(model, list(shapes))
    real = outputs(model, *given)
    with torch.no_grad():
        theirs = list(opened(model(*given)))
    for row in found.rows:
        if row.path in real:
            ours = row_shapes(row, BATCH)
            assert ours == real[row.path][: len(ours)], row.path
    ends = [whole(_output(found, port), BATCH) for port in found.model.outputs]
    assert ends == theirs
    return found


def _output(found: Weighing, port: Any) -> Any:
    from weighbridge.layers import legible, passed

    shapes: list[Any] = []
    for call in found.model.calls:
        reads = tuple(None if p is None else shapes[p.call][p.output] for p in call.reads)
        shapes.append(call.outputs or passed(call.kind, legible(call.kind, reads)))
    return shapes[port.call][port.output]


# -- what models do ------------------------------------------------------------------------------


def time_distributed(self: Any, x: Tensor) -> Any:
    b, t, c, h, w = x.shape
    each = self.conv(x.view(b * t, c, h, w))
    return self.out(each.mean((2, 3)).view(b, t, -1))


def test_steps_folded_into_the_samples() -> None:
    """Five pictures a sample: the convolution works five times, as often as pictures come."""
    model = written(time_distributed, conv=nn.Conv2d(3, 4, 3), out=nn.Linear(4, 2))
    found = agrees(model, (5, 3, 8, 8))

    assert found.macs == 5 * (3 * 3 * 3 * 4 * 6 * 6) + 5 * 4 * 2


def attention(self: Any, x: Tensor) -> Any:
    batch, steps, width = x.size()
    q, k, v = self.into(x).reshape(batch, steps, 3, 2, width // 2).permute(2, 0, 3, 1, 4)
    scores = (q @ k.transpose(-2, -1)) * (width // 2) ** -0.5
    mask = torch.ones(steps, steps, dtype=torch.bool, device=x.device).tril()
    scores = scores.masked_fill(~mask, float("-inf")).softmax(dim=-1)
    return (scores @ v).transpose(1, 2).flatten(2)


def test_attention_written_out() -> None:
    """Scores of 7 steps against 7 over 6 values, and as much for the sums."""
    found = agrees(written(attention, into=nn.Linear(6, 18)), (7, 6))

    assert found.macs == 7 * 6 * 18 + 2 * 7 * 7 * 6
    assert [row.path for row in found.rows] == ["into", "Written.matmul", "Written.matmul_1"]


def patches(self: Any, x: Tensor) -> Any:
    x = self.cut(x).flatten(2).transpose(1, 2)
    x = (
        torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)
        + self.places[:, : x.shape[1] + 1]
    )
    return self.norm(x)[:, 0]


def test_parameters_mixed_with_samples() -> None:
    model = written(
        patches,
        cut=nn.Conv2d(3, 8, 4, stride=4),
        token=nn.Parameter(torch.zeros(1, 1, 8)),
        places=nn.Parameter(torch.zeros(1, 9, 8)),
        norm=nn.LayerNorm(8),
    )
    found = agrees(model, (3, 8, 8))

    assert found.parameters == (4 * 4 * 3 + 1) * 8 + 8 + 9 * 8 + 2 * 8
    assert found.rows[0].path == "Written"


OPERATIONS: dict[str, tuple[Callable[[Any], Any], tuple[int, ...]]] = {
    "view with -1": (lambda x: x.view(x.size(0), -1), (3, 4)),
    "zeros of samples": (lambda x: x + torch.zeros(x.shape[0], 4, device=x.device), (4,)),
    "numbers of samples": (lambda x: torch.arange(x.shape[0])[:, None] + x, (4,)),
    "power": (lambda x: torch.pow(x, 3.0), (4,)),
    "gelu written out": (lambda x: 0.5 * x * (1 + torch.tanh(x + 0.04 * x**3)), (4,)),
    "reflected": (lambda x: (1 - x) / 2 + 2**x - (3 / (x + 1)) // 2, (4,)),
    "compared": (lambda x: (x > 0) & ~(x == 1) | (x <= 2), (4,)),
    "chunks": (lambda x: torch.cat(x.chunk(3, dim=1)[::-1], 1), (7, 2)),
    "split": (lambda x: x.split([1, 3], dim=-1)[1], (4,)),
    "unbound": (lambda x: torch.stack(x.unbind(1), dim=2), (3, 5)),
    "cut at places": (lambda x: torch.tensor_split(x, (1, 3), dim=1)[1], (7,)),
    "two by name": (lambda x: x.max(dim=1).values + x.topk(1, dim=1).values[:, 0], (3, 4)),
    "looked up": (lambda x: x[:, torch.tensor([0, 2, 1, 0])], (3, 4)),
    "in a table": (lambda x: torch.ones(9, 5)[torch.ones(2, 3).long()] + x, (2, 3, 5)),
    "new axes": (lambda x: x[:, None, ..., 1:], (3, 4)),
    "in place": (lambda x: x.clone().mul_(2).unsqueeze_(1).fill_(1), (4,)),
    "put into": (lambda x: (x.__setitem__((slice(None), 0), 1.0), x)[1], (4,)),
    "einsum": (lambda x: torch.einsum("bij,jk->bik", x, torch.ones(4, 5)), (3, 4)),
    "interpolated": (lambda x: F.interpolate(x, scale_factor=2, mode="nearest"), (3, 4, 4)),
    "padded": (lambda x: F.pad(x, (1, 2, 0, 1)), (3, 4)),
    "normed": (lambda x: F.normalize(F.layer_norm(x, x.shape[1:]), dim=1), (3, 4)),
    "linear": (lambda x: F.relu(F.linear(x, torch.ones(5, 4), torch.ones(5))), (4,)),
    "convolution": (lambda x: F.conv2d(x, torch.ones(4, 3, 3, 3)), (3, 6, 6)),
    "of a type": (lambda x: x.double().masked_fill(x > 0, torch.finfo(x.dtype).min), (4,)),
    "asked about": (lambda x: x if x.dim() == x.ndim and x.is_floating_point() else x[0], (4,)),
    "one number": (lambda x: x * torch.tensor(2.0).item() / x.shape[0], (4,)),
    "nothing masked": (lambda x: x * 2 if torch.ones(len(x), 4).all() else x[:, :1], (4,)),
    "over the batch": (lambda x: x / x.abs().max(), (4,)),
    "masked attention": (lambda x: attended(x, attn_mask=torch.ones(3, 3).bool()), (2, 3, 4)),
    "mask of samples": (lambda x: attended(x, attn_mask=x @ x.transpose(-1, -2)), (2, 3, 4)),
    "fourier": (lambda x: torch.fft.irfft(torch.fft.rfft(x)), (3, 8)),
    "no gradient": (lambda x: without_gradient(x), (4,)),
    "windows": (lambda x: windows_back(x.view(-1, 2, 2, 3), 4), (4, 4, 3)),
}  # fmt: skip


def attended(x: Tensor, **named: Tensor) -> Tensor:
    return F.scaled_dot_product_attention(x, x, x, **named)  # type: ignore[arg-type]  # a mask


def windows_back(x: Tensor, height: int) -> Tensor:
    """As Liu et al. 2021 write it: the number of samples is a quotient, rounded."""
    samples = int(x.shape[0] / (height * height / 2 / 2))
    return x.view(samples, height // 2, height // 2, 2, 2, -1).permute(0, 1, 3, 2, 4, 5)


def without_gradient(x: Tensor) -> Tensor:
    with torch.no_grad(), torch.autocast("cpu", enabled=False):
        return x.detach() + 1


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations(name: str) -> None:
    operation, shape = OPERATIONS[name]
    found = agrees(written(lambda self, x: operation(x)), shape)

    assert found.findings == ()
    assert found.macs.exact


def test_work_of_a_functional_operation_has_a_row() -> None:
    model = written(lambda self, x: F.linear(x, self.table.weight), table=nn.Embedding(10, 4))
    found = agrees(model, (5, 4))

    assert [(row.path, int(row.macs)) for row in found.rows] == [
        ("table", 0),
        ("Written.linear", 5 * 4 * 10),
    ]
    assert slugs(found) == []


def test_a_layer_called_twice_works_twice() -> None:
    model = written(lambda self, x: self.same(F.relu(self.same(x))), same=nn.Linear(4, 4))
    found = agrees(model, (4,))

    assert (int(found.parameters), int(found.macs)) == ((4 + 1) * 4, 2 * 4 * 4)
    assert slugs(found) == ["shared-layer"]


def test_layers_that_are_never_called_do_no_work() -> None:
    model = written(lambda self, x: self.used(x), used=nn.Linear(4, 4), spare=nn.Linear(4, 9))
    found = agrees(model, (4,))

    assert found.macs == 4 * 4
    assert found.rows[1].calls == 0
    assert slugs(found) == ["never-called"]


def test_containers_know_what_they_read_and_give() -> None:
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 4), nn.ReLU()), nn.Linear(4, 2))
    inner = next(c for c in weigh(model, (3,)).model.containers if c.path == "0")

    (use,) = inner.uses
    assert len(use.reads) == len(use.outputs) == 1


def test_lists_and_dicts_of_modules() -> None:
    def forward(self: Any, x: Tensor) -> dict[str, Any]:
        for block in self.blocks:
            x = block(x)
        return {"out": self.heads["a"](x), "rest": [x]}

    parts = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 6)])
    model = written(forward, blocks=parts, heads=nn.ModuleDict({"a": nn.Linear(6, 1)}))

    assert agrees(model, (4,)).macs == 16 + 24 + 6


def test_modules_that_pytorch_does_not_see_work() -> None:
    """Their work counts, their parameters do not."""
    model = written(lambda self, x: self.hidden[0](x), hidden=[nn.Linear(4, 5)])
    found = weigh(model, (4,))

    assert (int(found.parameters), int(found.macs)) == (0, 4 * 5)
    assert slugs(found) == ["unseen-parameters"]


def test_a_class_derived_from_a_layer_with_a_forward_of_its_own() -> None:
    class Channels(nn.LayerNorm):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    found = agrees(nn.Sequential(nn.Conv2d(3, 4, 3), Channels(4)), (3, 8, 8))

    assert found.agrees
    assert found.macs == 3 * 3 * 3 * 4 * 6 * 6


def test_a_parametrised_weight_that_code_reads() -> None:
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(4, 5))
    model = written(lambda self, x: F.linear(x, self.layer.weight), layer=layer)

    assert agrees(model, (4,)).macs == 4 * 5


# -- inputs --------------------------------------------------------------------------------------


def test_words() -> None:
    """An embedding first: whole numbers come in."""
    model = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 2))

    assert agrees(model, (7,), dtype=torch.int64).macs == 7 * 4 * 2


def test_several_inputs() -> None:
    model = written(
        lambda self, left, right: self.out(torch.cat([left, right.flatten(1)], 1)),
        out=nn.Linear(3 + 4, 2),
    )

    assert agrees(model, (3,), (2, 2)).macs == 7 * 2


def test_more_inputs_than_there_are() -> None:
    with pytest.raises(Impossible, match="takes 1 inputs, not 2"):
        weigh(nn.Linear(3, 4), [(3,), (3,)])


def test_an_input_that_is_not_given_is_unknown() -> None:
    model = written(lambda self, x, mask: self.out(x) * mask, out=nn.Linear(3, 4))
    found = weigh(model, (3,))

    assert found.macs == 12
    assert found.findings == ()


def test_an_input_by_the_name_the_model_gives_it() -> None:
    def forward(
        self: Any, inputs_embeds: Tensor | None = None, input_ids: Tensor | None = None
    ) -> Any:
        return self.table(input_ids)

    model = written(forward, table=nn.Embedding(10, 4))
    type(model).main_input_name = "input_ids"  # type: ignore[attr-defined]  # as in transformers

    assert whole(weigh(model, (7,)).rows[0].output, 2) == (2, 7, 4)


def test_open_sizes() -> None:
    found = weigh(nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1)), (3, None, None))

    assert not found.macs.exact
    assert found.rows[1].output == (4, 1, 1)


# -- what cannot be told -------------------------------------------------------------------------

ASKING: dict[str, Callable[[Any, Tensor], Any]] = {
    "truth": lambda self, x: self.late(x) if x.sum() > 0 else x,
    "number": lambda self, x: self.late(x[:, : int(x.max().item())]),
    "list": lambda self, x: self.late(x) if x.tolist() else x,
    "array": lambda self, x: self.late(torch.from_numpy(np.asarray(x))),
    "truth of a parameter": lambda self, x: self.late(x) if self.early.bias.any() else x,
    "loop": lambda self, x: [self.late(x) for _ in range(int(x[0, 0]))],
    "unknown sizes": lambda self, x: self.late(x.view(*torch.nonzero(x).shape)),
}


@pytest.mark.parametrize("asked", ASKING)
def test_where_a_model_asks_for_values(asked: str) -> None:
    """What came before is weighed, what comes after is unknown; the counts stand."""

    def forward(self: Any, x: Tensor) -> Any:
        return ASKING[asked](self, self.early(x))

    model = written(forward, early=nn.Linear(3, 4), late=nn.Linear(4, 5))
    found = weigh(model, (3,))

    assert counted(found) == totals(model)
    assert [row.macs.value for row in found.rows[:2]] == [12, None]
    assert slugs(found)[0] == "values-asked"
    assert "test_live_torch_run.py:" in found.findings[0].message


def test_a_size_that_is_not_known_goes_on() -> None:
    """A number taken out of a tensor makes the size unknown, and the work."""
    model = written(lambda self, x: self.out(x[:, : x.max().item()]), out=nn.Linear(3, 4))
    found = weigh(model, (5, 3))

    assert found.macs.value is None
    assert tuple(found.rows[0].output or ()) == (None, 4)
    assert found.findings == ()


def test_code_that_fails() -> None:
    def forward(self: Any, x: Tensor) -> Tensor:
        raise KeyError("no such thing")

    model = written(forward, out=nn.Linear(3, 4))
    found = weigh(model, (3,))

    assert found.parameters == 16
    (finding,) = found.findings
    assert (finding.slug, finding.level) == ("forward-failed", "warning")
    assert "KeyError" in finding.message


def test_code_that_catches_everything_it_raises_does_not_catch_our_stop() -> None:
    def forward(self: Any, x: Tensor) -> Any:
        try:
            return self.late(x) if x.sum() > 0 else None
        except Exception:  # that is the point
            return self.other(x)

    model = written(forward, late=nn.Linear(3, 4), other=nn.Linear(3, 9))

    assert slugs(weigh(model, (3,)))[0] == "values-asked"


def test_shapes_that_do_not_fit_in_an_operation() -> None:
    with pytest.raises(Impossible, match=r"test_live_torch_run\.py"):
        weigh(written(lambda self, x: x @ torch.ones(5, 2)), (3, 4))


def test_an_operation_nobody_knows() -> None:
    """Its work is unknown, and what comes out; it is told of."""
    model = written(lambda self, x: self.out(torch.linalg.svdvals(x)), out=nn.Linear(3, 4))
    found = weigh(model, (3, 3))

    assert not found.macs.exact
    assert slugs(found) == ["unknown-layer"]


def test_a_script_inside() -> None:
    """What compiled code does cannot be followed; what is around it can."""
    model = written(lambda self, x: self.after(self.inside(x)), after=nn.Linear(4, 4))
    with pytest.warns(DeprecationWarning):
        model.inside = torch.jit.script(nn.Sequential(nn.Linear(4, 4), nn.ReLU()))
    found = weigh(model, (4,))

    assert counted(found) == totals(model)
    assert not found.macs.exact


# -- left as it was ------------------------------------------------------------------------------


class Restless(nn.Module):
    """Changes whatever it can while it runs."""

    def __init__(self, ending: str) -> None:
        super().__init__()
        self.ending = ending
        self.norm = nn.BatchNorm1d(4)
        self.drop = nn.Dropout(0.5)
        self.out = nn.Linear(4, 4)
        self.seen: Tensor
        self.register_buffer("seen", torch.zeros(1))
        self.history: list[Tensor] = [torch.ones(2)]
        self.cache: dict[str, Tensor] = {}
        self.calls = 0

    def forward(self, x: Any) -> Any:
        self.calls += 1
        self.seen += 1
        self.seen = self.seen * 2
        self.history.append(x)
        self.cache["x"] = x
        self.new = x
        self.register_buffer("late", torch.zeros(3))
        self.out.weight.data.zero_()
        self.out.weight.grad = torch.ones(4, 4)
        self.out.requires_grad_(False)
        self.out.bias = nn.Parameter(torch.zeros(4))
        self.extra = nn.Linear(2, 2)
        del self.history[0]
        self.train(not self.training)
        self.norm.get_buffer("running_mean")[0] = 5
        random.random(), np.random.rand(), torch.rand(3), torch.randn(3).bernoulli_()  # draws
        x = self.drop(self.norm(x))
        if self.ending == "asks" and x.sum() > 0:
            return x
        if self.ending == "fails":
            raise ValueError("on purpose")
        if self.ending == "does not fit":
            return self.extra(x)
        return self.out(x)


def drawn_by_numpy() -> list[int]:
    kept: Any = np.random.get_state()  # the one that models share
    return list(kept[1])


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("ending", ["well", "asks", "fails", "does not fit"])
def test_the_model_is_left_as_it_was(ending: str, training: bool) -> None:
    model = Restless(ending).train(training)
    model.register_forward_hook(lambda *_: pytest.fail("a hook of the user's was run"))
    model.drop.register_forward_pre_hook(lambda *_: pytest.fail("a hook of the user's was run"))
    before, drawn = state(model), drawn_by_numpy()
    kept = (
        list(model.history),
        dict(model.cache),
        model.out.weight.grad,
        model.out.weight.requires_grad,
    )
    try:
        weigh(model, (4,))
    except Impossible:
        assert ending == "does not fit"

    untouched(before, state(model))
    assert kept == (
        model.history,
        model.cache,
        model.out.weight.grad,
        model.out.weight.requires_grad,
    )
    assert drawn == drawn_by_numpy()
    assert not hasattr(model, "new")


def test_counting_alone_runs_nothing() -> None:
    model = Restless("fails")
    before = state(model)
    weigh(model)

    untouched(before, state(model))


def test_hooks_that_the_model_registers_itself_are_run() -> None:
    """Code that collects what its parts return, while it runs, depends on it."""

    def forward(self: Any, x: Tensor) -> Tensor:
        found: list[Tensor] = []
        hook = self.first.register_forward_hook(lambda module, values, result: found.append(result))
        self.first(x)
        hook.remove()
        out: Tensor = self.second(found[0])
        return out

    model = written(forward, first=nn.Linear(3, 4), second=nn.Linear(4, 5))

    assert weigh(model, (3,)).macs == 3 * 4 + 4 * 5


def test_other_threads_are_left_alone() -> None:
    """A model that another thread calls meanwhile computes as ever."""
    other, results = nn.Linear(2, 2), []

    def forward(self: Any, x: Tensor) -> Tensor:
        thread = threading.Thread(target=lambda: results.append(other(torch.ones(1, 2))))
        thread.start()
        thread.join()
        out: Tensor = self.out(x)
        return out

    weigh(written(forward, out=nn.Linear(3, 4)), (3,))

    assert torch.equal(results[0], other(torch.ones(1, 2)))


def test_nothing_is_computed() -> None:
    """Not one of PyTorch's own operations runs, be it on weights, constants or random numbers."""

    class Refusing(TorchDispatchMode):  # type: ignore[no-untyped-call]  # PyTorch's
        def __torch_dispatch__(
            self, function: Any, types: Any, values: Any = (), named: Any = None
        ) -> Any:
            # The state of the random numbers is kept in a tensor, as is a stand-in, which is empty.
            assert str(function).startswith("aten.empty"), f"{function} computes"
            return function(*values, **named or {})

    def forward(self: Any, x: Tensor) -> Tensor:
        x = x @ self.weight.t() * self.weight.abs().mean() + self.weight[0] + torch.rand(4)
        return x + torch.ones(4).cumsum(0)

    model = written(forward, weight=nn.Parameter(torch.ones(4, 4)))
    with Refusing():  # type: ignore[no-untyped-call]  # PyTorch's
        found = weigh(model, (4,))

    assert found.macs == 16
