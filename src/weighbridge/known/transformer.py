"""The Transformer for translation, in PyTorch: the base and the big model of the paper.

Vaswani et al.: "Attention Is All You Need", NeurIPS 2017, sections 3 and 5 and table 3. The paper
gives its vocabulary as "about 37000 tokens"; input, output and the last layer share one table.
Linear maps of the attention have biases, as in most implementations. Needs nothing but PyTorch.
"""

import copy
import math

import torch
from torch import nn


class Attention(nn.Module):
    """Scaled dot products of queries with keys, in several heads beside each other."""

    def __init__(self, width, heads, dropout=0.1):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)

    def split(self, x):
        batch, steps, width = x.shape
        return x.view(batch, steps, self.heads, width // self.heads).transpose(1, 2)

    def forward(self, x, memory, mask=None):
        query = self.split(self.query(x))
        key = self.split(self.key(memory))
        value = self.split(self.value(memory))
        scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))
        if mask is not None:
            scores = scores.masked_fill(mask == 0, float("-inf"))
        found = self.dropout(scores.softmax(dim=-1)) @ value
        joined = found.transpose(1, 2).contiguous().view(x.size(0), -1, x.size(2))
        return self.output(joined)


class FeedForward(nn.Sequential):
    """The same two dense layers at every position."""

    def __init__(self, width, inner, dropout=0.1):
        super().__init__(
            nn.Linear(width, inner), nn.ReLU(), nn.Dropout(dropout), nn.Linear(inner, width)
        )


class Residual(nn.Module):
    """The input added to what a sub-layer makes of it, then normalised."""

    def __init__(self, width, dropout=0.1):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, sublayer):
        return self.norm(x + self.dropout(sublayer(x)))


class EncoderLayer(nn.Module):
    def __init__(self, width, heads, inner, dropout=0.1):
        super().__init__()
        self.attention = Attention(width, heads, dropout)
        self.feed_forward = FeedForward(width, inner, dropout)
        self.residuals = clones(Residual(width, dropout), 2)

    def forward(self, x):
        x = self.residuals[0](x, lambda x: self.attention(x, x))
        return self.residuals[1](x, self.feed_forward)


class DecoderLayer(nn.Module):
    def __init__(self, width, heads, inner, dropout=0.1):
        super().__init__()
        self.attention = Attention(width, heads, dropout)
        self.cross_attention = Attention(width, heads, dropout)
        self.feed_forward = FeedForward(width, inner, dropout)
        self.residuals = clones(Residual(width, dropout), 3)

    def forward(self, x, memory, mask):
        x = self.residuals[0](x, lambda x: self.attention(x, x, mask))
        x = self.residuals[1](x, lambda x: self.cross_attention(x, memory))
        return self.residuals[2](x, self.feed_forward)


def clones(module, count):
    return nn.ModuleList([copy.deepcopy(module) for _ in range(count)])


class Positions(nn.Module):
    """Sines and cosines of each position, added to the embedded words."""

    def __init__(self, width, longest=5000, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        table = torch.zeros(longest, width)
        position = torch.arange(longest).unsqueeze(1)
        rate = torch.exp(torch.arange(0, width, 2) * -(math.log(10000.0) / width))
        table[:, 0::2] = torch.sin(position * rate)
        table[:, 1::2] = torch.cos(position * rate)
        self.register_buffer("table", table.unsqueeze(0), persistent=False)

    def forward(self, x):
        return self.dropout(x + self.table[:, : x.size(1)])


class Transformer(nn.Module):
    """From the words of one language and those translated so far to scores of the next word."""

    def __init__(self, vocabulary=37000, width=512, inner=2048, heads=8, depth=6, dropout=0.1):
        super().__init__()
        self.width = width
        self.embedding = nn.Embedding(vocabulary, width)
        self.positions = Positions(width, dropout=dropout)
        self.encoder = clones(EncoderLayer(width, heads, inner, dropout), depth)
        self.decoder = clones(DecoderLayer(width, heads, inner, dropout), depth)
        self.scores = nn.Linear(width, vocabulary, bias=False)
        self.scores.weight = self.embedding.weight

        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)

    def embed(self, words):
        return self.positions(self.embedding(words) * math.sqrt(self.width))

    def forward(self, source, target):
        memory = self.embed(source)
        for layer in self.encoder:
            memory = layer(memory)
        x = self.embed(target)
        mask = torch.tril(torch.ones(x.size(1), x.size(1)))
        for layer in self.decoder:
            x = layer(x, memory, mask)
        return self.scores(x)


def transformer(**settings):
    return Transformer(**settings)


def transformer_big(**settings):
    return Transformer(width=1024, inner=4096, heads=16, dropout=0.3, **settings)


if __name__ == "__main__":
    model = transformer()
    source, target = torch.randint(37000, (1, 32)), torch.randint(37000, (1, 24))
    print(model(source, target).shape)
