import torch.nn as nn


class Encoder(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(784, 64), nn.Linear(64, latent))

    def forward(self, x):
        return self.net(x.view(x.size(0), -1))


class AutoEncoder(nn.Module):
    def __init__(self, latent=16):
        super().__init__()
        self.encoder = Encoder(latent)
        self.decoder = nn.Sequential(nn.Linear(latent, 64), nn.Linear(64, 784))

    def forward(self, x):
        return self.decoder(self.encoder(x))
