import torch
import torch.nn as nn
from torch.nn.utils import spectral_norm, weight_norm


class Chomp(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = size

    def forward(self, x):
        return x[:, :, :-self.size].contiguous()


class TemporalBlock(nn.Module):
    def __init__(self, n_in, n_out, kernel, dilation, dropout=0.2):
        super().__init__()
        padding = (kernel - 1) * dilation
        self.conv1 = weight_norm(nn.Conv1d(n_in, n_out, kernel, padding=padding, dilation=dilation))
        self.conv2 = weight_norm(nn.Conv1d(n_out, n_out, kernel, padding=padding, dilation=dilation))
        self.net = nn.Sequential(self.conv1, Chomp(padding), nn.ReLU(), nn.Dropout(dropout),
                                 self.conv2, Chomp(padding), nn.ReLU(), nn.Dropout(dropout))
        self.downsample = nn.Conv1d(n_in, n_out, 1) if n_in != n_out else None
        self.init_weights()

    def init_weights(self):
        self.conv1.weight.data.normal_(0, 0.01)
        self.conv2.weight.data.normal_(0, 0.01)
        if self.downsample is not None:
            self.downsample.weight.data.normal_(0, 0.01)

    def forward(self, x):
        out = self.net(x)
        res = x if self.downsample is None else self.downsample(x)
        return torch.relu(out + res)


class Net(nn.Module):
    def __init__(self, vocabulary=50, channels=(16, 16, 24), classes=10):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, 8)
        widths = [8, *channels]
        self.blocks = nn.Sequential(*[
            TemporalBlock(a, b, 3, 2 ** i) for i, (a, b) in enumerate(zip(widths, widths[1:]))
        ])
        self.rnn = nn.GRU(channels[-1], 12, batch_first=True, bidirectional=True)
        self.critic = nn.ModuleList([spectral_norm(nn.Linear(24, 24)), spectral_norm(nn.Linear(24, 1))])
        self.head = weight_norm(nn.Linear(24, classes, bias=False), dim=None)
        self.head.weight_g.requires_grad = False

    def forward(self, tokens):
        x = self.blocks(self.embed(tokens).transpose(1, 2)).transpose(1, 2)
        steps, hidden = self.rnn(x)
        state = torch.cat([hidden[0], hidden[1]], dim=1)
        for layer in self.critic:
            state = layer(state)
        return self.head(steps), state


model = Net()
logits, score = model(torch.randint(0, 50, (4, 20)))
print(logits.shape, score.shape)
