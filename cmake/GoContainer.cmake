#[=======================================================================[.rst:
GoContainer
-----------

.. versionadded:: 0.1

Builds container images of Go programs, and proves with CTest what is in them.

.. code-block:: cmake

  include(GoContainer)

.. command:: add_go_container

  Declares the container image of one Go program:

  .. code-block:: cmake

    add_go_container(<name>
      [SOURCE_DIR <directory>]
      [PACKAGE <package>]
      [BASE <reference>]
      [BUILDER_IMAGE <reference>]
      [TAGS <reference>...]
      [BINARY_NAME <file name>]
      [CMD [<argument>...]]
      [MAX_SIZE <size>])

  .. versionadded:: 0.1

  ``<name>``
    The name of the target that builds the image; it begins the names of the other targets and of
    the tests. An error if it can't be a target's name, or is one already.

  ``SOURCE_DIR <directory>``
    The directory that holds ``go.mod``; it is the build context, too. A relative path starts at the
    current source directory, which is the default. An error if there is no ``go.mod``.

  ``PACKAGE <package>``
    The main package, as ``go build`` takes it: a directory such as ``./cmd/api``, or an import
    path. The default is ``.``. An error if it is a directory that is not there.

  ``BASE <reference>``
    What the image starts from: ``alpine`` (the default), ``scratch``, or any image reference,
    which may be pinned by ``@sha256:``. On ``scratch`` the image also gets ``/tmp`` (mode 1777),
    ``/etc/passwd`` and ``/etc/group``. An error if it is no reference. The engine ``builtin`` takes
    ``scratch`` only.

  ``BUILDER_IMAGE <reference>``
    The image with the Go toolchain that compiles the program, ``golang:alpine`` by default. The
    engine ``builtin`` uses this machine's Go instead. An error if it is no reference.

  ``TAGS <reference>...``
    What the image is called. The default is ``<name>:latest`` in lower case; a reference without a
    tag gets ``:latest``. An error if one is no reference.

  ``BINARY_NAME <file name>``
    The name of the program in ``/usr/local/bin``, ``<name>`` by default. An error if it is no plain
    file name.

  ``CMD [<argument>...]``
    The CMD of the image, always in exec form. The default is
    ``/usr/local/bin/<binary name> --help``; without an argument the CMD is empty.

  ``MAX_SIZE <size>``
    The budget of the test ``<name>.size``: bytes, or a number such as ``15`` or ``1.5`` with one of
    the units ``kB``, ``MB``, ``GB`` (powers of 1000), ``KiB``, ``MiB``, ``GiB`` (powers of 1024),
    without a space, nine digits at most. It is held against the bytes of all files in all layers,
    unpacked; docker's classic image store shows the same number. An error if it is no size.

  The image runs as the user 65532:65532 and has CA certificates in
  ``/etc/ssl/certs/ca-certificates.crt``. The program is built without cgo, with ``-trimpath`` and
  ``-buildvcs=false``, and stripped (``-s -w``) except in the configurations ``Debug`` and
  ``RelWithDebInfo``.

  An unknown argument, a keyword without a value and a second value where one is taken are errors.

  .. rubric:: Files

  ``<name>.container`` in the current binary directory (below it a directory for each configuration
  with a multi-config generator) holds ``plan.json``, all that was declared, with the defaults;
  ``Dockerfile`` and ``Dockerfile.dockerignore``; ``<name>.tar``, the image, with the engine
  ``builtin``; ``image.id``, its id, with ``docker``. Unchanged files keep their times. Nothing is
  written into the source tree.

  .. rubric:: Targets

  ``<name>``
    Builds the image. A build that fails leaves the last good image.
  ``<name>-modules``
    Downloads the Go modules, and no more.
  ``<name>-run``
    Builds the image and runs its program. The engine ``builtin`` needs ``bwrap`` (bubblewrap) or
    ``unshare`` (util-linux 2.38) for it.
  ``image``, ``image-modules``
    The same for all containers.

  .. rubric:: Tests

  All have the label ``image`` and stand behind the fixture ``<name>.image``, whose set-up
  ``<name>.build`` builds the image. The checks are reported as skipped, with the reason, where there
  is no Python 3.9.

  ``<name>.cmd``
    The image has the declared CMD.
  ``<name>.size``
    The image is no larger than ``MAX_SIZE``; only where that is given.

Variables
^^^^^^^^^

.. variable:: GO_CONTAINER_ENGINE

  .. versionadded:: 0.1

  Cache variable: what makes the images.

  ``auto``
    The first of the following that works here; one line of the configure output tells which, and
    why not the others. The default.
  ``docker``
    BuildKit of a docker daemon: by buildx, or by ``DOCKER_BUILDKIT=1`` with a CLI older than 23.
  ``builtin``
    This machine's Go compiles, and GoContainer writes the image: an archive that is an OCI image
    layout and a docker archive in one. It needs Go, Python 3.9 and a bundle of CA certificates, no
    daemon and no registry. The same sources, Go version, CA certificates and architecture give the
    same digest on every machine; all times in the image are ``SOURCE_DATE_EPOCH``, or 0.

  An error if the engine is unknown or does not work here.

.. variable:: GO_CONTAINER_DOCKER

  .. versionadded:: 0.1

  Cache variable: the docker command.

.. variable:: GO_CONTAINER_CA_BUNDLE

  .. versionadded:: 0.1

  Cache variable: the PEM file of CA certificates that the engine ``builtin`` puts into images. The
  default is ``SSL_CERT_FILE`` of the environment, or this machine's bundle. The engine ``docker``
  takes the certificates of the builder image.
#]=======================================================================]

include_guard(GLOBAL)

if(CMAKE_VERSION VERSION_LESS 3.25)
  message(FATAL_ERROR " GoContainer needs CMake 3.25 or newer; this is ${CMAKE_VERSION}.")
endif()
cmake_policy(VERSION 3.25)

foreach(
  _go_container_room
  arguments
  dockerfile
  engine
  error
  json
  plan
  python
  targets
  tests
  write
)
  include("${CMAKE_CURRENT_LIST_DIR}/GoContainer/${_go_container_room}.cmake")
endforeach()
unset(_go_container_room)

function(add_go_container name)
  set(call "add_go_container(${name})")
  _go_container_check_name("${call}" "${name}")
  # By number, as ARGN would lose empty arguments and take semicolons and brackets apart.
  set(words "")
  set(index 1)
  while(index LESS ARGC)
    _go_container_json_string(word "${ARGV${index}}")
    list(APPEND words "${word}")
    math(EXPR index "${index} + 1")
  endwhile()

  _go_container_engine(engine "${call}")
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${name}.container")
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(multi_config)
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES)
      _go_container_plan(plan "${call}" "${name}" "${config}" ${engine} "${words}")
      _go_container_files("${plan}" "${directory}/${config}")
    endforeach()
    string(APPEND directory "/$<CONFIG>")
  else()
    _go_container_plan(plan "${call}" "${name}" "${CMAKE_BUILD_TYPE}" ${engine} "${words}")
    _go_container_files("${plan}" "${directory}")
  endif()

  cmake_language(CALL _go_container_${engine}_targets "${plan}" "${directory}")
  _go_container_add_to_all("${call}" ${name})
  _go_container_tests("${plan}" "${directory}")
endfunction()
