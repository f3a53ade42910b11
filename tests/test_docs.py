"""The README keeps its word: every verb is in it, every command it shows exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from detector.cli import VERBS, cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^wardi (.+)$", README, re.MULTILINE)


def commands(group: click.Group, context: click.Context) -> dict[str, click.Command]:
    """Every command below a group, by its words."""
    found: dict[str, click.Command] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {below}": each for below, each in commands(command, context).items()}
    return found


ALL = commands(cli, click.Context(cli))


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_is_in_the_readme(verb: str) -> None:
    assert f"wardi {verb}" in README


@pytest.mark.parametrize("words", sorted(ALL))
def test_every_command_has_a_sentence_and_an_example(words: str) -> None:
    command = ALL[words]
    assert command.help
    assert f"wardi {words.split()[0]}" in command.help


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_in_the_readme_exists_with_its_options(line: str) -> None:
    words = line.split("#")[0].split()
    name = " ".join(words[:2]) if " ".join(words[:2]) in ALL else words[0]
    options = {each for each in words if each.startswith("--")}
    known = {each for param in ALL[name].params for each in param.opts}
    assert options <= known


def test_the_readme_shows_commands() -> None:
    assert len(COMMANDS) > 5
