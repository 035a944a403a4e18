"""A replica that has loaded everything and begins when it is told: to be back soon after a kill.

``python -m tests.history.standby MODULE serve``: MODULE is imported, and its ``main`` run as soon
as a line comes on the standard input. What takes seconds in a process is done before it is needed.
"""

import importlib
import sys

if __name__ == "__main__":
    module = sys.argv.pop(1)
    main = importlib.import_module(module).main
    if sys.stdin.readline():
        main()
