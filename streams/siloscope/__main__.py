"""The command `siloscope`: runs a command, and turns whatever stops it into one line and an exit status.

0: done. 1: the work failed. 2: wrong usage.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from typer import Abort, Exit
from typer.exceptions import TyperException

from .commands import app
from .errors import Unusable


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its status."""
    sys.exit(status(arguments))


def status(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    try:
        return app(arguments, prog_name="siloscope", standalone_mode=False) or 0
    except Exit as ended:
        return ended.exit_code
    except Unusable as error:
        return _say(str(error), error.status)
    except TyperException as error:
        said = getattr(error, "format_message", error.__str__)()
        return _say(f"{said.rstrip('.')}; siloscope --help shows what there is", 2)
    except (KeyboardInterrupt, Abort):
        return 130
    except BrokenPipeError:
        # Who read us has gone, as in `siloscope … | head`: nothing more to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        where = "python -X dev -m siloscope … shows where"
        return _say(f"a mistake in Siloscope itself: {type(error).__name__}: {error} ({where})", 1)


def _say(message: str, code: int) -> int:
    print(f"siloscope: {' '.join(message.split())}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
