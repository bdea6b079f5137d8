"""MobileNetV3, large and small, for images of 224×224, in PyTorch.

Howard et al.: "Searching for MobileNetV3", ICCV 2019, tables 1 and 2. Modules have torchvision's
names. Needs nothing but PyTorch.
"""

from functools import partial

import torch
from torch import nn

# Kernel size, widened channels, output channels, squeeze and excitation, activation, stride.
LARGE = (
    (3, 16, 16, False, "RE", 1),
    (3, 64, 24, False, "RE", 2),
    (3, 72, 24, False, "RE", 1),
    (5, 72, 40, True, "RE", 2),
    (5, 120, 40, True, "RE", 1),
    (5, 120, 40, True, "RE", 1),
    (3, 240, 80, False, "HS", 2),
    (3, 200, 80, False, "HS", 1),
    (3, 184, 80, False, "HS", 1),
    (3, 184, 80, False, "HS", 1),
    (3, 480, 112, True, "HS", 1),
    (3, 672, 112, True, "HS", 1),
    (5, 672, 160, True, "HS", 2),
    (5, 960, 160, True, "HS", 1),
    (5, 960, 160, True, "HS", 1),
)
SMALL = (
    (3, 16, 16, True, "RE", 2),
    (3, 72, 24, False, "RE", 2),
    (3, 88, 24, False, "RE", 1),
    (5, 96, 40, True, "HS", 2),
    (5, 240, 40, True, "HS", 1),
    (5, 240, 40, True, "HS", 1),
    (5, 120, 48, True, "HS", 1),
    (5, 144, 48, True, "HS", 1),
    (5, 288, 96, True, "HS", 2),
    (5, 576, 96, True, "HS", 1),
    (5, 576, 96, True, "HS", 1),
)
ACTIVATIONS = {"RE": nn.ReLU, "HS": nn.Hardswish}
norm = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)


def make_divisible(channels, divisor=8):
    """The multiple of ``divisor`` nearest to ``channels``, not more than a tenth below it."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


def conv(n_in, n_out, size=1, stride=1, groups=1, activation=None):
    layers = [
        nn.Conv2d(n_in, n_out, size, stride, (size - 1) // 2, groups=groups, bias=False),
        norm(n_out),
    ]
    if activation is not None:
        layers.append(activation(inplace=True))
    return nn.Sequential(*layers)


class SqueezeExcitation(nn.Module):
    """Each channel scaled by what all channels say of the whole image."""

    def __init__(self, channels, squeezed):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.activation = nn.ReLU()
        self.scale_activation = nn.Hardsigmoid()

    def forward(self, x):
        scale = self.fc2(self.activation(self.fc1(self.avgpool(x))))
        return self.scale_activation(scale) * x


class InvertedResidual(nn.Module):
    """A depthwise convolution on widened channels, and the input added where that fits."""

    def __init__(self, n_in, size, expanded, n_out, squeezed, activation, stride):
        super().__init__()
        self.use_res_connect = stride == 1 and n_in == n_out
        layers = []
        if expanded != n_in:
            layers.append(conv(n_in, expanded, activation=activation))
        layers.append(conv(expanded, expanded, size, stride, expanded, activation))
        if squeezed:
            layers.append(SqueezeExcitation(expanded, make_divisible(expanded // 4)))
        layers.append(conv(expanded, n_out))
        self.block = nn.Sequential(*layers)

    def forward(self, x):
        y = self.block(x)
        if self.use_res_connect:
            y += x
        return y


class MobileNetV3(nn.Module):
    def __init__(self, rows, last, num_classes=1000, dropout=0.2):
        super().__init__()
        channels = rows[0][2]
        features = [conv(3, channels, 3, 2, activation=nn.Hardswish)]
        for size, expanded, n_out, squeezed, sort, stride in rows:
            activation = ACTIVATIONS[sort]
            features.append(
                InvertedResidual(channels, size, expanded, n_out, squeezed, activation, stride)
            )
            channels = n_out
        features.append(conv(channels, 6 * channels, activation=nn.Hardswish))
        self.features = nn.Sequential(*features)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            nn.Linear(6 * channels, last),
            nn.Hardswish(inplace=True),
            nn.Dropout(dropout, inplace=True),
            nn.Linear(last, num_classes),
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


def mobilenet_v3_large(**settings):
    return MobileNetV3(LARGE, 1280, **settings)


def mobilenet_v3_small(**settings):
    return MobileNetV3(SMALL, 1024, **settings)


if __name__ == "__main__":
    model = mobilenet_v3_large()
    images = torch.randn(1, 3, 224, 224)
    print(model(images).shape)
