"""How are statements not compiled anew for every database that a test opens?

An engine remembers what its statements compile to, and nearly every test opens engines of its own:
half of the time of such tests went there.
"""

from typing import Any

import sqlalchemy as sa


class _ByKindOfDatabase(dict[tuple[Any, ...], Any]):
    """What statements compile to, for every engine of the same kind of database.

    SQLAlchemy's keys begin with the engine's own dialect object; here its class stands for it,
    since the databases of one run are set up alike.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


def compile_statements_once() -> None:
    """For all engines of this process, also those that come later."""
    compiled = _ByKindOfDatabase()

    @sa.event.listens_for(sa.Engine, "engine_connect")
    def _connected(connection: sa.Connection) -> None:
        connection.execution_options(compiled_cache=compiled)
