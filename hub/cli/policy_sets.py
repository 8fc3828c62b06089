"""Sets of policies by name: a folder, or what a git revision holds of one."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from hub.cli.output import Exit, fail
from hub.gate import Gate, GateModel, PolicyError
from hub.gate.difference import Rules
from hub.identity.purposes import POLICIES, PurposeRegister
from hub.identity.register_files import RegisterError
from hub.rules.size import expect_readable

REGISTERS = ("legal_bases.toml", "purposes.toml")
_SECONDS = 60


def load_set(name: str, model: GateModel) -> Rules:
    """The set, checked as at start. Registers that it does not have are those of this program."""
    with _folder(name) as folder:
        files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.cedar"))}
        if not files:
            fail(f"{name} holds no policies.", Exit.USAGE, hint="Name a folder with *.cedar files, or a git revision.")
        try:
            expect_readable(files)
            has_registers = all((folder / register).exists() for register in REGISTERS)
            purposes = PurposeRegister.load(folder if has_registers else POLICIES)
            gate = Gate.load(model, files, purposes.legal_bases.codes)
        except (PolicyError, RegisterError) as error:
            fail(f"{name}: {error}", hint="Only sets that pass bofast policy check can be compared.")
    return Rules(gate=gate, purposes=purposes)


@contextmanager
def _folder(name: str) -> Generator[Path]:
    if Path(name).is_dir():
        yield Path(name)
        return
    with tempfile.TemporaryDirectory(prefix="bofast-policies-") as folder:
        _unpack(_archive(name), Path(folder))
        yield Path(folder)


def _archive(revision: str) -> bytes:
    """The policies of the revision, as git packs them."""
    git = shutil.which("git")
    if git is None or revision.startswith("-"):
        fail(f"{revision} is no folder.", Exit.USAGE)
    command = [git, "-C", str(POLICIES.parent), "archive", "--format=tar", revision, POLICIES.name]
    done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - no shell
    if done.returncode:
        fail(f"{revision} is neither a folder nor a git revision with policies.", Exit.USAGE)
    return done.stdout


def _unpack(archive: bytes, folder: Path) -> None:
    """The files that lie directly among the policies."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        for member in packed.getmembers():
            path = Path(member.name)
            content = packed.extractfile(member) if member.isfile() and len(path.parts) == 2 else None
            if content is not None:
                (folder / path.name).write_bytes(content.read())
