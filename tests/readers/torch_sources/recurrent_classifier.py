import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, vocab=30, emb=6, hid=7, layers=2, out=3, bidir=True):
        super().__init__()
        self.embedding = nn.Embedding(vocab, emb, padding_idx=0)
        self.lstm = nn.LSTM(emb, hid, num_layers=layers, bidirectional=bidir, dropout=0.2)
        self.gru = nn.GRU(2 * hid, hid, batch_first=True)
        self.fc = nn.Linear(hid * 2 if bidir else hid, out)
        self.cell = nn.GRUCell(hid, 5)
        self.hid, self.layers = hid, layers
    def init_hidden(self, batch_size):
        return (torch.zeros(self.layers * 2, batch_size, self.hid), torch.zeros(self.layers * 2, batch_size, self.hid))
    def forward(self, text):
        embedded = self.embedding(text).permute(1, 0, 2)
        hidden = self.init_hidden(text.size(0))
        output, (hidden, cell) = self.lstm(embedded, hidden)
        last = torch.cat((hidden[-2, :, :], hidden[-1, :, :]), dim=1)
        y, _ = self.gru(output.transpose(0, 1))
        s = torch.zeros(text.size(0), 5)
        for i in range(3):
            s = self.cell(y[:, i], s)
        return self.fc(last.squeeze(0)), s
model = Net()
model(torch.zeros(4, 9, dtype=torch.long))
