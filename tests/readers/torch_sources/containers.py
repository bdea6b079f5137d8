from collections import OrderedDict

import torch
import torch.nn as nn


class Mixed(nn.Module):
    def __init__(self, depth=3, width=8):
        super().__init__()
        self.stem = nn.Sequential(OrderedDict([
            ("conv", nn.Conv2d(3, width, 3, padding=1)),
            ("norm", nn.BatchNorm2d(width)),
        ]))
        self.blocks = nn.ModuleList([nn.Conv2d(width, width, 3, padding=1) for _ in range(depth)])
        self.heads = nn.ModuleDict({"small": nn.Linear(width, 2), "large": nn.Linear(width, 5)})
        self.heads["extra"] = nn.Linear(width, 3)
        for i in range(2):
            self.add_module(f"side{i}", nn.Conv2d(width, width, 1))
            setattr(self, f"gate{i}", nn.Linear(width, 1, bias=False))
        self.blocks.append(nn.Conv2d(width, width, 1))
        self.tail = nn.Sequential(*[nn.Linear(width, width) for _ in range(2)])
        self.tail.add_module("out", nn.Linear(width, 1))
        self.shared = self.blocks[0]

    def forward(self, x):
        x = self.stem(x)
        for i, block in enumerate(self.blocks):
            x = x + block(x)
            if i < 2:
                x = getattr(self, f"side{i}")(x)
        x = self.shared(x)
        x = x.mean(dim=(2, 3))
        outs = {name: head(x) for name, head in self.heads.items()}
        gate = self.gate0(x) * self.gate1(x)
        return self.tail(x) * gate, outs["small"], outs["large"], outs["extra"]


model = Mixed()
model(torch.zeros(2, 3, 16, 16))
