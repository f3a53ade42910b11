"""The gates: a worse, incomplete or strange model does not become current without a written reason."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from detector.artifact import load_model_folder
from detector.cli import run
from detector.errors import ArtifactMismatch, InputError
from tests.training.wording import drawn, fitted, imported
from training import toml
from training.cards import write_card
from training.current import current_version, history, roll_back
from training.evaluate import Request, evaluate_text
from training.promote import Promotion, missing_fields, promote
from training.report.card_page import card_page


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus, and a model that was fitted on it and measured."""
    root = tmp_path_factory.mktemp("promote")
    source = imported(root / "corpus", drawn(480, seed=0))
    model = fitted(source, root / "models" / "text" / "0")
    write_card(model, evaluate_text(load_model_folder(str(model), "text"), request(root)))
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """The same again, with model 0 current and an equal model 1 beside it."""
    shutil.copytree(made, tmp_path / "root")
    kind = tmp_path / "root" / "models" / "text"
    shutil.copytree(kind / "0", kind / "1")
    toml.write(kind / "current.toml", {"version": "0"})
    change(tmp_path / "root", "model", version="1")
    return tmp_path / "root"


def request(root: Path, **more: object) -> Request:
    return Request(corpora=(root / "corpus",), draws=200, **more)  # type: ignore[arg-type]


def change(root: Path, table: str, version_folder: str = "1", **values: object) -> None:
    card = root / "models" / "text" / version_folder / "card.toml"
    toml.update(card, table, values)


def promoted(root: Path, *, force: str = "") -> Promotion:
    folder = load_model_folder(str(root / "models" / "text" / "1"), "text")
    return promote(folder, request(root), force=force)


def current(root: Path) -> str:
    return load_model_folder("current", "text", models=root / "models").ref.version


def dulled(root: Path) -> None:
    """Plant a regression: the candidate flags nothing of politics any more."""
    limits = dict.fromkeys(("en", "ur-Latn", "zxx"), 0.9999)
    change(root, "thresholds", political=limits)


def test_a_model_that_is_no_worse_becomes_current(root: Path) -> None:
    done = promoted(root)
    assert current(root) == "1"
    assert done.overruled == ()
    assert done.change.before == "0"
    assert (
        done.change.sha256
        == load_model_folder(str(root / "models" / "text" / "1"), "text").ref.sha256
    )


def test_a_planted_regression_is_refused_with_the_class_and_the_numbers(root: Path) -> None:
    dulled(root)
    with pytest.raises(InputError, match=r"recall of political is worse: 0\.000 against"):
        promoted(root)
    assert current(root) == "0"


def test_more_false_alarms_are_refused(root: Path) -> None:
    change(root, "thresholds", political=dict.fromkeys(("en", "ur-Latn", "zxx"), 0.001))
    with pytest.raises(InputError, match="precision of political is worse"):
        promoted(root)


def test_a_forced_promotion_keeps_its_reason_in_the_card_and_the_history(root: Path) -> None:
    dulled(root)
    done = promoted(root, force="a demonstration for the superintendent")
    assert current(root) == "1"
    assert any("recall of political" in each for each in done.overruled)
    card = toml.read(root / "models" / "text" / "1" / "card.toml")
    assert card["promotion"]["reason"] == "a demonstration for the superintendent"
    assert card["promotion"]["overruled"] == list(done.overruled)
    assert "superintendent" in (root / "models" / "text" / "1" / "card.md").read_text("utf-8")
    [row] = history(root / "models" / "text")
    assert (row.how, row.reason) == ("promoted by force", card["promotion"]["reason"])


def test_a_forced_promotion_and_its_figures_leave_the_model_what_it_is(root: Path) -> None:
    dulled(root)
    path = root / "models" / "text" / "1"
    before = load_model_folder(str(path), "text").ref
    toml.replace(path / "card.toml", "heldout_slices", {})
    assert promoted(root, force="why not").change.sha256 == before.sha256


def test_a_reason_is_not_written_where_nothing_was_overruled(root: Path) -> None:
    promoted(root, force="to be sure")
    assert "promotion" not in toml.read(root / "models" / "text" / "1" / "card.toml")


@pytest.mark.parametrize("table", ["heldout", "measured", "threshold_rule", "recipe", "data"])
def test_a_card_that_lacks_something_is_refused(root: Path, table: str) -> None:
    toml.replace(root / "models" / "text" / "1" / "card.toml", table, {})
    with pytest.raises(InputError, match=f"its card lacks .*{table}"):
        promoted(root)


def test_a_complete_card_lacks_nothing_and_every_label_must_be_measured(root: Path) -> None:
    card = toml.read(root / "models" / "text" / "1" / "card.toml")
    assert missing_fields(card) == []
    for tables in card["heldout"].values():
        tables.pop("religious")
    card["data"]["sources"][0]["licence"] = ""
    assert missing_fields(card) == ["held-out figures of religious", "data.sources[0].licence"]


def test_a_target_is_told_beside_its_topic_and_needs_no_figures_of_its_own(root: Path) -> None:
    card = toml.read(root / "models" / "text" / "1" / "card.toml")
    card["model"]["labels"].append("mockery:race")
    assert missing_fields(card) == []


def test_figures_of_other_held_out_items_are_refused(root: Path) -> None:
    change(root, "measured", lock="0" * 64)
    with pytest.raises(InputError, match="measured on other held-out items"):
        promoted(root)


def test_a_held_out_list_that_changed_under_the_lock_is_refused(root: Path) -> None:
    lock = root / "corpus" / "heldout.lock.toml"
    toml.update(lock, "corpus", {"ids": "0" * 64})
    with pytest.raises(InputError, match=r"cannot be compared.*which items they are changed"):
        promoted(root)


def test_a_file_that_is_not_the_one_in_the_card_is_refused_even_by_force(root: Path) -> None:
    path = root / "models" / "text" / "1" / "topics.skops"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ArtifactMismatch, match="its card says"):
        promoted(root, force="it is only a space")


def test_a_model_that_lost_a_label_is_refused(root: Path) -> None:
    change(root, "model", labels=["political"])
    card = root / "models" / "text" / "1" / "card.toml"
    probability = {"political": toml.read(card)["probe"]["probability"]["political"]}
    toml.update(card, "probe", {"probability": probability})
    with pytest.raises(InputError, match="does not know religious"):
        promoted(root)


def test_the_first_model_of_a_kind_has_nothing_to_beat(root: Path) -> None:
    (root / "models" / "text" / "current.toml").unlink()
    done = promoted(root)
    assert done.comparison is None
    assert done.change.before == ""


def test_a_folder_where_no_scan_looks_is_refused(root: Path) -> None:
    kind = root / "models" / "text"
    shutil.copytree(kind / "1", kind / "best")
    folder = load_model_folder(str(kind / "best"), "text")
    with pytest.raises(InputError, match="expected it in a folder text/1"):
        promote(folder, request(root))


def test_the_current_model_cannot_be_promoted_again(root: Path) -> None:
    promoted(root)
    with pytest.raises(InputError, match="names 1 already"):
        promoted(root)


# Back again


def test_a_rollback_goes_to_the_one_before_and_no_further_than_is_known(root: Path) -> None:
    kind = root / "models" / "text"
    shutil.copytree(kind / "1", kind / "2")
    change(root, "model", "2", version="2")
    promoted(root)
    promote(load_model_folder(str(kind / "2"), "text"), request(root))
    assert roll_back(kind).version == "1"
    assert roll_back(kind).version == "0"
    with pytest.raises(InputError, match="knows no model before 0"):
        roll_back(kind)
    assert [each.how for each in history(kind)] == ["promoted"] * 2 + ["rolled back"] * 2


def test_a_rollback_to_a_damaged_model_is_refused(root: Path) -> None:
    promoted(root)
    (root / "models" / "text" / "0" / "topics.skops").write_bytes(b"")
    with pytest.raises(ArtifactMismatch):
        roll_back(root / "models" / "text")
    assert current_version(root / "models" / "text") == "1"


# On the command line


def test_compare_promote_and_rollback_as_people_call_them(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, items = str(root / "models" / "text" / "1"), ["--corpus", str(root / "corpus")]
    assert run(["compare", model, *items, "--draws", "100", "--json"]) == 0
    rows = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert {each["outcome"] for each in rows} == {"undecided"}
    assert run(["promote", model, *items, "--draws", "100"]) == 0
    said = capsys.readouterr()
    assert "text: 1 is current, instead of 0" in said.out
    assert "there nothing has changed" in said.err
    assert run(["rollback", "text", "--models", str(root / "models")]) == 0
    assert current(root) == "0"


def test_a_refusal_ends_with_2_and_the_reason(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dulled(root)
    model = str(root / "models" / "text" / "1")
    assert run(["promote", model, "--corpus", str(root / "corpus"), "--draws", "100"]) == 2
    assert "recall of political is worse" in capsys.readouterr().err
    assert current(root) == "0"


@pytest.mark.parametrize("given", [["--force"], ["--reason", "x"], ["--force", "--reason", " "]])
def test_force_needs_a_written_reason(
    root: Path, given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["promote", str(root / "models" / "text" / "1"), *given]) == 2
    assert "a gate is overruled in writing" in capsys.readouterr().err


def test_the_page_of_a_card_shows_that_it_was_forced() -> None:
    page = card_page({"model": {"kind": "text"}, "promotion": {"reason": "why | not"}})
    assert "## Promoted against the gates" in page
