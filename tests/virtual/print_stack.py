"""A real CUPS with a virtual IPP printer behind it: private bus, avahi, cupsd, ippeveprinter.

Everything on loopback, on free ports, under one temporary folder; ippeveprinter does not start
without DNS-SD, hence the bus and avahi. Needs root for cupsd's own users.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from provisioning.own_ports import own_ports

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PROGRAMS = ("dbus-daemon", "avahi-daemon", "cupsd", "ippeveprinter", "lpadmin")

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={root}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/><allow user="*"/></policy></busconfig>
"""
_AVAHI = """[server]
host-name={name}
allow-interfaces=lo
use-ipv4=yes
use-ipv6=no
enable-dbus=yes
disallow-other-stacks=no
[publish]
publish-addresses=yes
"""
_CUPS_FILES = """ServerRoot {root}/etc
CacheDir {root}/cache
StateDir {root}/run
RequestRoot {root}/spool
TempDir {root}/tmp
ErrorLog {root}/log/error_log
AccessLog {root}/log/access_log
PageLog {root}/log/page_log
DataDir /usr/share/cups
ServerBin /usr/lib/cups
ServerKeychain {root}/ssl
SystemGroup lpadmin root
User lp
Group lp
"""
_CUPSD = """Listen 127.0.0.1:{port}
LogLevel debug
MaxLogSize 0
ErrorPolicy retry-current-job
JobRetryInterval 2
JobRetryLimit 50
Browsing No
BrowseLocalProtocols none
WebInterface No
DefaultAuthType None
DefaultEncryption Never
PreserveJobHistory Yes
PreserveJobFiles No
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Location /admin>
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
# What the virtual printer does with a page: time goes by, and its life counter goes up.
_PRINT = """#!/bin/sh
pages=$(grep -a -c '/Type */Page[^s]' "$1"); [ "$pages" -ge 1 ] || pages=1
copies=${{IPP_COPIES:-1}}
total=$((pages * copies)); n=0
while [ $n -lt $total ]; do
  sleep $(cat {root}/seconds_per_sheet)
  n=$((n + 1))
  echo $(( $(cat {root}/life_count) + 1 )) > {root}/life_count.new
  mv {root}/life_count.new {root}/life_count
  echo "ATTR: job-impressions-completed=$n job-media-sheets-completed=$n" >&2
done
exit 0
"""


class PrintStack:
    """Started once for a test session; the printer alone can be killed and started again."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.queue = "a4"
        self._children: list[subprocess.Popen[bytes]] = []
        self._printer: subprocess.Popen[bytes] | None = None
        self.cups_port = own_ports()
        self.printer_port = own_ports()
        self.printer_uri = f"ipp://localhost:{self.printer_port}/ipp/print"
        self._environment = {
            "PATH": _PATH,
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={root}/bus",
            "CUPS_SERVER": f"127.0.0.1:{self.cups_port}",
        }

    def start(self) -> None:
        """Everything up and the queue ready; about two seconds."""
        root = self.root
        for folder in ("etc", "cache", "run", "spool", "tmp", "log", "ssl", "arrived"):
            (root / folder).mkdir(parents=True)
        for folder in ("cache", "run", "spool", "tmp", "log"):
            shutil.chown(root / folder, "lp", "lp")
        (root / "spool").chmod(0o710)
        (root / "tmp").chmod(0o1770)
        name = f"etapiste-{self.printer_port}"
        self._write("bus.conf", _BUS.format(root=root))
        self._write("avahi.conf", _AVAHI.format(name=name))
        self._write("etc/cups-files.conf", _CUPS_FILES.format(root=root))
        self._write("etc/cupsd.conf", _CUPSD.format(port=self.cups_port))
        self._write("print.sh", _PRINT.format(root=root)).chmod(0o755)
        self._write("life_count", "1000\n")
        self.set_pace(0.2)
        self._run("dbus-daemon", f"--config-file={root}/bus.conf", "--nofork")
        wait_for((root / "bus").exists, "the private bus")
        # A /run of its own: avahi refuses to start beside another (the machine's, or that of
        # another stack), which it knows by one file there.
        self._run(
            *("unshare", "--mount", "sh", "-ec", 'mount -t tmpfs tmpfs /run; exec "$@"', "sh"),
            *("avahi-daemon", "-f", f"{root}/avahi.conf"),
            *("--no-chroot", "--no-drop-root", "--no-rlimits"),
        )
        self._run(
            "cupsd", "-f", "-c", f"{root}/etc/cupsd.conf", "-s", f"{root}/etc/cups-files.conf"
        )
        wait_for(lambda: listens(self.cups_port), "cupsd")
        self.start_printer()
        subprocess.run(
            self._program(
                *("lpadmin", "-p", self.queue, "-E", "-v", self.printer_uri, "-m", "everywhere")
            ),
            check=True,
            env=self._environment,
            capture_output=True,
        )
        wait_for((root / f"etc/ppd/{self.queue}.ppd").exists, "the queue's description")

    def start_printer(self) -> None:
        """Plug it in."""
        log = (self.root / "log" / "printer.log").open("ab")
        with log:
            self._printer = subprocess.Popen(
                self._program(
                    *("ippeveprinter", "-v", "-n", "localhost", "-p", str(self.printer_port)),
                    *("-k", "-d", f"{self.root}/arrived", "-f", "application/pdf,image/pwg-raster"),
                    *("-c", f"{self.root}/print.sh", "-M", "Acme", "-m", "Booth A4"),
                    f"booth-{self.printer_port}",
                ),
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(lambda: listens(self.printer_port), "ippeveprinter")

    def kill_printer(self) -> None:
        """Pull the plug: the printer and what it was doing are gone."""
        if self._printer is not None:
            os.killpg(self._printer.pid, signal.SIGKILL)
            self._printer.wait()
            self._printer = None

    def set_paper(self, sheets: int) -> None:
        """By the printer's own web form; the by-pass tray must not count as empty."""
        self._form(
            f"media?size1=iso_a4_210x297mm&type1=stationery&level1={sheets}&size3=&type3=&level3=-2"
        )

    def set_toner(self, percent: int) -> None:
        """As above."""
        self._form(f"supplies?supply0={percent}&supply1={percent}")

    def set_pace(self, seconds_per_sheet: float) -> None:
        """How long a sheet takes."""
        self._write("seconds_per_sheet", f"{seconds_per_sheet}\n")

    @property
    def life_count(self) -> int:
        """What the printer's own counter says."""
        return int((self.root / "life_count").read_text())

    def printer_log(self) -> str:
        """What the printer was asked and what it answered."""
        return (self.root / "log" / "printer.log").read_text(errors="replace")

    def arrived(self) -> list[Path]:
        """The documents that reached the printer, oldest first."""
        return sorted((self.root / "arrived").glob("*.pdf"), key=lambda path: path.stat().st_mtime)

    def spooled(self) -> list[str]:
        """Documents that CUPS still keeps."""
        return [path.name for path in (self.root / "spool").glob("d*")]

    def stop(self) -> None:
        """Only what was started here."""
        self.kill_printer()
        for child in reversed(self._children):
            child.terminate()
        for child in reversed(self._children):
            try:
                child.wait(timeout=5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _form(self, path: str) -> None:
        url = f"http://localhost:{self.printer_port}/{path}"
        with urllib.request.urlopen(url, timeout=5) as answer:
            answer.read()

    def _write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.write_text(text)
        return path

    def _run(self, *command: str) -> None:
        with (self.root / "log" / f"{command[0]}.log").open("ab") as log:
            self._children.append(
                subprocess.Popen(
                    self._program(*command), env=self._environment, stdout=log, stderr=log
                )
            )

    @staticmethod
    def _program(name: str, *arguments: str) -> list[str]:
        found = shutil.which(name, path=_PATH)
        if found is None:
            raise RuntimeError(f"{name} is not installed: see provisioning/setup.sh")
        return [found, *arguments]


@contextlib.contextmanager
def running_print_stack() -> Iterator[PrintStack]:
    """A stack in a folder of its own, gone afterwards."""
    # Not below pytest's own folder: cupsd's unprivileged children must get in.
    root = Path(tempfile.mkdtemp(prefix="etapiste-print-"))
    root.chmod(0o755)
    stack = PrintStack(root)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(root, ignore_errors=True)


def missing_programs() -> list[str]:
    """What has to be installed first."""
    return [name for name in PROGRAMS if shutil.which(name, path=_PATH) is None]


def listens(port: int) -> bool:
    """Is somebody there?"""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(holds: Callable[[], bool], what: str, *, within_s: float = 10) -> None:
    """Until it holds, or a failure that names what did not come."""
    ends = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > ends:
            raise TimeoutError(f"{what} did not come up")
        time.sleep(0.05)
