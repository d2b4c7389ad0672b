"""Compares what a client made with a library with what it made with the reference."""
import math

TOLERANCE = 1e-6
HALF_DIGIT = 0.6e-6  # logs have six decimals
EXACT = "integer_", "psnr_y", "psnr_cb", "psnr_cr", "cambi"


def exact(name):
    return any(part in name and f"float_{part}" not in name and "psnr_hvs" not in name for part in EXACT)


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def close(ours, theirs):
    a, b = number(ours), number(theirs)
    if a is None or b is None:
        return False
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=2 * HALF_DIGIT)


def difference(ours, theirs):
    """Nothing if they are equal, else the first difference in words. Integer metrics must have the same text, others the same value within 1e-6."""
    for key in theirs:
        if key != "log" and ours.get(key) != theirs[key]:
            return f"{key}: {ours.get(key)!r}, the reference has {theirs[key]!r}"
    a, b = ours.get("log"), theirs.get("log")
    if (a is None) != (b is None):
        return f"log: {'none' if a is None else 'written'}, the reference has {'none' if b is None else 'one'}"
    names = [[name for name, _ in log or []] for log in (a, b)]
    if names[0] != names[1]:
        odd = set(names[0]) ^ set(names[1])
        return f"names in the log: {sorted(odd)[:4] or 'other order'}"
    for (name, mine), (_, its) in zip(a or [], b or []):
        if mine != its and (exact(name) or not close(mine, its)):
            return f"{name}: {mine}, the reference has {its}"
    return None
