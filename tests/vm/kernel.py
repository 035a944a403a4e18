"""Where does the guest's kernel come from? Debian's own packages, fetched once into build/vm.

``provisioning/setup.sh check`` runs this file, with the machine's own apt sources. Nothing is
installed on the host and no root is needed: apt works on lists and a cache of its own, and the
packages are only taken apart.
"""

import hashlib
import lzma
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PREPARED = Path(__file__).parents[2] / "build" / "vm"
BOOT_MODULES = ("virtio_pci", "9pnet_virtio", "9p")
CAMERA_MODULES = ("vivid",)
_WANTED = (*BOOT_MODULES, *CAMERA_MODULES)


class Prepared:
    """A kernel, its modules and a static busybox, as they lie in a folder."""

    def __init__(self, folder: Path = PREPARED) -> None:
        self.kernel = folder / "vmlinuz"
        self.busybox = folder / "busybox"
        self.modules = folder / "modules"
        self.stamp = folder / "stamp"

    @property
    def complete(self) -> bool:
        """Was it prepared to its end?"""
        return self.stamp.exists()


def load_order(names: tuple[str, ...], modules: dict[str, bytes]) -> list[str]:
    """These modules and all that they need, in the order in which they can be loaded."""
    order: list[str] = []

    def need(name: str) -> None:
        if name in order:
            return
        found = re.search(rb"\0depends=([^\0]*)\0", modules[name])
        for needed in found[1].decode().split(",") if found else ():
            if needed:
                need(needed.replace("-", "_"))
        order.append(name)

    for name in names:
        need(name)
    return order


def prepare(into: Prepared, *, wanted: str) -> None:
    """Fetch the packages and keep what the guest needs of them."""
    into.stamp.parent.mkdir(parents=True, exist_ok=True)
    into.stamp.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=into.stamp.parent) as temporary:
        work = Path(temporary)
        for package in _fetch(work):
            subprocess.run(["dpkg-deb", "-x", package, work / "root"], check=True)
        [kernel] = (work / "root/boot").glob("vmlinuz-*")
        [busybox] = (work / "root").glob("**/bin/busybox")
        shutil.copyfile(kernel, into.kernel)
        shutil.copyfile(busybox, into.busybox)
        shutil.rmtree(into.modules, ignore_errors=True)
        into.modules.mkdir()
        for name, module in _modules(work / "root").items():
            (into.modules / f"{name}.ko").write_bytes(module)
    into.stamp.write_text(wanted)


class _Lazy(dict[str, bytes]):
    """A kernel's modules by name, read and unpacked when they are asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._paths = {
            path.name.split(".")[0].replace("-", "_"): path for path in root.glob("**/*.ko*")
        }

    def __missing__(self, name: str) -> bytes:
        packed = self._paths[name].read_bytes()
        self[name] = lzma.decompress(packed) if packed.startswith(b"\xfd7zXZ") else packed
        return self[name]


def _modules(root: Path) -> dict[str, bytes]:
    [listed] = root.glob("**/modules.builtin")
    built_in = {Path(line).stem.replace("-", "_") for line in listed.read_text().split()}
    modules = _Lazy(root)
    wanted = tuple(name for name in _WANTED if name not in built_in)
    return {name: modules[name] for name in load_order(wanted, modules)}


def _fetch(work: Path) -> list[Path]:
    for folder in ("lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True)
    options = [
        *("-o", f"Dir::State::Lists={work / 'lists'}"),
        *("-o", f"Dir::Cache={work / 'cache'}"),
        *("-o", "Acquire::Languages=none"),
        *("-o", "APT::Sandbox::User="),
    ]
    subprocess.run(["apt-get", *options, "-qq", "update"], check=True)
    newest = subprocess.run(
        ["apt-cache", *options, "show", "--no-all-versions", "linux-image-amd64"],
        check=True,
        capture_output=True,
        text=True,
    )
    kernel = re.search(r"^Depends: (linux-image-\S+)", newest.stdout, re.MULTILINE)
    if kernel is None:
        sys.exit("linux-image-amd64 names no kernel: is this Debian?")
    download = ["apt-get", *options, "-qq", "download", kernel[1], "busybox-static"]
    subprocess.run(download, check=True, cwd=work)
    return sorted(work.glob("*.deb"))


def main() -> None:
    """Prepare, unless what stands there was made by this recipe on this distribution."""
    recipe = Path(__file__).read_bytes() + Path("/etc/os-release").read_bytes()
    wanted = hashlib.sha256(recipe).hexdigest()
    prepared = Prepared()
    if prepared.complete and prepared.stamp.read_text() == wanted:
        return
    sys.stdout.write("setup: Debian's kernel for the guest\n")
    try:
        prepare(prepared, wanted=wanted)
    except subprocess.CalledProcessError as trouble:
        sys.exit(f"setup: no kernel for the guest: {trouble}")


if __name__ == "__main__":
    main()
