import torch
import torch.nn as nn
import torch.nn.functional as F


class LoRALinear(nn.Linear):
    def __init__(self, in_features, out_features, r=2, **kw):
        super().__init__(in_features, out_features, **kw)
        self.lora_A = nn.Parameter(torch.zeros(r, in_features))
        self.lora_B = nn.Parameter(self.weight.new_zeros((out_features, r)))
        self.weight.requires_grad = False
        if self.bias is not None:
            self.bias.requires_grad = False
    def forward(self, x):
        return F.linear(x, self.weight, self.bias) + (x @ self.lora_A.T @ self.lora_B.T)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = LoRALinear(8, 6)
        self.b = LoRALinear(6, 4, r=3, bias=False)
        self.norm = nn.LayerNorm(4)
        self.act = nn.PReLU()
    def forward(self, x):
        return self.act(self.norm(self.b(torch.relu(self.a(x)))))
model = Net()
model(torch.randn(3, 8))
