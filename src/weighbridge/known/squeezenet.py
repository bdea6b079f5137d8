"""SqueezeNet for images of 224×224, in PyTorch.

Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer: "SqueezeNet: AlexNet-level accuracy with 50x fewer
parameters and <0.5MB model size", 2016, table 1; version 1.1 pools earlier. Modules have
torchvision's names. Needs nothing but PyTorch.
"""

import torch
from torch import nn


class Fire(nn.Module):
    """Few channels by 1×1, then more by 1×1 and by 3×3, beside each other."""

    def __init__(self, n_in, squeeze, expand):
        super().__init__()
        self.squeeze = nn.Conv2d(n_in, squeeze, kernel_size=1)
        self.expand1x1 = nn.Conv2d(squeeze, expand, kernel_size=1)
        self.expand3x3 = nn.Conv2d(squeeze, expand, kernel_size=3, padding=1)
        self.activation = nn.ReLU(inplace=True)

    def forward(self, x):
        x = self.activation(self.squeeze(x))
        wide = [self.activation(conv(x)) for conv in (self.expand1x1, self.expand3x3)]
        return torch.cat(wide, dim=1)


# Squeezed and expanded channels of each block; "M" halves the image.
BLOCKS = [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)]
VERSIONS = {
    "1.0": (96, 7, ["M", *BLOCKS[:3], "M", *BLOCKS[3:7], "M", *BLOCKS[7:]]),
    "1.1": (64, 3, ["M", *BLOCKS[:2], "M", *BLOCKS[2:4], "M", *BLOCKS[4:]]),
}


class SqueezeNet(nn.Module):
    """Fire blocks, and a convolution that has one output map for each class."""

    def __init__(self, version="1.0", num_classes=1000, dropout=0.5):
        super().__init__()
        channels, size, blocks = VERSIONS[version]
        layers = [nn.Conv2d(3, channels, kernel_size=size, stride=2), nn.ReLU(inplace=True)]
        for block in blocks:
            if block == "M":
                layers.append(nn.MaxPool2d(3, stride=2, ceil_mode=True))
                continue
            squeeze, expand = block
            layers.append(Fire(channels, squeeze, expand))
            channels = 2 * expand
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Dropout(dropout),
            nn.Conv2d(channels, num_classes, kernel_size=1),
            nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d((1, 1)),
        )

    def forward(self, x):
        return torch.flatten(self.classifier(self.features(x)), 1)


def squeezenet1_0(**settings):
    return SqueezeNet("1.0", **settings)


def squeezenet1_1(**settings):
    return SqueezeNet("1.1", **settings)


if __name__ == "__main__":
    model = squeezenet1_0()
    images = torch.randn(1, 3, 224, 224)
    print(model(images).shape)
