"""Spectrograms: what frequencies a signal has at each moment."""

from __future__ import annotations

from weighbridge.errors import Impossible
from weighbridge.formula import ONE, Dim, Expr, Num, floor, plus, times
from weighbridge.layers._axes import first, named
from weighbridge.layers._settings import channels_first, one_of, whole
from weighbridge.layers._window import slid, split
from weighbridge.model import Dims, Expected, Kind, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored, Size

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


class Spectrogram(Kind):
    """The Fourier transform of frames of a signal, as a convolution whose kernels are trained.

    Two kernels (frame, 1, F): cosines and sines of F = fft/2 + 1 frequencies, one of them where
    only the real or the imaginary part is asked for. Every channel is worked on alone. MACs: the
    kernels once for every frame of every channel.
    """

    frame: int | None
    step: int | None
    frequencies: int | None
    mode: str = "log"
    padding: str = "valid"
    apart: bool = False
    """Whether channels keep an axis of their own."""
    channels_first: bool = False

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...]:
        frame = Dim("k", self.frame, "values per frame")
        parts = ("real",) * (self.mode != "imag") + ("imaginary",) * (self.mode != "real")
        return tuple(Expected(f"{part}_kernel", (frame, ONE, self._found)) for part in parts)

    def output(self, *incoming: Shape | None) -> Dims | None:
        known = split(first(incoming), 1, self.channels_first)
        if known is None:
            return None
        frames, channels = self._frames(known[0]), Dim("C", known[1], "channels")
        found = times(Num(2), self._found) if self.mode == "stft" else self._found
        if self.apart and self.channels_first:
            return channels, frames, found
        if self.apart:
            return frames, found, channels
        together = times(found, channels)
        return (together, frames) if self.channels_first else (frames, together)

    def macs(self, incoming: tuple[Shape | None, ...], outgoing: Shape | None) -> Expr | None:
        known = split(first(incoming), 1, self.channels_first)
        if known is None:
            return None
        kernels = self.tensors()
        places = (self._frames(known[0]), Dim("C", known[1], "channels"))
        return times(Num(len(kernels)), *kernels[0].dims, *places)

    @property
    def _found(self) -> Dim:
        return Dim("F", self.frequencies, "frequencies")

    def _frames(self, signal: Shape) -> Expr:
        taps = (Dim("k", self.frame, "values per frame"),)
        return slid(signal, taps, (self.step,), (1,), self.padding)[0]


class MelSpectrogram(Kind):
    """Frequencies of a signal at each moment, gathered on the scale of pitch that people hear.

    It owns nothing: its filters are computed. No MACs are counted, since none has a trained weight.
    """

    step: int | None
    bins: int | None

    def output(self, *incoming: Shape | None) -> Dims | None:
        dims = named(first(incoming), "n", "values of the signal, axis")
        if dims is None:
            return None
        step = Dim("s", self.step, "values between frames")
        bins = Dim("M", self.bins, "bins of pitch")
        return (bins, floor(plus(dims[0], step, ONE), step)) if dims else None


def _keras_stft(
    mode: str = "log", frame_length: Size = 256, frame_step: Size = None, fft_length: Size = None,
    window: Ignored = "hann", periodic: Ignored = False, scaling: Ignored = "density",
    padding: str = "valid", expand_dims: bool = False, data_format: str | None = None,
    **_: Ignored,
) -> Spectrogram:  # fmt: skip
    frame = whole(frame_length, "frame_length")
    step, fft = whole(frame_step, "frame_step"), whole(fft_length, "fft_length")
    if frame is not None and step is not None and step > frame:
        raise Impossible(f"frames of {frame} values cannot be {step} values apart")
    if frame is not None and fft is not None and fft < frame:
        raise Impossible(f"fft_length {fft} is less than the {frame} values of a frame")
    if frame is not None:
        # The next power of two, as Keras takes it.
        step = whole(step or frame // 2, "frame_step")
        fft = fft or 1 << (frame - 1).bit_length()
    return Spectrogram(
        frame=frame,
        step=step,
        frequencies=None if fft is None else fft // 2 + 1,
        mode=one_of(mode, _MODES, "mode"),
        padding=one_of(padding, ("valid", "same"), "padding"),
        apart=bool(expand_dims),
        channels_first=channels_first(data_format),
    )


def _keras_mel(
    fft_length: Size = 2048, sequence_stride: Size = 512, sequence_length: Size = None,
    window: Ignored = "hann", sampling_rate: Ignored = 16000, num_mel_bins: Size = 128,
    **_: Ignored,
) -> MelSpectrogram:  # fmt: skip
    fft, frame = whole(fft_length, "fft_length"), whole(sequence_length, "sequence_length", least=0)
    if fft is not None and (frame or fft) > fft:
        raise Impossible(f"fft_length {fft} is less than the {frame} values of a frame")
    return MelSpectrogram(
        step=whole(sequence_stride, "sequence_stride"), bins=whole(num_mel_bins, "num_mel_bins")
    )


SPELLINGS = {"keras:STFTSpectrogram": _keras_stft, "keras:MelSpectrogram": _keras_mel}
KINDS = (Spectrogram, MelSpectrogram)
