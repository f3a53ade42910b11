"""The whole chain held against posts with known truth: findings, bands, sightings and their times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detector.evidence import ModelRef
from detector.verdict import Band, Verdict
from training.evaluation.boxes import score_items
from training.evaluation.reliable import reliability_of
from training.evaluation.sightings import score_sightings, time_errors
from training.evaluation.values import Evaluation, Reliability, Scores
from training.metrics.interval import DRAWS, draw
from training.posts.run import BuiltPost

ANY, HELD = "any finding", "held"
"""Rows for the ranking by score: is there anything to look at, is the post to be stopped."""
TOP = 10
BANDS: tuple[Band, ...] = ("clear", "review", "hold")


def evaluate_posts(
    posts: Sequence[BuiltPost],
    models: Sequence[ModelRef],
    *,
    lock: str,
    sources: Mapping[str, int],
    policy: str,
    draws: int = DRAWS,
    seed: int = 0,
) -> Evaluation:
    """Measure what the chain made of posts.

    Args:
        posts: Posts that were built and judged.
        models: Which models the chain ran.
        lock: Hash of the items that the posts are built of.
        sources: Items by source.
        policy: Id of the policy pack.
        draws: Of the bootstrap.
        seed: Of the bootstrap.
    """
    scored = Scoring(posts, draws, seed)
    labels = next((each.labels for each in models if each.kind == "vision"), ())
    sighted = [score_sightings(posts, label, draws=draws, seed=seed) for label in labels]
    failed = len(posts) - len(scored.judged)
    return Evaluation(
        kind="posts",
        models=tuple(
            {"kind": each.kind, "version": each.version, "sha256": each.sha256} for each in models
        ),
        on="heldout",
        restricted="",
        items=len(posts),
        groups=len(posts),
        lock=lock,
        sources=dict(sources),
        draws=draws,
        seed=seed,
        scores=(*scored.ranking(), *scored.clauses(), *(each for each in sighted if each.items)),
        suites=(),
        reliability=tuple(scored.reliability()),
        errors=(),
        worst=(),
        notes=(
            f"Judged by the policy {policy}; an officer's own account, no approval. A clause counts "
            f"as met where the policy meets it on what is truly shown and said.",
            f"{failed} posts could not be judged." if failed else "Every post could be judged.",
            scored.top(),
            "The score orders a day's work and is no probability: it is measured as a ranking.",
            f"{scored.unsure} posts are left out where nobody can say (cut off, tiny, to be ignored).",
            "Sightings are those that the deployed thresholds leave; their average precision ends there.",
        ),
        times=tuple(time_errors(posts, labels, draws=draws, seed=seed)),
        bands=scored.bands(),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """A post that was judged."""

    post: BuiltPost
    verdict: Verdict

    @property
    def band(self) -> Band | None:
        """The true band; None where nobody can say."""
        sure, every = self.post.at_least.band, self.post.at_most.band
        return sure if sure == every else None

    def met(self, clause: str) -> bool | None:
        """Say whether a clause is truly met; None where nobody can say."""
        sure, every = (
            any(each.clause == clause for each in verdict.findings)
            for verdict in (self.post.at_least, self.post.at_most)
        )
        return sure if sure == every else None

    def probability(self, clause: str) -> float:
        """Return the probability of the clause's finding; 0.0 where there is none."""
        found = (each.probability for each in self.verdict.findings if each.clause == clause)
        return next(found, 0.0)


class Scoring:
    """What every score of one run shares."""

    def __init__(self, posts: Sequence[BuiltPost], draws: int, seed: int) -> None:
        self.judged = [
            Judged(each, each.record.outcome)
            for each in posts
            if isinstance(each.record.outcome, Verdict)
        ]
        self._draws, self._seed = draws, seed

    @property
    def unsure(self) -> int:
        """Posts of which the true band cannot be said."""
        return sum(each.band is None for each in self.judged)

    def ranking(self) -> Iterator[Scores]:
        """Score the ranking by score, and the bands that were given."""
        known = [each for each in self.judged if each.band is not None]
        for label, bands in ((ANY, BANDS[1:]), (HELD, BANDS[2:])):
            yield self._scored(
                label,
                [each.verdict.score / 100 for each in known],
                [each.band in bands for each in known],
                [each.verdict.band in bands for each in known],
            )

    def clauses(self) -> Iterator[Scores]:
        """Score each clause that is truly met, or was found, in some post."""
        for clause in self._names():
            known = [each for each in self.judged if each.met(clause) is not None]
            found = [each.probability(clause) for each in known]
            truth = [bool(each.met(clause)) for each in known]
            if any(truth) or any(found):
                flagged = [each > 0 for each in found]
                yield self._scored(clause, found, truth, flagged)

    def reliability(self) -> Iterator[Reliability]:
        """Say what the probabilities of findings are worth, all clauses together."""
        rows = [
            (each.probability(clause), each.met(clause) is True, each.post.recipe.id)
            for clause in self._names()
            for each in self.judged
            if each.met(clause) is not None and each.probability(clause) > 0
        ]
        if rows:
            said = np.array([each[0] for each in rows])
            truth = np.array([each[1] for each in rows])
            ids = [each[2] for each in rows]
            yield reliability_of(
                "findings", "all", said, said, truth, ids, draws=self._draws, seed=self._seed
            )

    def bands(self) -> dict[str, dict[str, int]]:
        """Count given bands by true band."""
        counts = Counter((each.band, each.verdict.band) for each in self.judged if each.band)
        return {
            true: {given: counts[true, given] for given in BANDS if counts[true, given]}
            for true in BANDS
            if any(counts[true, given] for given in BANDS)
        }

    def top(self) -> str:
        """Say how many of the posts with the highest scores are truly to be looked at."""
        known = [each for each in self.judged if each.band is not None]
        first = sorted(known, key=lambda each: -each.verdict.score)[:TOP]
        right = sum(each.band != "clear" for each in first)
        return (
            f"Of the {len(first)} posts with the highest scores, {right} are truly to be looked at."
        )

    def _names(self) -> list[str]:
        return sorted({one.clause for each in self.judged for one in each.verdict.clauses})

    def _scored(
        self, label: str, score: list[float], truth: list[bool], flagged: list[bool]
    ) -> Scores:
        n = len(score)
        weights = draw(max(n, 1), draws=self._draws, seed=self._seed)
        return score_items(
            "post",
            label,
            "all",
            np.array(score, np.float64),
            np.array(truth, np.bool_),
            np.array(flagged, np.bool_),
            np.arange(n),
            weights,
            curve=True,
        )
