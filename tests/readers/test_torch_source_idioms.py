"""Small things that files do on their way to a model, each run by real PyTorch as well."""

from __future__ import annotations

from pathlib import Path

import pytest
from torch import nn

from tests.readers.executed_torch import told, weighed
from weighbridge import readers, weighing
from weighbridge.readers import python_source

HEAD = "import copy, functools, itertools, math, operator, re, types\n"
HEAD += "from collections import OrderedDict, defaultdict, deque\n"
HEAD += "from dataclasses import dataclass, field, replace\nfrom enum import Enum\n"
HEAD += "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"

IDIOMS = {
    "a registry with a wrapper by the book": """
TABLE = {}
def register(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return fn(*args, **kwargs)
    TABLE[wrapper.__name__] = wrapper
    return wrapper
@register
def small(width):
    return nn.Linear(width, 2)
model = TABLE["small"](3)
""",
    "a partial of a partial": """
norm = functools.partial(nn.GroupNorm, 2)
norm = functools.partial(norm, eps=1e-3)
assert norm.func is nn.GroupNorm and norm.keywords == {"eps": 1e-3}
model = nn.Sequential(nn.Conv2d(3, norm.args[0] * 2, 1), norm(4))
""",
    "a layer given as a class, a function, a partial or a name": """
def make(layer):
    if isinstance(layer, str):
        return getattr(nn, layer)
    if isinstance(layer, functools.partial):
        return layer.func
    if isinstance(layer, types.FunctionType):
        return layer()
    return layer
layers = [nn.ReLU, "GELU", functools.partial(nn.ELU, 0.5), lambda: nn.SiLU]
model = nn.Sequential(nn.Linear(2, 3), *[make(layer)() for layer in layers])
""",
    "a dataclass that is copied and changed": """
@dataclass
class Config:
    width: int = 3
    deep: bool = False
    def __post_init__(self):
        self.twice = 2 * self.width
class Wider(Config):
    def __init__(self, more, **rest):
        super().__init__(**rest)
        self.width += more
first = Config()
second = replace(first, width=5)
third = copy.copy(first)
third.width = 7
fourth = Wider(1, width=8)
assert first == Config() and first != second
widths = (first.width, second.width, second.twice, third.width, fourth.width)
model = nn.Sequential(*(nn.Linear(a, b) for a, b in zip(widths, widths[1:])))
""",
    "a registry of lists that are made when they are asked for": """
@dataclass
class Entry:
    tags: deque = field(default_factory=deque)
    widths: dict = field(default_factory=dict)
    deep: bool = False
table = defaultdict(Entry)
for name, tag, width in (("a", "old", 3), ("b", "", 4), ("a", "new", 5)):
    table[name].tags.appendleft(tag)
    table[name].widths[tag] = width
other = copy.deepcopy(table)
other["c"].widths["new"] = 6
assert "c" not in table and list(table["a"].tags) == ["new", "old"]
first = table["a"].tags.popleft()
counts = defaultdict(int, {"a": 1})
counts["b"] += other["c"].widths[first]
assert isinstance(table, dict) and table.get("z") is None and len(table) == 2
model = nn.Sequential(nn.Linear(table["a"].widths[first], table["b"].widths[""]),
                      nn.Linear(4, counts["b"]), nn.Linear(6, counts["a"]))
""",
    "blocks written as texts": """
def decoded(text):
    kind, *options = text.split("_")
    settings = {}
    for option in options:
        key, value = re.split(r"(\\d.*)", option)[:2]
        settings[key] = int(value)
    return kind, settings
layers, width = [], 3
for text in ("conv_k3_c16", "conv_k1_c8", "fc_c2"):
    kind, settings = decoded(text)
    if kind == "conv":
        layers.append(nn.Conv2d(width, settings["c"], settings["k"]))
    else:
        layers.append(nn.Linear(width, settings["c"]))
    width = settings["c"]
names = re.findall("[a-z]+", re.sub(r"\\s", "", "a 1 b 2"))
model = nn.ModuleDict(dict(zip([*names, "c"], layers)))
""",
    "widths of stages out of a row of numbers": """
widths = (4 * torch.pow(2.0, torch.round(torch.arange(6) / 3))).int()
wide, depths = torch.unique(torch.tensor(widths.tolist()), return_counts=True)
turned = (2 ** torch.arange(3)).flip(0).tolist()
assert len(torch.unique(widths)) == len(wide) == int(depths.max().item())
product = functools.reduce(operator.mul, turned, 1)
layers = [nn.Linear(a, b) for a, b in zip(wide.tolist(), depths.tolist())]
model = nn.Sequential(*layers, nn.Linear(turned[0], product))
""",
    "a layer asked for what class it comes from": """
class Scaled(nn.ReLU):
    pass
class Stem(nn.Sequential):
    pass
def make(layer, width):
    if isinstance(layer, type) and issubclass(layer, Scaled):
        return nn.Linear(width, width)
    if isinstance(layer, type) and not issubclass(layer, Stem):
        return nn.Sequential(layer(), nn.Linear(width, 1))
    return layer
stem = Stem(nn.Linear(3, 4))
assert isinstance(stem, nn.Module) and isinstance(stem, nn.Sequential)
assert not isinstance(stem, nn.Linear)
model = nn.ModuleList([make(layer, 4) for layer in (stem, nn.Identity, Scaled, nn.GELU)])
""",
    "norms without their bias": """
class Norm(nn.LayerNorm):
    def __init__(self, width):
        super().__init__(width)
        self.bias = None
groups = nn.GroupNorm(2, 4)
groups.bias = None
batch = nn.BatchNorm1d(4)
batch.weight = None
model = nn.Sequential(nn.Linear(3, 4), Norm(4), groups, batch)
""",
    "a table that takes more steps to fill than its model": """
class Net(nn.Module):
    def __init__(self, side):
        super().__init__()
        points = list(itertools.product(range(side), range(side)))
        n = len(points)
        self.register_buffer("index", torch.empty(n, n, dtype=torch.long))
        offsets, table = {}, []
        for p in points:
            for q in points:
                offset = (abs(p[0] - q[0]), abs(p[1] - q[1]))
                if offset not in offsets:
                    offsets[offset] = len(offsets)
                table.append(offsets[offset])
        self.index.copy_(torch.tensor(table).view(n, n))
        self.biases = nn.Parameter(torch.zeros(2, side * side))
        self.fc = nn.Linear(3, 4)
model = nn.Sequential(*(Net(14) for _ in range(3)), *(Net(16) for _ in range(2)))
""",
    "an enumeration with a mixin, a base and properties": """
class Base(Enum):
    @classmethod
    def verify(cls, one):
        return cls(one) if isinstance(one, str) else one
    @property
    def twice(self):
        return self.value * 2
class Kind(str, Base):
    SMALL = "s"
    LARGE = "l"
def build(kind):
    kind = Kind.verify(kind)
    assert isinstance(kind, Base)
    return nn.Linear(2 if kind == Kind.SMALL else 9, len(kind.twice))
model = nn.ModuleList([build("s"), build(Kind.LARGE)])
""",
    "copies of modules own their own": """
layer = nn.Sequential(nn.Linear(3, 3), nn.ReLU())
tied = nn.Linear(3, 3)
model = nn.ModuleList([layer, copy.deepcopy(layer), tied, tied, copy.deepcopy([tied, tied])[0]])
""",
    "a copy of tied modules stays tied": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3)
        self.b = nn.Linear(3, 3)
        self.b.weight = self.a.weight
        self.tables = {"x": [1]}
net = Net()
other = copy.deepcopy(net)
other.tables["x"].append(2)
assert len(net.tables["x"]) == 1
model = nn.ModuleList([net, other])
""",
    "lists of modules grow in every way": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
        self.layers += [nn.Linear(2, 2)]
        self.layers.append(nn.Linear(2, 3))
        self.layers.extend([nn.Linear(3, 4), nn.Linear(4, 5)])
        self.layers.insert(0, nn.Linear(1, 2))
        self.layers[-1] = nn.Linear(4, 6)
        self.rest = nn.Sequential(OrderedDict(a=nn.Linear(6, 1)))
        self.rest.add_module("b", nn.Linear(1, 1))
        self.rest.append(nn.ReLU())
model = Net()
""",
    "modules are taken away and put elsewhere": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(2, 3), nn.Linear(3, 4), nn.Linear(4, 5)
        self.register_buffer("steps", torch.zeros(7))
        del self.b
        self.c = None
        self.d = self.a
model = Net()
del model.steps
model.head = nn.Linear(3, 9, bias=False)
model.head.bias = nn.Parameter(torch.zeros(9))
model.a.bias = None
""",
    "forward chosen when it is made": """
class Net(nn.Module):
    def __init__(self, fused=True):
        super().__init__()
        self.a, self.b = nn.Linear(2, 3), nn.Linear(3, 4)
        self.forward = self.together if fused else self.apart
    def together(self, x):
        return self.b(self.a(x))
    def apart(self, x):
        return self.a(x)
model = Net()
model(torch.zeros(1, 2))
""",
    "a subclass of a layer with a forward of its own": """
class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        x = F.layer_norm(x.permute(0, 2, 3, 1), self.normalized_shape, self.weight, self.bias)
        return x.permute(0, 3, 1, 2)
class Scaled(nn.Conv2d):
    def __init__(self, *args, gain=1.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.gain = nn.Parameter(torch.full((self.out_channels, 1, 1, 1), gain))
    def forward(self, x):
        weight = self.weight * self.gain
        return F.conv2d(x, weight, self.bias, self.stride, self.padding, self.dilation, self.groups)
model = nn.Sequential(Scaled(3, 8, 3, padding=1, gain=0.5), LayerNorm2d(8))
model(torch.zeros(1, 3, 5, 5))
""",
    "next, iter, eval, globals and dir": """
rows = iter([2, 3, 5])
a, b = next(rows), next(rows)
first = next((w for w in (1, 4, 6) if w > 3), None)
Layer = eval("nn.Linear")
make = globals()["Layer"]
act = nn.SiLU if "silu" in dir(F) and hasattr(nn, "SiLU") else nn.ReLU
try:
    other = eval("nowhere")
except NameError:
    other = 7
model = nn.Sequential(make(a, b), act(), Layer(b, first), nn.Linear(first, next(rows) + other))
""",
    "rates and widths out of small tensors": """
rates = [x.item() for x in torch.linspace(0, 0.2, 5)]
parts = [x.tolist() for x in torch.linspace(0, 1, 5).split([2, 3])]
widths = (torch.round(torch.arange(3) * 2.6 + 4) * 2).int().tolist()
model = nn.Sequential(
    *(nn.Linear(a, b) if rate > 0.06 else nn.Identity()
      for a, b, rate in zip(widths, widths[1:], rates[1:]))
)
""",
    "a function with a way back of its own": """
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)
    @staticmethod
    def backward(ctx, grad):
        return grad
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(2, 3), nn.LazyLinear(4)
    def forward(self, x):
        return self.b(Swish.apply(self.a(x)))
model = Net()
model(torch.zeros(1, 2))
""",
    "mixins before the module": """
class Named:
    def describe(self):
        return f"{type(self).__name__} of {self.width}"
class Net(Named, nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.fc = nn.Linear(width, len(self.describe()))
model = Net(4)
""",
    "arguments passed on and taken out": """
def block(*widths, last=None, **settings):
    bias = settings.pop("bias", True)
    layers = [nn.Linear(a, b, bias=bias) for a, b in zip(widths, widths[1:])]
    if last is not None:
        layers.append(last(**settings))
    return layers
model = nn.Sequential(*block(2, 3, 4, bias=False, last=nn.Dropout, p=0.1))
""",
    "what is learned without samples is worked on once": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.queries = nn.Parameter(torch.zeros(5, 6))
        self.steps = nn.Embedding(9, 6)
        self.mix = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)
    def forward(self, x):
        t = torch.arange(x.size(1))
        q = self.mix(self.queries) @ self.mix(self.steps(t) + x).transpose(1, 2)
        return self.out(q.softmax(-1) @ x)
model = Net()
model(torch.zeros(1, 4, 6))
""",
}


@pytest.mark.parametrize("name", IDIOMS)
def test_idioms(tmp_path: Path, name: str) -> None:
    """Every tensor where PyTorch has it, and nothing that is not followed."""
    file = tmp_path / "net.py"
    file.write_text(HEAD + IDIOMS[name], encoding="utf-8")
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(file.read_text("utf-8"), str(file), "exec"), names)
    model = names["model"]
    assert isinstance(model, nn.Module)

    found = weighing.weigh(python_source.read(readers.named(str(file))))

    assert weighed(found) == told(model)
    kept = ("not-followed", "unknown-layer")
    assert [each.message for each in found.findings if each.slug in kept] == []


def test_work_on_what_has_no_samples(tmp_path: Path) -> None:
    """Five queries and four steps pass one 6×6 map, then 4·5·6 scores and sums, and 5·6·2 out."""
    file = tmp_path / "net.py"
    body = IDIOMS["what is learned without samples is worked on once"]
    file.write_text(HEAD + body, encoding="utf-8")

    found = weighing.weigh(python_source.read(readers.named(str(file))))

    assert found.macs == (5 + 4) * 6 * 6 + 2 * 5 * 6 * 4 + 5 * 6 * 2


@pytest.mark.parametrize(("made", "exact"), [("nn.Linear(4, 5)", False), ("len('x')", True)])
def test_a_part_that_may_be_there(tmp_path: Path, made: str, exact: bool) -> None:
    """Where nobody can tell whether a module has one more part, the total is at least the rest."""
    file = tmp_path / "net.py"
    file.write_text(
        f"{HEAD}class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.a = nn.Linear(3, 4)\n"
        "        if input() == 'more':\n"
        f"            self.b = {made}\n"
        "model = Net()\n",
        encoding="utf-8",
    )

    found = weighing.weigh(python_source.read(readers.named(str(file))))

    assert found.parameters.value == 3 * 4 + 4
    assert found.parameters.exact is exact
