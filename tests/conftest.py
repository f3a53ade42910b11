"""Fixtures for every test: where the development data lies, and when its absence is a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of development data beside the checkout; skip where there is none."""
    if not SHARED.is_dir():
        pytest.skip(f"the development data is not at {SHARED}; the test needs it")
    return SHARED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """Turn a skip of a test that needs the development data into a failure where the data is.

    Otherwise a wrong path would pass for green.
    """
    report = yield
    if report.skipped and SHARED.is_dir() and "shared" in getattr(item, "fixturenames", ()):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped although {SHARED} is there: {report.longrepr}"
    return report
