import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.LazyConv2d(8, 3)
        self.bn = nn.LazyBatchNorm2d()
        self.fc = nn.LazyLinear(5)
    def forward(self, x):
        x = self.bn(self.conv(x))
        return self.fc(x.flatten(1))
model = Net()
model(torch.randn(2, 3, 10, 10))
