"""Activations of Keras 1 that learn several numbers for each value."""

from __future__ import annotations

from weighbridge._record import replace
from weighbridge.layers import make
from weighbridge.layers.activation import PReLU

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.layers._settings import Ignored
    from weighbridge.model import Expected, Shape


class LearnedActivation(PReLU):
    """Every value has several learned numbers that say how the function bends there.

    As many tensors of the shape of a sample, 1 along shared axes: four for an S-shaped rectified
    unit (Jin et al. 2016, section 3.1), two for a parametric softplus. Source: Keras 1.2.2.
    """

    learned: tuple[str, ...]
    """Roles of the tensors."""

    def tensors(self, *incoming: Shape | None) -> tuple[Expected, ...] | None:
        one = PReLU.tensors(self, *incoming)
        return one and tuple(replace(one[0], role=role) for role in self.learned)


def _learned(shared_axes: object, *learned: str) -> LearnedActivation:
    slope = make("keras", "PReLU", (), {"shared_axes": shared_axes})
    assert isinstance(slope, PReLU)
    return LearnedActivation(shared=slope.shared, learned=learned)


def _keras_s_shaped(
    t_left_init: Ignored = None, a_left_init: Ignored = None, t_right_init: Ignored = None,
    a_right_init: Ignored = None, shared_axes: object = None, **_: Ignored,
) -> LearnedActivation:  # fmt: skip
    sides = ("left_threshold", "left_slope", "right_threshold", "right_slope")
    return _learned(shared_axes, *sides)


def _keras_parametric_softplus(
    alpha_init: Ignored = 0.2, beta_init: Ignored = 5.0, weights: Ignored = None,
    shared_axes: object = None, **_: Ignored,
) -> LearnedActivation:  # fmt: skip
    return _learned(shared_axes, "height", "steepness")


SPELLINGS = {
    "keras:SReLU": _keras_s_shaped,
    "keras:ParametricSoftplus": _keras_parametric_softplus,
}
KINDS = (LearnedActivation,)
