from pathlib import Path

import pytest

from tui.terminal.lingering import warning

KILLS = "[Login]\nKillUserProcesses=yes\n"
SPARES = "[Login]\nKillUserProcesses=no\n"
DROP_INS = ("etc/systemd/logind.conf.d", "usr/lib/systemd/logind.conf.d")


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_without_logind_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert warning(tmp_path, "ada") is None


@pytest.mark.parametrize("value", ["yes", "YES", "true", "1", "on", " yes "])
def test_a_machine_that_kills_is_told_with_what_helps(tmp_path: Path, value: str) -> None:
    write(tmp_path, "etc/systemd/logind.conf", f"# comment\n[Login]\nKillUserProcesses ={value}\n")
    said = warning(tmp_path, "ada")
    assert said is not None
    assert "loginctl enable-linger" in said
    assert "systemd-run --user --scope" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "text", [SPARES, "[Login]\n#KillUserProcesses=yes\n", "[Login]\nKillUserProcesses=\n", ""]
)
def test_a_machine_that_spares_is_not_mentioned(tmp_path: Path, text: str) -> None:
    write(tmp_path, "etc/systemd/logind.conf", text)
    assert warning(tmp_path, "ada") is None


@pytest.mark.parametrize(
    ("files", "kills"),
    [
        ({"etc/systemd/logind.conf": SPARES, "usr/lib/systemd/logind.conf.d/a.conf": KILLS}, True),
        ({"etc/systemd/logind.conf": KILLS, "run/systemd/logind.conf.d/a.conf": SPARES}, False),
        ({"etc/systemd/logind.conf": SPARES, "usr/lib/systemd/logind.conf": KILLS}, False),
        ({"usr/lib/systemd/logind.conf": KILLS}, True),
        ({f"{DROP_INS[0]}/10-no.conf": SPARES, f"{DROP_INS[1]}/20-yes.conf": KILLS}, True),
        ({f"{DROP_INS[0]}/site.conf": SPARES, f"{DROP_INS[1]}/site.conf": KILLS}, False),
        ({"etc/systemd/logind.conf": KILLS, "etc/systemd/logind.conf.d/notes.txt": SPARES}, True),
    ],
)
def test_files_override_each_other_as_in_systemd(tmp_path: Path, files: dict[str, str], kills: bool) -> None:
    for name, text in files.items():
        write(tmp_path, name, text)
    assert (warning(tmp_path, "ada") is not None) == kills


@pytest.mark.parametrize(
    ("settings", "user", "kills"),
    [
        ("KillUserProcesses=yes", "root", False),
        ("KillUserProcesses=yes\nKillExcludeUsers=", "root", True),
        ("KillUserProcesses=yes\nKillExcludeUsers=bob ada", "ada", False),
        ("KillUserProcesses=yes\nKillOnlyUsers=bob", "ada", False),
        ("KillUserProcesses=no\nKillOnlyUsers=bob ada", "ada", True),
    ],
)
def test_users_may_be_named(tmp_path: Path, settings: str, user: str, kills: bool) -> None:
    write(tmp_path, "etc/systemd/logind.conf", f"[Login]\n{settings}\n")
    assert (warning(tmp_path, user) is not None) == kills


@pytest.mark.parametrize(
    ("cgroup", "kills"),
    [
        (None, False),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope\n", False),
        ("0::/user.slice/user-1000.slice/session-3.scope\n", True),
    ],
)
def test_lingering_saves_what_is_in_no_login_session(tmp_path: Path, cgroup: str | None, kills: bool) -> None:
    write(tmp_path, "etc/systemd/logind.conf", KILLS)
    write(tmp_path, "var/lib/systemd/linger/ada", "")
    if cgroup is not None:
        write(tmp_path, "proc/self/cgroup", cgroup)
    assert (warning(tmp_path, "ada") is not None) == kills
    assert warning(tmp_path, "bob") is not None


def test_a_broken_file_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "usr/lib/systemd/logind.conf.d/a.conf", KILLS)
    (tmp_path / "usr/lib/systemd/logind.conf.d/b.conf").write_bytes(b"\xff\x00KillUserProcesses=no")
    assert warning(tmp_path, "ada") is not None
