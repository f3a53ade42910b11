"""``wardi data``: labelled data in, checked, and out.

Importing this file is light; what a verb needs is imported when it runs, and where a library of the
training extra is missing, the message says how to get it. None of these verbs needs PyTorch.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.errors import ExtraMissing, InputError
from training.cli.lazy import Lazy

if TYPE_CHECKING:
    from training.audit import Audit, Judge
    from training.formats.base import Trouble
    from training.sources import Source

FORMATS = ("yolo", "coco", "cvat", "cvat_video", "label_studio", "csv")
SOURCES = Path("data/sources")
INCOMPLETE = 3
LISTED = 20  # things named on the terminal

_PATH = click.Path(path_type=Path)
_sources = click.option(
    "--sources", type=_PATH, default=SOURCES, show_default=True, help="Folder of manifests."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of words.")


@contextmanager
def needs_extra() -> Iterator[None]:
    """Turn a missing library of the training extra into advice."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"detector", "training"}:
            raise
        raise ExtraMissing(
            f"the library {error.name} is not installed; expected Wardi with its training extra; "
            f"install wardi[training]"
        ) from error


@click.group(cls=Lazy, lazy={"from-decisions": "training.cli.from_decisions:from_decisions"})
def data() -> None:
    """Check, import and export labelled data.

    \b
    wardi data import labels.zip --format cvat --to corpus/
    """


@data.command()
@click.argument("path", type=_PATH)
@_sources
@_json
def add(path: Path, sources: Path, as_json: bool) -> None:
    """Check PATH, a source or a folder of sources, against its manifest and register where it lies.

    \b
    wardi data add ../shared/data/vision/prescient_police
    """
    with needs_extra():
        from training.manifest import read_manifest
        from training.sources import Source, matching, register, verify

    locks = sources.resolve().parent
    found = list(matching(path, sources))
    if not found:
        raise InputError(
            f"{path} is no source that {sources} has a manifest for; expected a folder that a manifest "
            f"names in origin.path; write its manifest first, or import labels with `wardi data import`"
        )
    for manifest, folder in found:
        source = Source(read_manifest(manifest), folder, locks)
        files = verify(source)
        register(locks, {source.name: folder})
        said = {"source": source.name, "files": len(files), "ships": source.manifest.origin.ships}
        say(said, f"{source.name}: {len(files)} files as sealed; registered", as_json=as_json)


@data.command()
@click.argument("manifest", type=_PATH)
@click.option("--root", type=_PATH, help="Data root; without it, where the source was registered.")
@click.option("--out", type=_PATH, help="Report (default: out/audit-NAME.html).")
@click.option("--model", default="current", show_default=True, help="Vision model, or `none`.")
@click.option("--pictures", default=400, show_default=True, help="Pictures the model looks at.")
@_json
def check(
    manifest: Path, root: Path | None, out: Path | None, model: str, pictures: int, as_json: bool
) -> int:
    """Audit the labels of the source that MANIFEST describes; write an HTML report with pictures.

    Ends with 3 where something forbids to use the source as it is.

    \b
    wardi data check data/sources/prescient_police.toml
    """
    with needs_extra():
        from training.audit import audit
        from training.audit_page import audit_page
        from training.sources import open_source

    source = open_source(manifest, root=root)
    looks = source.manifest.kind == "vision" and model != "none"
    found = audit(source, _judge(model, pictures) if looks else None)
    out = out or Path("out") / f"audit-{source.name}.html"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(audit_page(found), "utf-8")
    _print_audit(found, as_json=as_json)
    click.echo(f"report: {out}", err=as_json)
    return 0 if found.usable else INCOMPLETE


def _judge(model: str, most: int) -> Judge:
    from functools import partial

    from detector.artifact import load_model_folder
    from detector.settings import load
    from detector.vision.runtimes import open_vision_model
    from training.disagreement import disagreements

    opened = open_vision_model(load_model_folder(model, "vision"), load().vision)
    return partial(disagreements, model=opened, most=most)


def _print_audit(found: Audit, *, as_json: bool) -> None:
    from detector.report.display import shown

    for title, counts in found.counts:
        words = ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"
        say({"table": title, "counts": dict(counts)}, f"{title}: {shown(words)}", as_json=as_json)
    for each in found.remarks:
        said = {"severity": each.severity, "found": each.title, "advice": each.advice}
        words = f"{each.severity:<4}  {each.title}: {each.advice}"
        say(said, shown(words), as_json=as_json)


@data.command("import")
@click.argument("labels", type=_PATH)
@click.option("--format", "name", type=click.Choice(FORMATS), required=True, help="What it is.")
@click.option("--to", "folder", type=_PATH, required=True, help="Corpus: new, or to add to.")
@click.option("--images", type=_PATH, help="Pictures, where LABELS holds none (folder or ZIP).")
@click.option("--map", "mapping", multiple=True, metavar="CLASS=LABEL", help="What a class means.")
@click.option("--annotates", default="", help="Labels boxed fully, e.g. uniform,badge.")
@click.option(
    "--group", "pattern", default="", help="Regular expression: group in a picture's name."
)
@click.option("--licence", default="none stated", show_default=True, help="As stated, quoted.")
@click.option(
    "--ships", default="none stated", show_default=True, help="May weights be given away?"
)
@_sources
@_json
def import_(
    labels: Path, name: str, folder: Path, sources: Path, as_json: bool, **said: Any
) -> int:
    """Read LABELS (ZIP, folder or file) into a corpus; list what cannot be taken.

    Ends with 3 where something was left out.

    \b
    wardi data import labels.zip --format cvat --to corpus/ --map "police car=vehicle"
    """
    with needs_extra():
        from training.formats.base import looked_over
        from training.formats.bundle import open_bundle
        from training.formats.table import FORMATS as TABLE
        from training.importing import Terms, import_labels
        from training.settling import FINGERPRINTS

    terms = Terms(
        _pairs(said["mapping"]),
        tuple(filter(None, said["annotates"].split(","))),
        said["licence"],
        said["ships"],
        said["pattern"],
    )
    with ExitStack() as stack:
        bundle = stack.enter_context(open_bundle(labels))
        beside = stack.enter_context(open_bundle(said["images"])) if said["images"] else None
        read = looked_over(TABLE[name][0](bundle), bundle.label)
        known = [sources.resolve().parent / FINGERPRINTS]
        done = import_labels(read, bundle, folder, terms, beside=beside, known=known)
    print_troubles(done.troubles, as_json=as_json)
    words = f"{done.taken} taken; {folder} holds {done.items}, {done.heldout} of them held out"
    figures = {"taken": done.taken, "items": done.items, "heldout": done.heldout}
    say(figures, words, as_json=as_json)
    return INCOMPLETE if done.left_out else 0


def _pairs(said: Iterable[str]) -> dict[str, str]:
    found = {}
    for each in said:
        name, equals, label = each.rpartition("=")
        if not equals:
            raise InputError(f"--map {each!r} has no `=`; expected CLASS=LABEL; correct it")
        found[name] = label
    return found


def print_troubles(troubles: Iterable[Trouble], *, as_json: bool) -> None:
    """Print what was left out or changed: counts and the first of each kind, or JSON lines."""
    from detector.report.display import shown

    every = list(troubles)
    if as_json:
        for each in every:
            say({"trouble": each.kind, "where": each.where, "what": each.what}, "", as_json=True)
        return
    for kind, count in Counter(each.kind for each in every).most_common():
        click.echo(f"{count} x {kind}")
        for each in [one for one in every if one.kind == kind][:LISTED]:
            click.echo(shown(f"    {each.where}: {each.what}"))
        if count > LISTED:
            click.echo(f"    ... {count - LISTED} more; --json lists every one")


@data.command()
@click.argument("corpus", type=_PATH)
@click.option("--format", "name", type=click.Choice(FORMATS), required=True, help="What to write.")
@click.option("--to", "path", type=_PATH, required=True, help="ZIP archive, a new file.")
@click.option("--root", type=_PATH, help="Data root, where CORPUS is a manifest.")
@click.option("--no-images", is_flag=True, help="Labels alone.")
@_json
def export(
    corpus: Path, name: str, path: Path, root: Path | None, no_images: bool, as_json: bool
) -> int:
    """Write a corpus (its folder, or a manifest) as a label set; list what the format cannot carry.

    \b
    wardi data export corpus/ --format cvat --to labels.zip
    """
    with needs_extra():
        from training.corpus_folder import label_set
        from training.formats.table import write_archive

    labels, files = label_set(_opened(corpus, root))
    lost = write_archive(labels, path, name, {} if no_images else files)
    print_troubles(lost, as_json=as_json)
    count = len(labels.pictures) + len(labels.texts)
    say({"written": count, "to": str(path)}, f"{count} written to {path}", as_json=as_json)
    return INCOMPLETE if lost else 0


def _opened(corpus: Path, root: Path | None) -> Source:
    from training.importing import MANIFEST
    from training.sources import open_source

    return open_source(corpus / MANIFEST if corpus.is_dir() else corpus, root=root)


@data.command()
@click.argument("manifest", type=_PATH)
@click.option("--root", type=_PATH, help="Data root; without it, where the source was registered.")
def seal(manifest: Path, root: Path | None) -> None:
    """Measure a source and write the figures into its MANIFEST: data was changed on purpose.

    \b
    wardi data seal data/sources/prescient_police.toml
    """
    with needs_extra():
        from training.settling import seal_source
        from training.sources import open_source

    items, held = seal_source(manifest, open_source(manifest, root=root))
    click.echo(f"{manifest}: sealed with {items} items, {held} held out; now run `wardi data lock`")


@data.command()
@click.argument("sources", type=_PATH, default=SOURCES)
@click.option("--root", type=_PATH, help="Data root; without it, where sources were registered.")
def lock(sources: Path, root: Path | None) -> None:
    """Renew the held-out lock and settle near-duplicates, over every source of a folder: minutes.

    \b
    wardi data lock data/sources
    """
    with needs_extra():
        from training.settling import settle_sources
        from training.sources import open_all, open_source

    opened = open_all(sources, root=root) if sources.is_dir() else [open_source(sources, root=root)]
    if not opened:
        raise InputError(f"no source of {sources} lies here; expected some; run `wardi data add`")
    done = settle_sources(opened, lambda said: click.echo(said, err=True))
    click.echo(
        f"{len(opened)} sources: {len(done.relocked)} locked anew "
        f"({', '.join(done.relocked[:10]) or 'none'}); {len(done.yielded)} groups newly yield to a twin"
    )


def say(figures: dict[str, Any], words: str, *, as_json: bool) -> None:
    """Print words for people, or the figures as a line of JSON."""
    click.echo(json.dumps(figures, ensure_ascii=False) if as_json else words)
