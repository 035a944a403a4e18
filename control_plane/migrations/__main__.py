"""Developer's tool: write a migration from what the tables say now.

python -m control_plane.migrations sqlite:////tmp/at-the-last-revision.db "what changes"
"""

import sys

from alembic import command
from alembic.script import ScriptDirectory

from control_plane.database import open_engine
from control_plane.migrations import configuration

url, message = sys.argv[1:]
engine = open_engine(url)
with engine.begin() as connection:
    settings = configuration(connection)
    command.upgrade(settings, "head")
    number = len(list(ScriptDirectory.from_config(settings).walk_revisions())) + 1
    command.revision(settings, message, autogenerate=True, rev_id=f"{number:04}")
engine.dispose()
