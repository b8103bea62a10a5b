"""The page "Go beside C++", as somebody new to it would try it: in an empty directory."""

import re
import shutil
import textwrap

from harness import REPOSITORY

PAGE = (REPOSITORY / "docs/tutorial/cpp.rst").read_text()
FILES = re.findall(r"^``([\w./]+)``.*:\n\n.. code-block:: \S+\n\n((?:  .*\n|\n)+)", PAGE, re.M)


def test_the_first_part(project):
    assert [name for name, _ in FILES] == [
        *("price.h", "price.cpp", "service/go.mod", "service/main.go", "CMakeLists.txt", "client.cpp"),
    ]  # fmt: skip
    for name, text in FILES:
        project.write(name, textwrap.dedent(text))
    shutil.copytree(REPOSITORY / "cmake", project.source / "cmake")
    project.configure(engine="builtin")
    project.build()
    result = project.ctest()
    assert "100% tests passed, 0 tests failed out of 15" in result.stdout
    assert re.search(r"14/15 Test #15: client \.+ +Passed", result.stdout)
    price = project.source / "price.cpp"
    price.write_text(price.read_text().replace("100 *", "200 *"))
    assert "client" in project.ctest(expect_failure=True).stdout.split("tests FAILED:")[1]
