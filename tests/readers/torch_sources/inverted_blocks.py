from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import torch
from torch import Tensor, nn

__all__ = ["TinyNet", "TinyNet_Weights", "tinynet_s", "tinynet_m"]

BUILDERS: Dict[str, Callable[..., Any]] = {}


def register_model(name: Optional[str] = None) -> Callable:
    def wrapper(fn: Callable) -> Callable:
        key = name if name is not None else fn.__name__
        if key in BUILDERS:
            raise ValueError(f"{key} is registered already")
        BUILDERS[key] = fn
        return fn

    return wrapper


def _log_api_usage_once(obj: Any) -> None:
    module = obj.__module__
    if not module.startswith("tiny"):
        return
    torch._C._log_api_usage_once(f"{module}.{obj.__class__.__name__}")


def _make_divisible(v: float, divisor: int, min_value: Optional[int] = None) -> int:
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


class ConvNormActivation(nn.Sequential):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Union[int, Tuple[int, ...]] = 3,
        stride: int = 1,
        padding: Optional[int] = None,
        groups: int = 1,
        norm_layer: Optional[Callable[..., nn.Module]] = nn.BatchNorm2d,
        activation_layer: Optional[Callable[..., nn.Module]] = nn.ReLU,
        inplace: Optional[bool] = True,
        bias: Optional[bool] = None,
        conv_layer: Callable[..., nn.Module] = nn.Conv2d,
    ) -> None:
        if padding is None:
            if isinstance(kernel_size, int):
                padding = (kernel_size - 1) // 2
            else:
                padding = tuple((k - 1) // 2 for k in kernel_size)
        if bias is None:
            bias = norm_layer is None
        layers = [
            conv_layer(in_channels, out_channels, kernel_size, stride, padding, groups=groups, bias=bias)
        ]
        if norm_layer is not None:
            layers.append(norm_layer(out_channels))
        if activation_layer is not None:
            params = {} if inplace is None else {"inplace": inplace}
            layers.append(activation_layer(**params))
        super().__init__(*layers)
        _log_api_usage_once(self)
        self.out_channels = out_channels


class SqueezeExcitation(nn.Module):
    def __init__(
        self,
        input_channels: int,
        squeeze_channels: int,
        activation: Callable[..., nn.Module] = nn.ReLU,
        scale_activation: Callable[..., nn.Module] = nn.Sigmoid,
    ) -> None:
        super().__init__()
        self.avgpool = torch.nn.AdaptiveAvgPool2d(1)
        self.fc1 = torch.nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = torch.nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def _scale(self, input: Tensor) -> Tensor:
        scale = self.avgpool(input)
        scale = self.activation(self.fc1(scale))
        return self.scale_activation(self.fc2(scale))

    def forward(self, input: Tensor) -> Tensor:
        return self._scale(input) * input


class StochasticDepth(nn.Module):
    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0.0:
            return x
        survival = 1.0 - self.p
        noise = torch.empty([x.shape[0]] + [1] * (x.ndim - 1), dtype=x.dtype, device=x.device)
        return x * noise.bernoulli_(survival).div_(survival)

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}(p={self.p})"


class BlockConfig:
    def __init__(
        self,
        expand_ratio: float,
        kernel: int,
        stride: int,
        out_channels: int,
        num_layers: int,
        width_mult: float = 1.0,
        block: Optional[Callable[..., nn.Module]] = None,
    ) -> None:
        self.expand_ratio = expand_ratio
        self.kernel = kernel
        self.stride = stride
        self.out_channels = self.adjust_channels(out_channels, width_mult)
        self.num_layers = num_layers
        self.block = block or MBConv

    @staticmethod
    def adjust_channels(channels: int, width_mult: float) -> int:
        return _make_divisible(channels * width_mult, 8)


class MBConv(nn.Module):
    def __init__(self, n_in: int, cnf: BlockConfig, stride: int, drop: float, norm_layer, se_layer=SqueezeExcitation):
        super().__init__()
        if not (1 <= stride <= 2):
            raise ValueError("illegal stride value")
        self.use_res_connect = stride == 1 and n_in == cnf.out_channels
        layers: List[nn.Module] = []
        activation_layer = nn.SiLU
        expanded = BlockConfig.adjust_channels(n_in, cnf.expand_ratio)
        if expanded != n_in:
            layers.append(
                ConvNormActivation(n_in, expanded, kernel_size=1, norm_layer=norm_layer, activation_layer=activation_layer)
            )
        layers.append(
            ConvNormActivation(
                expanded, expanded, kernel_size=cnf.kernel, stride=stride, groups=expanded,
                norm_layer=norm_layer, activation_layer=activation_layer,
            )
        )
        squeeze = max(1, n_in // 4)
        layers.append(se_layer(expanded, squeeze, activation=partial(nn.SiLU, inplace=True)))
        layers.append(ConvNormActivation(expanded, cnf.out_channels, kernel_size=1, norm_layer=norm_layer, activation_layer=None))
        self.block = nn.Sequential(*layers)
        self.stochastic_depth = StochasticDepth(drop)
        self.out_channels = cnf.out_channels

    def forward(self, input: Tensor) -> Tensor:
        result = self.block(input)
        if self.use_res_connect:
            result = self.stochastic_depth(result)
            result += input
        return result


class TinyNet(nn.Module):
    def __init__(
        self,
        setting: Sequence[BlockConfig],
        dropout: float,
        stochastic_depth_prob: float = 0.2,
        num_classes: int = 10,
        norm_layer: Optional[Callable[..., nn.Module]] = None,
    ) -> None:
        super().__init__()
        _log_api_usage_once(self)
        if not setting:
            raise ValueError("The setting should not be empty")
        elif not (isinstance(setting, Sequence) and all(isinstance(s, BlockConfig) for s in setting)):
            raise TypeError("The setting should be List[BlockConfig]")
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d

        channels = 8
        layers: List[nn.Module] = [
            ConvNormActivation(3, channels, stride=2, norm_layer=norm_layer, activation_layer=nn.SiLU)
        ]
        total = sum(cnf.num_layers for cnf in setting)
        index = 0
        for cnf in setting:
            stage: List[nn.Module] = []
            for i in range(cnf.num_layers):
                drop = stochastic_depth_prob * float(index) / total
                stage.append(cnf.block(channels, cnf, cnf.stride if i == 0 else 1, drop, norm_layer))
                channels = stage[-1].out_channels
                index += 1
            layers.append(nn.Sequential(*stage))
        last = 4 * channels
        layers.append(ConvNormActivation(channels, last, kernel_size=1, norm_layer=norm_layer, activation_layer=nn.SiLU))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(p=dropout, inplace=True), nn.Linear(last, num_classes))

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out")
                if m.bias is not None:
                    nn.init.zeros_(m.bias)
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
            elif isinstance(m, nn.Linear):
                init_range = 1.0 / m.out_features**0.5
                nn.init.uniform_(m.weight, -init_range, init_range)
                nn.init.zeros_(m.bias)

    def _forward_impl(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        return self.classifier(x)

    def forward(self, x: Tensor) -> Tensor:
        return self._forward_impl(x)


class TinyNet_Weights(Enum):
    SYNTHETIC_V1 = {"url": "https://example.org/tiny.pth", "meta": {"categories": ["cat", "dog"] * 6}}
    DEFAULT = SYNTHETIC_V1

    @classmethod
    def verify(cls, obj: Any) -> Any:
        if obj is not None and isinstance(obj, str):
            obj = cls[obj.replace(cls.__name__ + ".", "")]
        return obj

    @property
    def meta(self):
        return self.value["meta"]


def _tinynet(width_mult: float, dropout: float, weights: Optional[TinyNet_Weights], **kwargs: Any) -> TinyNet:
    if weights is not None:
        kwargs["num_classes"] = len(weights.meta["categories"])
    bneck = partial(BlockConfig, width_mult=width_mult)
    setting = [bneck(1, 3, 1, 16, 1), bneck(6, 3, 2, 24, 2), bneck(6, 5, 2, 40, num_layers=2)]
    norm_layer = kwargs.pop("norm_layer", partial(nn.BatchNorm2d, eps=0.001, momentum=0.01))
    return TinyNet(setting, dropout, norm_layer=norm_layer, **kwargs)


@register_model()
def tinynet_s(*, weights: Optional[TinyNet_Weights] = None, progress: bool = True, **kwargs: Any) -> TinyNet:
    weights = TinyNet_Weights.verify(weights)
    return _tinynet(0.75, 0.2, weights, **kwargs)


@register_model("tinynet_m")
def middle(*, weights: Optional[TinyNet_Weights] = None, **kwargs: Any) -> TinyNet:
    return _tinynet(1.0, kwargs.pop("dropout", 0.3), TinyNet_Weights.verify(weights), **kwargs)


if __name__ == "__main__":
    model = BUILDERS["tinynet_m"](weights=TinyNet_Weights.DEFAULT)
    model.eval()
    out = model(torch.randn(1, 3, 64, 64))
    print(out.shape)
