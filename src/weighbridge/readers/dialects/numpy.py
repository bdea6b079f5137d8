"""NumPy and scikit-learn as files that build models use them: for the shapes of their data.

Arrays are followed as shapes (``_array``), so that ``input_shape = x_train.shape[1:]`` and a
``np.prod(shape)`` are known. Neither library is imported.
"""

from __future__ import annotations

import math

from weighbridge.readers._python.values import Namespace
from weighbridge.readers.dialects import Dialect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._python.values import Value

_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "Inf": math.inf, "nan": math.nan}


class Numpy(Dialect):
    """``numpy``, its ``random`` and a little of its ``linalg``."""

    def resolve(self, path: str) -> Value | None:
        name = path.partition(".")[2]
        if not name or name in _CONSTANTS:
            return _CONSTANTS.get(name)
        from weighbridge.readers.dialects import _numpy_names

        return _numpy_names.named(name)

    def bare(self, name: str) -> Value | None:
        return Namespace("numpy") if name == "np" else None


class Sklearn(Dialect):
    """What of scikit-learn stands between data and a network: data sets, splits, scaling."""

    def resolve(self, path: str) -> Value | None:
        from weighbridge.readers.dialects import _sklearn

        return _sklearn.named(path.partition(".")[2])


ROOTS = {"numpy": Numpy, "sklearn": Sklearn}
