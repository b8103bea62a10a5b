"""gocontainer cmake-dir tells CMake where the module is."""

from gocontainer.cli.commands import main
from harness import REPOSITORY


def test_cmake_dir(capsys):
    assert main(["cmake-dir"]) == 0
    assert capsys.readouterr().out == f"{REPOSITORY}/cmake\n"
