"""The VGG networks for images of 224×224, in PyTorch.

Simonyan, Zisserman: "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR
2015, table 1; the variants with batch norm came later. Modules have torchvision's names. Needs
nothing but PyTorch.
"""

import torch
from torch import nn

# Channels of each convolution, all of 3×3; "M" halves the image. Columns A, B, D and E of table 1.
CONFIGURATIONS = {
    "A": [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "B": [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "D": [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"],
    "E": [64, 64, "M", 128, 128, "M", *[256] * 4, "M", *[512] * 4, "M", *[512] * 4, "M"],
}


def make_layers(configuration, batch_norm=False):
    layers, n_in = [], 3
    for entry in configuration:
        if entry == "M":
            layers.append(nn.MaxPool2d(2, stride=2))
            continue
        layers.append(nn.Conv2d(n_in, entry, 3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(entry))
        layers.append(nn.ReLU(inplace=True))
        n_in = entry
    return nn.Sequential(*layers)


class VGG(nn.Module):
    """Convolutions, and three dense layers that hold most of the parameters."""

    def __init__(self, features, num_classes=1000, dropout=0.5):
        super().__init__()
        self.features = features
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


def vgg(letter, batch_norm=False, **settings):
    return VGG(make_layers(CONFIGURATIONS[letter], batch_norm), **settings)


def vgg11(**settings):
    return vgg("A", **settings)


def vgg11_bn(**settings):
    return vgg("A", batch_norm=True, **settings)


def vgg13(**settings):
    return vgg("B", **settings)


def vgg13_bn(**settings):
    return vgg("B", batch_norm=True, **settings)


def vgg16(**settings):
    return vgg("D", **settings)


def vgg16_bn(**settings):
    return vgg("D", batch_norm=True, **settings)


def vgg19(**settings):
    return vgg("E", **settings)


def vgg19_bn(**settings):
    return vgg("E", batch_norm=True, **settings)


if __name__ == "__main__":
    model = vgg16()
    images = torch.randn(1, 3, 224, 224)
    print(model(images).shape)
