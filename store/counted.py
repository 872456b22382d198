"""Numbers that bring their words along."""


class Count(int):
    """A whole number that knows singular from plural when formatted.

    Example:
        >>> f"{Count(1):row repeats|rows repeat}, {Count(1200):row|rows}, {Count(0):row|rows}"
        '1 row repeats, 1,200 rows, no rows'
    """

    def __format__(self, spec: str) -> str:
        """`singular|plural` gives the number and the word that fits; nothing gives the number."""
        if not spec:
            return f"{int(self):,}"
        one, _, many = spec.partition("|")
        if self == 1:
            return f"1 {one}"
        return f"{int(self):,} {many}" if self else f"no {many}"
