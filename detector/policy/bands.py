"""Which band a post goes into, and why, in one sentence.

The score alone never clears a post: whatever could not be judged for a reason that lies with the
post puts it before a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from detector.evidence import Evidence
from detector.policy.clauses import Pack
from detector.policy.missed import tolerated
from detector.verdict import Band, Finding


def choose_band(
    pack: Pack,
    evidence: Evidence,
    *,
    score: float,
    findings: Sequence[Finding],
    author_known: bool,
    doubts: Sequence[str],
) -> tuple[Band, str]:
    """Return the band and its reason.

    Args:
        pack: For its limits.
        evidence: For its gaps.
        score: The post's score.
        findings: What the score is made of.
        author_known: Whether it is known who posts: if not, no higher than review.
        doubts: What could not be judged for a reason that lies with the post.
    """
    limits, band = pack.limits, pack.band_of(score)
    if band == "hold" and author_known:
        return "hold", f"The score of {score:g} reaches the limit for hold ({limits.hold:g})."
    if band == "hold":
        return "review", (
            f"The score of {score:g} reaches the limit for hold ({limits.hold:g}), but the author "
            f"is unknown: no higher than review."
        )
    if findings:
        met = ", ".join(each.clause for each in findings)
        return "review", (
            f"A person looks at every finding ({met}); the score of {score:g} is under the limit "
            f"for hold ({limits.hold:g})."
        )
    if doubts:
        return "review", f"Nothing was found, but it could not be judged in full: {doubts[0]}."
    return "clear", f"No clause that was judged is met{tolerated(evidence)}."
