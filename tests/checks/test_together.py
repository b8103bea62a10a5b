"""The checks that one process does for all tests of a run of CTest."""

import re

PROJECT = """
    add_go_container(api BASE scratch USER 65532 ENV LOG=info TESTS env cmd user)
    add_go_container_test(api FILE /etc/passwd MODE 0644)
    add_go_container(web BASE scratch USER 1000 TESTS NONE)
    set(checked "${CMAKE_CURRENT_BINARY_DIR}/api.container/checked")
    # The files keep their time, so they are taken for what the process wrote.
    add_test(NAME tell COMMAND sh -c
      "cd ${checked}/* && echo found before >new && touch -r cmd new && cp -p new 0.json && mv new cmd")
    add_test(NAME replace COMMAND cp -p
      "${CMAKE_CURRENT_BINARY_DIR}/web.container/web.tar" "${CMAKE_CURRENT_BINARY_DIR}/api.container/api.tar")
    set_tests_properties(tell PROPERTIES DEPENDS api.env FIXTURES_REQUIRED "api.image;web.image")
    set_tests_properties(api.cmd api.file:/etc/passwd PROPERTIES DEPENDS tell)
    set_tests_properties(replace PROPERTIES DEPENDS "api.cmd;api.file:/etc/passwd")
    set_tests_properties(api.user PROPERTIES DEPENDS replace)
"""


def test_one_process_does_them_while_the_image_stays(project):
    project.go_module(".")
    project.cmakelists(PROJECT)
    project.configure(engine="builtin")
    said = project.ctest("-V", expect_failure=True).stdout
    assert len(re.findall(r"^\d+: found before$", said, re.MULTILINE)) == 2
    # An image that takes its place is read, even if it has an older time.
    assert re.findall(r"^\d+: .*(?<=: )(FAILED: .*)$", said, re.MULTILINE) == [
        "FAILED: the image has another USER"
    ]
    assert re.findall(r"\d+ - (\S+) \(Failed\)", said) == ["api.user"]

    # Another run starts anew, and builds the image first.
    (project.binary / "api.container/api.tar").unlink()
    said = project.ctest("-V", "-R", "cmd|env").stdout
    assert "found before" not in said
    assert len(list((project.binary / "api.container/checked").iterdir())) == 1
