"""How does a command reach the database, and say that it cannot?"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn, TypeVar

import typer
from pydantic import ValidationError

from control_plane.clock import SystemClock
from control_plane.database import Store, open_store
from control_plane.errors import Refusal
from control_plane.security.scope import Scope
from control_plane.settings import Settings

T = TypeVar("T")

SCOPE = Scope.system("command-line")
CLOCK = SystemClock()


def run(work: Callable[[Store], Awaitable[T]]) -> T:
    async def with_store() -> T:
        store = open_store(Settings().store_url)
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return asyncio.run(with_store())
    except Refusal as refusal:
        stop(refusal.code)


def words(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())


def stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
