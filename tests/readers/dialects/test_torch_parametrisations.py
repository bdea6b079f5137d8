"""Tensors kept in another form: the same text followed by the reader and run by real PyTorch."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any

import pytest
import torch

from weighbridge.readers import Source
from weighbridge.readers.python_source import read_text
from weighbridge.weighing import Weighing, weigh

HEAD = """
PLAIN = {"use_trivialization": False}
import torch
from torch import nn
from torch.nn.utils import weight_norm, spectral_norm, remove_weight_norm, remove_spectral_norm
from torch.nn.utils import parametrizations, parametrize, prune, skip_init
from torch.nn.utils.parametrize import remove_parametrizations
from torch.nn.utils.parametrizations import spectral_norm as spectral

class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).T

class Scaled(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.by = nn.Parameter(torch.ones(n, 1))
    def forward(self, x):
        return self.by * x

class Product(nn.Module):
    def forward(self, left, right):
        return left @ right
    def right_inverse(self, whole):
        return whole.new_zeros(whole.size(0), 2), whole.new_zeros(2, whole.size(1))

class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(3, 5))
        self.shift = nn.Parameter(torch.randn(5))
    def forward(self, x):
        return x @ self.kernel + self.shift

def frozen(module):
    for parameter in module.parameters():
        parameter.requires_grad = False
    return module

def computed(inner, n=4):
    module = nn.Linear(n, n)
    parametrize.register_parametrization(module, "weight", inner)
    return module

def normalise(module):
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        return spectral_norm(module)
"""
Entries = dict[str, Counter[tuple[tuple[int, ...], str]]]

MODULES = {
    "lengths": "weight_norm(nn.Conv1d(3, 8, 3))",
    "one length": "weight_norm(nn.Linear(5, 2), dim=None)",
    "lengths of a transpose": "weight_norm(nn.ConvTranspose2d(4, 6, 3, 2))",
    "lengths of inputs": "weight_norm(nn.Linear(5, 2), 'weight', 1)",
    "a recurrent kernel": "weight_norm(weight_norm(nn.LSTM(4, 3), 'weight_hh_l0'), 'weight_ih_l0')",
    "registered lengths": "parametrizations.weight_norm(nn.Conv2d(3, 8, 3))",
    "through a module": "torch.nn.utils.weight_norm(nn.Linear(3, 2))",
    "spectral": "spectral_norm(nn.Conv2d(3, 8, 3, bias=False))",
    "spectral transpose": "nn.utils.spectral_norm(nn.ConvTranspose1d(4, 6, 3))",
    "registered spectral": "parametrizations.spectral_norm(nn.Linear(3, 8))",
    "embedding": "spectral_norm(nn.Embedding(10, 3))",
    "orthogonal": "parametrizations.orthogonal(nn.Linear(3, 8))",
    "orthogonal without a start": "parametrizations.orthogonal(nn.Linear(8, 3), **PLAIN)",
    "a frozen one": "weight_norm(frozen(nn.Linear(5, 2)))",
    "its own tensor": "weight_norm(Own(), 'kernel')",
    "its own, spectral": "spectral_norm(Own(), name='kernel')",
    "and back": "remove_weight_norm(weight_norm(nn.Linear(5, 2)))",
    "its own, and back": "remove_spectral_norm(spectral_norm(Own(), 'kernel'), 'kernel')",
    "registered and back": "remove_parametrizations(spectral(nn.Linear(5, 2)), 'weight')",
    "pruned": "prune.l1_unstructured(nn.Conv2d(3, 8, 3), 'weight', amount=0.3)",
    "a bias pruned": "prune.random_unstructured(nn.Conv2d(3, 8, 3), name='bias', amount=1)",
    "pruned for good": "prune.remove(prune.identity(nn.Linear(5, 2), 'weight'), 'weight')",
    "computed": "computed(Symmetric())",
    "computed from a product": "computed(Product())",
    "computed with more": "computed(Scaled(4))",
    "not initialised": "skip_init(nn.Linear, 5, 2)",
    "applied": "nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3)).apply(normalise)",
}


def ours(text: str) -> Weighing:
    return weigh(read_text(text, Source("net.py"), "net.py"))


def theirs(text: str) -> Any:
    names: dict[str, Any] = {"__name__": "__main__"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(text, names)
    return names["model"]


def held(weighing: Weighing) -> Entries:
    """Every tensor by the first part of its path, with its state."""
    found: Entries = {}
    for row in weighing.rows:
        for tensor in row.held or ():
            state = "buffer" if tensor.buffer else "trainable" if tensor.trainable else "frozen"
            sizes = tuple(sorted(n or 0 for n in tensor.shape))
            found.setdefault(row.path.partition(".")[0], Counter())[sizes, state] += 1
    return found


def real(model: torch.nn.Module) -> Entries:
    found: Entries = {}
    for name, parameter in model.named_parameters():
        state = "trainable" if parameter.requires_grad else "frozen"
        key = tuple(sorted(parameter.shape)), state
        found.setdefault(name.partition(".")[0], Counter())[key] += 1
    for name, buffer in model.named_buffers():
        found.setdefault(name.partition(".")[0], Counter())[
            tuple(sorted(buffer.shape)), "buffer"
        ] += 1
    return found


@pytest.mark.parametrize("made", MODULES.values(), ids=MODULES)
def test_torch_agrees(made: str) -> None:
    """Tensors and their state; an exact total, and nothing that is not followed."""
    text = f"{HEAD}\nmodel = nn.ModuleDict(dict(it={made}))\n"
    weighing = ours(text)

    assert held(weighing) == real(theirs(text))
    assert [each for each in weighing.findings if each.level == "warning"] == []


BODY = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            weight_norm(nn.Conv1d(3, 8, 3, padding=1)), nn.ReLU(),
            spectral_norm(nn.Conv1d(8, 8, 3, padding=1)),
        )
        self.head = nn.Linear(8, 4)
        for layer in (self.head,):
            parametrize.register_parametrization(layer, "weight", Scaled(4))
        self.body[0].weight_g.requires_grad = False
        assert parametrize.is_parametrized(self.head, "weight")
        self.tail = nn.Linear(self.body[0].weight.shape[0] // 2, 2)
    def forward(self, x):
        return self.tail(self.head(self.body(x).mean(-1)))

model = Net()
model(torch.randn(2, 3, 16))
"""


def test_work_is_that_of_the_layer() -> None:
    """3·3·8·16 and 8·3·8·16 for the convolutions, 8·4 and 4·2 for the rest."""
    weighing = ours(HEAD + BODY)

    assert held(weighing) == real(theirs(HEAD + BODY))
    assert weighing.macs == 3 * 3 * 8 * 16 + 8 * 3 * 8 * 16 + 8 * 4 + 4 * 2
    assert weighing.findings == ()


def test_several_at_once_are_pruned() -> None:
    text = HEAD + (
        "model = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))\n"
        "prune.global_unstructured([(layer, 'weight') for layer in model],"
        " pruning_method=prune.L1Unstructured, amount=0.2)\n"
    )

    assert held(ours(text)) == real(theirs(text))


def test_parameters_go_by_their_new_names() -> None:
    text = HEAD + (
        "registered = parametrizations.weight_norm(nn.Linear(3, 2))\n"
        "model = nn.Sequential(weight_norm(nn.Linear(4, 3)), registered)\n"
        "for name, parameter in model.named_parameters():\n"
        "    parameter.requires_grad = name.endswith(('_g', 'original0'))\n"
    )

    assert held(ours(text)) == real(theirs(text))


def test_a_tensor_that_is_not_there() -> None:
    weighing = ours(HEAD + "model = nn.Sequential(weight_norm(nn.ReLU()), nn.Linear(2, 2))\n")

    (found,) = (each.message for each in weighing.findings if each.level == "warning")
    assert found.endswith("weight_norm of a ReLU is not followed: it has no weight")
