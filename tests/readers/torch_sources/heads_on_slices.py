import torch
import torch.nn as nn
import torch.nn.functional as F
from torchsummary import summary


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv1d(4, 8, 3, padding=1)
        self.b = nn.Conv1d(2, 8, 5, padding=2, stride=1)
        self.fc = nn.Linear(8 * 2 * 10, 6)
        self.lstm = nn.LSTM(8, 5, batch_first=True, bidirectional=True)
        self.out = nn.Linear(10, 3)

    def forward(self, x):
        left = F.relu(self.a(x[:, :4]))
        right = F.relu(self.b(x[:, 4:]))
        both = torch.cat([left, right], dim=1)
        flat = both.view(-1, 8 * 2 * 10)
        steps, (h, c) = self.lstm(left.permute(0, 2, 1))
        return self.fc(flat), self.out(steps[:, -1, :])


model = TwoHeads()
summary(model, (6, 10))
