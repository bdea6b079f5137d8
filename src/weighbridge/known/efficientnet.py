"""EfficientNet B0 to B7, for images of 224×224 and larger, in PyTorch.

Tan, Le: "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019,
table 1 and section 3.3. Modules have torchvision's names. Needs nothing but PyTorch.
"""

import math
from functools import partial

import torch
from torch import nn

# Expansion, kernel size, stride of the first block, channels, blocks; all of B0.
STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)


def make_divisible(channels, divisor=8):
    """The multiple of ``divisor`` nearest to ``channels``, not more than a tenth below it."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


class ConvNormActivation(nn.Sequential):
    """A convolution, batch norm, and an activation or none."""

    def __init__(
        self, n_in, n_out, size=3, stride=1, groups=1, norm=nn.BatchNorm2d, activation=nn.SiLU
    ):
        layers = [
            nn.Conv2d(n_in, n_out, size, stride, (size - 1) // 2, groups=groups, bias=False),
            norm(n_out),
        ]
        if activation is not None:
            layers.append(activation(inplace=True))
        super().__init__(*layers)


class SqueezeExcitation(nn.Module):
    """Each channel scaled by what all channels say of the whole image."""

    def __init__(self, channels, squeezed):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.activation = nn.SiLU(inplace=True)
        self.scale_activation = nn.Sigmoid()

    def forward(self, x):
        scale = self.fc2(self.activation(self.fc1(self.avgpool(x))))
        return self.scale_activation(scale) * x


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


class MBConv(nn.Module):
    """A depthwise convolution on widened channels, squeezed and excited."""

    def __init__(self, n_in, n_out, expansion, size, stride, drop, norm):
        super().__init__()
        self.use_res_connect = stride == 1 and n_in == n_out
        conv = partial(ConvNormActivation, norm=norm)
        expanded = make_divisible(n_in * expansion)
        layers = []
        if expanded != n_in:
            layers.append(conv(n_in, expanded, size=1))
        layers.append(conv(expanded, expanded, size=size, stride=stride, groups=expanded))
        layers.append(SqueezeExcitation(expanded, max(1, n_in // 4)))
        layers.append(conv(expanded, n_out, size=1, activation=None))
        self.block = nn.Sequential(*layers)
        self.stochastic_depth = StochasticDepth(drop)

    def forward(self, x):
        y = self.block(x)
        if self.use_res_connect:
            y = self.stochastic_depth(y)
            y += x
        return y


class EfficientNet(nn.Module):
    """``width`` scales the channels of B0, ``depth`` its numbers of blocks."""

    def __init__(
        self,
        width,
        depth,
        image_size,
        num_classes=1000,
        dropout=0.2,
        norm=nn.BatchNorm2d,
        drop_path=0.2,
    ):
        super().__init__()
        self.image_size = image_size
        channels = make_divisible(32 * width)
        depths = [math.ceil(count * depth) for *_, count in STAGES]
        features = [ConvNormActivation(3, channels, stride=2, norm=norm)]
        done = 0
        for (expansion, size, first, n_out, _), count in zip(STAGES, depths):
            n_out, blocks = make_divisible(n_out * width), []
            for i in range(count):
                drop = drop_path * done / sum(depths)
                stride = first if i == 0 else 1
                blocks.append(MBConv(channels, n_out, expansion, size, stride, drop, norm))
                channels, done = n_out, done + 1
            features.append(nn.Sequential(*blocks))
        features.append(ConvNormActivation(channels, 4 * channels, size=1, norm=norm))
        self.features = nn.Sequential(*features)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            nn.Dropout(dropout, inplace=True), nn.Linear(4 * channels, num_classes)
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


def efficientnet_b0(**settings):
    return EfficientNet(1.0, 1.0, image_size=224, **settings)


def efficientnet_b1(**settings):
    return EfficientNet(1.0, 1.1, image_size=240, **settings)


def efficientnet_b2(dropout=0.3, **settings):
    return EfficientNet(1.1, 1.2, image_size=288, dropout=dropout, **settings)


def efficientnet_b3(dropout=0.3, **settings):
    return EfficientNet(1.2, 1.4, image_size=300, dropout=dropout, **settings)


def efficientnet_b4(dropout=0.4, **settings):
    return EfficientNet(1.4, 1.8, image_size=380, dropout=dropout, **settings)


# The larger ones were trained with another batch norm.
slow_norm = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)


def efficientnet_b5(dropout=0.4, **settings):
    return EfficientNet(1.6, 2.2, image_size=456, dropout=dropout, norm=slow_norm, **settings)


def efficientnet_b6(dropout=0.5, **settings):
    return EfficientNet(1.8, 2.6, image_size=528, dropout=dropout, norm=slow_norm, **settings)


def efficientnet_b7(dropout=0.5, **settings):
    return EfficientNet(2.0, 3.1, image_size=600, dropout=dropout, norm=slow_norm, **settings)


if __name__ == "__main__":
    model = efficientnet_b0()
    images = torch.randn(1, 3, model.image_size, model.image_size)
    print(model(images).shape)
