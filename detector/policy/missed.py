"""What of a post's media was not looked at, read or heard, in sentences for the person who decides.

Of frames a pack tolerates a share (`coverage`): what is on display is on display for a while. Of
words it tolerates none: one sentence that was not heard may be the one that matters.
"""

from __future__ import annotations

from detector.evidence import ChannelName, Evidence, Gap, MediaEvidence
from detector.policy.clauses import Clause, Pack
from detector.post import Post


def overlooked(pack: Pack, post: Post, evidence: Evidence) -> list[str]:
    """Return what of the post's media was not looked at, beyond what the pack tolerates."""
    found: list[str] = []
    absent = len(post.media) - len(evidence.media)
    if absent > 0:
        found.append(f"{absent} of {len(post.media)} files were not looked at")
    found.extend(
        f"nothing of {each.name} was looked at"
        for each in evidence.media
        if each.frames_inspected == 0
    )
    found.extend(
        f"a part of {each.name} is missing, and how long it is nobody can tell"
        for each in evidence.media
        if each.frames_inspected > 0 and any(_endless(gap) for gap in each.unseen)
    )
    if evidence.coverage < pack.limits.coverage:
        found.append(
            f"{percent(evidence.coverage)} of the media was looked at, under the limit of "
            f"{percent(pack.limits.coverage)}"
        )
    if len(evidence.media) > 1:
        found.extend(_too_little(each, pack.limits.coverage) for each in _lost(pack, evidence))
    return found


def unread(evidence: Evidence, channel: ChannelName | None = None) -> list[str]:
    """Return which words of the post's media were not read or heard, with their seconds.

    Args:
        evidence: What was seen and read.
        channel: The channel that matters, with its parts (``on-screen text in Urdu script``); None
            for all of them.
    """
    return [
        _missing_words(media, gap)
        for media in evidence.media
        for gap in media.gaps
        if gap.channel != "frames"
        and (channel in (None, gap.channel) or gap.channel.startswith(f"{channel} in "))
    ]


def partly(clause: Clause, evidence: Evidence) -> str:
    """Say on how much of the media a clause on sight was judged; empty where on all of it."""
    whole = evidence.coverage >= 1.0
    if clause.looks_at is None or (whole and not any(each.unseen for each in evidence.media)):
        return ""
    if whole:
        return "Judged on what was looked at; a part of the media could not be."
    return f"Judged on the {percent(evidence.coverage)} that was looked at."


def tolerated(evidence: Evidence) -> str:
    """Say what is missing of a post that is clear all the same; empty where nothing is."""
    count = sum(len(each.unseen) for each in evidence.media)
    share = percent(evidence.coverage)
    said = ""
    if count:
        said = (
            f"; {count} {'stretch' if count == 1 else 'stretches'} could not be looked at, within "
            f"what the policy tolerates ({share} of the media was)"
        )
    elif evidence.coverage < 1.0:
        said = f"; {share} of the media was looked at"
    words = unread(evidence)
    return said + (f"; no clause that applies asks for words, and {words[0]}" if words else "")


def percent(fraction: float) -> str:
    """Return a fraction in per cent, to a tenth."""
    # Rounded down, so that a coverage just under the limit is not shown as the limit.
    return f"{int(fraction * 1000) / 10:g} %"


def _lost(pack: Pack, evidence: Evidence) -> list[MediaEvidence]:
    """Return the files of which too little was looked at, however long the others are."""
    return [
        each
        for each in evidence.media
        if each.frames_inspected > 0
        and each.duration_s > 0.0
        and each.looked_s / each.duration_s < pack.limits.coverage
    ]


def _too_little(media: MediaEvidence, limit: float) -> str:
    share = percent(media.looked_s / media.duration_s)
    return f"{share} of {media.name} was looked at, under the limit of {percent(limit)}"


def _missing_words(media: MediaEvidence, gap: Gap) -> str:
    said = f"{gap.channel} in {media.name} was {gap.missed} in full"
    if _endless(gap):
        return f"{said}, and how much is missing nobody can tell ({gap.reason})"
    return f"{said} from {gap.start_s:.1f} s to {gap.end_s:.1f} s ({gap.reason})"


def _endless(gap: Gap) -> bool:
    """Say whether nobody knows how long a gap is."""
    return gap.end_s <= gap.start_s
