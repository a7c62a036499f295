"""The doctor sees what is wrong, says what to do, and shows no secret."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from streams.cli.main import main
from streams.settings import Settings
from streams.workers.doctor import folder, key, outbox
from streams.workers.standing import dated
from tests.servers import free_port

SECRET = "zo geheim dat niemand dit ooit mag zien"  # noqa: S105 - of this test alone


def levels(found: Any) -> list[str]:
    return [each.level for each in found]


def test_a_key_that_others_may_read_needs_attention(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(SECRET)
    file.chmod(0o640)
    settings = Settings(pseudonym_key_file=file)
    (told,) = key(settings)
    assert (told.level, f"chmod 600 {file}" in told.text) == ("let op", True)
    file.chmod(0o600)
    assert levels(key(settings)) == ["goed"]


@pytest.mark.parametrize("content", [None, "kort"])
def test_a_key_that_is_absent_or_short_is_wrong_and_not_shown(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content)
    (told,) = key(Settings(pseudonym_key_file=file))
    assert told.level == "fout"
    assert "kort" not in told.text


def test_a_full_disk_is_wrong_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, level in ((10**12, "goed"), (500 * 10**6, "let op"), (10**6, "fout")):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=free: _Usage(free))
        (told,) = folder(tmp_path / "not" / "there" / "yet")
        assert told.level == level


class _Usage:
    def __init__(self, free: int) -> None:
        self.free = free


def test_a_data_folder_that_is_a_file_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert levels(folder(tmp_path / "file")) == ["fout"]


def test_no_password_of_redis_is_shown() -> None:
    for url in (f"redis://:{SECRET[:9]}@127.0.0.1:{free_port()}/0", f"nothing://{SECRET[:9]}"):
        (told,) = outbox(url)
        assert told.level == "fout"
        assert SECRET[:9] not in told.text


@pytest.mark.parametrize(
    ("days", "level"), [(-30, "let op"), (-2, "let op"), (-1, "goed"), (0, "goed"), (2, "let op")]
)
def test_an_as_of_date_is_that_of_today_or_yesterday(days: int, level: str) -> None:
    today = date(2026, 11, 25)
    assert dated(today + timedelta(days=days), today).level == level


def test_a_setting_that_can_not_be_read_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BUDGETWACHT_PARTITIONS", "veel")
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "BUDGETWACHT_PARTITIONS" in out
    assert "veel" not in out
