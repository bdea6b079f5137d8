import torch
import torch.nn as nn

backbone = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Conv2d(8, 16, 3), nn.BatchNorm2d(16))
for param in backbone.parameters():
    param.requires_grad = False
for name, p in backbone.named_parameters():
    if name.startswith("3") or "bias" in name:
        p.requires_grad = True


class Classifier(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.features = features
        self.head = nn.Linear(16, 4)
        self.aux = nn.Linear(16, 2).requires_grad_(False)
        self.scale = nn.Parameter(torch.ones(4), requires_grad=False)
        self.shift = nn.Parameter(torch.zeros(4))

    def forward(self, x):
        x = self.features(x).mean((2, 3))
        return self.head(x) * self.scale + self.shift


model = Classifier(backbone)
model.head.bias.requires_grad = False
model.eval()
trainable = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.SGD(trainable, lr=0.1)
