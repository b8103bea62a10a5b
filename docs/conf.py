"""Configuration of Sphinx; sphinx-build -W -b html docs build/docs makes the pages."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def project_version() -> str:
    """The version in the top-level CMakeLists.txt, the one place that holds it."""
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    match = re.search(r"\bVERSION ([0-9.]+)\n\s*DESCRIPTION", text)
    if match is None:
        raise ValueError("CMakeLists.txt: project() has no VERSION in front of DESCRIPTION")
    return match.group(1)


project = "GoContainer"
author = "the authors of GoContainer"
release = version = project_version()

sys.path.insert(0, str(ROOT / "docs"))
extensions = ["sphinxcontrib.moderncmakedomain", "golden_texts"]
primary_domain = "cmake"  # the modules write `.. command::`, as CMake's own modules do
highlight_language = "none"
# A signature is not CMake: the lexer stumbles over its % and @, and goes on.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_title = f"GoContainer {version}"
html_show_copyright = False
html_copy_source = False
html_use_index = False  # the search finds more, and its table does not fit a phone
