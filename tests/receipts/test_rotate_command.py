"""`bofast consent rotate-key`: while a hub serves, and what it refuses."""

from __future__ import annotations

from pathlib import Path

from hub.store.roles import Endpoints
from tests.running import bofast


def test_key_is_changed_and_said_which(database: Endpoints, tmp_path: Path):
    settings = {"BOFAST_RECEIPT_KEYS": str(tmp_path / "keys"), "DATABASE_URL": database.app}
    first = bofast("consent", "rotate-key", settings=settings)
    assert first.returncode == 0, first.stderr
    (before,) = (tmp_path / "keys").iterdir()
    second = bofast("consent", "rotate-key", settings=settings)
    (after,) = (tmp_path / "keys").iterdir()
    assert before != after
    assert f"from now on: {after.stem}" in second.stderr
    assert f"Retired, and still published: {before.stem}" in second.stderr
    assert "Retired" not in first.stderr


def test_without_settings_every_one_that_is_missing_is_named():
    done = bofast("consent", "rotate-key")
    assert done.returncode == 1
    for part in ("BOFAST_RECEIPT_KEYS is missing", "DATABASE_URL is missing", "--data"):
        assert part in done.stderr


def test_folder_that_is_no_demo_s_is_refused(tmp_path: Path):
    done = bofast("consent", "rotate-key", "--data", str(tmp_path))
    assert (done.returncode, "is not the data folder of a demo" in done.stderr) == (2, True)


def test_folder_that_cannot_be_written_changes_nothing_and_shows_no_password(database: Endpoints, tmp_path: Path):
    (tmp_path / "file").write_text("")
    settings = {"BOFAST_RECEIPT_KEYS": str(tmp_path / "file" / "keys"), "DATABASE_URL": database.app}
    done = bofast("consent", "rotate-key", settings=settings)
    assert done.returncode == 1
    assert "The key was not changed" in done.stderr
    assert "Traceback" not in done.stderr
    assert "bofast_app:" not in done.stderr
