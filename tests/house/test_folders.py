"""The folders of the tests mirror those of the code."""

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
