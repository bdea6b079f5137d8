"""PyTorch's Transformer: stacks of its layers, and the whole."""

from __future__ import annotations

from weighbridge.errors import LIMITS, Impossible
from weighbridge.formula import Expr, Num, plus, times
from weighbridge.layers._named_inputs import NamedInputs
from weighbridge.layers._parts import grouped, parts_of, within
from weighbridge.layers._torch import count
from weighbridge.layers.layer_norm import LayerNorm
from weighbridge.layers.transformer_layer import TransformerPart, decoder_layer, encoder_layer
from weighbridge.model import Dims, Expected, Kind, Part, Shape, Unknown, sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from weighbridge.layers._settings import Ignored, Inner, Size

    Work = Callable[[Kind, tuple[Shape | None, ...]], Expr | None]


class TransformerStack(TransformerPart):
    """Equal Transformer layers one after another, each with tensors of its own, and a last norm.

    As many times what one layer owns and does, and what the normalisation does.
    """

    layer: Kind
    count: int | None
    norm: Kind | None = None

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        read = self.read(incoming)
        owned = self.layer.tensors(*read)
        last = () if self.norm is None else self.norm.tensors(*read[:1])
        if owned is None or last is None or self.count is None:
            return None
        if self.count * len(owned) > LIMITS.elements:
            raise Impossible(f"a stack of {self.count:,} layers is more than anybody can build")
        stacked = (within(f"layer #{i}", f"{{}}_l{i}", owned) for i in range(self.count))
        together = tuple(tensor for tensors in stacked for tensor in tensors)
        return together + within("normalisation", "norm_{}", last)

    def output(self, *incoming: Shape | None) -> Dims | None:
        if self.count == 0 and incoming:
            raise Impossible("a stack of no layers cannot be called")
        read = self.read(incoming)
        found = self.layer.output(*read)
        return found if self.norm is None else self.norm.output(sizes(found))

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self._sum(incoming, lambda kind, read: kind.macs(read, read[0]))

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self._sum(incoming, lambda kind, read: kind.connections(read, read[0]))

    def _sum(self, incoming: tuple[Shape | None, ...], work: Work) -> Expr | None:
        read = self.read(incoming)
        each = work(self.layer, read)
        last = Num(0) if self.norm is None else work(self.norm, read[:1])
        if each is None or last is None or self.count is None:
            return None
        return plus(times(Num(self.count), each), last)


class Transformer(NamedInputs):
    """An encoder of one sequence, and a decoder of another that attends to what was encoded.

    Source: Vaswani et al. 2017, section 3; the embeddings and the final dense layer are not in it.
    """

    encoder: Kind
    decoder: Kind

    @property
    def arguments(self) -> tuple[str, ...]:
        masks = ("src_mask", "tgt_mask", "memory_mask")
        return ("src", "tgt", *masks, *(f"{name[:3]}_key_padding_mask" for name in masks))

    def parts(self, *incoming: Shape | None) -> tuple[Part, ...]:
        groups = grouped(self.tensors(*incoming) or ())
        return parts_of((noun, 1, count) for noun, count in groups)

    def _read(self, incoming: tuple[Shape | None, ...]) -> tuple[Shape | None, Shape | None]:
        """What is encoded, and what is decoded."""
        given = self.given(incoming)
        return given.get("src"), given.get("tgt", given.get("src"))

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        source, target = self._read(incoming)
        encoder, decoder = self.encoder.tensors(source), self.decoder.tensors(target, source)
        if encoder is None or decoder is None:
            return None
        return within("encoder", "encoder_{}", encoder) + within("decoder", "decoder_{}", decoder)

    def output(self, *incoming: Shape | None) -> Dims | None:
        source, target = self._read(incoming)
        self.encoder.output(source)
        return self.decoder.output(target, source)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        return self._sum(incoming, lambda kind, read: kind.macs(read, read[0]))

    def connections(
        self, incoming: tuple[Shape | None, ...], outgoing: Shape | None
    ) -> Expr | None:
        return self._sum(incoming, lambda kind, read: kind.connections(read, read[0]))

    def _sum(self, incoming: tuple[Shape | None, ...], work: Work) -> Expr | None:
        source, target = self._read(incoming)
        encoding = work(self.encoder, (source,))
        decoding = work(self.decoder, (target, source))
        return None if encoding is None or decoding is None else plus(encoding, decoding)


# -- spellings -----------------------------------------------------------------------------------


def _stack(layer: object, num_layers: object, norm: object, *, crosses: bool) -> Kind:
    native = "TransformerDecoder" if crosses else "TransformerEncoder"
    for inner in (layer, norm):
        if isinstance(inner, Unknown):
            return Unknown(native=native, because=f"{inner.native}, inside it, is not known")
    if not isinstance(layer, Kind) or not isinstance(norm, Kind | None):
        raise Impossible(f"{native} takes layers, not {layer!r} and {norm!r}")
    number = count(num_layers, "num_layers")
    return TransformerStack(layer=layer, count=number, norm=norm, crosses=crosses)


def _torch_encoder(
    encoder_layer: Inner, num_layers: Size, norm: Inner = None,
    enable_nested_tensor: Ignored = True, mask_check: Ignored = True,
) -> Kind:  # fmt: skip
    return _stack(encoder_layer, num_layers, norm, crosses=False)


def _torch_decoder(decoder_layer: Inner, num_layers: Size, norm: Inner = None) -> Kind:
    return _stack(decoder_layer, num_layers, norm, crosses=True)


def _torch_transformer(
    d_model: Size = 512, nhead: Size = 8, num_encoder_layers: Size = 6,
    num_decoder_layers: Size = 6, dim_feedforward: Size = 2048, dropout: Ignored = 0.1,
    activation: Ignored = "relu", custom_encoder: Inner = None, custom_decoder: Inner = None,
    layer_norm_eps: Ignored = 1e-5, batch_first: Ignored = False, norm_first: Ignored = False,
    bias: bool = True, device: Ignored = None, dtype: Ignored = None,
) -> Kind:  # fmt: skip
    shared = (d_model, nhead, dim_feedforward, dropout, activation)
    norm = LayerNorm(shape=(d_model,), shift=bool(bias))
    encoder = custom_encoder or _stack(
        encoder_layer(*shared, bias=bias), num_encoder_layers, norm, crosses=False
    )
    decoder = custom_decoder or _stack(
        decoder_layer(*shared, bias=bias), num_decoder_layers, norm, crosses=True
    )
    for inner in (encoder, decoder):
        if isinstance(inner, Unknown):
            return Unknown(native="Transformer", because=f"{inner.native}, in it, is not known")
    if not isinstance(encoder, Kind) or not isinstance(decoder, Kind):
        raise Impossible("custom_encoder and custom_decoder must be layers")
    return Transformer(encoder=encoder, decoder=decoder)


SPELLINGS = {
    "torch:TransformerEncoder": _torch_encoder,
    "torch:TransformerDecoder": _torch_decoder,
    "torch:Transformer": _torch_transformer,
}
KINDS = (TransformerStack, Transformer)
