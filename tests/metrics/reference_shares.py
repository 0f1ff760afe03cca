"""Shares as plain Python says them."""

from tests.lake.reference import Row


def shared(name: str, good: int, n: int) -> Row:
    """A share with Wilson's bounds; of nothing there is none."""
    low, high = wilson(good, n) if n else (None, None)
    return {name: good / n if n else None, f"{name}_low": low, f"{name}_high": high}


def wilson(good: int, n: int) -> tuple[float, float]:
    """The two shares that are just not rejected at 5 %, as roots of a quadratic."""
    z, p = 1.959964, good / n
    a, b, c = 1 + z * z / n, -(2 * p + z * z / n), p * p
    root = max(b * b - 4 * a * c, 0) ** 0.5
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
