"""Pages for people: the one file of `training` that imports Jinja2. Words of the data are escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from detector.report.display import shown

TEMPLATES = Path(__file__).parent / "templates"


def render(
    template: str,
    values: Mapping[str, Any],
    *,
    templates: Path = TEMPLATES,
    filters: Mapping[str, Callable[..., Any]] | None = None,
) -> str:
    """Fill in a template; a name that is missing is an error.

    Args:
        template: Its file name.
        values: What it may name.
        templates: The folder it lies in.
        filters: Functions it may call, besides ``visible``, which shows characters that hide.
    """
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({"visible": shown, **(filters or {})})
    return environment.get_template(template).render(values)
