"""How content were visitors on the whole, as far as the shown smileys tell?"""

from collections.abc import Mapping


def mean_between(
    smileys: Mapping[int, int | None], rated: int | None
) -> tuple[float | None, float | None]:
    """The bounds of the mean, from what is shown; None where nobody, or a hidden number, rated.

    A mean of hidden smileys would be one more equation for whoever wishes to work them out.
    """
    if not rated:
        return None, None
    known = sum(smiley * count for smiley, count in smileys.items() if count is not None)
    hidden = rated - sum(count for count in smileys.values() if count is not None)
    unseen = [smiley for smiley, count in smileys.items() if count is None] or [0]
    low, high = (known + hidden * extreme(unseen) for extreme in (min, max))
    return round(low / rated, 1), round(high / rated, 1)
