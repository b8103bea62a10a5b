"""Has the tools of the formats look at the SBOMs of programs, and prints a line for each: ../../sbom.sh."""

import os
import sys
from pathlib import Path

from sbom_tools import errors_in, licensed, ntia_errors

# The part of the modules whose licence must be known.
LICENSED = 0.95
# The directory of the files of SPDX 3.0, if there is one.
MODEL = os.environ.get("SPDX3")


def main(tree, *names):
    failed = False
    for name in names:
        directory = Path(tree, f"{name}.container")
        errors = errors_in(directory, name)
        for form in ("spdx", "spdx3"):
            errors += ntia_errors(directory / f"{name}.{form}.json", form)
        if MODEL:
            from spdx3_model import model_errors

            errors += model_errors(directory / f"{name}.spdx3.json", Path(MODEL))
        known, modules = licensed(directory / f"{name}.spdx.json")
        part = len(known) / len(modules)
        print(f"{name}: {len(modules)} modules, {part:.1%} with a licence, {len(errors)} errors")
        for each in [*(f"no licence: {module}" for module in sorted(modules - known)), *errors]:
            print(f"  {each}")
        failed = failed or bool(errors) or part < LICENSED
    return int(failed)


sys.exit(main(*sys.argv[1:]))
