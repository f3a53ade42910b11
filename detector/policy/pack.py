"""Find, check and load policy packs: those that come with Wardi, by name, and a user's own, by path."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

from detector.errors import PolicyError
from detector.policy.check import Fault, check_content
from detector.policy.clauses import Clause, Limits, LooksAt, Pack, Reads
from detector.policy.extending import is_path
from detector.policy.nearest import instead_or

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
_OWN = "A pack of your own is given by its path"


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


def _checked(
    name_or_path: str | Path, extending: tuple[Path, ...] = ()
) -> tuple[Pack | None, tuple[Fault, ...]]:
    """Check a pack.

    Args:
        name_or_path: As for `load_pack`.
        extending: Files that extend it, the first that was asked for first.
    """
    path = _find(name_or_path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(
            f"the policy pack {name_or_path} cannot be read ({error.strerror}); expected a file; "
            f"check its path and rights"
        ) from error
    file = path.name if path.parent == _PACKS else str(name_or_path)
    return check_content(content, file, partial(_base, extending=(*extending, path.resolve())))


def _find(name_or_path: str | Path) -> Path:
    name = str(name_or_path)
    if name in list_packs():
        return _PACKS / f"{name}.yaml"
    path = Path(name_or_path)
    if path.is_file():
        return path
    if is_path(name):
        raise PolicyError(
            f"there is no file {name}; expected a policy pack; give its path, or one of the names "
            f"{', '.join(list_packs())}"
        )
    raise PolicyError(f"there is no policy pack {name!r}; {instead_or(name, list_packs(), _OWN)}")


def _base(name: str, extending: tuple[Path, ...]) -> Pack:
    """Return the pack that another extends: a shipped one by name, or a file beside that other.

    Raises:
        PolicyError: If there is none, it has faults, or it extends what extends it.
    """
    if name in list_packs():
        return _loaded(name)
    if not is_path(name):
        raise PolicyError(
            f"no pack {name!r} comes with Wardi; {instead_or(name, list_packs(), _OWN)}"
        )
    path = (extending[-1].parent / name).resolve()
    if path in extending:
        raise PolicyError(f"the pack extends itself by way of {name!r}; name another one")
    if not path.is_file():
        raise PolicyError(
            f"there is no file {name!r} to extend; expected its path from the folder of this file; "
            f"correct it"
        )
    pack, faults = _checked(path, extending)
    if pack is None:
        raise PolicyError(
            f"the pack {name!r}, which this one extends, has faults; correct that file first; the "
            f"first is in line {faults[0].line}: {faults[0].problem}"
        )
    return pack


@lru_cache
def _loaded(name: str) -> Pack:
    return load_pack(name)
