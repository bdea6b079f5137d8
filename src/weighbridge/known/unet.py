"""U-Net for one-channel images of 572×572, in PyTorch, without padding as in the paper.

Ronneberger, Fischer, Brox: "U-Net: Convolutional Networks for Biomedical Image Segmentation",
MICCAI 2015, figure 1. Needs nothing but PyTorch.
"""

import torch
from torch import nn


def double_conv(n_in, n_out):
    """Two convolutions of 3×3; each takes two pixels off the height and the width."""
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, kernel_size=3),
        nn.ReLU(inplace=True),
        nn.Conv2d(n_out, n_out, kernel_size=3),
        nn.ReLU(inplace=True),
    )


def crop(x, height, width):
    """The middle of an image."""
    top, left = (x.size(2) - height) // 2, (x.size(3) - width) // 2
    return x[:, :, top : top + height, left : left + width]


class UNet(nn.Module):
    """Down to 28×28 pixels of 1024 channels and up again, with the maps on the way down joined."""

    def __init__(self, channels=1, num_classes=2, widths=(64, 128, 256, 512, 1024)):
        super().__init__()
        self.down = nn.ModuleList()
        self.up = nn.ModuleList()
        self.merge = nn.ModuleList()
        for n_in, n_out in zip((channels, *widths), widths):
            self.down.append(double_conv(n_in, n_out))
        self.pool = nn.MaxPool2d(2)
        for n_in, n_out in zip(widths[:0:-1], widths[-2::-1]):
            self.up.append(nn.ConvTranspose2d(n_in, n_out, kernel_size=2, stride=2))
            self.merge.append(double_conv(2 * n_out, n_out))
        self.head = nn.Conv2d(widths[0], num_classes, kernel_size=1)

    def forward(self, x):
        skips = []
        for i, down in enumerate(self.down):
            x = down(x if i == 0 else self.pool(x))
            skips.append(x)
        for up, merge, skip in zip(self.up, self.merge, reversed(skips[:-1])):
            x = up(x)
            x = merge(torch.cat([crop(skip, *x.shape[2:]), x], dim=1))
        return self.head(x)


def unet(**settings):
    return UNet(**settings)


if __name__ == "__main__":
    model = unet()
    images = torch.randn(1, 1, 572, 572)
    print(model(images).shape)
