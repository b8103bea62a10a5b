"""The folders: those of the tests mirror those of the code, and CONTRIBUTING.md tells of each."""

import re
import subprocess

from harness import GOCONTAINER, REPOSITORY

CMAKE = GOCONTAINER.parent
# Folders of tests that go through all of the code, or look at the repository itself.
WITHOUT_CODE = {"whole", "house"}


def names(folders, pattern):
    return {file.parent.name for folder in folders for file in folder.glob(pattern)}


def test_each_folder_of_tests_has_its_code():
    code = names([CMAKE], "*/*.cmake") | names([GOCONTAINER], "*/*.py")
    tests = names([REPOSITORY / "tests"], "*/test_*.py")
    assert len(tests) > 10
    assert tests - code == WITHOUT_CODE


def test_no_test_lies_outside_of_them():
    assert list((REPOSITORY / "tests").glob("test_*.py")) == []


def test_the_house_has_every_folder():
    text = (REPOSITORY / "CONTRIBUTING.md").read_text()
    house = text[text.index("## Layout") : text.index("### From a call to an image")]
    told = set(re.findall(r"([\w.]+)/", house))
    command = ["git", "-C", REPOSITORY, "ls-files", "-z", "*/*"]
    tracked = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    folders = {name.split("/")[0] for name in tracked.rstrip("\0").split("\0")}
    for top, deep in {"cmake": 3, "docs": 1, "tests": 1}.items():
        inside = [name.split("/") for name in tracked.split("\0") if name.startswith(f"{top}/")]
        folders |= {folder for parts in inside for folder in parts[1:-1][:deep]}
    assert len(folders) > 30
    assert folders - told == {".ci"}
