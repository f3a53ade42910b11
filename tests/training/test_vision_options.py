"""What `wardi train vision` is asked for beside its data: emphasis, changes, artwork."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from detector.errors import InputError, SetupError
from tests.training.making import Row, manifest, picture_source
from training import toml
from training.augment import Changes
from training.balance import Shares
from training.cli.train_vision import _emblems, _recipe, _sources, vision
from training.settling import seal_source
from training.sources import Source, open_source
from training.vision import Plan, Recipe, Start, plan
from training.vision_card import first_card

START = Start(Path("start.safetensors"), "0" * 64, (), None)
SAID: dict[str, Any] = {
    "epochs": 1,
    "imgsz": 64,
    "batch": 2,
    "lr": 0.001,
    "pictures": 0,
    "head": "one2many",
    "unmasked": False,
    "seed": 0,
    "target": (),
    "emphasis": (),
    "background": None,
    "mined": None,
    "change": (),
}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return picture_source(tmp_path, [Row(f"p{at}", f"g{at}") for at in range(8)])


def artwork(root: Path, ships: str = "yes") -> Source:
    """A source of emblems with one red crest."""
    said = manifest(
        kind="emblems", origin={"path": "emblems", "ships": ships}, labels={}, suites=[]
    )
    said |= {"name": "emblems", "groups": {"rule": "none", "heldout": "none"}, "labels": {}}
    (root / "emblems").mkdir()
    cv2.imwrite(str(root / "emblems" / "crest.png"), np.full((8, 8, 3), (0, 0, 200), np.uint8))
    path = root / "data" / "sources" / "emblems.toml"
    toml.write(path, said)
    seal_source(path, open_source(path, root=root))
    return open_source(path, root=root)


def planned(source: Source, emblems: Source | None, **chances: float) -> Plan:
    recipe = Recipe(changes=Changes(**chances))
    return plan([source], START, recipe, source.locks / "1", emblems=emblems)


def test_emphasis_and_changes_reach_the_recipe() -> None:
    recipe = _recipe(
        SAID | {"emphasis": ("a=3", "b=0.5", "a/weapon=2"), "change": ("palette=0.4", "flip=0")}
    )

    assert recipe.shares == Shares(emphasis={"a": 3.0, "b": 0.5, "a/weapon": 2.0})
    assert recipe.changes == Changes(palette=0.4, flip=0.0)


def test_shares_of_background_and_of_false_alarms_reach_the_recipe() -> None:
    assert _recipe(SAID | {"background": 0.3, "mined": 4.0}).shares == Shares(0.3, mined=4.0)


def test_false_alarms_of_a_start_that_knows_no_label_are_refused(
    source: Source, tmp_path: Path
) -> None:
    recipe = Recipe(shares=Shares(mined=3.0))

    with pytest.raises(InputError, match=r"--mined 3 .* expected a model folder"):
        plan([source], START, recipe, tmp_path / "1")


def test_without_them_the_recipe_is_the_usual_one() -> None:
    recipe = _recipe(SAID)

    assert (recipe.shares, recipe.changes) == (Shares(), Changes())


@pytest.mark.parametrize("pair", ["a", "a=", "a=0", "a=often", "a=-1", "a=nan"])
def test_emphasis_that_says_not_how_often_is_refused(pair: str) -> None:
    with pytest.raises(InputError, match="expected SOURCE=TIMES"):
        _recipe(SAID | {"emphasis": (pair,)})


@pytest.mark.parametrize("pair", ["badges", "badges=", "badges=often", "badges=-1", "badges=nan"])
def test_a_change_that_says_not_how_much_is_refused(pair: str) -> None:
    with pytest.raises(InputError, match="expected NAME=CHANCE"):
        _recipe(SAID | {"change": (pair,)})


def test_a_change_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match=r"there is no such change; expected one of .*badges"):
        _recipe(SAID | {"change": ("moustache=0.3",)})


def test_help_names_both() -> None:
    shown = CliRunner().invoke(vision, ["--help"]).output

    assert "--emphasis SOURCE[/LABEL]=TIMES" in shown
    assert "--change NAME=CHANCE" in shown


def test_emphasis_on_a_source_that_is_not_given_is_refused(source: Source, tmp_path: Path) -> None:
    recipe = Recipe(shares=Shares(emphasis={"mode": 3.0}))

    with pytest.raises(InputError, match=r"mode is to be drawn more often.*given are made"):
        plan([source], START, recipe, tmp_path / "1")


def test_emphasis_on_what_is_no_label_is_refused(source: Source, tmp_path: Path) -> None:
    recipe = Recipe(shares=Shares(emphasis={"made/gun": 3.0}))

    with pytest.raises(InputError, match=r"gun is no label; expected one of .*weapon"):
        plan([source], START, recipe, tmp_path / "1")


def test_emphasis_on_a_label_that_no_picture_of_the_source_shows_is_refused(
    source: Source, tmp_path: Path
) -> None:
    recipe = Recipe(shares=Shares(emphasis={"made/weapon": 3.0}))

    with pytest.raises(InputError, match=r"no picture of made on the train side shows weapon"):
        plan([source], START, recipe, tmp_path / "1")


def test_artwork_is_found_by_its_manifest_in_a_folder_and_not_at_all(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    folder = source.locks / "sources"
    monkeypatch.chdir(tmp_path)
    assert _emblems((folder,), tmp_path) is None
    assert "badges are drawn without it" in capsys.readouterr().err

    artwork(tmp_path)
    for paths in ((folder / "emblems.toml",), (folder,), (folder / "made.toml",)):
        found = _emblems(paths, tmp_path)
        assert found is not None
        assert found.name == "emblems"


def test_artwork_is_not_counted_as_data_that_is_left_out(
    source: Source, tmp_path: Path, capsys: Any
) -> None:
    artwork(tmp_path)
    paths = tuple(sorted((source.locks / "sources").glob("*.toml")))

    assert [each.name for each in _sources(paths, tmp_path)] == ["made"]
    assert capsys.readouterr().err == ""


def test_artwork_belongs_to_the_run_where_badges_are_added(source: Source, tmp_path: Path) -> None:
    emblems = artwork(tmp_path)

    assert planned(source, emblems).run == planned(source, None).run
    assert planned(source, emblems).emblems is None
    assert planned(source, emblems, badges=0.5).run != planned(source, None, badges=0.5).run
    assert planned(source, emblems, badges=0.5).emblems == emblems


def test_artwork_that_is_not_what_was_sealed_is_refused(source: Source, tmp_path: Path) -> None:
    emblems = artwork(tmp_path)
    (tmp_path / "emblems" / "crest.png").write_bytes(b"other")

    with pytest.raises(SetupError, match="was sealed with"):
        planned(source, emblems, badges=0.5)


def test_the_card_names_artwork_and_its_terms(source: Source, tmp_path: Path) -> None:
    emblems = artwork(tmp_path, ships="none stated")
    folder = tmp_path / "part"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"")
    with_badges = planned(source, emblems, badges=0.5)
    first_card(folder, with_badges, "yolo26n.yaml", "cpu", "float32", 8)
    data = toml.read(folder / "card.toml")["data"]

    assert planned(source, emblems).ships
    assert not with_badges.ships
    assert data["ships"] is False
    assert [each["name"] for each in data["sources"]] == ["made", "emblems"]
    assert any("the terms of emblems do not allow it" in each for each in data["caveats"])
