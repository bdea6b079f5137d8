"""MobileNetV2 for images of 224×224, in PyTorch.

Sandler, Howard, Zhu, Zhmoginov, Chen: "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
CVPR 2018, table 2. Modules have torchvision's names. Needs nothing but PyTorch.
"""

import torch
from torch import nn

# Expansion, output channels, blocks, stride of the first of them.
STAGES = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
]


def make_divisible(channels, divisor=8):
    """The multiple of ``divisor`` nearest to ``channels``, not more than a tenth below it."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


class ConvNormActivation(nn.Sequential):
    """A convolution, batch norm, and ReLU cut off at 6."""

    def __init__(self, n_in, n_out, size=3, stride=1, groups=1, norm=nn.BatchNorm2d):
        padding = (size - 1) // 2
        super().__init__(
            nn.Conv2d(n_in, n_out, size, stride, padding, groups=groups, bias=False),
            norm(n_out),
            nn.ReLU6(inplace=True),
        )


class InvertedResidual(nn.Module):
    """A depthwise convolution on widened channels, and the input added where that fits."""

    def __init__(self, n_in, n_out, stride, expansion):
        super().__init__()
        hidden = round(n_in * expansion)
        self.use_residual = stride == 1 and n_in == n_out
        layers = []
        if expansion != 1:
            layers.append(ConvNormActivation(n_in, hidden, size=1))
        layers += [
            ConvNormActivation(hidden, hidden, stride=stride, groups=hidden),
            nn.Conv2d(hidden, n_out, 1, bias=False),
            nn.BatchNorm2d(n_out),
        ]
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.conv(x) if self.use_residual else self.conv(x)


class MobileNetV2(nn.Module):
    """``width`` scales all channels; the last layer before the classifier only grows."""

    def __init__(self, num_classes=1000, width=1.0, dropout=0.2, block=None):
        super().__init__()
        block = block or InvertedResidual
        channels = make_divisible(32 * width)
        self.last_channel = last = make_divisible(1280 * max(1.0, width))
        features = [ConvNormActivation(3, channels, stride=2)]
        for expansion, n_out, depth, stride in STAGES:
            n_out = make_divisible(n_out * width)
            for i in range(depth):
                features.append(block(channels, n_out, stride if i == 0 else 1, expansion))
                channels = n_out
        features.append(ConvNormActivation(channels, last, size=1))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(last, num_classes))

    def forward(self, x):
        x = self.features(x)
        x = nn.functional.adaptive_avg_pool2d(x, (1, 1))
        return self.classifier(torch.flatten(x, 1))


def mobilenet_v2(**settings):
    return MobileNetV2(**settings)


if __name__ == "__main__":
    model = mobilenet_v2()
    images = torch.randn(1, 3, 224, 224)
    print(model(images).shape)
