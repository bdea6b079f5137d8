import torch
import torch.nn as nn


def block(n_in, n_out, stride=1):
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU(inplace=True)
    )


class Backbone(nn.Module):
    def __init__(self, classes=100):
        super().__init__()
        self.stem = block(3, 8, 2)
        self.layer1 = nn.Sequential(block(8, 8), block(8, 8))
        self.layer2 = nn.Sequential(block(8, 16, 2), block(16, 16))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.aux = nn.Linear(16, 3)
        self.fc = nn.Linear(16, classes)

    def forward(self, x):
        x = self.layer2(self.layer1(self.stem(x)))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def freeze_batch_norm(module):
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            for p in child.parameters():
                p.requires_grad = False
        else:
            freeze_batch_norm(child)


def replace_relu(module, new=nn.SiLU):
    for name, child in module.named_children():
        if isinstance(child, nn.ReLU):
            setattr(module, name, new(inplace=True))
        else:
            replace_relu(child, new)


backbone = Backbone()
backbone.load_state_dict(backbone.state_dict())
for name, param in backbone.named_parameters():
    if name.startswith("stem") or ".0." in name:
        param.requires_grad = False
freeze_batch_norm(backbone.layer2)
replace_relu(backbone)
for m in backbone.modules():
    if isinstance(m, nn.Conv2d):
        m.weight.data.normal_(0, 0.01)
    elif m.__class__.__name__ == "BatchNorm2d":
        m.eps = 1e-3
del backbone.aux
in_features = backbone.fc.in_features
backbone.fc = nn.Identity()
backbone.layer1[1] = block(8, 8)
backbone.layer1.add_module("extra", nn.Dropout2d(0.1))
first = backbone.stem[0]
backbone.stem[0] = nn.Conv2d(1, first.out_channels, first.kernel_size, first.stride, first.padding, bias=first.bias is not None)
backbone._modules["avgpool"] = nn.AdaptiveMaxPool2d(1)

head = nn.Sequential()
head.add_module("drop", nn.Dropout(0.2))
head.add_module("linear", nn.Linear(in_features, 5))
model = nn.Sequential(backbone, head)
trainable = filter(lambda p: p.requires_grad, model.parameters())
optimizer = torch.optim.SGD(trainable, lr=0.1)
print(sum([p.numel() for p in model.parameters()]), len(list(model.children())))
model(torch.randn(1, 1, 32, 32))
