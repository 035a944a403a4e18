"""How is the demo started and stopped? Prepare, keep the children, say when it is ready."""

import argparse
import asyncio
import contextlib
import json
import shlex
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from provisioning.demo import plan, readiness
from provisioning.demo.ports import HOST, Ports, PortTaken
from provisioning.demo.state import AlreadyRunning, State
from provisioning.demo.supervisor import ChildFailed, Supervisor

PREPARE_TIMEOUT_S = 60
READY_TIMEOUT_S = 90


class NotPrepared(Exception):
    """Schema, keys or accounts could not be made."""


def main() -> int:
    """Run until Ctrl-C; the exit status says whether it ever came up."""
    parser = argparse.ArgumentParser(prog="python -m provisioning.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="the first of six ports")
    parser.add_argument("--state", type=Path, default=Path(".demo"), help="what it remembers")
    parser.add_argument("--relay-only", action="store_true", help="media through TURN alone")
    parser.add_argument(
        "--agent-under",
        default="",
        metavar="COMMAND",
        help="run the agent under a command, such as «nice» or «strace -f»",
    )
    arguments = parser.parse_args()
    state = State(arguments.state.resolve())
    ports = Ports.from_first(arguments.port, relay_only=arguments.relay_only)
    try:
        _held_until_we_end = state.make()
        ports.check_free()
        state.use_ports(ports.web)
    except (AlreadyRunning, PortTaken) as error:
        say(f"demo: {error}")
        return 1
    late = f"not ready in time; the logs are in {state.root / 'log'}"
    status = 0
    try:
        asyncio.run(run(state, ports, agent_under=shlex.split(arguments.agent_under)))
    except* (
        ChildFailed,
        NotPrepared,
        plan.ProgramMissing,
        TimeoutError,
    ) as group:
        for failure in group.exceptions:
            say(f"demo: {str(failure) or late}")
        status = 1
    return status


async def run(state: State, ports: Ports, *, agent_under: Sequence[str] = ()) -> None:
    """The whole demo's life; returns when it is asked to stop."""
    began = time.monotonic()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    say("preparing the control plane")
    await prepare(state, ports)
    accounts = json.loads(state.accounts.read_text())
    supervisor = Supervisor(say)
    try:
        async with asyncio.TaskGroup() as group:
            keepers = [
                group.create_task(supervisor.keep(child), name=child.name)
                for child in plan.children(state, ports, accounts, agent_under=agent_under)
            ]
            greeting = group.create_task(greet(state, ports, supervisor, accounts, began))
            await stop.wait()
            say("stopping")
            greeting.cancel()
            for keeper in reversed(keepers):  # the agent first, the broker last
                keeper.cancel()
                await asyncio.wait([keeper])
    finally:
        supervisor.close()


async def prepare(state: State, ports: Ports) -> None:
    """Make schema, keys, broker configuration, seed, accounts and claim, once."""
    if not state.peripherals.exists():  # may be edited, to try a real device
        state.peripherals.write_text(plan.PERIPHERALS)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "provisioning.demo.prepare",
        str(state.root),
        env=plan.control_plane_environment(state, ports),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(PREPARE_TIMEOUT_S):
            output, _ = await process.communicate()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    state.log("prepare").parent.mkdir(exist_ok=True)
    state.log("prepare").write_bytes(output)
    if process.returncode:
        raise NotPrepared(f"preparing failed\n{output.decode(errors='replace')[-3000:]}")


async def greet(
    state: State,
    ports: Ports,
    supervisor: Supervisor,
    accounts: list[dict[str, str]],
    began: float,
) -> None:
    """Wait for each part in turn, and say that it is there."""
    async with asyncio.timeout(READY_TIMEOUT_S):
        await readiness.listening(ports.mqtt_devices)
        await readiness.listening(ports.turn)
        say("broker and relay answer")
        await readiness.control_plane_ready(ports)
        say("control plane is ready")
        await readiness.screens_ready(ports)
        await readiness.device_online(ports, state.screen_tokens()["waiting-area"])
        say(f"service point Salla is online ({time.monotonic() - began:.1f} s)")
    supervisor.started = True
    say("\naccounts (kept in .demo/accounts.json)")
    for account in accounts:
        say(f"  {account['username']:<18} {account['password']:<18} {account['agency']}")
    say(
        "\nOpen this in two windows: the point in one, the clerk's desk in the other. Ctrl-C stops."
    )
    say(f"ready: http://{HOST}:{ports.web}")


def say(line: str) -> None:
    """One line on the terminal, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
