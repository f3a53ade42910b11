"""An evaluation as JSON, and the schema that it keeps."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from training.evaluation.values import Evaluation

FORM = 1
"""Version of the schema; raised when a field changes its meaning or goes."""
DIGITS = 6


def to_json(evaluation: Evaluation) -> str:
    """Write an evaluation as JSON; pictures stay out, NaN does not occur."""
    return json.dumps(as_dict(evaluation), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as plain values, numbers rounded to six digits."""
    plain: dict[str, Any] = {"form": FORM}
    for field in dataclasses.fields(evaluation):
        plain[field.name] = _plain(getattr(evaluation, field.name))
    return plain


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {
            each.name: _plain(getattr(value, each.name)) for each in fields if each.name != "webp"
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(each) for each in value]
    return round(value, DIGITS) if isinstance(value, float) else value


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_NUMBER = {"type": "number"}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_MAYBE = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_COUNTS = {"type": "object", "additionalProperties": _COUNT}
_METHODS = {"enum": ["wilson", "wilson over groups", "bootstrap of groups", "none"]}
_MEASURE = _object(
    {
        "value": _MAYBE,
        "low": _MAYBE,
        "high": _MAYBE,
        "items": _COUNT,
        "groups": _COUNT,
        "method": _METHODS,
    }
)
_CURVE = _object({each: _list(_NUMBER) for each in ("threshold", "precision", "recall")})
_BIN = _object(
    {"low": _SHARE, "high": _SHARE, "items": _COUNT, "probability": _SHARE, "share": _SHARE}
)
_SCORES = _object(
    {
        "level": {"enum": ["box", "picture", "text", "sighting", "post"]},
        "label": _TEXT,
        "part": _TEXT,
        "items": _COUNT,
        "groups": _COUNT,
        "positives": _COUNT,
        "threshold": _MAYBE,
        "flagged": _COUNT,
        "right": _COUNT,
        "ap": _MEASURE,
        "precision": _MEASURE,
        "recall": _MEASURE,
        "f1": _MAYBE,
        "ap_50_95": {"anyOf": [_MEASURE, {"type": "null"}]},
        "curve": {"anyOf": [_CURVE, {"type": "null"}]},
        "note": _TEXT,
    }
)
_SUITE = _object(
    {
        "name": _TEXT,
        "labels": _list(_TEXT),
        "items": _COUNT,
        "alarmed": _COUNT,
        "per_100": _MEASURE,
        "by_label": _COUNTS,
    }
)
_RELIABILITY = _object(
    {
        "label": _TEXT,
        "part": _TEXT,
        "before": _list(_BIN),
        "after": _list(_BIN),
        "error_before": _MEASURE,
        "error_after": _MEASURE,
    }
)
_SECONDS = {"type": "number", "minimum": 0}
_TIME = _object(
    {
        "label": _TEXT,
        "spans": _COUNT,
        "start_median_s": _SECONDS,
        "start_interval_s": _list(_SECONDS),
        "start_90_s": _SECONDS,
        "end_median_s": _SECONDS,
        "end_interval_s": _list(_SECONDS),
        "end_90_s": _SECONDS,
    }
)
_BOUND = {"type": ["number", "null"], "minimum": -1, "maximum": 1}
_DIFFERENCE = _object(
    {"candidate": _MAYBE, "champion": _MAYBE, "low": _BOUND, "high": _BOUND, "groups": _COUNT}
)
_AT_RECALL = _object(
    {
        "label": _TEXT,
        "part": _TEXT,
        "recall": _SHARE,
        "threshold": _MAYBE,
        "flagged": _COUNT,
        "right": _COUNT,
        "precision": _MEASURE,
    }
)
_BESIDE = _object(
    {
        "label": _TEXT,
        "part": _TEXT,
        "name": _TEXT,
        "ap": _MEASURE,
        "difference": _DIFFERENCE,
        "absent": _TEXT,
    }
)
_FIGURE = {"type": ["number", "null"]}
_HELD = _object(
    {
        "name": _TEXT,
        "figure": _TEXT,
        "asked": {"type": "number", "minimum": 0},
        "at_most": {"type": "boolean"},
        "by_low": {"type": "boolean"},
        "found": _object(
            {
                "value": _FIGURE,
                "low": _FIGURE,
                "high": _FIGURE,
                "items": _COUNT,
                "groups": _COUNT,
                "method": _METHODS,
            }
        ),
        "met": {"type": ["boolean", "null"]},
        "why": _TEXT,
        "unit": _TEXT,
    }
)
_TRIED = _object(
    {
        "by": {"enum": ["pairs", "swaps", "functions", "targets"]},
        "label": _TEXT,
        "part": _TEXT,
        "figure": _TEXT,
        "found": _MEASURE,
        "abstained": _COUNT,
    }
)
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Wardi evaluation",
    **_object(
        {
            "form": {"const": FORM},
            "kind": {"enum": ["vision", "text", "posts"]},
            "models": _list(_object({"kind": _TEXT, "version": _TEXT, "sha256": _TEXT})),
            "on": {"enum": ["heldout", "calibration"]},
            "restricted": _TEXT,
            "items": _COUNT,
            "groups": _COUNT,
            "lock": _TEXT,
            "sources": _COUNTS,
            "draws": _COUNT,
            "seed": {"type": "integer"},
            "scores": _list(_SCORES),
            "suites": _list(_SUITE),
            "reliability": _list(_RELIABILITY),
            "errors": _list(_object({"name": _TEXT, "count": _COUNT, "ap_gain": _NUMBER})),
            "worst": _list(
                _object(
                    {
                        "item": _TEXT,
                        "label": _TEXT,
                        "what": _TEXT,
                        "confidence": {"type": ["number", "null"]},
                        "text": _TEXT,
                    }
                )
            ),
            "notes": _list(_TEXT),
            "times": _list(_TIME),
            "bands": {"type": "object", "additionalProperties": _COUNTS},
            "at_recall": _list(_AT_RECALL),
            "beside": _list(_BESIDE),
            "held": _list(_HELD),
            "tried": _list(_TRIED),
        }
    ),
}
