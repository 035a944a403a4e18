"""How does a command run in a guest? On this host's own root, read only, under another kernel.

QEMU emulates the processor (no KVM): the guest has no disk and no network. Its root is this
machine's root over 9p, so Python, its packages and the work tree are the very ones that run here;
one folder is shared for writing and has the same name inside and outside.
"""

import shlex
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.vm.kernel import BOOT_MODULES, Prepared, load_order

QEMU = "qemu-system-x86_64"
_INIT = Path(__file__).parent / "init"
_MEMORY_MB = 2048  # 32 buffers of a camera's raw 4K picture are 530 MB of it
_DIRECTORY = stat.S_IFDIR | 0o755
_PROGRAM = stat.S_IFREG | 0o755


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a guest left behind."""

    console: str
    ended: bool  # the command came to its end, well or not


def run_in_guest(
    command: list[str],
    *,
    folder: Path,
    environment: dict[str, str],
    modules: tuple[str, ...],
    share: Path,
    limit_s: float,
    prepared: Prepared,
) -> Outcome:
    """Boot with these kernel modules, run the command in this folder, power off."""
    variables = " ".join(f"{name}={shlex.quote(text)}" for name, text in environment.items())
    (share / "command").write_text(
        f"cd {shlex.quote(str(folder))} && exec env -i {variables} {shlex.join(command)}\n"
    )
    initramfs = share / "initramfs"
    initramfs.write_bytes(_initramfs(prepared, modules=modules, share=share))
    qemu = [
        *(QEMU, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"),
        *("-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", str(_MEMORY_MB)),
        *("-serial", "stdio", "-kernel", str(prepared.kernel), "-initrd", str(initramfs)),
        *("-append", "console=ttyS0 quiet panic=-1"),
        *("-virtfs", "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap"),
        *("-virtfs", f"local,path={share},mount_tag=share,security_model=none,multidevs=remap"),
    ]
    try:
        run = subprocess.run(
            qemu,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"").decode(errors="replace")
        return Outcome(console=f"{said}\nno end within {limit_s:.0f} s", ended=False)
    said = run.stdout.decode(errors="replace")
    return Outcome(console=said, ended="guest: the command ended with" in said)


def _initramfs(prepared: Prepared, *, modules: tuple[str, ...], share: Path) -> bytes:
    there = {path.stem: path.read_bytes() for path in prepared.modules.iterdir()}
    boot = tuple(name for name in BOOT_MODULES if name in there)  # else it is built in
    entries = [(name, _DIRECTORY, b"") for name in ("bin", "dev", "host", "modules")]
    entries.append(("bin/busybox", _PROGRAM, prepared.busybox.read_bytes()))
    entries.append(("init", _PROGRAM, _INIT.read_bytes()))
    entries.append(("shared-folder", _PROGRAM, str(share).encode()))
    for number, name in enumerate(load_order((*boot, *modules), there)):
        entries.append((f"modules/{number:02d}-{name}.ko", _PROGRAM, there[name]))
    return _archive(entries)


def _archive(entries: list[tuple[str, int, bytes]]) -> bytes:
    """A cpio archive in the kernel's format (Documentation/driver-api/early-userspace)."""
    archive = bytearray()
    for inode, (name, mode, body) in enumerate([*entries, ("TRAILER!!!", 0, b"")], start=1):
        path = name.encode() + b"\0"
        fields = (inode, mode, 0, 0, 1, 0, len(body), 0, 0, 0, 0, len(path), 0)
        archive += b"070701" + b"".join(b"%08X" % field for field in fields) + path
        archive += b"\0" * (-len(archive) % 4)
        archive += body
        archive += b"\0" * (-len(archive) % 4)
    return bytes(archive)
