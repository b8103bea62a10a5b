"""The Conan recipe. GoContainer is a module of CMake, so it is a tool of the build, for all settings."""

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain
from conan.tools.files import copy, load


class GoContainer(ConanFile):
    name = "gocontainer"
    license = "Apache-2.0", "ISC"
    description = "Container images of Go programs, built and proven by CMake"
    topics = "cmake", "go", "containers", "oci"
    package_type = "build-scripts"
    no_copy_source = True

    def set_version(self):
        text = load(self, self._repository() / "CMakeLists.txt")
        self.version = re.search(r"VERSION ([0-9.]+)\n", text)[1]

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*"):
            copy(
                self,
                pattern,
                self._repository(),
                self.export_sources_folder,
                excludes="*__pycache__*",
            )

    def generate(self):
        CMakeToolchain(self).generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, Path(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = ["share/cmake/GoContainer"]
        self.cpp_info.includedirs = self.cpp_info.libdirs = self.cpp_info.bindirs = []

    def _repository(self):
        return Path(self.recipe_folder).parents[1]
