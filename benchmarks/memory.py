"""Runs the image piece in this process, then writes the largest resident set of this process alone, in bytes, without that
of the go command below it: `memory.py <output> <directory of the package> <arguments>`."""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path

output, directory, *arguments = sys.argv[1:]
sys.path[0] = directory
result = importlib.import_module("gocontainer.cli.commands").main(arguments)
# Not ru_maxrss: that begins with what the process had that started this one.
peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
Path(output).write_text(json.dumps(int(peak[1]) * 1024))
sys.exit(result)
