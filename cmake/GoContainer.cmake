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
      [SOURCE_DIR <directory>] [PACKAGE <package>] [BASE <reference>] [BUILDER_IMAGE <reference>]
      [TAGS <reference>...] [BINARY_NAME <file name>]
      [ENTRYPOINT [<argument>...]] [CMD [<argument>...]] [ENV <name>=<value>...]
      [EXPOSE <port>[-<last>][/<protocol>]...] [LABELS <key>=<value>...] [USER <user>[:<group>]]
      [WORKDIR <directory>] [VOLUMES <directory>...] [STOPSIGNAL <signal>]
      [HEALTHCHECK <argument>... | HEALTHCHECK NONE] [HEALTHCHECK_INTERVAL <time>]
      [HEALTHCHECK_TIMEOUT <time>] [HEALTHCHECK_START_PERIOD <time>] [HEALTHCHECK_RETRIES <number>]
      [FILES <file or directory>... [DESTINATION <directory>] [CHMOD <mode>] [CHOWN <uid>[:<gid>]]]...
      [BUILD_TAGS <tag>...] [LDFLAGS <flag>...] [GCFLAGS <flag>...] [GO_FLAGS <flag>...]
      [PGO <file>|auto|off] [CGO ON|OFF] [GO_VERSION <version>] [GO_ENV <name>[=<value>]...]
      [VERSION <version>|PROJECT|GIT] [VERSION_VARIABLE <package>.<variable>]
      [MAX_SIZE <size>])

  .. versionadded:: 0.1

  Every value arrives as it is written, byte for byte; CMake's own quoting is all that is needed. An
  unknown argument, a keyword without a value, a keyword twice and a second value where one is taken
  are errors. A keyword that is not given takes its value from the variable
  :variable:`GO_CONTAINER_<OPTION>`, where there is one.

  ``<name>``
    The name of the target that builds the image; it begins the names of the other targets and of
    the tests. An error if it can't be a target's name, or is one already.

  .. rubric:: What is built, of what, and what it is called

  .. code-block:: cmake

    add_go_container(api
      SOURCE_DIR    services/api
      PACKAGE       ./cmd/api
      BASE          scratch
      BUILDER_IMAGE golang:alpine
      TAGS          example.com/team/api:1.4 api
      BINARY_NAME   api-server)

  ``SOURCE_DIR <directory>``
    The directory that holds ``go.mod``; it is the build context, too. A relative path starts at the
    current source directory, which is the default. An error if there is no ``go.mod``.

  ``PACKAGE <package>``
    The main package, as ``go build`` takes it: a directory such as ``./cmd/api``, or an import
    path. The default is ``.``. An error if it is a directory that is not there.

  ``BASE <reference>``
    What the image starts from: ``alpine`` (the default), ``scratch``, or any image reference,
    which may be pinned by ``@sha256:``. On ``scratch`` the image also gets ``/tmp`` (mode 1777),
    ``/etc/passwd`` and ``/etc/group``. With the engine ``builtin`` it may also be an image on disk:
    ``oci:<directory>``, ``oci-archive:<file>`` or ``docker-archive:<file>``. An error if it is no
    reference, or not there.

  ``BUILDER_IMAGE <reference>``
    The image with the Go toolchain that compiles the program: ``golang:alpine``, or with
    ``GO_VERSION`` ``golang:<version>-alpine``. The engine ``builtin`` uses this machine's Go
    instead. An error if it is no reference.

  ``TAGS <reference>...``
    What the image is called. The default is ``<name>:latest`` in lower case; a reference without a
    tag gets ``:latest``. An error if one is no reference.

  ``BINARY_NAME <file name>``
    The name of the program in ``/usr/local/bin``, ``<name>`` by default. An error if it is no plain
    file name.

  .. rubric:: The config of the image

  .. code-block:: cmake

    add_go_container(api
      BASE       scratch
      ENTRYPOINT /usr/local/bin/api
      CMD        serve -motto "Coffee; tea [or both] for $5"
      ENV        LOG=info "MOTTO=as \"you\" like it"
      EXPOSE     8080 53/udp 9000-9002
      LABELS     org.opencontainers.image.licenses=MIT
      USER       65532:65532
      WORKDIR    /srv/api
      VOLUMES    /data
      STOPSIGNAL SIGINT
      HEALTHCHECK              /usr/local/bin/api healthy
      HEALTHCHECK_INTERVAL     30s
      HEALTHCHECK_TIMEOUT      3s
      HEALTHCHECK_START_PERIOD 500ms
      HEALTHCHECK_RETRIES      2)

  What is not declared is inherited from the base as a Dockerfile would: ``ENV``, ``EXPOSE``,
  ``LABELS`` and ``VOLUMES`` are added to the base's, all else takes the place of the base's.

  ``ENTRYPOINT [<argument>...]``
    The ENTRYPOINT, in exec form; without an argument it is empty. It resets the CMD of the base.

  ``CMD [<argument>...]``
    The CMD, in exec form; without an argument it is empty. The default is
    ``/usr/local/bin/<binary name> --help``, and nothing where there is an ``ENTRYPOINT``.

  ``ENV <name>=<value>...``
    Environment variables. An error if one is no ``<name>=<value>`` on one line, or is given twice.

  ``EXPOSE <port>[-<last>][/<protocol>]...``
    Ports and ranges of ports; the protocol is ``tcp`` (the default), ``udp`` or ``sctp``. An error
    if one is no such port.

  ``LABELS <key>=<value>...``
    Labels. Without being asked, the image gets ``org.opencontainers.image.title`` (``<name>``),
    ``.version`` (with ``VERSION``), ``.base.name`` and, for a base that is pinned,
    ``.base.digest``. An error if one is no ``<key>=<value>`` on one line.

  ``USER <user>[:<group>]``
    Who runs the program: names or numbers, ``65532:65532`` by default. An error if it is neither.

  ``WORKDIR <directory>``
    The working directory, an absolute path; it is made where the base does not have it.

  ``VOLUMES <directory>...``
    Volumes, as absolute paths.

  ``STOPSIGNAL <signal>``
    The signal that stops the container, such as ``SIGINT``, or its number.

  ``HEALTHCHECK <argument>...``, ``HEALTHCHECK NONE``
    The command, in exec form, that tells whether the container is healthy; ``NONE`` drops the one
    of the base. ``HEALTHCHECK_INTERVAL``, ``HEALTHCHECK_TIMEOUT`` and ``HEALTHCHECK_START_PERIOD``
    are times such as ``1m30s`` (units ``h``, ``m``, ``s``, ``ms``), ``HEALTHCHECK_RETRIES`` is a
    number from 1 to 999. An error if they stand without a command.

  .. rubric:: Files beside the program

  .. code-block:: cmake

    add_go_container(api
      BASE  scratch
      FILES $<TARGET_FILE:importer> conf/api.toml DESTINATION /opt/api
      FILES assets/ DESTINATION /srv/assets CHMOD 0640 CHOWN 65532)

  ``FILES <file or directory>...``
    Files of the source tree (relative paths start at the current source directory) and of the
    build, also by generator expressions such as ``$<TARGET_FILE:importer>``; those targets are built
    first. A directory goes in under its name, or, with a slash at its end, without. May be given
    several times, each with its own:

    ``DESTINATION <directory>``
      The directory in the image, ``/`` by default; an absolute path.
    ``CHMOD <mode>``
      The mode of the files in octal digits. By default it is 0755 for what is executable and 0644
      for all else, whatever the umask was; directories have 0755.
    ``CHOWN <uid>[:<gid>]``
      The owner in numbers, ``0:0`` by default; the group is that of the same number.

  .. rubric:: The go command

  .. code-block:: cmake

    add_go_container(api
      BASE       scratch
      BUILDER_IMAGE golang:alpine
      BUILD_TAGS netgo timetzdata
      LDFLAGS    -X "main.motto=as you like it"
      GCFLAGS    -l
      GO_FLAGS   -p=2
      PGO        off
      CGO        OFF
      GO_VERSION 1.26.8
      GO_ENV     GOPROXY GOAMD64=v2
      VERSION    1.4.0
      VERSION_VARIABLE main.version)

  ``BUILD_TAGS <tag>...``
    Build tags (``-tags``).
  ``LDFLAGS <flag>...``, ``GCFLAGS <flag>...``
    Flags for the linker, behind ``-s -w``, and for the compiler; flags with spaces are quoted for
    go. An error if one holds both kinds of quotes, as go knows no escapes.
  ``GO_FLAGS <flag>...``
    More flags for ``go build``.
  ``PGO <file>|auto|off``
    The CPU profile for profile-guided optimisation, relative to ``SOURCE_DIR``. An error if it is
    not there.
  ``CGO ON|OFF``
    Whether cgo is used, ``OFF`` by default. With it the builder image needs a C compiler, and the
    base the C library that the program links.
  ``GO_VERSION <version>``
    The version of Go, such as ``1.26.8``: chooses the builder image and ``GOTOOLCHAIN``. An error
    if it is no version.
  ``GO_ENV <name>[=<value>]...``
    Variables of the go command, such as ``GOAMD64=v3``. A name alone takes the value that the
    variable has in the environment of the build, such as ``GOPROXY``, ``GOPRIVATE`` or
    ``GONOSUMDB``; it does not end in the image, but do not give secrets like this. An error for
    ``CGO_ENABLED``, ``GOOS`` and ``GOARCH``.
  ``VERSION <version>|PROJECT|GIT``
    The version: a text, that of ``project()``, or what ``git describe --tags --always`` says of the
    commit of ``SOURCE_DIR``. It is stamped into the variable of ``VERSION_VARIABLE``
    (``main.version`` by default), and is the label ``org.opencontainers.image.version``. With
    ``GIT``, a new commit makes CMake configure again; the image is only built anew when the
    version changed. An error if there is no such version.

  The program is built with ``-trimpath`` and ``-buildvcs=false``, and stripped (``-s -w``) except in
  the configurations ``Debug`` and ``RelWithDebInfo``. The image has CA certificates in
  ``/etc/ssl/certs/ca-certificates.crt``.

  .. rubric:: The tests

  .. code-block:: cmake

    add_go_container(api BASE scratch MAX_SIZE 15MB)

  ``MAX_SIZE <size>``
    The budget of the test ``<name>.size``: bytes, or a number such as ``15`` or ``1.5`` with one of
    the units ``kB``, ``MB``, ``GB`` (powers of 1000), ``KiB``, ``MiB``, ``GiB`` (powers of 1024),
    without a space, nine digits at most. It is held against the bytes of all files in all layers,
    unpacked; docker's classic image store shows the same number. An error if it is no size.

  .. rubric:: The build tree

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
  ``<name>-files``
    Stages the ``FILES``, where there are any.
  ``image``, ``image-modules``
    The same for all containers.

  Properties of the target ``<name>`` tell what the container is; with a multi-config generator
  they hold ``$<CONFIG>``, so use them where generator expressions are evaluated:

  ``GO_CONTAINER_ENGINE``
    What makes the image.
  ``GO_CONTAINER_IMAGE``, ``GO_CONTAINER_TAGS``
    The first tag, and all of them.
  ``GO_CONTAINER_PLAN``, ``GO_CONTAINER_DOCKERFILE``
    The full paths of ``plan.json`` and of the ``Dockerfile``.
  ``GO_CONTAINER_ARCHIVE``
    The full path of the image, with the engine ``builtin``.

  .. rubric:: Tests

  All have the label ``image`` and stand behind the fixture ``<name>.image``, whose set-up
  ``<name>.build`` builds the image. The checks are reported as skipped, with the reason, where there
  is no Python 3.9.

  ``<name>.entrypoint``, ``.cmd``, ``.user``, ``.workdir``, ``.stopsignal``, ``.healthcheck``
    The image has what is declared; only where it is.
  ``<name>.env``, ``.expose``, ``.labels``, ``.volumes``
    The image has all that is declared, and perhaps more from its base; only where it is.
  ``<name>.size``
    The image is no larger than ``MAX_SIZE``; only where that is given.

Variables
^^^^^^^^^

.. variable:: GO_CONTAINER_<OPTION>

  .. versionadded:: 0.1

  The default of an option of :command:`add_go_container` in this directory and below, such as
  ``set(GO_CONTAINER_BASE scratch)``; for an option with many values a list. The call's own values
  take its place. ``FILES`` has none.

.. variable:: GO_CONTAINER_ENGINE

  .. versionadded:: 0.1

  Cache variable: what makes the images.

  ``auto``
    The first of the following that works here; one line of the configure output tells which, and
    why not the others. The default.
  ``docker``
    BuildKit of a docker daemon: by buildx, or by ``DOCKER_BUILDKIT=1`` with a CLI older than 23.
    The builder that buildx has selected builds; the image goes to the store of the daemon.
  ``podman``
    podman 4.0 or newer: the same Dockerfile, without a daemon, as root or any user.
  ``buildah``
    buildah 1.24 or newer, likewise; its store is that of podman.
  ``builtin``
    This machine's Go compiles, and GoContainer writes the image: an archive that is an OCI image
    layout and a docker archive in one. It needs Go, Python 3.9 and a bundle of CA certificates, no
    daemon and no registry. The same sources, Go version, CA certificates and architecture give the
    same digest on every machine; all times in the image are ``SOURCE_DATE_EPOCH``, or 0.

  An error if the engine is unknown or does not work here.

.. variable:: GO_CONTAINER_DOCKER

  .. versionadded:: 0.1

  Cache variable: the docker command.

.. variable:: GO_CONTAINER_PODMAN

  .. versionadded:: 0.1

  Cache variable: the podman command.

.. variable:: GO_CONTAINER_BUILDAH

  .. versionadded:: 0.1

  Cache variable: the buildah command.

.. variable:: GO_CONTAINER_CA_BUNDLE

  .. versionadded:: 0.1

  Cache variable: the PEM file of CA certificates that the engine ``builtin`` puts into images. The
  default is ``SSL_CERT_FILE`` of the environment, or this machine's bundle. The other engines
  take the certificates of the builder image.
#]=======================================================================]

include_guard(GLOBAL)

if(CMAKE_VERSION VERSION_LESS 3.25)
  message(FATAL_ERROR " GoContainer needs CMake 3.25 or newer; this is ${CMAKE_VERSION}.")
endif()
cmake_policy(VERSION 3.25)

foreach(
  _go_container_room
  arguments
  config
  dockerfile
  engine
  error
  files
  goflags
  instructions
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

  _go_container_keywords(keywords)
  _go_container_arguments(arg "${call}" "${words}" ${keywords})
  _go_container_defaults("${name}")

  _go_container_engine(engine "${call}")
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${name}.container")
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(multi_config)
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES)
      _go_container_plan(plan "${call}" "${name}" "${config}" ${engine})
      _go_container_write_plan("${plan}" "${directory}/${config}")
    endforeach()
    string(APPEND directory "/$<CONFIG>")
  else()
    _go_container_plan(plan "${call}" "${name}" "${CMAKE_BUILD_TYPE}" ${engine})
    _go_container_write_plan("${plan}" "${directory}")
  endif()

  cmake_language(CALL _go_container_${engine}_targets "${plan}" "${directory}")
  _go_container_set_properties(${name} "${plan}" "${directory}")
  if(arg_GROUPS)
    _go_container_stage_files("${call}" "${name}" "${directory}")
    add_dependencies(${name} ${name}-files)
  endif()
  _go_container_add_to_all("${call}" ${name})
  _go_container_tests("${plan}" "${directory}")
endfunction()
