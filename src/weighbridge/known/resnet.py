"""ResNet, ResNeXt and Wide ResNet for images of 224×224, in PyTorch.

He, Zhang, Ren, Sun: "Deep Residual Learning for Image Recognition", CVPR 2016, table 1; Xie et al.:
"Aggregated Residual Transformations", CVPR 2017; Zagoruyko, Komodakis: "Wide Residual Networks",
BMVC 2016. As in torchvision, a bottleneck takes its stride in the 3×3 convolution, and modules have
torchvision's names. Needs nothing but PyTorch.
"""

from functools import partial

import torch
from torch import nn


def conv(n_in, n_out, size=1, stride=1, groups=1):
    """A convolution that keeps the image size but for its stride; batch norm brings the bias."""
    return nn.Conv2d(n_in, n_out, size, stride, padding=size // 2, groups=groups, bias=False)


class BasicBlock(nn.Module):
    """Two 3×3 convolutions, and the input added to what they make of it."""

    expansion = 1

    def __init__(self, n_in, width, stride=1, groups=1, width_per_group=64):
        super().__init__()
        self.conv1 = conv(n_in, width, 3, stride)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv(width, width, 3)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = shortcut(n_in, width * self.expansion, stride)

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += x if self.downsample is None else self.downsample(x)
        return self.relu(y)


class Bottleneck(nn.Module):
    """A 3×3 convolution between two of 1×1, the second with four times as many channels."""

    expansion = 4

    def __init__(self, n_in, width, stride=1, groups=1, width_per_group=64):
        super().__init__()
        inner = int(width * width_per_group / 64) * groups
        n_out = width * self.expansion
        self.conv1 = conv(n_in, inner)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = conv(inner, inner, 3, stride, groups)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = conv(inner, n_out)
        self.bn3 = nn.BatchNorm2d(n_out)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(n_in, n_out, stride)

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        y += x if self.downsample is None else self.downsample(x)
        return self.relu(y)


def shortcut(n_in, n_out, stride):
    """What brings the input to the size of the output; None where it has that already."""
    if n_in == n_out and stride == 1:
        return None
    return nn.Sequential(conv(n_in, n_out, 1, stride), nn.BatchNorm2d(n_out))


class ResNet(nn.Module):
    """A stem, four stages of ``depths`` blocks, and a linear classifier."""

    def __init__(self, block, depths, num_classes=1000, groups=1, width_per_group=64):
        super().__init__()
        self.channels = 64
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        block = partial(block, groups=groups, width_per_group=width_per_group)
        self.layer1 = self.stage(block, 64, depths[0], stride=1)
        self.layer2 = self.stage(block, 128, depths[1], stride=2)
        self.layer3 = self.stage(block, 256, depths[2], stride=2)
        self.layer4 = self.stage(block, 512, depths[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(self.channels, num_classes)

        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def stage(self, block, width, depth, stride):
        blocks = []
        for i in range(depth):
            blocks.append(block(self.channels, width, stride if i == 0 else 1))
            self.channels = width * block.func.expansion
        return nn.Sequential(*blocks)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def resnet18(**settings):
    return ResNet(BasicBlock, [2, 2, 2, 2], **settings)


def resnet34(**settings):
    return ResNet(BasicBlock, [3, 4, 6, 3], **settings)


def resnet50(**settings):
    return ResNet(Bottleneck, [3, 4, 6, 3], **settings)


def resnet101(**settings):
    return ResNet(Bottleneck, [3, 4, 23, 3], **settings)


def resnet152(**settings):
    return ResNet(Bottleneck, [3, 8, 36, 3], **settings)


def resnext50_32x4d(**settings):
    return ResNet(Bottleneck, [3, 4, 6, 3], groups=32, width_per_group=4, **settings)


def resnext101_32x8d(**settings):
    return ResNet(Bottleneck, [3, 4, 23, 3], groups=32, width_per_group=8, **settings)


def resnext101_64x4d(**settings):
    return ResNet(Bottleneck, [3, 4, 23, 3], groups=64, width_per_group=4, **settings)


def wide_resnet50_2(**settings):
    return ResNet(Bottleneck, [3, 4, 6, 3], width_per_group=128, **settings)


def wide_resnet101_2(**settings):
    return ResNet(Bottleneck, [3, 4, 23, 3], width_per_group=128, **settings)


if __name__ == "__main__":
    model = resnet50()
    images = torch.randn(1, 3, 224, 224)
    print(model(images).shape)
