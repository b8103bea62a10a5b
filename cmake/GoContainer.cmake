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
      [TAGS <reference>...] [BINARY_NAME <file name>] [COMPRESSION none|gzip|zstd]
      [ENTRYPOINT [<argument>...]] [CMD [<argument>...]] [ENV <name>=<value>...]
      [EXPOSE <port>[-<last>][/<protocol>]...] [LABELS <key>=<value>...] [USER <user>[:<group>]]
      [WORKDIR <directory>] [VOLUMES <directory>...] [STOPSIGNAL <signal>]
      [HEALTHCHECK <argument>... | HEALTHCHECK NONE] [HEALTHCHECK_INTERVAL <time>]
      [HEALTHCHECK_TIMEOUT <time>] [HEALTHCHECK_START_PERIOD <time>] [HEALTHCHECK_RETRIES <number>]
      [FILES <file or directory>... [DESTINATION <directory>] [CHMOD <mode>] [CHOWN <uid>[:<gid>]]]...
      [OVERLAY <file>... [DESTINATION <directory>]]... [RUNTIME_LIBRARIES ON|OFF]
      [HOST_BUILD ON|OFF] [BUILD_TAGS <tag>...] [LDFLAGS <flag>...] [GCFLAGS <flag>...]
      [GO_FLAGS <flag>...] [PGO <file>|auto|off] [CGO ON|OFF] [GO_VERSION <version>]
      [GO_ENV <name>[=<value>]...] [LINK_LIBRARIES <library>...]
      [SECRETS id=<id>,src=<file>|id=<id>,env=<variable>...] [SSH default[=<socket or key>]]
      [VERSION <version>|PROJECT|GIT] [VERSION_VARIABLE <package>.<variable>]
      [MAX_SIZE <size>] [MAX_COMPRESSED_SIZE <size>] [MAX_LAYER_SIZE <size>]
      [MAX_GROWTH <size>|<percent>%] [BASELINE <file>] [TESTS ALL|NONE|<test>...])

  .. versionadded:: 0.1

  Every value arrives as it is written, byte for byte; CMake's own quoting is all that is needed. What can't arrive
  is an error: text that is no UTF-8, a line break in what the go command gets, a word that is longer than Linux
  takes, a line that is longer than a Dockerfile may have. An
  unknown argument, a keyword without a value, a keyword twice and a second value where one is taken
  are errors. A value that is nearly a keyword, such as ``MAX_SIZ`` behind ``CMD``, is taken, with a warning
  (of those that ``-Wno-dev`` turns off). A keyword that is not given takes its value from the variable
  :variable:`GO_CONTAINER_<OPTION>`, where there is one.

  ``<name>``
    The name of the target that builds the image; it begins the names of the other targets and of
    the tests. An error if it can't be a target's name, or is one already. In an IDE the target lists ``go.mod``,
    the Go files of ``PACKAGE`` where that is a directory, and the ``FILES`` of the source tree; the other targets
    are in a folder ``GoContainer``, below ``CMAKE_FOLDER`` where that is set.

  .. rubric:: What is built, of what, and what it is called

  .. code-block:: cmake

    add_go_container(api
      SOURCE_DIR    services/api
      PACKAGE       ./cmd/api
      BASE          scratch
      BUILDER_IMAGE golang:alpine
      TAGS          example.com/team/api:1.4 api
      BINARY_NAME   api-server
      COMPRESSION   gzip)

  ``SOURCE_DIR <directory>``
    The directory that holds ``go.mod``. A relative path starts at the current source directory, which
    is the default. It is the build context, too; where a ``go.work``, or a ``replace`` by a
    directory, leads out of it, the nearest directory above all that is, and nothing but those modules
    is let in. :doc:`/guide/layouts` tells more. An error if there is no ``go.mod``.

  ``PACKAGE <package>``
    The main package: a directory such as ``./cmd/api``, or an import path such as
    ``example.com/app/cmd/api``. The default is ``.``. An error if it is a directory that is not there or is outside
    of ``SOURCE_DIR``, a file, a pattern such as ``./...``, or a package of Go's own distribution; of the build, if it
    is not a main package.

  ``BASE <reference>``
    What the image starts from: ``alpine`` (the default), ``scratch``, or any image reference,
    which may be pinned by ``@sha256:``. A name without a registry means on every engine what it means to docker:
    ``alpine`` is ``docker.io/library/alpine``, unless the engine's store has an image of that name. On ``scratch`` the image also gets ``/tmp`` (mode 1777),
    ``/etc/passwd`` and ``/etc/group``. With the engine ``builtin`` it may also be an image on disk:
    ``oci:<directory>``, ``oci-archive:<file>`` or ``docker-archive:<file>``. An error if it is no
    reference, or not there.

  ``BUILDER_IMAGE <reference>``
    The image with the Go toolchain that compiles the program: ``golang:alpine``, or with
    ``GO_VERSION`` ``golang:<version>-alpine``. The engine ``builtin``, and ``HOST_BUILD``, use
    this machine's Go instead. An error if it is no reference.

  ``TAGS <reference>...``
    What the image is called. The default is ``<name>:latest`` in lower case; a reference without a
    tag gets ``:latest``. An error if one is no reference, or is the tag of another container of the build.

  ``BINARY_NAME <file name>``
    The name of the program in ``/usr/local/bin``, ``<name>`` by default. An error if it is no plain
    file name.

  ``COMPRESSION none|gzip|zstd``
    How the engine ``builtin`` stores the layers that it makes; ``none`` by default, as whoever pushes the
    image compresses it then. ``zstd`` needs the package zstandard in the Python that CMake finds, or Python
    3.14, and docker 23 to load it. The other engines have stores of their own, for which it means nothing.
    An error if it is none of these.

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
    ``.base.digest``; the engine ``builtin`` tells the digest of every base. An error if one is no ``<key>=<value>`` on one line.

  ``USER <user>[:<group>]``
    Who runs the program: names or numbers, ``65532:65532`` by default. An error if it is neither, or a
    name other than ``root`` and ``nonroot`` on scratch without ``FILES``. On other bases the test
    ``<name>.user`` fails where the image has no such name: no container of it would start.

  ``WORKDIR <directory>``
    The working directory, an absolute path; it is made where the base does not have it.

  ``VOLUMES <directory>...``
    Volumes, as absolute paths.

  ``STOPSIGNAL <signal>``
    The signal that stops the container, such as ``SIGINT`` or ``SIGRTMIN+3``, or its number. An error if it is none.

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
      FILES assets/ DESTINATION /srv/assets CHMOD 0640 CHOWN 65532
      RUNTIME_LIBRARIES ON)

  ``FILES <file or directory>...``
    Files of the source tree (relative paths start at the current source directory) and of the
    build, also by generator expressions such as ``$<TARGET_FILE:importer>``, which may give a list, or
    nothing. Those targets are built first, and so are outputs of custom commands of the current directory.
    A directory goes in under its name, or, with a slash at its end, without. A symbolic link that is named is
    followed; in a directory it stays a link. An error of the build if one is missing, if two have one name, and
    if there is a socket, a pipe or a device; an error, too, for names that begin with ``.wh.``, which delete
    files in the layers of an image. May be given several times, each with its own:

    ``DESTINATION <directory>``
      The directory in the image, ``/`` by default; an absolute path. An error of the build if it is a file
      in the image.
    ``CHMOD <mode>``
      The mode of the files in octal digits. By default it is 0755 for what is executable and 0644
      for all else, whatever the umask was; directories have 0755. Other bits of the sources, such as
      set-group-ID, mean nothing.
    ``CHOWN <uid>[:<gid>]``
      The owner in numbers, ``0:0`` by default; the group is that of the same number.

  ``RUNTIME_LIBRARIES ON|OFF``
    Whether the image gets the shared libraries that the programs among ``FILES`` need, and those of a
    program that this machine compiles; ``OFF`` by default. They are found as this machine's loader would
    find them, and go where the one in the image looks, such as ``/usr/lib/x86_64-linux-gnu``. On
    ``scratch``, and on a base whose name says ``alpine``, the C library and its loader come along; any
    other base keeps its own. What a program loads by itself (``dlopen``) is not known. Needs ``objdump``
    (binutils). An error of the build if a library is missing.

  What this machine compiles, and with it the programs among ``FILES``, must find its C library in the
  image: a program that needs glibc does not start on ``scratch`` or ``alpine``, nor where glibc is too
  old. That is an error of the build which tells what to do. The engine ``builtin`` looks into the base;
  the others know ``scratch``, and ``alpine`` by its name.

  .. rubric:: Sources that the build generates

  .. code-block:: cmake

    add_custom_command(
      OUTPUT  version.go
      COMMAND "${CMAKE_COMMAND}" -E echo "package version" > version.go
    )
    add_go_container(api
      BASE    scratch
      OVERLAY version.go DESTINATION internal/version)

  ``OVERLAY <file>...``
    Sources that go finds in the module though they are not there, or in place of those that are: the
    source tree is not written to. They may be outputs of custom commands of this directory, which run
    first; a relative path is one of the current source directory, or, where that has no such file, of
    the current binary directory. Generator expressions are evaluated. May be given several times, each
    with its own:

    ``DESTINATION <directory>``
      The directory, relative to ``SOURCE_DIR``, which is the default. It need not be there. An error if
      it is in none of the modules that are built.

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
    More flags for ``go build``. Its ``-tags``, ``-ldflags`` and ``-gcflags`` are added to ``BUILD_TAGS``, ``LDFLAGS``
    and ``GCFLAGS``. An error for ``-o``, for a ``-buildmode`` that makes no program, and for a flag that takes the
    place of another option.
  ``PGO <file>|auto|off``
    The CPU profile for profile-guided optimisation, relative to ``SOURCE_DIR``. An error if it is
    not there.
  ``CGO ON|OFF``
    Whether cgo is used, ``OFF`` by default. With it the builder image needs a C compiler, and the
    base the C library that the program links.
  ``GO_VERSION <version>``
    The version of Go, such as ``1.26.8``: chooses the builder image and ``GOTOOLCHAIN``. Two numbers, such as
    ``1.26``, take the release that the builder image has; where this machine compiles, that of its own Go, or the
    first, ``1.26.0``. An error if it is no version.
  ``GO_ENV <name>[=<value>]...``
    Variables of the go command, such as ``GOAMD64=v3``. A name alone takes the value that the
    variable has in the environment of the build, such as ``GOPROXY``, ``GOPRIVATE`` or
    ``GONOSUMDB``; it does not end in the image, but do not give secrets like this: that is what
    ``SECRETS`` are for. ``GOWORK`` is ``off``, or the path of a ``go.work``, relative to ``SOURCE_DIR``.
    An error for ``CGO_ENABLED``, ``GOOS`` and ``GOARCH``, for a ``GOWORK`` that is no file, for a variable that is
    given twice, and for a flag in ``GOFLAGS`` that one of the command line takes the place of.
  ``VERSION <version>|PROJECT|GIT``
    The version: a text, that of ``project()``, or what ``git describe --tags --always --dirty`` says of
    the work tree of ``SOURCE_DIR``. It is stamped into the variable of ``VERSION_VARIABLE``
    (``main.version`` by default), and is the label ``org.opencontainers.image.version``. The build fails if
    ``VERSION_VARIABLE``, or a flag ``-X`` of ``LDFLAGS``, names a variable that the sources do not declare; a build in
    a container is checked with Ninja, for the packages of its own modules. With
    ``GIT``, a new commit, a tag that comes, moves or goes, and the first edit of a tracked file below
    ``SOURCE_DIR`` make CMake configure again; the image is only built anew when the version changed.
    Source archives have no repository: ``GIT`` takes the version from the line ``describe-name`` of the
    nearest ``.git_archival.txt``, which ``git archive`` fills in, and then from ``project()``. Commit
    that file as ``describe-name: $Format:%(describe:tags=true)$``, with the line
    ``.git_archival.txt export-subst`` in ``.gitattributes``. An error if there is no such version.

  .. code-block:: cmake

    add_go_container(api BASE scratch HOST_BUILD ON)

  ``HOST_BUILD ON|OFF``
    Whether this machine's Go compiles the program, ``OFF`` by default: with the engines ``docker``,
    ``podman`` and ``buildah``, the builder image does. With ``ON``, the engine only puts the image
    together, of the program, the CA certificates of :variable:`GO_CONTAINER_CA_BUNDLE` and the
    ``FILES``; it gets nothing of ``SOURCE_DIR``. The program is for the architecture of the engine.
    The engine ``builtin`` compiles on this machine, whatever is given. An error with ``ON`` where
    Go, Python 3.9 or the CA certificates are missing.

  .. code-block:: cmake

    add_library(core core.cpp)
    add_go_container(api SOURCE_DIR services/web BASE scratch LINK_LIBRARIES core)

  ``LINK_LIBRARIES <library>...``
    What the Go program links by cgo, in the words of ``target_link_libraries()``: C and C++ libraries
    of this build, imported targets such as ``ZLIB::ZLIB``, generator expressions. cgo compiles and links
    with the compilers, flags, definitions, include directories and libraries that CMake computes for a
    target which links them, in every configuration. The libraries are built first; with Ninja a changed
    library, and a changed header that is included, build the program again. Implies ``HOST_BUILD ON`` and
    ``CGO ON``; needs the language C. On ``scratch``, and on a base whose name says ``alpine``, the program is
    linked statically, by the static library beside a shared one; with ``RUNTIME_LIBRARIES ON`` it is
    not. An error with ``HOST_BUILD OFF`` or ``CGO OFF``; of the build, where a shared library of this
    build is linked that the image does not get. See :doc:`/guide/cpp`.

  Where a toolchain file cross compiles (``CMAKE_CROSSCOMPILING``), a build on this machine is for
  its ``CMAKE_SYSTEM_PROCESSOR``, with its compilers; so is the image of ``builtin``. ``GOARM`` and ``GO386`` follow
  from it, such as ``GOARM=6`` for ``armv6l``, unless ``GO_ENV`` has them; the image tells the variant. An error if it is
  not for Linux, or for another architecture than the engine.

  The program is built with ``-trimpath`` and ``-buildvcs=false``, and stripped (``-s -w``) except in
  the configurations ``Debug`` and ``RelWithDebInfo``. The image has CA certificates in
  ``/etc/ssl/certs/ca-certificates.crt``.

  .. rubric:: Private modules

  .. code-block:: cmake

    add_go_container(api
      BASE    scratch
      GO_ENV  GOPRIVATE=git.example.com
      SECRETS id=netrc,src=conf/netrc id=GOPROXY,env=TEAM_GOPROXY
      SSH     default=conf/id_ed25519)

  ``SECRETS id=<id>,src=<file>``, ``SECRETS id=<id>,env=<variable>``
    What go and git need to get modules, in the words of ``docker build --secret``: a file, a relative
    path starts at the current source directory, or a variable of the environment of the build. They are
    mounted while go runs, and are in no layer, plan or history. The ids are ``netrc``, ``gitconfig``,
    ``git-credentials`` and ``known_hosts``, which become those files of root's, and the names of variables of
    the go command, such as ``GOPROXY``. Where this machine compiles, those files are its own, and the
    variables are set. An error if one is no secret, or nothing is known to need it.
  ``SSH default``, ``SSH default=<socket or key file>``
    The ssh agent that git may ask, in the words of ``docker build --ssh``: that of ``SSH_AUTH_SOCK``, or
    another one, or a key. Where this machine compiles, its own set-up is used.

  :doc:`/guide/private-modules` tells what to give for which kind of server.

  .. rubric:: The tests

  .. code-block:: cmake

    add_go_container(api
      BASE                scratch
      MAX_SIZE            15MB
      MAX_COMPRESSED_SIZE 7.5MB
      MAX_LAYER_SIZE      12MB
      MAX_GROWTH          2.5%
      BASELINE            sizes/api.json
      TESTS               size compressed-size layer-size growth cmd user binary)

  ``MAX_SIZE <size>``
    The budget of the test ``<name>.size``: the bytes of all files in all layers, unpacked; docker's
    classic image store shows the same number. A size is a number of bytes, or a number such as ``15``
    or ``1.5`` with one of the units ``kB``, ``MB``, ``GB`` (powers of 1000), ``KiB``, ``MiB``, ``GiB``
    (powers of 1024), without a space, nine digits at most. An error if it is none. This budget and those below
    may be generator expressions, such as ``$<IF:$<CONFIG:Debug>,30MB,15MB>``; in a configuration in which it is empty
    there is no budget.

  ``MAX_COMPRESSED_SIZE <size>``
    The budget of the test ``<name>.compressed-size``: the bytes of all layers, compressed, as a registry
    stores them and a pull transfers them. A layer that the image stores compressed counts as it is,
    any other as gzip's default level makes it, which is what a push does. An error if it is no size.

  ``MAX_LAYER_SIZE <size>``
    The budget of the test ``<name>.layer-size``: the bytes of the files in each layer that is added to
    the base, unpacked. An error if it is no size.

  ``MAX_GROWTH <size>|<percent>%``, ``BASELINE <file>``
    How much larger the image may be than its baseline, of which the test ``<name>.growth`` then tells
    what grew: layers, files, and Go modules by the bytes of their code in the program. The sizes are
    unpacked ones. The baseline is a file that you commit, ``<name>.size.json`` in the current source
    directory by default; a relative path starts there, and it may hold ``$<CONFIG>``. The target ``<name>-baseline`` writes it. An error
    if it is neither a size nor a percentage, or if ``BASELINE`` stands alone.

  ``TESTS ALL|NONE|<test>...``
    Which of the tests of what is declared (see below) there are: ``ALL``, the default, ``NONE``, or
    those that are named. An error if there is no such test.

  .. rubric:: The build tree

  ``<name>.container`` in the current binary directory (below it a directory for each configuration
  with a multi-config generator) holds ``plan.json``, all that was declared, with the defaults;
  ``Dockerfile`` and ``Dockerfile.dockerignore``; ``context``, the ``FILES`` and, where this machine
  compiles it, the program; ``<name>.tar``, the archive of the image;
  ``image.id``, its id, with the engines other than ``builtin``. Unchanged files keep their times. Nothing is
  written into the source tree.

  .. rubric:: Targets

  ``<name>``
    Builds the image; with Ninja when, and only when, what goes into it changed. A build that fails
    leaves the last good image.
  ``<name>-modules``
    Downloads the Go modules, and no more.
  ``<name>-run``
    Builds the image and runs its program, as ``RUN`` does. The ports of ``EXPOSE`` are reached at ``127.0.0.1``. It
    needs Python 3.9; the engines ``builtin`` and ``buildah`` also need Linux with user namespaces for it.
  ``<name>-archive``
    Builds the image and writes its archive, ``GO_CONTAINER_ARCHIVE``, which every engine loads; again only where
    the image changed. With ``builtin`` it is what ``<name>`` builds. ``docker`` puts all ``TAGS`` into it,
    ``podman`` and ``buildah`` the first one.
  ``<name>-baseline``
    Builds the image and writes its sizes to its ``BASELINE``, where there is a ``MAX_GROWTH``.
  ``image``, ``image-modules``, ``image-archive``, ``image-baselines``
    The same for all containers. :variable:`GO_CONTAINER_IMAGE_TARGET` gives them other names.
  ``image-refresh``
    Looks again for the images that ``BASE`` and ``BUILDER_IMAGE`` name, without a pin: the engine pulls them, and
    ``builtin`` fetches the base. The next build makes those images again whose start is another one now. No
    build does so by itself. An error if one can't be had; then the one that is there stays.

  Properties of the target ``<name>`` tell what the container is; with a multi-config generator
  they hold ``$<CONFIG>``, so use them where generator expressions are evaluated:

  ``GO_CONTAINER_ENGINE``
    What makes the image.
  ``GO_CONTAINER_IMAGE``, ``GO_CONTAINER_TAGS``
    The first tag, and all of them.
  ``GO_CONTAINER_PLAN``, ``GO_CONTAINER_DOCKERFILE``
    The full paths of ``plan.json`` and of the ``Dockerfile``.
  ``GO_CONTAINER_ARCHIVE``
    The full path of the archive that ``<name>-archive`` writes. It is a docker archive; that of the engine
    ``builtin`` is an OCI image layout, too.

  None of the targets is in ``all``, so that a plain build needs no engine. Neither ``install`` nor ``package``
  builds anything else. Where they are to ship an image, put its archive into ``all``:

  .. code-block:: cmake

    set_target_properties(api-archive PROPERTIES EXCLUDE_FROM_ALL OFF)
    install(FILES $<TARGET_PROPERTY:api,GO_CONTAINER_ARCHIVE> DESTINATION images)

  .. rubric:: Tests

  All have the label ``image`` and stand behind the fixture ``<name>.image``, whose set-up
  ``<name>.build`` builds the image. They are reported as skipped, with the reason, where there is no
  Python 3.9; the configure run warns of it. :variable:`GO_CONTAINER_REQUIRE_TESTS` makes it an error. A test of
  the project that requires a fixture of a container gets the label, too; before CMake 3.28 only in the directory of
  the call and those above it.

  ``<name>.entrypoint``, ``.cmd``, ``.user``, ``.workdir``, ``.stopsignal``, ``.healthcheck``
    The image has what is declared; only where it is.
  ``<name>.env``, ``.expose``, ``.labels``, ``.volumes``
    The image has all that is declared, and perhaps more from its base; only where it is.
  ``<name>.size``, ``.compressed-size``, ``.layer-size``
    The image is no larger than ``MAX_SIZE``, ``MAX_COMPRESSED_SIZE`` and ``MAX_LAYER_SIZE`` allow; only
    where those are given.
  ``<name>.growth``
    The image is no more than ``MAX_GROWTH`` larger than its baseline; only where that is given. A failure
    where there is no baseline; skipped where it is one for another platform.
  ``<name>.platform``
    The image is for the operating system, the architecture and the variant of ARM that the program is built for.
  ``<name>.binary``
    The program is there and executable, and its own build information says that Go built it for
    that platform, of the declared package, and by ``GO_VERSION`` where that is given.
  ``<name>.certificates``
    There are CA certificates where Go looks for them.
  ``<name>.files``
    ``FILES`` and ``RUNTIME_LIBRARIES`` are in the image as the build staged them: each path with its type, mode
    and owner, and its content byte for byte; only where there are any. A failure names the file that differs,
    where it comes from, and what differs.

.. command:: add_go_container_test

  Adds CTest tests of what is in an image:

  .. code-block:: cmake

    add_go_container_test(<name>
      [FILE <path> [ABSENT] [TYPE file|directory|link] [MODE <mode>] [OWNER <uid>[:<gid>]]
        [SHA256 <digest>] [MATCHES <regex>...] [EXCLUDES <regex>...] [SAME_AS <file>]]...
      [RUN [<argument>...] [EXIT_CODE <number>] [OUTPUT_MATCHES <regex>...]
        [OUTPUT_EXCLUDES <regex>...] [ERROR_MATCHES <regex>...] [ENV <name>=<value>...]
        [USER <user>[:<group>]] [STDIN <text>] [TIMEOUT <seconds>] [ENTRYPOINT [<argument>...]]]...
      [STATIC] [NO_SHELL] [NO_PACKAGE_MANAGER] [NO_SETUID] [NO_SECRETS] [REPRODUCIBLE]
      [MAX_LAYERS <number>] [EFFICIENCY <percent>] [MAX_WASTED <size>] [ONLY_FILES <glob>...]
      [STRUCTURE_TEST <file>...] [METADATA <file>])

  .. versionadded:: 0.1

  ``<name>`` is that of a container which :command:`add_go_container` declared before. May be called
  any number of times, from any directory. Each assertion is a CTest test of its own, with the label
  ``image``, behind the fixture ``<name>.image``; a second one of the same name gets a number. A test
  that fails says what was expected, what was found, what is nearest to it, and which call in which
  line declared it.

  .. code-block:: cmake

    add_go_container(api
      BASE  scratch
      FILES conf/api.toml DESTINATION /etc)
    add_go_container_test(api
      STATIC NO_SHELL NO_PACKAGE_MANAGER NO_SETUID NO_SECRETS REPRODUCIBLE
      MAX_LAYERS 4
      EFFICIENCY 99.5 MAX_WASTED 100kB
      ONLY_FILES /usr/local/bin/api /etc/** /tmp
      FILE /etc/api.toml MODE 0644 OWNER 0:0 SAME_AS conf/api.toml
      FILE /etc/passwd TYPE file MATCHES "^nonroot:x:65532:" EXCLUDES "/bin/(ba)?sh$"
      FILE /etc/group SHA256 2b93ca255826bb40ea3c6967a1dcc901cb866f50990b65a75c725f774a98d0c7
      FILE /etc/shadow ABSENT)

  Regular expressions are Go's (``regexp/syntax``), and ``^`` and ``$`` match at each line. They are searched
  for, so they need not match all of the text. No text makes them slow. Look-arounds and back-references are
  errors; ``\d``, ``\s``, ``\w`` and ``\b`` know ASCII only, ``\p{Greek}`` and its like know Unicode.

  .. rubric:: Files

  ``FILE <path>``
    There is a file of that path, whatever it is; links are followed. The test is
    ``<name>.file:<path>``. May be given several times, each with its own:

    ``ABSENT``
      There is nothing at that path.
    ``TYPE file|directory|link``
      It is one. A link (symbolic) is not followed then.
    ``MODE <mode>``, ``OWNER <uid>[:<gid>]``
      Its mode in octal digits, its owner in numbers.
    ``SHA256 <digest>``
      The digest of its content, in hexadecimal digits.
    ``MATCHES <regex>...``, ``EXCLUDES <regex>...``
      Each of the expressions is found in its content, or none of them.
    ``SAME_AS <file>``
      Its content is that of a file of this machine; a relative path starts at the current source
      directory, and generator expressions such as ``$<TARGET_FILE:importer>`` are evaluated.

  ``ONLY_FILES <glob>...``
    What is added to the base is what is listed: each file and link matches one, and each matches a
    file, a link or a directory. ``*`` and ``?`` stand for characters of one name, ``**`` for any
    number of directories. The test is ``<name>.only-files``.

  .. rubric:: Runs of the program

  .. code-block:: cmake

    add_go_container(api BASE scratch ENTRYPOINT /usr/local/bin/api)
    add_go_container_test(api
      RUN --greet Ada OUTPUT_MATCHES "^hello .*Ada" OUTPUT_EXCLUDES panic TIMEOUT 60
      RUN ENV LOG=debug USER 1000:1000 STDIN "a line" EXIT_CODE 0
      RUN --help ENTRYPOINT /usr/local/bin/api ERROR_MATCHES "^$")

  ``RUN [<argument>...]``
    A container of the image runs with these arguments in place of CMD, or with CMD where there are
    none, and ends as declared. The test is ``<name>.run:<arguments>``. ``docker`` or
    ``podman`` runs it; with ``builtin`` and ``buildah`` it runs in Linux namespaces, and where there can be
    none the test is reported as skipped. May be given several times, each with its own:

    ``EXIT_CODE <number>``
      The exit code, 0 by default.
    ``OUTPUT_MATCHES <regex>...``, ``OUTPUT_EXCLUDES <regex>...``, ``ERROR_MATCHES <regex>...``
      Each expression is found in what it writes to standard output, or none is; or in what it writes
      to standard error.
    ``ENV <name>=<value>...``, ``USER <user>[:<group>]``, ``ENTRYPOINT [<argument>...]``
      In place of what the image has.
    ``STDIN <text>``
      What it reads from standard input, which is empty by default.
    ``TIMEOUT <seconds>``
      The container is stopped, and the test fails, when it takes longer; 30 by default.

    Of what it writes, 16 MiB of each stream are kept.

  .. rubric:: The program and the image

  ``STATIC``
    The program needs no loader and no shared library: it has neither an interpreter nor a dynamic
    section.
  ``NO_SHELL``, ``NO_PACKAGE_MANAGER``
    None of the known ones is in the image, under its name in any directory.
  ``NO_SETUID``
    No file has the set-user-ID or set-group-ID bit.
  ``NO_SECRETS``
    No layer, what later layers hide included, and neither the config nor the history has: the value of a
    variable that ``GO_ENV`` hands on by its name alone, as the environment of the test has it, from six
    characters on (lists of modules such as ``GOPRIVATE`` aside), or a password or token in a URL of ``GO_ENV``;
    what ``SECRETS`` stand for (of a netrc, of git's credentials and configuration, and of URLs, the passwords
    and tokens); a private key; ``.git``, ``.env``, Go sources (``*.go``), and well-known files with
    credentials, such as ``.netrc`` and ``id_rsa``. A layer is searched with the headers of its entries, with
    what stands between and behind them, and with whiteouts. With ``builtin``, the manifests and the compressed
    layers are searched as they are stored, too. The secret itself is not shown. Archives and compressed files
    in the image are not unpacked.
  ``REPRODUCIBLE``
    A second build gives the same image. It runs elsewhere, on a copy of the source (what the ignore file
    of the build context leaves out is not copied), with an empty build cache of Go, and takes no layer from
    the engine's cache. So it takes as long as a first build, and the test has a ``TIMEOUT`` of two hours.
    With ``builtin`` the digests are compared; the other engines write the time of the build into layers and
    config, so with them all paths are, with type, mode, owner, link target and content, and the config
    without times, history and layers. A failure says which file or field differs.
  ``MAX_LAYERS <number>``
    The image has no more layers, those of its base included.
  ``EFFICIENCY <percent>``, ``MAX_WASTED <size>``
    How well the layers of the image, those of its base included, use their bytes, counted as dive
    counts: a path that is in several layers, or that a later layer removes, wastes all its bytes; the
    efficiency is that part of all bytes that would be left if each path were stored once, in its
    smallest form, and none at all that is removed. A percentage of 0 to 100, a size as for ``MAX_SIZE``. These
    three may be generator expressions.

  The tests are ``<name>.static``, ``<name>.no-shell`` and so on.

  .. rubric:: Files with assertions

  .. code-block:: cmake

    add_go_container(api BASE scratch WORKDIR /srv)
    add_go_container_test(api STRUCTURE_TEST tests/api.yaml METADATA tests/config.json)

  A relative path starts at the current source directory; generator expressions are evaluated. JSON
  needs nothing else, YAML needs PyYAML in the Python that CMake finds. A member that is unknown is an
  error, as is a file without an assertion.

  ``STRUCTURE_TEST <file>...``
    All tests pass that are in a YAML or JSON file of `container-structure-test`_, version 2.0.0 of its
    schema. The test is ``<name>.structure-test:<file name>``; it lists each test of the file. Where a
    command test can't run on this machine, it is reported as skipped, unless another test fails.
    :ref:`structure-test` tells what differs from that tool.

  ``METADATA <file>``
    The image's config has what a YAML or JSON file has, such as
    ``{"User": "65532:65532", "Cmd": []}``. The members are those of the OCI image configuration:
    ``User``, ``Env``, ``Entrypoint``, ``Cmd``, ``Labels``, ``ExposedPorts``, ``Volumes``, ``WorkingDir``,
    ``StopSignal``, and ``Healthcheck`` with its times in nanoseconds. Each that the file has is
    compared as a whole: what the image has there beyond the file is a difference, too. ``null`` and what
    is empty mean that it is absent; the order of ``Env`` means nothing. The test is
    ``<name>.metadata:<file name>``.

  .. _container-structure-test: https://github.com/GoogleContainerTools/container-structure-test
.. command:: add_go_container_service

  Runs a container while tests talk to it, as a fixture of CTest:

  .. code-block:: cmake

    add_go_container_service(<name>
      PORT <port> [READY_HTTP <path> | READY_TCP | READY_LOG <regex>]
      [ENV <name>=<value>...] [TIMEOUT <seconds>] [HOST_PORT <port>])

  .. versionadded:: 0.1

  ``<name>`` is that of a container which :command:`add_go_container` declared before; it has one
  service. Tests that need it require the fixture ``<name>.service``. CTest then builds the image,
  starts the container once for all of them, and stops it after the last one, also if some of them
  fail.

  .. code-block:: cmake

    add_go_container(api
      SOURCE_DIR services/web
      BASE       scratch
      CMD        /usr/local/bin/api)
    add_go_container_service(api
      PORT       8080
      READY_HTTP /healthz
      ENV        LOG=debug
      TIMEOUT    60)

    add_executable(client client.cpp)
    add_test(NAME client
      COMMAND client $<TARGET_PROPERTY:api,GO_CONTAINER_SERVICE_ADDRESS_FILE>)
    set_tests_properties(client PROPERTIES
      FIXTURES_REQUIRED api.service
      SKIP_RETURN_CODE  77)

  The port is a free one of ``127.0.0.1``, another one in each run. So the address is in a file, one
  line ``127.0.0.1:<port>``; the target property ``GO_CONTAINER_SERVICE_ADDRESS_FILE`` is its path.
  There is no such file while the service is not ready, so nor where it was skipped: let such a test
  end with the code of its ``SKIP_RETURN_CODE``.

  ``PORT <port>``
    The TCP port at which the program listens in its container. Needed.

  ``READY_HTTP <path>``, ``READY_TCP``, ``READY_LOG <regex>``
    What tells that it is ready: ``GET <path>`` is answered by a status from 200 to 399; the port
    accepts connections (the default); a line of what it says on standard output or error matches a
    regular expression, as those of :command:`add_go_container_test`. An error if there are two of them.

  ``ENV <name>=<value>...``
    Environment variables besides those of the image.

  ``TIMEOUT <seconds>``
    How long it may take until it is ready; 30 by default. Then ``<name>.start`` fails, with the end of
    the log.

  ``HOST_PORT <port>``
    This port of ``127.0.0.1``, not a free one. An error of ``<name>.start`` if it is taken.

  .. code-block:: cmake

    add_go_container(api SOURCE_DIR services/web BASE scratch CMD /usr/local/bin/api)
    add_go_container_service(api PORT 8080 READY_LOG "^listening on " HOST_PORT 42813)
    add_go_container(store SOURCE_DIR services/web BASE scratch CMD /usr/local/bin/store)
    add_go_container_service(store PORT 8080 READY_TCP)

  ``<name>.start``, ``<name>.stop``
    The tests that start and stop it. ``<name>.stop`` fails if the program had ended by itself. Where another run of
    CTest has the service, ``<name>.start`` waits for its end, at most ``TIMEOUT``, and then fails.
  ``GO_CONTAINER_SERVICE_ADDRESS_FILE``, ``GO_CONTAINER_SERVICE_LOG``
    Properties of the target ``<name>``: the full paths of the file with the address, and of what the
    program said in its last run, in the directory ``<name>.container/service``. A log that has reached 64 MiB begins
    anew, and says so.

  With ``builtin`` and ``buildah`` each service has a network of its own, with a loopback and nothing else;
  where there can be no namespaces, it is reported as skipped.

.. command:: add_go_library

  Builds a Go package as a C library that C and C++ of this build link:

  .. code-block:: cmake

    add_go_library(<name> [STATIC|SHARED]
      [SOURCE_DIR <directory>] [PACKAGE <package>]
      [BUILD_TAGS <tag>...] [LDFLAGS <flag>...] [GCFLAGS <flag>...] [GO_FLAGS <flag>...]
      [PGO <file>|auto|off] [GO_VERSION <version>] [GO_ENV <name>[=<value>]...]
      [LINK_LIBRARIES <library>...])

  .. versionadded:: 0.1

  .. code-block:: cmake

    add_library(core core.cpp)
    add_go_library(weigher
      SHARED
      SOURCE_DIR     weigher
      PACKAGE        .
      BUILD_TAGS     netgo
      LDFLAGS        -X "main.motto=as you like it"
      GCFLAGS        -l
      GO_FLAGS       -p=2
      PGO            off
      GO_VERSION     1.26.8
      GO_ENV         GOAMD64=v2
      LINK_LIBRARIES core)
    add_executable(weigh weigh.cpp)                  # #include "weigher.h"
    target_link_libraries(weigh PRIVATE weigher)
    add_go_container(api BASE scratch FILES $<TARGET_FILE:weigh> RUNTIME_LIBRARIES ON)

  ``<name>`` is an imported library, seen in all directories: what links it by
  ``target_link_libraries()`` is built after it, and again where it changed. It has the directory of the
  header ``<name>.h``, which declares the functions that the package exports (``//export``), and what a
  static one needs besides: its ``LINK_LIBRARIES``, and threads. Libraries that ``#cgo LDFLAGS`` of the
  package name are linked by a shared one; beside a static one, link them. The target ``<name>-go`` builds
  it, with this machine's Go, when, and only when, what it is made of changed, as for containers. It needs
  the language C, and Python 3.9.

  ``STATIC``, ``SHARED``
    ``go build -buildmode=c-archive``, the default, or ``c-shared``. An error if both are given.
  ``SOURCE_DIR <directory>``, ``PACKAGE <package>``, ``LINK_LIBRARIES <library>...``
    What is built, and what it links, as for :command:`add_go_container`.
  ``BUILD_TAGS``, ``LDFLAGS``, ``GCFLAGS``, ``GO_FLAGS``, ``PGO``, ``GO_VERSION``, ``GO_ENV``
    How the go command is called, likewise.

  One program can hold one Go runtime only: link one such library into it.

Variables
^^^^^^^^^

.. variable:: GO_CONTAINER_<OPTION>

  .. versionadded:: 0.1

  The default of an option of :command:`add_go_container` in this directory and below, such as
  ``set(GO_CONTAINER_BASE scratch)``; for an option with many values a list. The call's own values
  take its place. ``FILES`` has none. A variable that is one of these but for a slip means nothing, and is told with a
  developer warning.

.. variable:: GO_CONTAINER_IMAGE_TARGET

  .. versionadded:: 0.1

  The name of the target that builds all images, ``image`` by default. The names of the other targets of all
  containers begin with it, such as ``image-modules``. Set it before the first container. Where it is not set, and
  there is a target of one of these names before the first container, it is ``go_container_image``. An error if it can't be a target's
  name, or one of the targets is there already.

.. variable:: GO_CONTAINER_REQUIRE_TESTS

  .. versionadded:: 0.1

  Whether a test of an image that can't be done on this machine fails; ``OFF`` by default, and such a test is
  reported as skipped, for which ``ctest`` ends with 0. Set it where tests must not be left out, as in CI. With
  ``ON``, an error where there is no Python 3.9.

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

  Cache variable: the PEM file of CA certificates that goes into images whose program is compiled on
  this machine, by the engine ``builtin`` or with ``HOST_BUILD``. The default is ``SSL_CERT_FILE`` of
  the environment, or this machine's bundle. Else the certificates are those of the builder image.
#]=======================================================================]

include_guard(GLOBAL)

if(CMAKE_VERSION VERSION_LESS 3.25)
  message(FATAL_ERROR " GoContainer needs CMake 3.25 or newer; this is ${CMAKE_VERSION}.")
endif()
# Functions and properties are global: of two copies in one build, each would run half of the other.
get_property(_go_container_copy GLOBAL PROPERTY _go_container_copy)
file(REAL_PATH "${CMAKE_CURRENT_LIST_DIR}" _go_container_this)
if(_go_container_copy AND NOT _go_container_copy STREQUAL _go_container_this)
  message(
    FATAL_ERROR
    " include(GoContainer): this build has two copies of GoContainer:\n   ${_go_container_copy}\n   ${_go_container_this}\n Include one of them everywhere: remove the other one from CMAKE_MODULE_PATH, CMAKE_PREFIX_PATH or FetchContent_Declare()."
  )
endif()
set_property(GLOBAL PROPERTY _go_container_copy "${_go_container_this}")
unset(_go_container_copy)
unset(_go_container_this)
cmake_policy(VERSION 3.25)

foreach(
  _go_container_room
  call/arguments
  call/error
  call/misspelt
  call/variables
  base/json
  base/place
  base/python
  base/write
  plan/build_context
  plan/compression
  plan/config
  plan/cross
  plan/files
  plan/goflags
  plan/gomod
  plan/healthcheck
  plan/host_build
  plan/json
  plan/library
  plan/limits
  plan/link_libraries
  plan/modules
  plan/overlay
  plan/package
  plan/plan
  plan/reference
  plan/repeated_flags
  plan/runtime_libraries
  plan/secrets
  plan/size
  plan/stopsignal
  plan/tests
  plan/user
  plan/version
  dockerfile/dockerfile
  dockerfile/dockerignore
  dockerfile/downloads
  dockerfile/files
  dockerfile/instructions
  dockerfile/secrets
  build/failure
  build/host
  build/ide
  build/library
  build/link_libraries
  build/plan_files
  build/producers
  build/refresh
  build/rule
  build/runtime_libraries
  build/staging
  build/store
  build/targets
  build/watch
  test/assertions
  test/budgets
  test/growth
  test/service
  test/tests
  engines/choose
)
  include("${CMAKE_CURRENT_LIST_DIR}/GoContainer/${_go_container_room}.cmake")
endforeach()
unset(_go_container_room)

function(add_go_container name)
  set(call "add_go_container(${name})")
  set(folder "${CMAKE_FOLDER}")
  _go_container_helpers_folder()
  _go_container_check_name("${call}" "${name}")
  _go_container_arguments(arg "${call}" container)
  _go_container_arguments_default(container)
  _go_container_check_variables()
  _go_container_defaults("${name}")

  _go_container_engine(engine "${call}")
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${name}.container")
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(multi_config)
    set(all "${directory}")
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES)
      set(directory "${all}/${config}")
      _go_container_plan()
      _go_container_write_plan("${call}" "${directory}")
    endforeach()
    set(directory "${all}/$<CONFIG>")
  else()
    set(config "${CMAKE_BUILD_TYPE}")
    _go_container_plan()
    _go_container_write_plan("${call}" "${directory}")
  endif()

  _go_container_link_targets("${call}" ${name} "${directory}")
  _go_container_engine_targets("${directory}")
  _go_container_set_properties(${name} "${directory}")
  _go_container_show_sources(${name} "${folder}")
  if(DEFINED plan_files_destinations OR DEFINED plan_overlay_destinations)
    _go_container_stage_files("${call}" ${name} "${directory}")
  endif()
  _go_container_add_to_all("${call}" ${name})
  _go_container_refresh("${directory}")
  _go_container_budgets_file("${directory}")
  _go_container_growth_targets("${call}" ${name} "${directory}")
  _go_container_tests(${name} "${directory}")
endfunction()

function(add_go_container_test name)
  set(call "add_go_container_test(${name})")
  _go_container_arguments(test "${call}" test)
  if(words STREQUAL "")
    _go_container_error(
      "${call}"
      "nothing is asserted"
      "Write what is to be true of the image, such as NO_SHELL."
    )
  endif()
  _go_container_of_target(engine directory "${call}" "${name}")
  _go_container_assertions("${call}" ${name} ${engine} "${directory}")
endfunction()

function(add_go_container_service name)
  set(call "add_go_container_service(${name})")
  _go_container_arguments(service "${call}" service)
  _go_container_of_target(engine directory "${call}" "${name}")
  _go_container_service("${call}" ${name} ${engine} "${directory}")
endfunction()

function(add_go_library name)
  set(call "add_go_library(${name})")
  set(folder "${CMAKE_FOLDER}")
  _go_container_helpers_folder()
  _go_container_check_name("${call}" "${name}")
  _go_container_check_new_target("${call}" ${name}-go "Give the library another name.")
  _go_container_arguments(arg "${call}" library)
  _go_container_arguments_default(library)
  _go_container_defaults("${name}")
  _go_container_library("${call}" ${name} "${folder}")
endfunction()
