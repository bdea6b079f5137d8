"""LeNet-5 as it is built today, in PyTorch: the third convolution is a dense layer.

LeCun, Bottou, Bengio, Haffner: "Gradient-Based Learning Applied to Document Recognition",
Proceedings of the IEEE 86(11), 1998; every filter sees all input maps, pooling has no parameters.
"""

import torch
from torch import nn


class LeNet5(nn.Module):
    """Digits in images of 32×32 with one channel."""

    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.pool = nn.AvgPool2d(2)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)

    def forward(self, x):
        x = torch.tanh(self.pool(self.conv1(x)))
        x = torch.tanh(self.pool(self.conv2(x)))
        x = x.view(x.size(0), -1)
        x = torch.tanh(self.fc1(x))
        x = torch.tanh(self.fc2(x))
        return self.fc3(x)


def lenet5(**settings):
    return LeNet5(**settings)


if __name__ == "__main__":
    model = lenet5()
    images = torch.randn(1, 1, 32, 32)
    print(model(images).shape)
