"""Variables of a project, whatever their names, change nothing: a function of CMake sees those of its callers."""

import re
import shutil

from harness import REPOSITORY

# Read, or tested, in the files of GoContainer. Names in capitals are CMake's and GoContainer's interface.
NAMES = [
    r"\$\{([a-z_][A-Za-z0-9_]*)\}",
    r"\b(?:set|unset|find_\w+|if|elseif|DEFINED|NOT|AND|OR|IN_LIST|LISTS)[( ]\s*([a-z_][A-Za-z0-9_]*)\b",
]
DECLARATIONS = """\
    add_go_container(api
      BASE scratch CMD /usr/local/bin/api serve ENV LOG=info EXPOSE 80 LABELS a=b VOLUMES /data
      USER 5 WORKDIR /work STOPSIGNAL SIGTERM HEALTHCHECK /usr/local/bin/api HEALTHCHECK_INTERVAL 3s
      TAGS api:1 api:2 VERSION 1.2 VERSION_VARIABLE main.version LDFLAGS -X main.motto=3
      GO_ENV GOAMD64=v2 BUILD_TAGS netgo GCFLAGS -l FILES main.go DESTINATION /opt CHMOD 0644
      OVERLAY made.go RUNTIME_LIBRARIES ON MAX_SIZE 15MB MAX_GROWTH 10%)
    add_go_container_test(api NO_SHELL FILE /etc/passwd MODE 0644 RUN --version OUTPUT_MATCHES x)
    add_go_container_service(api PORT 80 READY_TCP)
    add_go_container(linked BASE scratch LINK_LIBRARIES core)
    add_go_library(library SHARED)
    add_go_test(unit LINK_LIBRARIES core)
    """


def names_of_the_product():
    files = [*(REPOSITORY / "cmake").rglob("*.cmake")]
    text = "\n".join(re.sub(r"(?m)#.*", "", file.read_text()) for file in files)
    return {name for regex in NAMES for name in re.findall(regex, text)}


def test_the_variables_of_a_project_change_nothing(project):
    names = names_of_the_product()
    assert {"found", "directory", "command"} <= names
    project.go_module(main="package main\n\nvar version, motto string\n\nfunc main() {}\n")
    project.write("made.go", "package main\n")
    project.write("core.c", "int core;\n")
    project.cmakelists(
        "enable_language(C)\nadd_library(core STATIC core.c)\n"
        'include("${CMAKE_SOURCE_DIR}/full.cmake")\n' + DECLARATIONS
    )
    sets = "".join(f'set({name} "of the project")\n' for name in sorted(names))
    project.write("full.cmake", f"if(FULL)\n{sets}endif()\n")
    project.configure(engine="builtin")
    before = written(project.binary)
    shutil.rmtree(project.binary)
    project.configure("-D", "FULL=ON", engine="builtin")
    assert written(project.binary) == before
    assert "Python3" not in (project.binary / "CMakeCache.txt").read_text()  # found by one start


def written(binary):
    """What a configure run leaves for the build and the tests, by name."""
    kept = (
        "plan.json",
        "Dockerfile",
        "Dockerfile.dockerignore",
        "build.ninja",
        "CTestTestfile.cmake",
    )
    return {
        str(file.relative_to(binary)): file.read_text()
        for file in sorted(binary.rglob("*"))
        if file.name in kept or (file.suffix == ".txt" and file.name != "CMakeCache.txt")
    }
