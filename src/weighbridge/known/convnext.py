"""ConvNeXt for images of 224×224, in PyTorch.

Liu, Mao, Wu, Feichtenhofer, Darrell, Xie: "A ConvNet for the 2020s", CVPR 2022, section 2 and
appendix A. Modules have torchvision's names. Needs nothing but PyTorch.
"""

import torch
from torch import nn
from torch.nn import functional as F


class LayerNorm2d(nn.LayerNorm):
    """Layer norm over the channels of an image."""

    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)


class Permute(nn.Module):
    """The axes in another order."""

    def __init__(self, dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return torch.permute(x, self.dims)


class StochasticDepth(nn.Module):
    """In training, leaves out a whole sample's change with probability ``p``."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0.0:
            return x
        kept = torch.rand(x.shape[0], 1, 1, 1, device=x.device) >= self.p
        return x * kept / (1.0 - self.p)


class CNBlock(nn.Module):
    """A wide depthwise convolution, then two dense layers on each pixel."""

    def __init__(self, width, scale, drop):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(width, width, kernel_size=7, padding=3, groups=width),
            Permute([0, 2, 3, 1]),
            nn.LayerNorm(width, eps=1e-6),
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
            Permute([0, 3, 1, 2]),
        )
        self.layer_scale = nn.Parameter(torch.ones(width, 1, 1) * scale)
        self.stochastic_depth = StochasticDepth(drop)

    def forward(self, x):
        y = self.layer_scale * self.block(x)
        y = self.stochastic_depth(y)
        y += x
        return y


class ConvNeXt(nn.Module):
    """A stem that cuts the image into patches, and four stages."""

    def __init__(self, depths, widths, drop_path, num_classes=1000, layer_scale=1e-6):
        super().__init__()
        stem = nn.Sequential(
            nn.Conv2d(3, widths[0], kernel_size=4, stride=4), LayerNorm2d(widths[0], eps=1e-6)
        )
        features, total, done = [stem], sum(depths), 0
        for i, (depth, width) in enumerate(zip(depths, widths)):
            if i > 0:
                before = widths[i - 1]
                features.append(
                    nn.Sequential(
                        LayerNorm2d(before, eps=1e-6),
                        nn.Conv2d(before, width, kernel_size=2, stride=2),
                    )
                )
            blocks = []
            for _ in range(depth):
                blocks.append(CNBlock(width, layer_scale, drop_path * done / (total - 1.0)))
                done += 1
            features.append(nn.Sequential(*blocks))
        self.features = nn.Sequential(*features)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            LayerNorm2d(widths[-1], eps=1e-6), nn.Flatten(1), nn.Linear(widths[-1], num_classes)
        )

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)))


def convnext_tiny(**settings):
    return ConvNeXt((3, 3, 9, 3), (96, 192, 384, 768), 0.1, **settings)


def convnext_small(**settings):
    return ConvNeXt((3, 3, 27, 3), (96, 192, 384, 768), 0.4, **settings)


def convnext_base(**settings):
    return ConvNeXt((3, 3, 27, 3), (128, 256, 512, 1024), 0.5, **settings)


def convnext_large(**settings):
    return ConvNeXt((3, 3, 27, 3), (192, 384, 768, 1536), 0.5, **settings)


if __name__ == "__main__":
    model = convnext_tiny()
    images = torch.randn(1, 3, 224, 224)
    print(model(images).shape)
