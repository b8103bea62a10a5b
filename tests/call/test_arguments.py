"""Arguments are the same whichever way they are split: CMake itself splits those that are plain."""

import subprocess

import pytest
from harness import REPOSITORY

SCRIPT = """\
cmake_minimum_required(VERSION 3.25)
foreach(room call/arguments call/error call/misspelt base/json)
  include("{rooms}/${{room}}.cmake")
endforeach()
_go_container_keywords(command "FLAG:flag;ONE:one;OTHER:one;MANY:many;LIST:list;MORE:many")
function(command name)
  _go_container_arguments(arg "command(${{name}})" command)
  foreach(variable GROUPS FLAG ONE OTHER MANY LIST)
    if(DEFINED arg_${{variable}})
      message("${{variable}}=${{arg_${{variable}}}}")
    endif()
  endforeach()
endfunction()
set(arg_ONE "of the caller")
set(arg_LIST "of the caller")
command(name {words})
"""
WORDS = {
    "nothing": "",
    "each": "FLAG ONE a OTHER b-c MANY d e=f g LIST /h --i",
    "a capital value": "ONE ON MANY X",
    "names of variables": "ONE $HOME MANY ${x} $<CONFIG>",
    "a backslash": "ONE [[\\\\]] MANY [[a\\\\b]]",
    "many twice": "MANY a ONE b MANY c",
    "an empty list": "LIST ONE a",
    "a list at the end": "ONE a LIST",
    "an empty value": 'ONE a MANY "" b',
    "one twice": "ONE a ONE b",
    "two values for one": "ONE a b",
    "no value": "ONE MANY a",
    "a flag with a value": "FLAG a",
    "nothing before it": "a ONE b",
    "a slip": "ONE a OTHERR b",
    "a slip behind many": "MANY a OTHERR b",
}


@pytest.mark.parametrize("case", WORDS)
def test_arguments_are_split_in_one_way(tmp_path, case):
    words = WORDS[case].replace("$", "\\$")
    assert split(tmp_path, words) == split(tmp_path, words + " MORE [[;]]")


def split(directory, words):
    """What the command got, or said of it."""
    script = directory / "script.cmake"
    script.write_text(SCRIPT.format(rooms=REPOSITORY / "cmake/GoContainer", words=words))
    done = subprocess.run(["cmake", "-P", script], capture_output=True, text=True)
    return done.returncode, done.stderr
