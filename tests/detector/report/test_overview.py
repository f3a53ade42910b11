"""Counts of a run, and the order in which a person looks at its posts."""

from dataclasses import replace

from detector.evidence import Gap
from detector.report.overview import by_urgency, summary_lines, tally
from tests.detector.report import builders as make


def partly(post_id: str = "cut.mp4"):
    return make.record(post_id, media=(make.clip(gaps=(Gap(20, 30, "ends early"),), looked_s=20),))


def test_bands_failures_and_gaps_are_counted() -> None:
    posts = [
        make.record("a", make.finding(contribution=80)),
        make.record("b", make.finding(contribution=30)),
        make.record("c"),
        make.failure("d"),
        partly(),
    ]

    counts = tally(posts)

    assert counts.posts == 5
    assert counts.bands == {"hold": 1, "failure": 1, "review": 1, "clear": 2}
    assert counts.with_gaps == 1


def test_a_failure_counts_for_no_clause() -> None:
    counts = tally([make.failure(), make.record("a", make.finding())])

    [k1, *_] = counts.clauses
    assert (k1.clause, k1.met, k1.not_met, k1.not_judged, k1.does_not_apply) == ("K1", 1, 0, 0, 0)


def test_channels_that_were_not_examined_are_counted_with_their_reason() -> None:
    [text, speech] = tally([make.record("a"), make.record("b"), make.failure()]).channels

    assert (text.name, text.posts) == ("on-screen text", 2)
    assert speech.note == "no reader for it is installed"


def test_hold_stands_before_failures_and_those_before_review_and_clear() -> None:
    posts = [
        make.record("clear"),
        make.record("review", make.finding(contribution=30)),
        make.failure("failure"),
        make.record("hold", make.finding(contribution=80)),
        make.record("worse", make.finding(contribution=95)),
        partly("clear-in-part"),
    ]

    order = [each.post.id for each in by_urgency(posts)]

    assert order == ["worse", "hold", "failure", "review", "clear-in-part", "clear"]


def test_summary_names_everything_that_was_left_out() -> None:
    lines = summary_lines([make.record("a"), make.failure()], make.summary(interrupted=True))

    assert lines[0] == "2 posts: 0 hold, 0 review, 1 clear, 1 failure; 0 judged with gaps"
    assert "interrupted: posts after the last one shown were not looked at" in lines
    assert "speech: not examined (no reader for it is installed) in 1 post" in lines
    assert "clauses not judged (in how many posts): K2 (1)" in lines
    assert "not a post: README.md" in lines
    assert "2 hidden files skipped" in lines
    assert any(line.startswith("posts.csv:7:posted_at: 'yesterday'") for line in lines)


def test_summary_makes_names_of_files_harmless() -> None:
    summary = replace(make.summary(), not_posts=("a\x1b[2J",))

    assert "not a post: a<U+001B>[2J" in summary_lines([], summary)
