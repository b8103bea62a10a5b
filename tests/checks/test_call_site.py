"""Where a test was declared, from the files that CMake writes for CTest."""

from gocontainer.checks.call_site import place_of

TEXT = """\
# CMake generated Testfile for
add_test([=[api.build]=] "/usr/bin/cmake" "--build")
set_tests_properties([=[api.build]=] PROPERTIES  LABELS "image" _BACKTRACE_TRIPLES "/m/tests.cmake;5;add_test;/m/GoContainer.cmake;9;_inner;/s/CMakeLists.txt;6;add_go_container;/s/CMakeLists.txt;0;")
set_tests_properties([=[api.run:[=]x]=] PROPERTIES _BACKTRACE_TRIPLES "/s/a.cmake;3;Add_Go_Container_Test;/s/CMakeLists.txt;8;include")
set_tests_properties([[api.old]] PROPERTIES _BACKTRACE_TRIPLES "/s/old;1;add_go_container")
set_tests_properties("api.quoted" PROPERTIES _BACKTRACE_TRIPLES "/s/q;2;add_go_container_service")
set_tests_properties(api.bare PROPERTIES LABELS "a;b" _BACKTRACE_TRIPLES "/s/b;3;add_go_container")
set_tests_properties(other PROPERTIES _BACKTRACE_TRIPLES "/s/o;4;add_test;/s/o;5;function")
set_tests_properties(apiXbare PROPERTIES _BACKTRACE_TRIPLES "/s/no;3;add_go_container")
"""


def test_places(tmp_path):
    (tmp_path / "CTestTestfile.cmake").write_text(TEXT)
    wanted = {
        "api.build": "/s/CMakeLists.txt:6",
        "api.run:[=]x": "/s/a.cmake:3",
        "api.old": "/s/old:1",
        "api.quoted": "/s/q:2",
        "api.bare": "/s/b:3",
        "other": None,
        "api.none": None,
        "api.b": None,
    }
    assert {test: place_of(test, tmp_path) for test in wanted} == wanted


def test_no_file_of_ctest(tmp_path):
    assert place_of("api.build", tmp_path) is None


def test_the_directory_in_which_ctest_starts_its_tests(tmp_path, monkeypatch):
    (tmp_path / "CTestTestfile.cmake").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    assert place_of("api.bare") == "/s/b:3"
