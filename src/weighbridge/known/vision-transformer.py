"""The Vision Transformer for images of 224×224, in PyTorch.

Dosovitskiy et al.: "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale",
ICLR 2021, table 1. Modules have torchvision's names. Needs nothing but PyTorch.
"""

from collections import OrderedDict

import torch
from torch import nn


class MLPBlock(nn.Sequential):
    """Two dense layers; names of modules are numbers, as the published weights have them."""

    def __init__(self, width, inner, dropout):
        super().__init__(
            nn.Linear(width, inner),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(inner, width),
            nn.Dropout(dropout),
        )


class EncoderBlock(nn.Module):
    """Attention and a small dense network, each on what is normalised first."""

    def __init__(self, heads, width, inner, dropout):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width, eps=1e-6)
        self.self_attention = nn.MultiheadAttention(width, heads, dropout=dropout, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.ln_2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = MLPBlock(width, inner, dropout)

    def forward(self, x):
        y = self.ln_1(x)
        y, _ = self.self_attention(y, y, y, need_weights=False)
        x = x + self.dropout(y)
        return x + self.mlp(self.ln_2(x))


class Encoder(nn.Module):
    def __init__(self, length, depth, heads, width, inner, dropout):
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.empty(1, length, width).normal_(std=0.02))
        self.dropout = nn.Dropout(dropout)
        layers = OrderedDict()
        for i in range(depth):
            layers[f"encoder_layer_{i}"] = EncoderBlock(heads, width, inner, dropout)
        self.layers = nn.Sequential(layers)
        self.ln = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x):
        return self.ln(self.layers(self.dropout(x + self.pos_embedding)))


class VisionTransformer(nn.Module):
    """Patches as words, with one word more whose last state is classified."""

    def __init__(
        self, patch, depth, heads, width, inner, image_size=224, num_classes=1000, dropout=0.0
    ):
        super().__init__()
        self.hidden_dim = width
        self.conv_proj = nn.Conv2d(3, width, kernel_size=patch, stride=patch)
        length = (image_size // patch) ** 2
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.encoder = Encoder(length + 1, depth, heads, width, inner, dropout)
        self.heads = nn.Sequential(OrderedDict(head=nn.Linear(width, num_classes)))

    def forward(self, x):
        n = x.shape[0]
        x = self.conv_proj(x).reshape(n, self.hidden_dim, -1).permute(0, 2, 1)
        x = torch.cat([self.class_token.expand(n, -1, -1), x], dim=1)
        return self.heads(self.encoder(x)[:, 0])


def vit_b_16(**settings):
    return VisionTransformer(16, 12, 12, 768, 3072, **settings)


def vit_b_32(**settings):
    return VisionTransformer(32, 12, 12, 768, 3072, **settings)


def vit_l_16(**settings):
    return VisionTransformer(16, 24, 16, 1024, 4096, **settings)


def vit_l_32(**settings):
    return VisionTransformer(32, 24, 16, 1024, 4096, **settings)


def vit_h_14(**settings):
    return VisionTransformer(14, 32, 16, 1280, 5120, **settings)


if __name__ == "__main__":
    model = vit_b_16()
    images = torch.randn(1, 3, 224, 224)
    print(model(images).shape)
