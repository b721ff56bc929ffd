"""Exponentials, sines, arc tangents and powers that are the same on every processor.

numpy computes these by other instructions where a processor has them, and the last digits then differ. A city that
grows by comparing, cutting and drawing would grow differently from such a difference, and its documented figures
would hold on some machines only. Here a result has 30 binary digits: enough for a tenth of a millimetre in a
city, and far from where processors disagree. Sums, products and square roots are exact by IEEE 754.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_DIGITS = 30

RAW = {"exp": np.exp, "sin": np.sin, "cos": np.cos, "arctan2": np.arctan2, "power": np.power}
"""numpy's own, whose last digits depend on the processor."""


def exp(x: npt.ArrayLike) -> Floats:
    """E to the power of x."""
    return _steady(RAW["exp"](x))


def sin(x: npt.ArrayLike) -> Floats:
    """Sine of x (radians)."""
    return _steady(RAW["sin"](x))


def cos(x: npt.ArrayLike) -> Floats:
    """Cosine of x (radians)."""
    return _steady(RAW["cos"](x))


def arctan2(y: npt.ArrayLike, x: npt.ArrayLike) -> Floats:
    """The angle (radians) of the point (x, y)."""
    return _steady(RAW["arctan2"](y, x))


def power(base: npt.ArrayLike, exponent: npt.ArrayLike) -> Floats:
    """Base to the power of exponent."""
    return _steady(RAW["power"](base, exponent))


def _steady(values: npt.ArrayLike) -> Floats:
    mantissa, exponent = np.frexp(np.asarray(values, dtype=np.float64))
    return np.asarray(np.ldexp(np.rint(np.ldexp(mantissa, _DIGITS)), exponent - _DIGITS))
