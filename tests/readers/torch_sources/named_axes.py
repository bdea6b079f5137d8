import torch
from torch import nn, einsum
from einops import rearrange, repeat, reduce
from einops.layers.torch import Rearrange, Reduce

def pair(t): return t if isinstance(t, tuple) else (t, t)

class Attention(nn.Module):
    def __init__(self, dim, heads=4, dim_head=8, dropout=0.):
        super().__init__()
        inner = dim_head * heads
        self.heads = heads
        self.to_qkv = nn.Linear(dim, inner * 3, bias=False)
        self.to_out = nn.Sequential(nn.Linear(inner, dim), nn.Dropout(dropout))
    def forward(self, x):
        qkv = self.to_qkv(x).chunk(3, dim=-1)
        q, k, v = map(lambda t: rearrange(t, 'b n (h d) -> b h n d', h=self.heads), qkv)
        attn = einsum('b h i d, b h j d -> b h i j', q, k).softmax(dim=-1)
        out = torch.matmul(attn, v)
        return self.to_out(rearrange(out, 'b h n d -> b n (h d)'))

class ViT(nn.Module):
    def __init__(self, image=32, patch=8, dim=16, classes=5):
        super().__init__()
        h, w = pair(image); p1, p2 = pair(patch)
        n = (h // p1) * (w // p2)
        self.embed = nn.Sequential(
            Rearrange('b c (h p1) (w p2) -> b (h w) (p1 p2 c)', p1=p1, p2=p2),
            nn.LayerNorm(3 * p1 * p2), nn.Linear(3 * p1 * p2, dim), nn.LayerNorm(dim))
        self.pos = nn.Parameter(torch.randn(1, n + 1, dim))
        self.cls = nn.Parameter(torch.randn(1, 1, dim))
        self.attn = Attention(dim)
        self.pool = Reduce('b n d -> b d', 'mean')
        self.head = nn.Linear(dim, classes)
    def forward(self, img):
        x = self.embed(img)
        b, n, _ = x.shape
        cls = repeat(self.cls, '1 1 d -> b 1 d', b=b)
        x = torch.cat((cls, x), dim=1)
        x = x + self.pos[:, :(n + 1)]
        x = self.attn(x) + x
        y = rearrange(x, 'b n d -> (b n) d')
        z = rearrange(y, '(b n) d -> b n d', n=17)
        w = reduce(z, 'b ... -> b', 'max')
        return self.head(self.pool(z)), w
model = ViT()
model(torch.zeros(2, 3, 32, 32))
