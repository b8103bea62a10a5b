#[=======================================================================[.rst:
FindGo
------

.. versionadded:: 0.1

Finds the go command.

.. code-block:: cmake

  find_package(Go [<version>] [REQUIRED] [QUIET])

Result variables
^^^^^^^^^^^^^^^^

``Go_FOUND``
  True if a go command was found that is at least the requested version.
``Go_VERSION``
  Its version, such as ``1.24.3``.
``Go_ARCHITECTURE``
  The ``GOARCH`` of this machine, such as ``amd64`` (``go env GOHOSTARCH``).

Cache variables
^^^^^^^^^^^^^^^

``Go_EXECUTABLE``
  The full path of the go command. CMake searches its usual paths, ``GOROOT``, and ``/usr/local/go``, the directory of Go's
  official archives.

Imported targets
^^^^^^^^^^^^^^^^

``Go::go``
  The go command as an executable.
#]=======================================================================]

find_program(
  Go_EXECUTABLE
  NAMES go
  HINTS
  ENV GOROOT
  PATHS /usr/local/go
  PATH_SUFFIXES bin
  DOC "The go command"
)
mark_as_advanced(Go_EXECUTABLE)

if(Go_EXECUTABLE)
  # Outside of any module, and with no toolchain but this one: a go.mod near by must not answer.
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -E env GOTOOLCHAIN=local "${Go_EXECUTABLE}" env GOVERSION GOHOSTARCH
    WORKING_DIRECTORY /
    OUTPUT_VARIABLE _go_env
    ERROR_QUIET
  )
  if(_go_env MATCHES "^go([0-9.]+)[^\n]*\n([a-z0-9]+)\n$")
    set(Go_VERSION "${CMAKE_MATCH_1}")
    set(Go_ARCHITECTURE "${CMAKE_MATCH_2}")
  endif()
  unset(_go_env)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Go
  REQUIRED_VARS Go_EXECUTABLE Go_VERSION Go_ARCHITECTURE
  VERSION_VAR Go_VERSION
)

if(Go_FOUND AND NOT TARGET Go::go)
  add_executable(Go::go IMPORTED)
  set_target_properties(Go::go PROPERTIES IMPORTED_LOCATION "${Go_EXECUTABLE}")
endif()
