"""Frozen values <-> JSON text, for the store. What does not read back exactly is an error, not a guess.

Bytes do not go through here: pictures have columns of their own.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from detector.errors import ContractBroken, StoreError

T = TypeVar("T")


@cache
def _cached(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _adapter(kind: Any) -> TypeAdapter[Any]:
    return _cached(kind)


def to_json(value: object) -> str:
    """Return a frozen dataclass as JSON text that any database can hold.

    Raises:
        ContractBroken: If the value does not hold what its fields promise, so that it could not be
            read back: a number that is none, a value of another type.
    """
    adapter = _adapter(type(value))
    try:
        content = _dump(adapter, value)
        adapter.validate_json(content, strict=True, extra="forbid")
    except (ValidationError, PydanticSerializationError) as error:
        raise ContractBroken(
            f"a {type(value).__name__} cannot be kept ({_first(error)}); expected values as its "
            f"fields declare them"
        ) from None
    return content


def _dump(adapter: TypeAdapter[Any], value: object) -> str:
    try:
        return adapter.dump_json(value, warnings="error").decode("utf-8")
    except PydanticSerializationError:
        # Lone surrogates: bytes of a file name that are not UTF-8. They stay visible as \udcXX.
        return json.dumps(_visible(adapter.dump_python(value, mode="json", warnings="error")))


def from_json(kind: type[T], content: str, *, owner: str) -> T:
    """Read a value back.

    Args:
        kind: The dataclass that was written.
        content: What `to_json` returned.
        owner: Whose value it is, for the message, e.g. ``post 'a/clip.mp4'``.

    Raises:
        StoreError: If the text is not exactly such a value; it names the owner.
    """
    try:
        value: T = _adapter(kind).validate_json(content, strict=True, extra="forbid")
    except (ValidationError, ValueError) as error:
        raise StoreError(
            f"what the store holds of {owner} cannot be read ({_first(error)}); expected a "
            f"{kind.__name__} as this program writes it; forget it with `wardi forget` and scan it "
            f"again, or restore a copy of the store"
        ) from None  # the cause would carry the post's words into a log
    return value


def holdable(text: str) -> str:
    """Return text as every database can hold it: NUL and lone surrogates written as escapes.

    Example:
        >>> holdable("a\\x00b\\udc80")
        'a\\\\x00b\\\\udc80'
    """
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode("utf-8")


def _visible(plain: Any) -> Any:
    """Return plain JSON values with lone surrogates in their strings written as escapes."""
    if isinstance(plain, str):
        return plain.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(plain, list | tuple):
        return [_visible(each) for each in plain]
    if isinstance(plain, dict):
        return {key: _visible(each) for key, each in plain.items()}
    return plain


def _first(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return type(error).__name__
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"
