"""DenseNet for images of 224×224, in PyTorch.

Huang, Liu, van der Maaten, Weinberger: "Densely Connected Convolutional Networks", CVPR 2017,
table 1. Modules have torchvision's names. Needs nothing but PyTorch.
"""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F


class DenseLayer(nn.Module):
    """``growth`` new channels, computed from those of all layers before it."""

    def __init__(self, n_in, growth, bottleneck, dropout):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(n_in)
        self.relu1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(n_in, bottleneck * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(bottleneck * growth)
        self.relu2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(bottleneck * growth, growth, 3, padding=1, bias=False)
        self.dropout = dropout

    def forward(self, features):
        x = torch.cat(features, dim=1)
        x = self.conv1(self.relu1(self.norm1(x)))
        x = self.conv2(self.relu2(self.norm2(x)))
        if self.dropout > 0:
            x = F.dropout(x, self.dropout, training=self.training)
        return x


class DenseBlock(nn.ModuleDict):
    """Layers that each read what all before them have made."""

    def __init__(self, depth, n_in, growth, bottleneck, dropout):
        super().__init__()
        for i in range(depth):
            layer = DenseLayer(n_in + i * growth, growth, bottleneck, dropout)
            self.add_module(f"denselayer{i + 1}", layer)

    def forward(self, x):
        features = [x]
        for _, layer in self.items():
            features.append(layer(features))
        return torch.cat(features, 1)


class Transition(nn.Sequential):
    """Half as many channels in an image half as wide."""

    def __init__(self, n_in, n_out):
        super().__init__(
            OrderedDict(
                norm=nn.BatchNorm2d(n_in),
                relu=nn.ReLU(inplace=True),
                conv=nn.Conv2d(n_in, n_out, 1, bias=False),
                pool=nn.AvgPool2d(2, stride=2),
            )
        )


class DenseNet(nn.Module):
    """A stem, four dense blocks with transitions in between, and a linear classifier."""

    def __init__(self, growth, depths, stem, bottleneck=4, dropout=0.0, num_classes=1000):
        super().__init__()
        self.features = nn.Sequential(
            OrderedDict(
                [
                    ("conv0", nn.Conv2d(3, stem, 7, stride=2, padding=3, bias=False)),
                    ("norm0", nn.BatchNorm2d(stem)),
                    ("relu0", nn.ReLU(inplace=True)),
                    ("pool0", nn.MaxPool2d(3, stride=2, padding=1)),
                ]
            )
        )
        channels = stem
        for i, depth in enumerate(depths, start=1):
            block = DenseBlock(depth, channels, growth, bottleneck, dropout)
            self.features.add_module(f"denseblock{i}", block)
            channels += depth * growth
            if i < len(depths):
                self.features.add_module(f"transition{i}", Transition(channels, channels // 2))
                channels //= 2
        self.features.add_module("norm5", nn.BatchNorm2d(channels))
        self.classifier = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = F.relu(self.features(x), inplace=True)
        x = F.adaptive_avg_pool2d(x, (1, 1))
        return self.classifier(torch.flatten(x, 1))


def densenet121(**settings):
    return DenseNet(32, (6, 12, 24, 16), 64, **settings)


def densenet161(**settings):
    return DenseNet(48, (6, 12, 36, 24), 96, **settings)


def densenet169(**settings):
    return DenseNet(32, (6, 12, 32, 32), 64, **settings)


def densenet201(**settings):
    return DenseNet(32, (6, 12, 48, 32), 64, **settings)


if __name__ == "__main__":
    model = densenet121()
    images = torch.randn(1, 3, 224, 224)
    print(model(images).shape)
