"""Runs the image piece in this process, then writes the largest resident set of this process alone, in bytes, without that
of the go command below it: `memory.py <output> <directory of the package> <arguments>`."""

from __future__ import annotations

import importlib
import json
import resource
import sys
from pathlib import Path

output, directory, *arguments = sys.argv[1:]
sys.path[0] = directory
result = importlib.import_module("gocontainer.cli.commands").main(arguments)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
Path(output).write_text(json.dumps(peak))
sys.exit(result)
