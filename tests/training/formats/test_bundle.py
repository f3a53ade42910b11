"""Archives are somebody else's: what is refused, and before anything of it is read."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from detector.errors import InputError
from training.formats.bundle import BundleLimits, open_bundle
from training.formats.table import read_labels


def archive(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in entries:
            out.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil", "a/../../evil", "C:\\evil.txt", "..\\evil.txt"]
)
def test_a_path_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / "x.zip", ("good.txt", b"1"), (name, b"2"))
    with pytest.raises(InputError, match="leads outside"), open_bundle(path):
        pass


def test_a_link_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("images/a.webp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = archive(tmp_path / "x.zip", (link, b"/etc/passwd"))
    with pytest.raises(InputError, match="link or a device"), open_bundle(path):
        pass


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", ("annotations.xml", bytes(30 * 2**20)))
    with pytest.raises(InputError, match="200 times its size"), open_bundle(path):
        pass


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        pytest.param(BundleLimits(entries=2), "holds 3 files", id="entries"),
        pytest.param(BundleLimits(total_bytes=250), "unpacks to more than 250", id="total"),
        pytest.param(BundleLimits(file_bytes=99), "more than 99", id="one-file"),
    ],
)
def test_more_than_the_limits_is_refused(tmp_path: Path, limits: BundleLimits, said: str) -> None:
    path = archive(tmp_path / "x.zip", *((f"{at}.txt", b"x" * 100) for at in range(3)))
    with pytest.raises(InputError, match=said), open_bundle(path, limits):
        pass


def test_an_entry_that_lies_about_its_size_is_refused_while_reading(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", ("a.txt", b"x" * 5000))
    content = path.read_bytes().replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    path.write_bytes(content)
    with open_bundle(path) as bundle, pytest.raises(InputError):
        bundle.read("a.txt")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", ("a.txt", b"1"), ("a.txt", b"2"))
    with pytest.raises(InputError, match="twice"), open_bundle(path):
        pass


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", ("a.txt", bytes(range(256)) * 40))
    content = bytearray(path.read_bytes())
    content[45:60] = bytes(15)
    path.write_bytes(bytes(content))
    with open_bundle(path) as bundle, pytest.raises(InputError, match=r"damaged|unpacked"):
        bundle.read("a.txt")


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", ("a.txt", b"x" * 100))
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(InputError, match="no ZIP archive"), open_bundle(path):
        pass


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.txt").symlink_to("/etc/hostname")
    with pytest.raises(InputError, match="is a link"), open_bundle(tmp_path / "set"):
        pass


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<annotations><image id="0" name="&x;" width="1" height="1"/></annotations>"""


def test_xml_with_entities_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", ("annotations.xml", ENTITIES))
    with pytest.raises(InputError, match="not plain XML"):
        read_labels(path, "cvat")


def test_a_password_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", ("a.txt", b"1"))
    content = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + at] |= 1
    path.write_bytes(bytes(content))
    assert zipfile.is_zipfile(io.BytesIO(content))
    with pytest.raises(InputError, match="password"), open_bundle(path):
        pass
