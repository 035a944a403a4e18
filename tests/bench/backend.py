"""What does a bench without screens need? Broker and control plane, and the device's own seat."""

import asyncio
import contextlib
import ssl
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiomqtt

from edge_agent.clock import Clock
from edge_agent.uplink import enrolment
from provisioning.demo import __main__ as demo
from provisioning.demo import plan, readiness
from provisioning.demo.ports import Ports, free_ports
from provisioning.demo.state import State
from provisioning.demo.supervisor import Supervisor
from shared.envelope import wrap
from shared.identifiers import MessageId, new_uuid
from shared.tickets import AskBoard
from tests.bench.world import account_of

HOST = "127.0.0.1"
REQUEST = f"rsp/v1/d/{plan.DEVICE}/up/request"
DOWN = f"rsp/v1/d/{plan.DEVICE}/down/#"
KEEP = {"broker", "control-plane"}


@dataclass(frozen=True, slots=True)
class Backend:
    """A broker and a control plane that run; `claim` lets one be the device."""

    state: State
    ports: Ports

    def account(self, agency: str) -> dict[str, str]:
        """User name and password of the first clerk of an agency."""
        return account_of(self.state, agency)

    def service_tls(self) -> ssl.SSLContext:
        """As the control plane itself connects."""
        tls = self.state.control_plane / "tls"
        context = ssl.create_default_context(cafile=tls / "service-chain.pem")
        context.load_cert_chain(tls / "control-plane.crt", tls / "control-plane.key")
        return context

    def service(self) -> aiomqtt.Client:
        """A second client with the control plane's rights."""
        return aiomqtt.Client(
            HOST,
            self.ports.mqtt_services,
            identifier="svc:control-plane:bench",
            protocol=aiomqtt.ProtocolVersion.V5,
            tls_context=self.service_tls(),
        )

    async def enrol(self) -> ssl.SSLContext:
        """Become the device, as its agent would: claim, CSR, certificate."""
        claim = enrolment.read_claim(self.state.claim)
        identity = await enrolment.enrol(claim, state_dir=self.state.agent, clock=Clock())
        context = ssl.create_default_context(cadata=identity.trust.bundle.service_ca_pem)
        context.load_cert_chain(identity.pem)
        return context

    def device(self, tls: ssl.SSLContext) -> aiomqtt.Client:
        """The device's bare connection."""
        return aiomqtt.Client(
            HOST,
            self.ports.mqtt_devices,
            identifier=plan.DEVICE,
            protocol=aiomqtt.ProtocolVersion.V5,
            tls_context=tls,
        )


@contextlib.asynccontextmanager
async def state_and_ports() -> AsyncIterator[tuple[State, Ports]]:
    """A prepared state: schema, keys, seed, accounts."""
    with tempfile.TemporaryDirectory(prefix="etapiste-bench-") as folder:
        state, ports = State(Path(folder) / "demo"), free_ports()
        state.make()
        await demo.prepare(state, ports)
        yield state, ports


@contextlib.asynccontextmanager
async def backend(keep: set[str] = KEEP) -> AsyncIterator[Backend]:
    """Run some of the demo's children under its supervisor."""
    async with state_and_ports() as (state, ports):
        supervisor = Supervisor(lambda _: None)
        try:
            async with asyncio.TaskGroup() as group:
                keepers = [
                    group.create_task(supervisor.keep(child))
                    for child in plan.children(state, ports, [])
                    if child.name in keep
                ]
                async with asyncio.timeout(60):
                    await readiness.listening(ports.mqtt_devices)
                    if "control-plane" in keep:
                        await readiness.control_plane_ready(ports)
                        await readiness.listening(ports.device_https)
                yield Backend(state, ports)
                for keeper in keepers:
                    keeper.cancel()
        finally:
            supervisor.close()


def board_request() -> tuple[MessageId, bytes]:
    """A request that every device may make and that changes nothing."""
    made = MessageId(new_uuid())
    return made, wrap(AskBoard(), id=made, now=Clock().now())
