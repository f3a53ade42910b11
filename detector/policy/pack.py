"""Find, check and load policy packs: those that come with Wardi, by name, and a user's own, by path."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from detector.errors import PolicyError
from detector.policy.check import Fault, check_content
from detector.policy.clauses import Clause, Limits, LooksAt, Pack, Reads
from detector.policy.nearest import instead

__all__ = [
    "Clause",
    "Fault",
    "Limits",
    "LooksAt",
    "Pack",
    "Reads",
    "check_pack",
    "list_packs",
    "load_pack",
]

_PACKS = Path(__file__).parent / "packs"
_ENDINGS = {".yaml", ".yml"}


def list_packs() -> tuple[str, ...]:
    """Return the names of the packs that come with Wardi, sorted."""
    return tuple(sorted(each.stem for each in _PACKS.glob("*.yaml")))


def load_pack(name_or_path: str | Path) -> Pack:
    """Return a checked pack.

    Args:
        name_or_path: Name of a pack that comes with Wardi, or a path to a file.

    Raises:
        PolicyError: If there is no such pack, or it has faults; all of them are named.
    """
    pack, faults = _checked(name_or_path)
    if pack is None:
        listed = "\n".join(f"  {each}" for each in faults)
        raise PolicyError(
            f"the policy pack {name_or_path} has {len(faults)} "
            f"{'fault' if len(faults) == 1 else 'faults'}; correct the file:\n{listed}"
        )
    return pack


def check_pack(name_or_path: str | Path) -> tuple[Fault, ...]:
    """Return what is wrong with a pack, by line; empty where nothing is.

    Raises:
        PolicyError: If there is no such pack.
    """
    return _checked(name_or_path)[1]


def _checked(name_or_path: str | Path) -> tuple[Pack | None, tuple[Fault, ...]]:
    path = _find(name_or_path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(
            f"the policy pack {name_or_path} cannot be read ({error.strerror}); expected a file; "
            f"check its path and rights"
        ) from error
    file = path.name if path.parent == _PACKS else str(name_or_path)
    return check_content(content, file, _shipped)


def _find(name_or_path: str | Path) -> Path:
    name = str(name_or_path)
    if name in list_packs():
        return _PACKS / f"{name}.yaml"
    path = Path(name_or_path)
    if path.is_file():
        return path
    if path.suffix in _ENDINGS or len(path.parts) > 1:
        raise PolicyError(
            f"there is no file {name}; expected a policy pack; give its path, or one of the names "
            f"{', '.join(list_packs())}"
        )
    raise PolicyError(
        f"there is no policy pack {name!r}; {instead(name, list_packs())} A pack of your own is "
        f"given by its path"
    )


def _shipped(name: str) -> Pack:
    if name not in list_packs():
        raise KeyError(instead(name, list_packs()))
    return _loaded(name)


@lru_cache
def _loaded(name: str) -> Pack:
    return load_pack(name)
