from functools import partial

import torch
from torch import nn

MODELS = {}


def register(name=None):
    def wrap(fn):
        MODELS[name or fn.__name__] = fn
        return fn

    return wrap


class ConvNormAct(nn.Sequential):
    def __init__(self, cin, cout, kernel=3, stride=1, groups=1, norm=partial(nn.BatchNorm2d, eps=1e-3)):
        padding = (kernel - 1) // 2
        super().__init__(
            nn.Conv2d(cin, cout, kernel, stride, padding, groups=groups, bias=False),
            norm(cout),
            nn.ReLU6(inplace=True),
        )
        self.out_channels = cout


def _make_divisible(v, divisor=8, min_value=None):
    min_value = min_value or divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    return new_v + divisor if new_v < 0.9 * v else new_v


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride, expand_ratio):
        super().__init__()
        assert stride in [1, 2]
        hidden_dim = int(round(inp * expand_ratio))
        self.use_res_connect = stride == 1 and inp == oup
        layers = []
        if expand_ratio != 1:
            layers.append(ConvNormAct(inp, hidden_dim, kernel=1))
        layers.extend([
            ConvNormAct(hidden_dim, hidden_dim, stride=stride, groups=hidden_dim),
            nn.Conv2d(hidden_dim, oup, 1, 1, 0, bias=False),
            nn.BatchNorm2d(oup),
        ])
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        if self.use_res_connect:
            return x + self.conv(x)
        return self.conv(x)


class MobileNet(nn.Module):
    def __init__(self, num_classes=10, width_mult=0.5, settings=((1, 16, 1, 1), (6, 24, 2, 2))):
        super().__init__()
        channels = _make_divisible(32 * width_mult)
        features = [ConvNormAct(3, channels, stride=2)]
        for t, c, n, s in settings:
            output_channel = _make_divisible(c * width_mult)
            for i in range(n):
                features.append(InvertedResidual(channels, output_channel, s if i == 0 else 1, expand_ratio=t))
                channels = output_channel
        features.append(ConvNormAct(channels, 64, kernel=1))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(p=0.2), nn.Linear(features[-1].out_channels, num_classes))

    def forward(self, x):
        x = self.features(x)
        x = nn.functional.adaptive_avg_pool2d(x, (1, 1))
        x = torch.flatten(x, 1)
        return self.classifier(x)


@register()
def mobilenet_half(**kwargs):
    return MobileNet(width_mult=0.5, **kwargs)


@register("wide")
def mobilenet_wide(**kwargs):
    return MobileNet(width_mult=1.0, **kwargs)


def create_model(name, **kwargs):
    return MODELS[name](**kwargs)


model = nn.DataParallel(create_model("wide", num_classes=5))
