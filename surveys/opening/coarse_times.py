"""What is told of the times of ballots: none that fewer than eight of a batch share.

Whoever owns the database sees in what order codes were used (``xmin``) and, in the write-ahead log,
when. A time in an opened ballot that few others share would join the two without any officer.
Checks look at two hours and more, so the two hours are kept where ten minutes are too few. Officer
A keeps to this before officer B sees a ballot; what lands is held against it once more.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from surveys.casting.moments import BUCKETS_IN_WINDOW, first_of

# As many as must stand behind a free text that is shown.
FEWEST: Final = 8
NOT_KEPT: Final = 0

Moment = tuple[int, int]


def kept_times(found: Mapping[Moment, int]) -> dict[Moment, int]:
    """What of each time is stored.

    Parameters
    ----------
    found : (batch, ten-minute bucket or 0) → number of ballots

    Returns
    -------
    (batch, bucket) → the bucket, or the first of its two hours, or 0: nothing is stored. In each
    batch every value stands in `FEWEST` ballots at least; so does 0, where others stand beside it.
    """
    batches: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for (batch, bucket), n in found.items():
        batches[batch][bucket] = n
    return {
        (batch, bucket): kept
        for batch, counts in batches.items()
        for bucket, kept in kept_in_batch(counts).items()
    }


def kept_in_batch(counts: Mapping[int, int]) -> dict[int, int]:
    """As `kept_times`, in one batch."""
    kept = {bucket: bucket for bucket, n in counts.items() if bucket and n >= FEWEST}
    windows: Counter[int] = Counter()
    for bucket, n in counts.items():
        if bucket not in kept:
            windows[window_of(bucket)] += n
    for bucket in counts:
        window = window_of(bucket)
        kept.setdefault(bucket, window if windows[window] >= FEWEST else NOT_KEPT)
    hide_enough(kept, counts)
    return kept


def hide_enough(kept: dict[int, int], counts: Mapping[int, int]) -> None:
    """Let nobody be known by having no time: the smallest others lose theirs too."""
    sizes: Counter[int] = Counter()
    for bucket, value in kept.items():
        sizes[value] += counts[bucket]
    while 0 < sizes[NOT_KEPT] < FEWEST and len(sizes) > 1:
        smallest = min((value for value in sizes if value), key=lambda value: (sizes[value], value))
        for bucket, value in kept.items():
            if value == smallest:
                kept[bucket] = NOT_KEPT
        sizes[NOT_KEPT] += sizes.pop(smallest)


def window_of(bucket: int) -> int:
    """The first bucket of the two hours in which a bucket lies; 0 of none."""
    return first_of(bucket, BUCKETS_IN_WINDOW)
