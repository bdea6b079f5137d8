import torch
import torch.nn as nn
import torch.nn.functional as F


class Flatten(nn.Module):
    def forward(self, x):
        return x.view(x.shape[0], -1)

class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape
    def forward(self, x):
        return x.view(x.size(0), *self.shape)

class VAE(nn.Module):
    def __init__(self, zdim=4):
        super().__init__()
        self.enc = nn.Sequential(nn.Conv2d(1, 4, 4, 2, 1), nn.ReLU(), nn.Conv2d(4, 8, 4, stride=2, padding=1), Flatten())
        self.mu, self.logvar = nn.Linear(8*7*7, zdim), nn.Linear(8*7*7, zdim)
        self.dec = nn.Sequential(nn.Linear(zdim, 8*7*7), Reshape(8, 7, 7), nn.ConvTranspose2d(8, 4, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(4, 1, 4, 2, 1), nn.Sigmoid())
    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        eps = torch.randn_like(std)
        return mu + eps * std
    def forward(self, x):
        h = self.enc(x)
        mu, logvar = self.mu(h), self.logvar(h)
        z = self.reparameterize(mu, logvar)
        return self.dec(z), mu, logvar

device = 'cuda' if torch.cuda.is_available() else 'cpu'
model = VAE().to(device)
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.MSELoss()
x = torch.rand(8, 1, 28, 28, device=device)
for epoch in range(2):
    opt.zero_grad()
    recon, mu, logvar = model(x)
    loss = F.mse_loss(recon, x) + -0.5 * torch.mean(1 + logvar - mu.pow(2) - logvar.exp())
    loss.backward()
    opt.step()
    if epoch % 1 == 0:
        print(f"{epoch} {loss.item():.3f}")
