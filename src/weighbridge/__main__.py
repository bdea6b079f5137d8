"""``python -m weighbridge`` is ``weigh``."""

import sys

from weighbridge.app.cli import process

if __name__ == "__main__":
    sys.exit(process())
