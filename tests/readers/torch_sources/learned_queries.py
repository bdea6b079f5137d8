import copy

import torch
from torch import nn


def clones(module, n):
    return nn.ModuleList([copy.deepcopy(module) for i in range(n)])


class CrossAttention(nn.Module):
    def __init__(self, dim, context_dim=None, heads=2, dim_head=8):
        super().__init__()
        inner = heads * dim_head
        context_dim = context_dim if context_dim is not None else dim
        self.heads = heads
        self.to_q = nn.Linear(dim, inner, bias=False)
        self.to_kv = nn.Linear(context_dim, inner * 2, bias=False)
        self.to_out = nn.Linear(inner, dim)

    def forward(self, x, context=None):
        context = x if context is None else context
        b, h = context.shape[0], self.heads
        q = self.to_q(x)
        k, v = self.to_kv(context).chunk(2, dim=-1)
        q, k, v = (t.reshape(b, -1, h, t.shape[-1] // h).transpose(1, 2) for t in (q, k, v))
        sim = torch.einsum("b h i d, b h j d -> b h i j", q, k) * 0.5
        out = torch.einsum("b h i j, b h j d -> b h i d", sim.softmax(dim=-1), v)
        return self.to_out(out.transpose(1, 2).reshape(b, -1, out.shape[1] * out.shape[-1]))


class PreNorm(nn.Module):
    def __init__(self, dim, fn):
        super().__init__()
        self.fn, self.norm = fn, nn.LayerNorm(dim)

    def forward(self, x, **kwargs):
        return self.fn(self.norm(x), **kwargs)


class Reader(nn.Module):
    def __init__(self, channels=3, latents=6, dim=12, depth=2, classes=4, steps=16):
        super().__init__()
        self.latents = nn.Parameter(torch.randn(latents, dim))
        self.register_parameter("cls_token", nn.Parameter(torch.zeros(1, 1, dim)))
        self.position = nn.Embedding(steps, channels)
        self.register_buffer("steps", torch.arange(steps))
        self.scale = nn.Parameter(torch.ones(1), requires_grad=False)
        self.project = nn.Linear(channels, channels)
        self.cross = PreNorm(dim, CrossAttention(dim, channels))
        block = nn.ModuleDict({"attend": PreNorm(dim, CrossAttention(dim)), "feed": PreNorm(dim, nn.Linear(dim, dim))})
        self.blocks = clones(block, depth)
        self.query_embed = nn.Embedding(5, dim)
        self.decode = CrossAttention(dim)
        self.norm = nn.LayerNorm(dim)
        self.to_logits = nn.Linear(dim, classes)

    def forward(self, data):
        b, n, _ = data.shape
        data = data + self.project(self.position(self.steps[:n]))
        x = self.latents.unsqueeze(0).repeat(b, 1, 1)
        x = torch.cat((self.cls_token.expand(b, -1, -1), x), dim=1)
        x = self.cross(x, context=data * self.scale) + x
        for block in self.blocks:
            x = block["attend"](x) + x
            x = block["feed"](x) + x
        queries = self.query_embed.weight[None].expand(b, -1, -1)
        x = self.decode(queries, x)
        return self.to_logits(self.norm(x).mean(dim=1))


model = Reader()
model(torch.zeros(2, 16, 3))
