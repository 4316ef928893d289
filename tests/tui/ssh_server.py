"""A real sshd on this machine for one person, with keys of its own, and the client's command to reach it."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

WAIT_SECONDS = 20.0
PRIVILEGE_SEPARATION = Path("/run/sshd")  # sshd refuses to start as root without it


def reason_without() -> str | None:
    """Why there can be no server here; None where there can."""
    missing = [name for name in ("sshd", "ssh", "ssh-keygen") if _find(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


class SshServer:
    """Listens on a free port of 127.0.0.1 while it is entered, and lets the current user in by a key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(mode=0o700)
        for name in ("host", "person"):
            _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name))
        shutil.copy(self.folder / "person.pub", self.folder / "authorized_keys")
        (self.folder / "sshd_config").write_text(self._config())
        if os.getuid() == 0:
            PRIVILEGE_SEPARATION.mkdir(mode=0o755, parents=True, exist_ok=True)
        with (self.folder / "sshd.log").open("wb") as log:
            command = [_path("sshd"), "-D", "-e", "-f", str(self.folder / "sshd_config")]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait_until_it_listens(self._process)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(WAIT_SECONDS)

    def client(self, *command: str) -> list[str]:
        """The command that runs `command`, in the words of a shell, in a terminal on the far side."""
        options = {
            "IdentitiesOnly": "yes",
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "BatchMode": "yes",
            "LogLevel": "ERROR",
        }
        settings = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        person = f"{getpass.getuser()}@127.0.0.1"
        key = str(self.folder / "person")
        return [
            *(_path("ssh"), "-F", "/dev/null", "-tt", "-e", "none", *settings),
            *("-i", key, "-p", str(self.port), person, *command),
        ]

    def _config(self) -> str:
        return f"""
            Port {self.port}
            ListenAddress 127.0.0.1
            HostKey {self.folder / "host"}
            AuthorizedKeysFile {self.folder / "authorized_keys"}
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PrintMotd no
            PrintLastLog no
            LogLevel ERROR
        """

    def _wait_until_it_listens(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                log = (self.folder / "sshd.log").read_text(errors="replace")
                assert process.poll() is None, f"sshd has ended: {log}"
                assert time.monotonic() < deadline, f"sshd does not listen: {log}"
                time.sleep(0.02)


def _find(name: str) -> str | None:
    """The program, also where a person who is not root does not look for it."""
    return shutil.which(
        name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    )


def _path(name: str) -> str:
    """The absolute path of a program that is installed; sshd insists on it."""
    found = _find(name)
    assert found is not None, f"{name} is not installed"
    return str(Path(found).absolute())


def _run(name: str, *arguments: str) -> None:
    subprocess.run([_path(name), *arguments], check=True, stdin=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
