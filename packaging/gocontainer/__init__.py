"""The package of a wheel. The wheel has what ``cmake --install`` installs, and Python finds the modules in there."""

from pathlib import Path

__path__ = [str(Path(__file__).parent / "share/cmake/GoContainer/GoContainer/gocontainer")]
