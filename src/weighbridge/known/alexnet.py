"""AlexNet for images of 224×224, in PyTorch, without the split over two processors.

Krizhevsky: "One weird trick for parallelizing convolutional neural networks", 2014, which the
variant in torchvision goes by; the network of 2012 has grouped convolutions and other widths.
Modules have torchvision's names. Needs nothing but PyTorch.
"""

import torch
from torch import nn


class AlexNet(nn.Module):
    """Five convolutions and three dense layers."""

    def __init__(self, num_classes=1000, dropout=0.5):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(256 * 6 * 6, 4096), nn.ReLU(inplace=True),
            nn.Dropout(dropout), nn.Linear(4096, 4096), nn.ReLU(inplace=True),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


def alexnet(**settings):
    return AlexNet(**settings)


if __name__ == "__main__":
    model = alexnet()
    images = torch.randn(1, 3, 224, 224)
    print(model(images).shape)
