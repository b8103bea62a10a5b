"""A C++ library and a Go program that links it, for tests of cgo."""

HEADER = """\
    #pragma once
    #ifdef __cplusplus
    extern "C" {
    #endif
    #define CORE_OFFSET 0
    int core_add(int a, int b);
    const char *core_name(void);
    #ifdef __cplusplus
    }
    #endif
    """
SOURCE = """\
    #include "core.h"
    #include <numeric>
    #include <string>
    #include <vector>

    int core_add(int a, int b) {
        const std::vector<int> both{a, b};
        return std::accumulate(both.begin(), both.end(), 0);
    }
    const char *core_name() {
        static const std::string name = CORE_NAME;
        return name.c_str();
    }
    """
MAIN = """\
    package main

    // #include "core.h"
    // static int offset(void) { return CORE_OFFSET; }
    import "C"
    import "fmt"

    func main() {
    \tfmt.Println("sum", C.core_add(2, 3)+C.offset(), C.GoString(C.core_name()))
    }
    """
LIBRARY = """\
    enable_language(C)
    enable_language(CXX)
    add_library(core core/core.cpp)
    target_include_directories(core PUBLIC "core/the headers")
    target_compile_definitions(core PUBLIC "CORE_NAME=\\"it's core\\"")
    """
OUTPUT = "sum 5 it's core"


def write_sources(project, main=MAIN):
    project.write("core/the headers/core.h", HEADER)
    project.write("core/the headers/unused.h", "#define UNUSED 1\n")
    project.write("core/core.cpp", SOURCE)
    project.go_module("service", main=main)


def declare(project, *lines, library=LIBRARY, main=MAIN):
    """The library, and what the lines declare in CMake's words."""
    write_sources(project, main)
    project.cmakelists(library + "\n".join(lines))
