"""Samples folded into more samples and back: steps of a film, windows of an image, heads."""

import torch
from torch import nn


def to_windows(x, size):
    B, H, W, C = x.shape
    x = x.view(B, H // size, size, W // size, size, C)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, size * size, C)


def from_windows(windows, size, H, W):
    B = int(windows.shape[0] / (H * W / size / size))
    x = windows.view(B, H // size, W // size, size, size, -1)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(B, H, W, -1)


class WindowAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads, self.scale = heads, (dim // heads) ** -0.5
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        B_, N, C = x.shape
        qkv = self.qkv(x).reshape(B_, N, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        attention = (q @ k.transpose(-2, -1) * self.scale).softmax(dim=-1)
        return self.proj((attention @ v).transpose(1, 2).reshape(B_, N, C))


class FoldedHeads(nn.Module):
    """Heads folded into the batch, as before there was a fourth axis for them."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)

    def forward(self, x):
        T, N, C = x.shape
        size = C // self.heads
        q, k, v = (
            layer(x).view(T, N * self.heads, size).transpose(0, 1)
            for layer in (self.q, self.k, self.v)
        )
        weights = torch.bmm(q, k.transpose(1, 2)).softmax(-1)
        return torch.bmm(weights, v).transpose(0, 1).contiguous().view(T, N, C)


class Film(nn.Module):
    def __init__(self, dim=24, classes=7):
        super().__init__()
        self.frame = nn.Conv2d(3, dim, 4, stride=4)
        self.norm = nn.BatchNorm2d(dim)
        self.attention = WindowAttention(dim, 4)
        self.steps = FoldedHeads(dim, 3)
        self.rnn = nn.LSTM(dim, 16, batch_first=True)
        self.head = nn.Linear(16, classes)

    def forward(self, film):
        batch, steps, c, h, w = film.size()
        x = film.view(batch * steps, c, h, w)
        x = torch.relu(self.norm(self.frame(x)))
        x = x.permute(0, 2, 3, 1)
        _, H, W, C = x.shape
        x = from_windows(self.attention(to_windows(x, 4)), 4, H, W)
        x = x.mean(dim=(1, 2)).view(batch, steps, -1)
        x = self.steps(x.transpose(0, 1)).transpose(0, 1)
        x, _ = self.rnn(x)
        each = self.head(x.reshape(-1, 16))
        return each.view(batch, steps, -1)


model = Film()
out = model(torch.randn(2, 5, 3, 32, 32))
