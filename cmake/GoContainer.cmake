#[=======================================================================[.rst:
GoContainer
-----------

.. versionadded:: 0.1

Builds container images of Go programs, and proves with CTest what is in them.

.. code-block:: cmake

  include(GoContainer)

.. command:: add_go_container

  Declares the container image of Go programs, mostly of one:

  .. code-block:: cmake

    add_go_container(<name> [ALL]
      [SOURCE_DIR <directory>] [PACKAGE <package>] [BASE <reference>] [BUILDER_IMAGE <reference>]
      [TAGS <reference>...] [PUSH <registry>/<repository>...] [TAG_SETS SEMVER|COMMIT|BRANCH...]
      [VARIANTS <suffix>=<base>...] [PLATFORMS <platform>...] [CC <platform>=<command>...]
      [BINARY_NAME <file name or path>]
      [PROGRAMS <package>[=<path>]...|NONE] [COMPRESSION none|gzip|zstd]
      [ARCHIVE [docker|oci] [gzip|zstd]]
      [ENTRYPOINT [<argument>...]] [CMD [<argument>...]] [ENV <name>=<value>...]
      [EXPOSE <port>[-<last>][/<protocol>]...] [LABELS <key>=<value>...] [USER <user>[:<group>]]
      [WORKDIR <directory>] [VOLUMES <directory>...] [STOPSIGNAL <signal>]
      [HEALTHCHECK <argument>... | HEALTHCHECK SHELL <command> | HEALTHCHECK NONE]
      [HEALTHCHECK_INTERVAL <time>] [HEALTHCHECK_TIMEOUT <time>]
      [HEALTHCHECK_START_PERIOD <time>] [HEALTHCHECK_RETRIES <number>]
      [PACKAGES <name>[=<version>]...] [PACKAGES_LOCK <file>]
      [FILES <file or directory>... [DESTINATION <directory>] [CHMOD <mode>] [CHOWN <user>[:<group>]]
        [RENAME <name>] [DEPENDS <file or target>...]]...
      [DIRECTORIES <directory>... [CHMOD <mode>] [CHOWN <user>[:<group>]]]... [SYMLINKS <path>=<target>...]
      [USERS <name>:<uid>[:<gid>[:<home>[:<shell>]]]...] [GROUPS <name>:<gid>[:<member>...]...]
      [FROM_IMAGE <reference> <path>... [DESTINATION <directory>]]... [TIMEZONES ON|<zone>...]
      [OVERLAY <file or directory>... [DESTINATION <directory>] [DEPENDS <file or target>...]]...
      [RUNTIME_LIBRARIES ON|OFF]
      [CAPABILITIES <program>=<capability>[,<capability>...]=<flags>...]
      [HOST_BUILD ON|OFF] [BUILD_TAGS <tag>...] [LDFLAGS <flag>...] [GCFLAGS <flag>...]
      [GO_FLAGS <flag>...] [PGO <file>|auto|off] [CGO ON|OFF] [BUILDER_PACKAGES <name>[=<version>]...]
      [GO_VERSION <version>] [GO_ENV <name>[=<value>]...] [LINK_LIBRARIES <library>...]
      [LICENSES ON|OFF]
      [SECRETS id=<id>,src=<file>|id=<id>,env=<variable>...] [SSH default[=<socket or key>]]
      [VERSION <version>|PROJECT|GIT] [VERSION_VARIABLE <package>.<variable>]
      [STAMP <package>.<variable>=VERSION|COMMIT|TREE_STATE|COMMIT_DATE|<text>...]
      [MAX_SIZE [<platform>=]<size>...] [MAX_COMPRESSED_SIZE [<platform>=]<size>...]
      [MAX_LAYER_SIZE [<platform>=]<size>...]
      [MAX_GROWTH <size>|<percent>%] [BASELINE <file>] [TESTS ALL|NONE|<test>...])

  .. versionadded:: 0.1

  Every value reaches the image as written, byte for byte. It needs only CMake's own quoting. Values that can't do so
  are errors: text that is not UTF-8, a line break in an argument of the go command, a word that is too long for
  Linux, a line that is too long for a Dockerfile. These are errors, too: an unknown argument, a keyword without a value,
  a keyword given twice, and a second value for a keyword that takes one. A value that resembles a keyword, such as
  ``MAX_SIZ`` behind ``CMD``, is accepted, with a developer warning. If a keyword is not given, the variable
  :variable:`GO_CONTAINER_<OPTION>` has its value, if it is set.

  ``<name>``
    The name of the target that builds the image. The names of the other targets and of the tests begin with it.
    An error if it can't be a target's name, or is one already. In an IDE the target lists ``go.mod``,
    the Go files of ``PACKAGE`` if that is a directory, and the ``FILES`` of the source tree. The other targets
    are in a folder ``GoContainer``, below ``CMAKE_FOLDER`` if that is set.

  ``ALL``
    The image and its archive are built by default, as by ``add_custom_target(<name> ALL)``: by
    ``cmake --build build``, and before ``install`` and ``package``. Like there, it stands directly behind the name.
    So it is a value behind ``TESTS`` and other keywords. Anywhere else, an error if no keyword takes it as a value.
    Variants are built by default, too. For all containers, set ``GO_CONTAINER_ALL`` to ``ON``. See
    :doc:`/guide/install`.

  .. code-block:: cmake

    add_go_container(api ALL BASE scratch)
    install(FILES $<TARGET_PROPERTY:api,GO_CONTAINER_ARCHIVE> DESTINATION images)

  .. rubric:: Sources, base and name

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
    is the default. It is also the build context. If a ``go.work``, or a ``replace`` by a directory, leads out of it,
    the build context is the nearest directory above all these modules, and holds nothing else.
    See :doc:`/guide/layouts`. An error if there is no ``go.mod``.

  ``PACKAGE <package>``
    The main package: a directory such as ``./cmd/api``, or an import path such as
    ``example.com/app/cmd/api``. The default is ``.``. An error if it is a directory that does not exist or is outside
    of ``SOURCE_DIR``, a file, a pattern such as ``./...``, or a package of Go's own distribution. An error of the build
    if it is not a main package.

  ``BASE <reference>``
    The image to start from: ``alpine`` (the default), ``scratch``, or any image reference,
    which may be pinned by ``@sha256:``. A name without a registry means the same on every engine as with docker:
    ``alpine`` is ``docker.io/library/alpine``, unless the engine's store has an image of that name. On ``scratch`` the
    image also gets ``/tmp`` (mode 1777), ``/etc/passwd`` and ``/etc/group``. With the engine ``builtin`` the base may also
    be an image on disk, ``oci:<directory>``, ``oci-archive:<file>`` or ``docker-archive:<file>``, or in the store of docker,
    or of podman and buildah: ``docker-daemon:<reference>`` or ``containers-storage:<reference>``. An error if it is not a
    reference, or does not exist. :doc:`/reference/registries` tells how ``builtin`` reads images from registries.

  ``BUILDER_IMAGE <reference>``
    The image with the Go toolchain that compiles the program: ``golang:alpine``, or with
    ``GO_VERSION`` ``golang:<version>-alpine``. The engine ``builtin``, and ``HOST_BUILD``, use
    this machine's Go instead. An error if it is not a reference.

  ``TAGS <reference>...``
    The names of the image. The default is ``<name>:latest`` in lower case. A reference without a
    tag gets ``:latest``. An error if one is not a reference, or is a tag of another container of the build.
    ``<name>-push`` pushes those that name a registry, such as ``example.com/team/api:1.4``.

  .. code-block:: cmake

    add_go_container(api
      BASE     scratch
      VERSION  1.4.2
      PUSH     registry.example.com/team/api mirror.example.com:5000/team/
      TAG_SETS SEMVER BRANCH)

  ``PUSH <registry>/<repository>...``
    Repositories to which ``<name>-push`` pushes the image, with the same tags as ``TAGS``: ``TAGS api:1.4 PUSH
    registry.example.com/team/api`` pushes ``registry.example.com/team/api:1.4``. If one ends with a slash, the name of
    the container is added, in lower case, and without the suffix of a variant. So ``-D
    GO_CONTAINER_PUSH=registry.example.com/team/`` is for all containers. See :doc:`/guide/publish`. An error if one has no
    registry or has a tag, and if two containers push one reference.

  ``TAG_SETS SEMVER|COMMIT|BRANCH...``
    More tags, in each repository to which ``<name>-push`` pushes. The tag ``latest`` of ``TAGS`` is then only pushed if
    the call writes it. In a variant each has the suffix, which stands for ``latest``: ``1.4-shell``, ``shell``.

    ``SEMVER``
      For ``VERSION`` 1.4.2: ``1.4.2``, ``1.4``, ``1`` and ``latest``. A pre-release such as 1.5.0-rc.1 only gets its own
      tag. Before 1.0 there is no ``0``, as these releases are not compatible. A leading ``v``, and what a tag of
      git has before a slash, is left out; ``+`` becomes ``_``. With ``VERSION GIT``, a commit behind a tag counts as a
      pre-release (``1.4.2-3-g5ea1b3c``), and a repository without such tags gives none. An error without ``VERSION``,
      and if it is no semantic version.
    ``COMMIT``
      The full hash of the commit of ``SOURCE_DIR``, with ``-dirty`` if a tracked file differs from it. An error if there
      is neither git nor a ``.git_archival.txt`` that tells it.
    ``BRANCH``
      The branch that is checked out, with ``-`` for what no tag may have: ``feature-login`` for ``feature/login``. If a
      commit is checked out without a branch, the branch that GitHub, Gitea, GitLab or Jenkins tell in the environment of
      the configure run. None for a tag.

  ``BINARY_NAME <file name or path>``
    The name of the program in ``/usr/local/bin``, or its absolute path in the image, such as ``/manager``. The
    default is ``<name>``. An error if it has other characters than letters, digits and ``_ . + -``.

  .. code-block:: cmake

    add_go_container(api
      BASE     scratch
      PROGRAMS ./cmd/server=/server ./cmd/migrate=/usr/bin/ ./cmd/worker)

  ``PROGRAMS <package>[=<path>]...``
    Several programs in place of ``PACKAGE`` and ``BINARY_NAME``: their main packages, as ``PACKAGE`` takes them, each
    with its absolute path in the image. They may be of other modules of a ``go.work``, such as ``../tools``. A path
    that ends with ``/`` is a directory, in which the program has the name that go gives it: the last part of its import
    path, before a version such as ``/v2``. A name alone is one in ``/usr/local/bin``. Without a path, it is
    there under go's name. One ``go build`` compiles all of them, or one for each program of those that go gives the
    same name. ``VERSION_VARIABLE``, and a flag ``-X`` of ``LDFLAGS``, set the variable in every program that has it.
    Tests of the program look at each. An error with ``PACKAGE`` or ``BINARY_NAME``, if two programs have one path, and
    if a path has other characters than ``BINARY_NAME`` may have.
  ``PROGRAMS NONE``
    There is no Go program, but what ``FILES`` and ``RUNTIME_LIBRARIES`` put into the image, such as C++ programs of the
    build. It needs no Go and no ``go.mod``, but Python 3.9, and the CA certificates of
    :variable:`GO_CONTAINER_CA_BUNDLE`. There is no default ``CMD``. An error with options of the go command and of its
    sources.

  ``VARIANTS <suffix>=<base>...``
    More images of the same program on other bases. Short for a call of :command:`add_go_container_variant` for each,
    with ``BASE``. An error if one is not ``<suffix>=<base>``.

  .. code-block:: cmake

    add_go_container(api
      BASE      scratch
      PLATFORMS linux/amd64 linux/arm64 linux/arm/v7
      CC        linux/arm64=aarch64-linux-gnu-gcc linux/arm/v7=arm-linux-gnueabihf-gcc
      MAX_SIZE  15MB linux/arm/v7=13MB)

  ``PLATFORMS <platform>...``
    What the image is for: each ``linux/<architecture>[/<variant>]``. The architecture is one of Go's, as ``GOARCH`` has
    it. ``arm`` has the variants ``v5``, ``v6`` and ``v7`` (the default), ``amd64`` has ``v1`` (the default) to ``v4``. The
    program is cross compiled, never emulated. The default is the engine's own platform. For several platforms the image
    is an index with one image for each. Its tests are there for each platform, such as ``<name>.armv7.size``, and so are
    those of :command:`add_go_container_test`. An error if one is no such platform, or is there twice; if ``GO_ENV`` sets
    ``GOARM`` or ``GOAMD64`` for one that has a variant; and for several with ``LINK_LIBRARIES`` or
    ``RUNTIME_LIBRARIES``, as the libraries of a build are for one platform.

    With podman and buildah the tags are those of a manifest list. The store of docker holds no index: there the image of
    this machine's platform has the tags, or of the first platform if that is not among them. Those of the others have the
    first tag with the platform, such as ``api:latest-arm64``; ``<name>-archive`` writes an OCI archive with the index, and ``<name>-push`` pushes it,
    for which docker needs Python 3.9. ``PACKAGES`` are installed by programs of the base, so for another platform they
    need qemu-user, registered: an error with podman and buildah if it is not. ``USER`` and ``CHOWN`` ask the base of this platform for the
    numbers of names.

    ``builtin`` compiles for all platforms at once, as far as the machine has processors. The archive has one index, so that
    tools that read one image pick theirs; ``docker load`` gets that of this machine. The digest of the index is the same on
    every machine. If ``BASE`` lacks a platform, the build fails and names those that it has.

  ``CC <platform>=<command>...``
    With ``CGO``: the C compiler for a platform, such as ``linux/arm64=aarch64-linux-gnu-gcc``. It is a command of the
    builder image, which ``BUILDER_PACKAGES`` may bring, or with ``HOST_BUILD`` and ``builtin`` one of this machine. The
    C++ compiler is the one of the same name: ``g++`` for ``gcc``, ``clang++`` for ``clang``, ``zig c++`` for ``zig cc``.
    The engine's own platform needs none. An error if another one of ``PLATFORMS`` has none, or is not among these.

  ``COMPRESSION none|gzip|zstd``
    How the engine ``builtin`` stores the layers that it makes. The default is ``none``, because pushing the
    image compresses it. ``zstd`` needs the package zstandard in the Python that CMake finds, or Python
    3.14, and docker 23 to load it. The other engines have their own stores and ignore it.
    Any other value is an error.

  .. code-block:: cmake

    add_go_container(api BASE scratch ARCHIVE oci gzip)

  ``ARCHIVE [docker|oci] [gzip|zstd]``
    What ``<name>-archive`` writes. With ``docker``, the default for one platform, it is what ``docker load`` reads. With
    ``oci``, the default for several, it is an OCI image layout. The archive of ``builtin`` is both. ``gzip`` and ``zstd`` compress the
    whole file, by the command of this name: it is then ``<name>.tar.gz`` or ``<name>.tar.zst``. ``docker load`` reads gzip,
    and from docker 23 on zstd. ``podman load`` reads both; podman 4.3 of Debian 12 fails at a docker archive by gzip. An
    error if the command is missing, for ``oci`` without Python 3.9, and for ``docker`` with several platforms.

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

  ``ENV``, ``EXPOSE``, ``LABELS`` and ``VOLUMES`` extend the base. Every other option replaces the base's value.
  Options that are not given keep it, as in a Dockerfile.

  ``ENTRYPOINT [<argument>...]``
    The ENTRYPOINT, in exec form. Without an argument it is empty. It resets the CMD of the base.

  ``CMD [<argument>...]``
    The CMD, in exec form. Without an argument it is empty. The default is
    the path of the first program and ``--help``, or nothing if there is an ``ENTRYPOINT``.

  ``ENV <name>=<value>...``
    Environment variables. An error if one is not ``<name>=<value>`` on one line, or is given twice.

  ``EXPOSE <port>[-<last>][/<protocol>]...``
    Ports and ranges of ports. The protocol is ``tcp`` (the default), ``udp`` or ``sctp``. Anything else is an error.

  ``LABELS <key>=<value>...``
    Labels. The image also gets ``org.opencontainers.image.title`` (``<name>``),
    ``.version`` (with ``VERSION``), ``.base.name`` and, if the base is pinned,
    ``.base.digest``. If ``VERSION`` or ``STAMP`` asks git, it gets ``.revision`` (the commit), ``.created`` (the time of
    the commit) and ``.source``: the URL of the remote ``origin`` without user and password, an address of ssh
    as its ``https`` URL. The engine ``builtin`` adds the digest of every base. An error if a label is not ``<key>=<value>`` on
    one line.

  ``USER <user>[:<group>]``
    The user who runs the program: names or numbers, ``65532:65532`` by default. The image always has the numbers, so
    that Kubernetes can see who is not root: those of ``USERS`` and ``GROUPS``, or those of the base, which a build
    reads first. Anything else is an error. So is a name that is not declared on scratch, which has ``root`` and
    ``nonroot`` (65532), unless ``FILES`` may bring it. On other bases it is an error of the build if the image does not
    have the name.

  ``WORKDIR <directory>``
    The working directory, an absolute path. It is created if the base does not have it. An error if a program is
    there.

  ``VOLUMES <directory>...``
    Volumes, as absolute paths. Engines make those that the image lacks, for root. If ``USER`` is to write there, give
    them to ``DIRECTORIES``, too.

  ``STOPSIGNAL <signal>``
    The signal that stops the container, such as ``SIGINT`` or ``SIGRTMIN+3``, or its number. Anything else is an error.

  ``HEALTHCHECK <argument>...``, ``HEALTHCHECK SHELL <command>``, ``HEALTHCHECK NONE``
    The command, in exec form, that checks whether the container is healthy. ``SHELL`` gives one command to the
    shell of the image, ``/bin/sh`` unless the base has another ``SHELL``. It is an error on scratch without ``FILES``,
    and for what a Dockerfile can't hold: a line break, a blank or a backslash at an end, an array of JSON at the
    beginning. ``NONE`` drops the check of the base. ``HEALTHCHECK_INTERVAL``, ``HEALTHCHECK_TIMEOUT`` and ``HEALTHCHECK_START_PERIOD``
    are times such as ``1m30s`` (units ``h``, ``m``, ``s``, ``ms``). ``HEALTHCHECK_RETRIES`` is a
    number from 1 to 999. An error if they are given without a command.

  .. rubric:: Files beside the program

  .. code-block:: cmake

    add_go_container(api
      BASE  scratch
      FILES $<TARGET_FILE:importer> conf/api.toml DESTINATION /opt/api
      FILES assets/ DESTINATION /srv/assets CHMOD 0640 CHOWN 65532
      FILES conf/production.toml DESTINATION /etc/api RENAME config.toml
      USERS    api:1000:1000:/var/lib/api worker:1001
      GROUPS   media:44:api:worker
      DIRECTORIES /var/lib/api /var/cache/api CHMOD 0750 CHOWN api:media
      DIRECTORIES /var/tmp CHMOD 1777
      SYMLINKS /api=usr/local/bin/api
      TIMEZONES Europe/Berlin America/New_York
      CAPABILITIES /usr/local/bin/api=cap_net_bind_service=ep
      RUNTIME_LIBRARIES ON)

  ``FILES <file or directory>...``
    Files of the source tree (relative paths start at the current source directory) and of the
    build, also by generator expressions such as ``$<TARGET_FILE:importer>``, which may give a list, or
    nothing. Those targets are built first, and so are outputs of custom commands of the current directory.
    A directory is copied under its name; with a slash at its end, only its content is. A symbolic link that is given
    here is followed. In a directory it stays a link. An error of the build if a file is missing, if two have the same
    name, or if one is a socket, a pipe or a device. Names that begin with ``.wh.`` are errors, too: they delete
    files in the layers of an image. May be given several times, each with its own:

    ``DESTINATION <directory>``
      The directory in the image, an absolute path, ``/`` by default. An error of the build if it is a file
      in the image.
    ``CHMOD <mode>``
      The mode of the files in three or four octal digits, such as 0640 or 4755. By default it is 0755 for executable
      files and 0644 for other files, whatever the umask was. Directories have 0755. Other bits of the sources, such as
      set-group-ID, are dropped.
    ``CHOWN <user>[:<group>]``
      The owner, ``0:0`` by default: numbers, or names as for ``USER``. Without a group, it is that of the user, or for a
      number the same number.
    ``RENAME <name>``
      The name of the file in the image. Only for one file: an error for several, or for a directory, and an
      error of the build if a generator expression gives such. An error if it is not a file name.
    ``DEPENDS <file or target>...``
      What makes the files if they are not known by name, as for ``OVERLAY``.

  ``DIRECTORIES <directory>...``
    Directories of the image, absolute paths. They are in the image with this mode and owner, also if the base or
    ``FILES`` have them already: what is in them stays as it is. Directories above them that are missing are root's, with
    mode 0755. An error for ``/``, and for a directory that is given twice. An error of the build if the image has a file
    there. If it has a symbolic link there, give the directory that the link leads to. May be given several times, each
    with its own:

    ``CHMOD <mode>``
      The mode in three or four octal digits, such as 0700, 1777 or 2775; 0755 by default.
    ``CHOWN <user>[:<group>]``
      The owner, as for ``FILES``.

  ``SYMLINKS <path>=<target>...``
    Symbolic links of the image. The path is absolute. The target, all behind the first ``=``, is written into the link
    as it is. It may be relative to the directory of the link, and need not exist. A file or a link that the base has
    there is replaced. An error of the build if it has a directory there. An error if a path is given twice, or is one
    of ``DIRECTORIES`` or above one.

  ``USERS <name>:<uid>[:<gid>[:<home>[:<shell>]]]...``
    Users that are added to ``/etc/passwd`` of the base, or to that of an image on scratch. The base needs no shell. By
    default the group has the number of the user, the home is ``/``, the shell ``/sbin/nologin``. A group of the user's
    name is added if no group has the number. There is no password and no ``/etc/shadow``, so nobody can log in.
    The home is not made: give it to ``DIRECTORIES``. Nothing is added for a user that the base has just like this. An
    error of the build if the base has the name or the number otherwise. If ``FILES`` bring an ``/etc/passwd``, it
    replaces all this. An error for what is no such user, and for a name or number that is given twice.

  ``GROUPS <name>:<gid>[:<member>...]...``
    Groups that are added to ``/etc/group``, likewise. To a group that the base has with this name and number, the
    members are added.

  ``FROM_IMAGE <reference> <path>...``
    Files and directories of another image, which may be pinned by ``@sha256:``: absolute paths, no patterns. They keep
    their owners and modes. A link that is named is followed, and links in directories stay links. Short names and
    the target ``image-refresh`` work as for ``BASE``. An error for an image on disk, and an error of the build if a path
    is not in the image. If a path is a symbolic link in the image that gets it, the engines differ: ``docker`` writes to
    what the link leads to, the others replace it, and with ``builtin`` it is an error. The engine ``builtin`` writes hard links as files of their own, and can't copy files with
    extended attributes, such as capabilities. May be given several times, each with its own:

    ``DESTINATION <directory>``
      The directory in the image, an absolute path. By default everything goes where it is in the other image.
      A directory is copied under its name; with a slash at its end, only its content is.

  ``TIMEZONES ON|<zone>...``
    Time zones in ``/usr/share/zoneinfo``, where Go and the C library look for them: these, such as
    ``Europe/Berlin``, or all. They are those of the Go distribution that compiles the program. An error, of the
    build if a container compiles it, if a name is no time zone. If ``ENV`` has ``TZ``, an error if ``TIMEZONES`` lacks
    that zone. On scratch without ``FILES`` and without ``TIMEZONES``, ``TZ`` gives a developer warning, unless
    ``BUILD_TAGS`` has ``timetzdata``.

  ``CAPABILITIES <program>=<capability>[,<capability>...]=<flags>...``
    Capabilities of Go programs, by their paths in the image, as ``setcap`` takes them: a user other than root may then
    listen at port 80 with ``cap_net_bind_service=ep``. With the flags ``ep`` the program has the capability from its start,
    and can't start in a container without it (``--cap-drop``). With ``p`` it starts in any case, and has to raise the
    capability itself. With ``no-new-privileges`` a container's programs get none; so do runs of tests with ``builtin``
    and ``buildah``. The file has them as an extended attribute. In a Dockerfile a stage from ``BUILDER_IMAGE`` gives
    them, also with ``HOST_BUILD``; it gets ``setcap`` by apk or apt-get if it lacks that. An error for an unknown
    capability, and for what is no Go program of the image.

  ``RUNTIME_LIBRARIES ON|OFF``
    Whether the image gets the shared libraries that the programs among ``FILES`` need, and those of a
    program that this machine compiles. ``OFF`` by default. They are found as this machine's loader would
    find them. They are copied to where the loader in the image looks, such as ``/usr/lib/x86_64-linux-gnu``. On
    ``scratch``, and on a base whose name contains ``alpine``, the C library and its loader are copied, too. Any
    other base keeps its own. Libraries that a program loads by itself (``dlopen``) are unknown. Needs ``objdump``
    (binutils). An error of the build if a library is missing.

  A program that this machine compiles, and each program among ``FILES``, must find its C library in the
  image. A program that needs glibc does not start on ``scratch`` or ``alpine``, or if the base's glibc is too
  old. The build then stops with an error that says what to do. The engine ``builtin`` looks into the base.
  The others know ``scratch``, and ``alpine`` by its name.

  .. rubric:: Packages of the base's distribution

  .. code-block:: cmake

    add_go_container(api
      BASE             alpine
      PACKAGES         bash curl tini
      FROM_IMAGE       busybox:musl /bin/busybox DESTINATION /opt
      PACKAGES_LOCK    alpine.packages
      BUILDER_PACKAGES gcc musl-dev
      CGO              ON)

  ``PACKAGES <name>[=<version>]...``
    Packages that the base's own package manager installs: ``apk`` without a cache, or ``apt-get`` without recommended
    packages. They are a layer on the base, below all else. They are installed again only if the list or the base
    changes, and never because a program changed. ``image-refresh`` looks for a newer base. Nothing looks for newer
    packages: change the list to get them, or give the versions in it. The lists and logs of the package manager are
    removed, and passwords that were set today get no date.

    With ``docker``, ``podman`` and ``buildah`` they are a stage of their own, ``packages``. With ``builtin`` the
    package manager runs on this machine, in the unpacked base. It has the network of this machine, and namespaces of its
    own for everything else. The layer is kept in the build tree. That needs Linux, root or a user with a range of ids in
    ``/etc/subuid`` and ``/etc/subgid``, and memory for the base and the packages. If it can't be done, the build says
    why, and what to do.

    An error if one is not ``<name>`` or ``<name>=<version>``, if one is given in two versions, and on ``scratch`` or a
    base whose name contains ``distroless``. An error of the build if the base has neither ``apk`` nor ``apt-get``, or if
    a package can't be installed. The test ``<name>.packages`` looks for each of them in the image's package database.

    GoContainer's own tests install by the real ``apt-get`` and ``dpkg`` of a Debian. For ``apk`` they have a stand-in: no
    test runs the real one.

  ``PACKAGES_LOCK <file>``
    A file with the name and the version of every package that ``PACKAGES`` bring in, and of those that they need: sorted
    lines ``<name>=<version>``. A relative path starts at the current source directory. The target ``<name>-packages-lock``
    writes it, without caches. Commit it. A build then installs exactly these versions. It fails if another package, or
    another version, comes in, and names it. It also fails if the file is not there or lacks one of ``PACKAGES``; write
    it again then. An error without ``PACKAGES``, and if a line is neither a comment (``#``) nor ``<name>=<version>``.

    Distributions remove old versions from their repositories: with Alpine, and with Debian's security updates, a lock
    fails some day. If it must not, take a base whose package manager uses a snapshot of the repositories.

  .. rubric:: Sources that the build generates

  .. code-block:: cmake

    add_custom_command(
      OUTPUT  version.go
      COMMAND "${CMAKE_COMMAND}" -E echo "package version" > version.go
    )
    add_go_container(api
      BASE    scratch
      OVERLAY version.go DESTINATION internal/version)

  ``OVERLAY <file or directory>...``
    Sources that go sees in the module, in addition to its files or in place of them. The
    source tree is not written to. They may be outputs of custom commands of this directory, which run
    first. A relative path starts at the current source directory. If there is no such file, it starts at
    the current binary directory. Generator expressions are evaluated. May be given several times, each
    with its own:

    ``DESTINATION <directory>``
      The directory, relative to ``SOURCE_DIR``, which is the default. It need not exist. An error if
      no module that is built contains it.
    ``DEPENDS <file or target>...``
      What makes the files: targets, or outputs of custom commands of this directory. They are built first. Each build
      then looks at the files themselves, so that their names need not be known: those of a front end have hashes.
      Names that are gone are gone from the program. An error if one is neither a target nor a file.

  A directory with a slash at its end stands for what is in it, names and links as they are. ``go:embed`` leaves out
  links.

  .. code-block:: cmake

    add_custom_command(
      OUTPUT  bundled
      COMMAND "${CMAKE_COMMAND}" -E rm -rf dist
      COMMAND "${CMAKE_COMMAND}" -E make_directory dist
      COMMAND "${CMAKE_COMMAND}" -E touch dist/app-5f3a.js bundled
    )
    add_go_container(api
      BASE    scratch
      OVERLAY ${CMAKE_CURRENT_BINARY_DIR}/dist/ DESTINATION web/dist DEPENDS bundled)

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
      VERSION_VARIABLE main.version
      STAMP      "main.edition=small, fast")

  ``BUILD_TAGS <tag>...``
    Build tags (``-tags``).
  ``LDFLAGS <flag>...``, ``GCFLAGS <flag>...``
    Flags for the linker, after ``-s -w``, and for the compiler. Flags with spaces are quoted for
    go. An error if a flag contains both kinds of quotes, as go knows no escapes.
  ``GO_FLAGS <flag>...``
    More flags for ``go build``. Its ``-tags``, ``-ldflags`` and ``-gcflags`` are added to ``BUILD_TAGS``, ``LDFLAGS``
    and ``GCFLAGS``. With ``-v``, and with ``VERBOSE=1`` in the environment of the build, a build on this machine names
    every package that it compiles, and not just ten. An error for ``-o``, for a ``-buildmode`` that makes no program, and for a flag that would
    override another option.
  ``PGO <file>|auto|off``
    The CPU profile for profile-guided optimisation, relative to ``SOURCE_DIR``. An error if it does not exist.
  ``CGO ON|OFF``
    Whether cgo is used, ``OFF`` by default. With ``ON`` the builder image needs a C compiler, such as that of
    ``BUILDER_PACKAGES gcc musl-dev`` on ``golang:alpine``, and the base needs the C library that the program links.
  ``BUILDER_PACKAGES <name>[=<version>]...``
    Packages of the builder image's distribution that ``go build`` needs, such as ``gcc``. ``apk`` or ``apt-get`` installs
    them in the step that also installs git and CA certificates. That step stays cached until the list or the builder
    image changes. It fails if the builder image has neither ``apk`` nor ``apt-get``. If this machine compiles, nothing
    is installed. The configure run then names those of which this machine has neither a program nor a package (of Debian
    or Alpine) with that name. That is no error, as other distributions have other names.
    An error if one is not ``<name>`` or ``<name>=<version>``, or is given in two versions.
  ``GO_VERSION <version>``
    The version of Go, such as ``1.26.8``. It chooses the builder image and ``GOTOOLCHAIN``. With two numbers, such as
    ``1.26``, the builder image decides the release. If this machine compiles, it is that of its own Go, or the
    first, ``1.26.0``. Anything else is an error.
  ``GO_ENV <name>[=<value>]...``
    Variables of the go command, such as ``GOAMD64=v3``. A name alone, such as ``GOPROXY``, ``GOPRIVATE`` or
    ``GONOSUMDB``, takes the variable's value from the environment of the build. The value is not in the image, but
    don't give secrets like this: use ``SECRETS``.
    ``GOWORK`` is ``off``, or the path of a ``go.work``, relative to ``SOURCE_DIR``.
    An error for ``CGO_ENABLED``, ``GOOS`` and ``GOARCH``, for a ``GOWORK`` that is not a file, for a variable that is
    given twice, and for a flag in ``GOFLAGS`` that a flag of the command line overrides.
  ``VERSION <version>|PROJECT|GIT``
    The version: a text, that of ``project()``, or what ``git describe --tags --always --dirty`` says of
    the work tree of ``SOURCE_DIR``. It is the value of the Go variable ``VERSION_VARIABLE``
    (``main.version`` by default) and of the label ``org.opencontainers.image.version``. The build fails if
    ``VERSION_VARIABLE``, or a flag ``-X`` of ``LDFLAGS``, names a variable that the sources do not declare. A build in
    a container checks this with Ninja only, and only for the packages of its own modules. With
    ``GIT``, CMake configures again after a new commit, after a tag comes, moves or goes, and after the first edit of a
    tracked file below ``SOURCE_DIR``. The image is only built again if the version changed.
    Source archives have no repository: ``GIT`` takes the version from the line ``describe-name`` of the
    nearest ``.git_archival.txt``, which ``git archive`` fills in, and then from ``project()``. Commit
    that file as ``describe-name: $Format:%(describe:tags=true)$``, with the line
    ``.git_archival.txt export-subst`` in ``.gitattributes``. An error if there is no such version.

  ``STAMP <package>.<variable>=VERSION|COMMIT|TREE_STATE|COMMIT_DATE|<text>...``
    Strings that the linker puts into variables of the program (``-X``):

    ``VERSION``
      What ``VERSION`` says. An error without it.
    ``COMMIT``
      The full hash of the commit of ``SOURCE_DIR``.
    ``TREE_STATE``
      ``clean``, or ``dirty`` if a tracked file of the work tree differs from the commit. In a source archive,
      ``archive``, as nobody knows.
    ``COMMIT_DATE``
      The time of the commit, in UTC, such as ``2026-01-02T03:04:05Z``. It is never the time of the build, and
      ``SOURCE_DATE_EPOCH`` does not change it.
    ``<text>``
      Any text on one line, without both kinds of quotes. For the text ``VERSION`` itself, write
      ``LDFLAGS -X main.variable=VERSION``.

    An error of the build if the sources do not declare the variable, as for ``VERSION_VARIABLE``. An error if
    one is given twice, or is not ``<package>.<variable>=<value>``. CMake configures again after a new commit, and for
    ``TREE_STATE`` after the first edit of a tracked file below ``SOURCE_DIR``. Source archives have the commit and its
    time in their ``.git_archival.txt``, in the lines ``node: $Format:%H$`` and ``node-date: $Format:%cI$``. An
    error if there is neither git nor such a line. ``STAMP`` with a fact of git, and ``VERSION GIT``, also add labels,
    see ``LABELS``.

  .. code-block:: cmake

    add_go_container(api BASE scratch HOST_BUILD ON)

  ``HOST_BUILD ON|OFF``
    Whether this machine's Go compiles the program, ``OFF`` by default: with the engines ``docker``,
    ``podman`` and ``buildah``, the builder image does. With ``ON``, the engine only assembles the image
    from the program, the CA certificates of :variable:`GO_CONTAINER_CA_BUNDLE` and the
    ``FILES``. It gets nothing of ``SOURCE_DIR``. The program is for the architecture of the engine.
    The engine ``builtin`` always compiles on this machine. With ``ON``, an error if
    Go, Python 3.9 or the CA certificates are missing.

  .. code-block:: cmake

    add_library(core core.cpp)
    add_go_container(api SOURCE_DIR services/web BASE scratch LINK_LIBRARIES core)

  ``LINK_LIBRARIES <library>...``
    The libraries that the Go program links by cgo, as ``target_link_libraries()`` takes them: C and C++ libraries
    of this build, imported targets such as ``ZLIB::ZLIB``, generator expressions. cgo compiles and links
    with the compilers, flags, definitions, include directories and libraries that CMake computes for a
    target which links them, in every configuration. The libraries are built first. With Ninja, a change of a
    library, or of a header that is included, builds the program again. Implies ``HOST_BUILD ON`` and
    ``CGO ON``. Needs the language C. On ``scratch``, and on a base whose name contains ``alpine``, the program is
    linked statically: if a library is shared, the static one beside it is linked. With ``RUNTIME_LIBRARIES ON`` it is
    linked dynamically. With Ninja, the build tells if no package of the program uses cgo, so that it links none of them.
    An error with ``HOST_BUILD OFF`` or ``CGO OFF``. An error of the build if it links a shared library
    of this build that the image does not get. See :doc:`/guide/cpp`.

  .. code-block:: cmake

    add_go_container(api BASE scratch LICENSES ON)

  ``LICENSES ON|OFF``
    Whether the image gets the licence files of all modules that the programs are made of, and of Go, ``OFF`` by default:
    from Go's module cache, from ``vendor``, or from the directory that ``replace`` or ``go.work`` names. They are in
    ``/usr/share/doc/<name>/<module path>@<version>``, those of your own modules in a directory without a version, Go's
    in ``go@<version>``. Files count whose names begin with ``LICENSE``, ``LICENCE``, ``UNLICENSE``, ``MIT-LICENSE``,
    ``COPYING``, ``COPYLEFT``, ``COPYRIGHT``, ``LEGAL``, ``NOTICE`` or ``PATENTS``, in any case, in the directories of the
    packages in the programs and those above them in the module. The build tells which module has no such file, and so
    does the test ``<name>.licenses``. Licences of C libraries are not among them. With a build in a container, files that
    ``.dockerignore`` leaves out are missing.

  If a toolchain file cross compiles (``CMAKE_CROSSCOMPILING``), a build on this machine is for
  its ``CMAKE_SYSTEM_PROCESSOR``, with its compilers. So is the image of ``builtin``. ``GOARM`` and ``GO386`` follow
  from it, such as ``GOARM=6`` for ``armv6l``, unless ``GO_ENV`` has them. The image names the variant. An error if the
  target is not Linux, or has another architecture than the engine.

  The program is built with ``-trimpath`` and ``-buildvcs=false``. It is stripped (``-s -w``), except in
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
    Secrets that go and git need to get modules, as ``docker build --secret`` takes them: a file (a relative
    path starts at the current source directory), or a variable of the environment of the build. They are
    mounted while go runs, and are in no layer, plan or history. The ids are ``netrc``, ``gitconfig``,
    ``git-credentials`` and ``known_hosts``, which become these files of root, and the names of variables of
    the go command, such as ``GOPROXY``. If this machine compiles, it uses its own files, and the
    variables are set. An error if one is not a secret, or has an unknown id.
  ``SSH default``, ``SSH default=<socket or key file>``
    The ssh agent that git may ask, as ``docker build --ssh`` takes it: that of ``SSH_AUTH_SOCK``, or
    another one, or a key. If this machine compiles, it uses its own settings.

  :doc:`/guide/private-modules` says what to give for each kind of server.

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

  ``MAX_SIZE [<platform>=]<size>...``
    The budget of the test ``<name>.size``: the bytes of all files in all layers, unpacked; docker's
    classic image store shows the same number. A size is a number of bytes, or a number such as ``15``
    or ``1.5`` with one of the units ``kB``, ``MB``, ``GB`` (powers of 1000), ``KiB``, ``MiB``, ``GiB``
    (powers of 1024), without a space, nine digits at most. Anything else is an error. This budget and those below
    may be generator expressions, such as ``$<IF:$<CONFIG:Debug>,30MB,15MB>``. In a configuration in which it is empty
    there is no budget. With ``PLATFORMS``, ``<platform>=<size>`` is the budget of one of them, in place of that for all:
    ``MAX_SIZE 15MB linux/arm/v7=13MB``. An error if it is not among them, or if there are two for all.

  ``MAX_COMPRESSED_SIZE [<platform>=]<size>...``
    The budget of the test ``<name>.compressed-size``: the bytes of all layers, compressed, as a registry
    stores them and a pull transfers them. A layer that the image stores compressed counts as it is.
    Any other layer is compressed with gzip's default level, as a push does. An error if it is not a size.

  ``MAX_LAYER_SIZE [<platform>=]<size>...``
    The budget of the test ``<name>.layer-size``: the bytes of the files in each layer that is added to
    the base, unpacked. An error if it is not a size.

  ``MAX_GROWTH <size>|<percent>%``, ``BASELINE <file>``
    How much larger the image may be than its baseline. If it is larger, the test ``<name>.growth`` says
    what grew: layers, files, and Go modules by the bytes of their code in the program. All sizes are
    unpacked. The baseline is a file that you commit, ``<name>.size.json`` in the current source
    directory by default. A relative path starts there, and may contain ``$<CONFIG>``. The target ``<name>-baseline``
    writes it. For several platforms each has a baseline, ``<name>-<platform>.size.json`` with ``-`` in place of ``/``. An error if the growth is neither a size nor a percentage, or if ``BASELINE`` is given alone.

  ``TESTS ALL|NONE|<test>...``
    Which of the tests of the declaration (see below) are added: ``ALL`` (the default), ``NONE``, or
    the tests that are named. An error if there is no such test.

  .. rubric:: The build tree

  ``<name>.container`` in the current binary directory (with a multi-config generator, a directory below it for each
  configuration) holds ``plan.json``, the declaration with all defaults;
  ``Dockerfile`` and ``Dockerfile.dockerignore``; ``build.sh``, the commands that build the image; ``context``, the
  ``FILES`` and, if this machine compiles it, the program; ``<name>.tar``, the archive of the image;
  ``pushed.json``, what was pushed (:doc:`/reference/pushed`); and,
  with engines other than ``builtin``, ``image.id``, the id of the image. Unchanged files keep their times. Nothing is
  written into the source tree.

  .. rubric:: Targets

  ``<name>``
    Builds the image. With Ninja, it does so when its inputs changed, and only then. A build that fails
    leaves the last good image.
  ``<name>-modules``
    Only downloads the Go modules.
  ``<name>-packages-lock``
    Writes ``PACKAGES_LOCK``. Only if that is given.
  ``<name>-run``
    Builds the image and runs its program, as ``RUN`` does. The ports of ``EXPOSE`` are reached at ``127.0.0.1``. It
    needs Python 3.9; the engines ``builtin`` and ``buildah`` also need Linux with user namespaces for it.
  ``<name>-archive``
    Builds the image and writes its archive, ``GO_CONTAINER_ARCHIVE``, which every engine loads. It is written again
    only if the image changed. With ``builtin`` it is the file that ``<name>`` builds, unless ``ARCHIVE`` compresses it.
    ``docker`` puts all ``TAGS`` into a docker archive; one of ``podman`` and ``buildah``, and every OCI layout, has the
    first one.
  ``<name>-push``
    Builds the image and pushes it to registries: ``TAGS`` that name one, ``PUSH`` and ``TAG_SETS``. The first tag of each
    repository goes first, so that no other tag moves if a registry refuses the image. ``docker``, ``podman`` and
    ``buildah`` push it themselves, with their own credentials; :doc:`/reference/registries` tells of ``builtin``. Only if
    there is something to push; an error if ``TAG_SETS`` give no tag.
  ``<name>-baseline``
    With ``MAX_GROWTH``: builds the image and writes its sizes to its ``BASELINE``.
  ``image``, ``image-modules``, ``image-archive``, ``image-push``, ``image-baselines``
    The same for all containers. An error of ``image-push`` if none has anything to push. :variable:`GO_CONTAINER_IMAGE_TARGET` gives them other names.
  ``image-report``
    Builds all images and writes a page about them into the build directory, ``image-report.html``: where their bytes
    are, their checks, budgets and growth (:doc:`/guide/report`). It needs Python 3.9.
  ``<name>-report``
    The same for one image: ``<name>.html`` in its directory. Only with :variable:`GO_CONTAINER_REPORT`.
  ``image-refresh``
    Looks again for the images that ``BASE`` and ``BUILDER_IMAGE`` name without a digest: the engine pulls them, and
    ``builtin`` fetches the base. The next build makes those images again that start from an image that changed. No
    build does so by itself. An error if an image is not available; the old one is kept then.

  Properties of the target ``<name>`` describe the container. With a multi-config generator
  they contain ``$<CONFIG>``, so use them where generator expressions are evaluated:

  ``GO_CONTAINER_ENGINE``
    What makes the image.
  ``GO_CONTAINER_IMAGE``, ``GO_CONTAINER_TAGS``
    The first tag, and all of them.
  ``GO_CONTAINER_PLAN``, ``GO_CONTAINER_DOCKERFILE``
    The full paths of ``plan.json`` and of the ``Dockerfile``.
  ``GO_CONTAINER_ARCHIVE``
    The full path of the archive that ``<name>-archive`` writes, see ``ARCHIVE``.
  ``GO_CONTAINER_PLATFORMS``
    Of a container for several platforms, ``PLATFORMS``.

  None of the targets is in the target ``all``, so that a plain build needs no engine, unless ``ALL`` is given.

  .. rubric:: Tests

  All have the labels ``image`` and ``<name>``, and require the fixture ``<name>.image``. Its set-up test
  ``<name>.build`` builds the image. Without Python 3.9 they are reported as skipped, with the reason, and the configure
  run warns. :variable:`GO_CONTAINER_REQUIRE_TESTS` makes it an error. Tests that
  run a program of the image also have the label ``image-run``: ``RUN``, structure tests, services. A test of
  the project that requires a fixture of a container gets the labels, too. Before CMake 3.28 it does so only in the
  directory of the call and those above it.

  ``<name>.entrypoint``, ``.cmd``, ``.user``, ``.workdir``, ``.stopsignal``, ``.healthcheck``
    The image has the declared value. Only if there is one. The program that ENTRYPOINT, CMD or HEALTHCHECK starts is
    in the image, USER may execute it, and its interpreter or loader is there, too: that of a script whose first
    line is ``#!/bin/sh`` or ``#!/usr/bin/env bash``, or the shell of ``HEALTHCHECK SHELL``. CMD is the argument of an
    ENTRYPOINT if there is one.
  ``<name>.env``, ``.expose``, ``.labels``, ``.volumes``
    The image has all declared values, and perhaps more from its base. Only if there are any.
  ``<name>.size``, ``.compressed-size``, ``.layer-size``
    The image is no larger than ``MAX_SIZE``, ``MAX_COMPRESSED_SIZE`` and ``MAX_LAYER_SIZE`` allow. Only
    if those are given.
  ``<name>.growth``
    The image is no more than ``MAX_GROWTH`` larger than its baseline. Only if ``MAX_GROWTH`` is given. It fails
    without a baseline, and is skipped if the baseline is for another platform.
  ``<name>.platform``
    The image is for the operating system, the architecture and the variant of ARM that the program is built for.
  ``<name>.binary``
    Each program exists and is executable. Its own build information says that Go built it for
    that platform, from the declared package, and by ``GO_VERSION`` if that is given.
  ``<name>.certificates``
    There are CA certificates where Go looks for them.
  ``<name>.timezones``
    The time zones of ``TIMEZONES`` are in the image, and that of ``TZ``. Only if ``TIMEZONES`` is given.
  ``<name>.licenses``
    The licences of modules are in the image. The output of a test that passes tells the modules that have none. Only
    with ``LICENSES ON``.
  ``<name>.files``
    ``FILES`` and ``RUNTIME_LIBRARIES`` are in the image as the build staged them: each path with its type, mode
    and owner, and its content byte for byte. Only if there are any. A failure names the file that differs,
    where it comes from, and what differs.

.. command:: add_go_container_variant

  Declares another image of the same program:

  .. code-block:: cmake

    add_go_container_variant(<name> <suffix> [<option> <value>...]...)

  .. versionadded:: 0.1

  ``<name>`` is a container which :command:`add_go_container` declared before, in the same directory. The variant
  ``<name>-<suffix>`` is a container of its own, with all targets, tests and properties. It has the options of
  ``<name>``, and those that are given replace them: ``FILES`` replaces all ``FILES``, with their destinations. All
  options of :command:`add_go_container` but ``VARIANTS`` can be given.

  .. code-block:: cmake

    add_go_container(api BASE scratch TAGS example.com/team/api:1.4 api VARIANTS shell=alpine)
    add_go_container_variant(api debug
      LDFLAGS -s=false -w=false
      GCFLAGS all=-N
      USER    root
      ENV     LOG=debug)
    add_go_container_test(api-debug RUN ENV LOG=trace)

  The program keeps its name: ``/usr/local/bin/api`` here, and so does the label
  ``org.opencontainers.image.title``. These options are not taken over:

  ``TAGS``
    By default the tags of ``<name>`` with the suffix, as the official images of docker have them:
    ``example.com/team/api:1.4-shell`` and ``api:shell`` here. The tag ``latest`` becomes the suffix.
  ``BASELINE``
    By default ``<name>-<suffix>.size.json``.

  Variants that compile the program in the same way compile it once: the engines find the stages of their Dockerfiles
  in their caches. If this machine compiles, all packages are in Go's cache, and at most the program is linked again. An
  option of the go command, such as ``LDFLAGS`` above, makes another program. ``-s=false -w=false`` keeps the debug
  information.

  An error if there is no such container, if it is declared in another directory, or if the suffix can't end a target's
  name and a tag.

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
      [WRITABLE <path>...] [CAPABILITIES <path>=<capability>[,<capability>...]=<flags>...]
      [STRUCTURE_TEST <file>...] [METADATA <file>])

  .. versionadded:: 0.1

  ``<name>`` is a container which :command:`add_go_container` declared before. May be called
  any number of times, from any directory. Each assertion is a CTest test of its own, with the label
  ``image``. It requires the fixture ``<name>.image``. A second assertion of the same name gets a number. A test
  that fails says what was expected, what was found, the most similar value found, and which call in which
  line declared it.

  .. code-block:: cmake

    add_go_container(api
      BASE  scratch
      FILES conf/api.toml DESTINATION /etc
      CAPABILITIES /usr/local/bin/api=cap_net_bind_service=ep)
    add_go_container_test(api
      STATIC NO_SHELL NO_PACKAGE_MANAGER NO_SETUID NO_SECRETS REPRODUCIBLE
      MAX_LAYERS 4
      EFFICIENCY 99.5 MAX_WASTED 100kB
      ONLY_FILES /usr/local/bin/api /etc/** /tmp
      WRITABLE /tmp
      CAPABILITIES /usr/local/bin/api=cap_net_bind_service=ep
      FILE /etc/api.toml MODE 0644 OWNER 0:0 SAME_AS conf/api.toml
      FILE /etc/passwd TYPE file MATCHES "^nonroot:x:65532:" EXCLUDES "/bin/(ba)?sh$"
      FILE /etc/group SHA256 2b93ca255826bb40ea3c6967a1dcc901cb866f50990b65a75c725f774a98d0c7
      FILE /etc/shadow ABSENT)

  Regular expressions are Go's (``regexp/syntax``). ``^`` and ``$`` match at each line. They are searched
  for, so they need not match all of the text. No text makes them slow. Look-arounds and back-references are
  errors. ``\d``, ``\s``, ``\w`` and ``\b`` match ASCII only; ``\p{Greek}`` and the like match Unicode.

  .. rubric:: Files

  ``FILE <path>``
    The path exists, as any file type. Symlinks are followed. The test is
    ``<name>.file:<path>``. May be given several times, each with its own:

    ``ABSENT``
      There is nothing at that path.
    ``TYPE file|directory|link``
      Its type. With it, a symbolic link is not followed.
    ``MODE <mode>``, ``OWNER <uid>[:<gid>]``
      Its mode in octal digits, its owner in numbers.
    ``SHA256 <digest>``
      The digest of its content, in hexadecimal digits.
    ``MATCHES <regex>...``, ``EXCLUDES <regex>...``
      ``MATCHES``: each expression is found in its content. ``EXCLUDES``: none is.
    ``SAME_AS <file>``
      It has the same content as a file of this machine. A relative path starts at the current source
      directory, and generator expressions such as ``$<TARGET_FILE:importer>`` are evaluated.

  ``ONLY_FILES <glob>...``
    Only the listed files are added to the base: each file and link matches a glob, and each glob matches a
    file, a link or a directory. ``*`` and ``?`` match characters of one name, ``**`` matches any
    number of directories. The test is ``<name>.only-files``.

  ``WRITABLE <path>...``
    ``USER`` may write to these directories and files, by their owners, modes and the groups in ``/etc/group``. A
    directory that only ``VOLUMES`` names is root's. Nothing runs, so the image needs no shell. The test is
    ``<name>.writable``.

  ``CAPABILITIES <path>=<capability>[,<capability>...]=<flags>...``
    A file has these capabilities, and no others. The test is ``<name>.capabilities:<path>``.

  .. rubric:: Runs of the program

  .. code-block:: cmake

    add_go_container(api BASE scratch ENTRYPOINT /usr/local/bin/api)
    add_go_container_test(api
      RUN --greet Ada OUTPUT_MATCHES "^hello .*Ada" OUTPUT_EXCLUDES panic TIMEOUT 60
      RUN ENV LOG=debug USER 1000:1000 STDIN "a line" EXIT_CODE 0
      RUN --help ENTRYPOINT /usr/local/bin/api ERROR_MATCHES "^$")

  ``RUN [<argument>...]``
    A container of the image runs with these arguments instead of CMD (without arguments, with CMD), and ends as
    declared. The test is ``<name>.run:<arguments>``. ``docker`` or
    ``podman`` runs it. With ``builtin`` and ``buildah`` it runs in Linux namespaces. If the machine allows none, the
    test is reported as skipped. May be given several times, each with its own:

    ``EXIT_CODE <number>``
      The exit code, 0 by default.
    ``OUTPUT_MATCHES <regex>...``, ``OUTPUT_EXCLUDES <regex>...``, ``ERROR_MATCHES <regex>...``
      Each expression is found in its standard output, or none is, or each is found in its standard error.
    ``ENV <name>=<value>...``, ``USER <user>[:<group>]``, ``ENTRYPOINT [<argument>...]``
      Override the values of the image.
    ``STDIN <text>``
      Its standard input, empty by default.
    ``TIMEOUT <seconds>``
      If it takes longer, the container is stopped and the test fails. 30 by default.

    Of its output, 16 MiB of each stream are kept.

  .. rubric:: The program and the image

  ``STATIC``
    No program needs a loader or a shared library: it has no interpreter and no dynamic
    section.
  ``NO_SHELL``, ``NO_PACKAGE_MANAGER``
    No known shell or package manager is in the image, under its name in any directory.
  ``NO_SETUID``
    No file has the set-user-ID or set-group-ID bit.
  ``NO_SECRETS``
    No layer, the config and the history contain no secret. Files that later layers hide count, too. Secrets are:

    - the value of a variable that ``GO_ENV`` passes on by its name alone, as the environment of the test has it, if it
      has at least six characters (lists of modules such as ``GOPRIVATE`` are no secrets);
    - a password or token in a URL of ``GO_ENV``;
    - ``SECRETS``: of a netrc, of git's credentials and configuration, and of URLs, the passwords and tokens;
    - a private key;
    - ``.git``, ``.env``, Go sources (``*.go``), and well-known files with credentials, such as ``.netrc`` and ``id_rsa``.

    A layer is searched with the headers of its entries, with
    the bytes between and after them, and with whiteouts. With ``builtin``, the manifests and the compressed
    layers are also searched as they are stored. The secret itself is not shown. Archives and compressed files
    in the image are not unpacked.
  ``REPRODUCIBLE``
    A second build gives the same image. It runs elsewhere, on a copy of the source (without the files that the ignore
    file of the build context leaves out), with an empty build cache of Go, and takes no layer from
    the engine's cache. So it takes as long as a first build, and the test has a ``TIMEOUT`` of two hours.
    With ``builtin`` the digests are compared. The other engines write the time of the build into layers and
    config. With them all paths are compared, with type, mode, owner, link target and content, and the config
    without times, history and layers. A failure says which file or field differs.
  ``MAX_LAYERS <number>``
    The image has no more layers, including those of its base.
  ``EFFICIENCY <percent>``, ``MAX_WASTED <size>``
    How well the layers of the image, including those of its base, use their bytes, counted as dive
    counts. A path that is in several layers, or that a later layer removes, wastes all its bytes. The
    efficiency is the part of all bytes that would be left if each path were stored once, in its
    smallest form, and removed paths not at all. A percentage of 0 to 100, a size as for ``MAX_SIZE``. These
    three may be generator expressions.

  The tests are ``<name>.static``, ``<name>.no-shell`` and so on.

  .. rubric:: Files with assertions

  .. code-block:: cmake

    add_go_container(api BASE scratch WORKDIR /srv)
    add_go_container_test(api STRUCTURE_TEST tests/api.yaml METADATA tests/config.json)

  A relative path starts at the current source directory. Generator expressions are evaluated. JSON
  needs nothing else. YAML needs PyYAML in the Python that CMake finds. An unknown member is an
  error, and so is a file without an assertion.

  ``STRUCTURE_TEST <file>...``
    All tests in a YAML or JSON file of `container-structure-test`_ pass, version 2.0.0 of its
    schema. The test is ``<name>.structure-test:<file name>``. It lists each test of the file. If a
    command test can't run on this machine, the test is reported as skipped, unless another one fails.
    :ref:`structure-test` lists the differences from that tool.

  ``METADATA <file>``
    The image's config has what a YAML or JSON file has, such as
    ``{"User": "65532:65532", "Cmd": []}``. The members are those of the OCI image configuration:
    ``User``, ``Env``, ``Entrypoint``, ``Cmd``, ``Labels``, ``ExposedPorts``, ``Volumes``, ``WorkingDir``,
    ``StopSignal``, and ``Healthcheck`` with its times in nanoseconds. Each member of the file is
    compared as a whole: an additional value in the image is a difference, too. ``null`` and empty
    values mean that the member is absent. The order of ``Env`` does not matter. The test is
    ``<name>.metadata:<file name>``.

  .. _container-structure-test: https://github.com/GoogleContainerTools/container-structure-test
.. command:: add_go_container_service

  Runs a container as a fixture of CTest, so that tests can talk to it:

  .. code-block:: cmake

    add_go_container_service(<name>
      PORT <port> [READY_HTTP <path> | READY_TCP | READY_LOG <regex>]
      [ENV <name>=<value>...] [TIMEOUT <seconds>] [HOST_PORT <port>])

  .. versionadded:: 0.1

  ``<name>`` is a container which :command:`add_go_container` declared before. It has one
  service. Tests that need it require the fixture ``<name>.service``. CTest then builds the image,
  starts the container once for all of them, and stops it after the last one, even if some of them
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

  The port is a free port of ``127.0.0.1``, and differs in each run. So the address is in a file, one
  line ``127.0.0.1:<port>``. The target property ``GO_CONTAINER_SERVICE_ADDRESS_FILE`` is its path.
  While the service is not ready, there is no such file. If the service was skipped, there is none either: let the
  test then end with the code of its ``SKIP_RETURN_CODE``.

  ``PORT <port>``
    The TCP port at which the program listens in its container. Required.

  ``READY_HTTP <path>``, ``READY_TCP``, ``READY_LOG <regex>``
    When the service is ready: ``GET <path>`` is answered by a status from 200 to 399; the port
    accepts connections (the default); a line of its standard output or error matches a
    regular expression, like those of :command:`add_go_container_test`. An error if more than one is given.

  ``ENV <name>=<value>...``
    Environment variables in addition to those of the image.

  ``TIMEOUT <seconds>``
    The time until it must be ready, 30 by default. After that ``<name>.start`` fails, and shows the end of
    the log.

  ``HOST_PORT <port>``
    This port of ``127.0.0.1``, instead of a free one. ``<name>.start`` fails if it is taken.

  .. code-block:: cmake

    add_go_container(api SOURCE_DIR services/web BASE scratch CMD /usr/local/bin/api)
    add_go_container_service(api PORT 8080 READY_LOG "^listening on " HOST_PORT 42813)
    add_go_container(store SOURCE_DIR services/web BASE scratch CMD /usr/local/bin/store)
    add_go_container_service(store PORT 8080 READY_TCP)

  ``<name>.start``, ``<name>.stop``
    The tests that start and stop it. ``<name>.stop`` fails if the program had ended by itself. If another run of
    CTest has the service, ``<name>.start`` waits for its end, at most ``TIMEOUT``, and then fails.
  ``<name>-serve``
    A target that builds the image and keeps the service running, as ``<name>.start`` starts it, until it is interrupted
    (Ctrl-C): to debug a client. It prints the address and what the program says. The address is in the same file.
    Meanwhile ``<name>.start`` waits, as for another run of CTest. Ends with an error if the program ends by itself.
    An error if there is such a target already. It needs Python 3.9.
  ``GO_CONTAINER_SERVICE_ADDRESS_FILE``, ``GO_CONTAINER_SERVICE_LOG``
    Properties of the target ``<name>``: the full paths of the file with the address, and of the output of the
    program's last run, in the directory ``<name>.container/service``. A log that has reached 64 MiB starts
    again, and says so.

  With ``builtin`` and ``buildah`` each service has a network of its own, with only a loopback.
  If the machine allows no namespaces, the service is reported as skipped.

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

  ``<name>`` is an imported library, visible in all directories. Targets that link it by
  ``target_link_libraries()`` are built after it, and again if it changed. It brings the include directory of the
  header ``<name>.h``, which declares the functions that the package exports (``//export``). A static library also brings
  its ``LINK_LIBRARIES``, and threads. Libraries in ``#cgo LDFLAGS`` of the package are linked into a shared library;
  with a static one, link them yourself. The target ``<name>-go`` builds
  it, with this machine's Go, when its inputs changed, and only then, as for containers. It needs
  the language C, and Python 3.9.

  ``STATIC``, ``SHARED``
    ``go build -buildmode=c-archive``, the default, or ``c-shared``. An error if both are given.
  ``SOURCE_DIR <directory>``, ``PACKAGE <package>``, ``LINK_LIBRARIES <library>...``
    The package, and the libraries that it links, as for :command:`add_go_container`.
  ``BUILD_TAGS``, ``LDFLAGS``, ``GCFLAGS``, ``GO_FLAGS``, ``PGO``, ``GO_VERSION``, ``GO_ENV``
    The flags and variables of the go command, likewise.

  A program can contain only one Go runtime, so link only one such library into it.

.. command:: add_go_test

  Adds CTest tests that run ``go test`` and ``go vet``, with the C and C++ libraries of this build:

  .. code-block:: cmake

    add_go_test(<name>
      [SOURCE_DIR <directory>] [PACKAGE <package>...] [TEST_FLAGS <flag>...]
      [BUILD_TAGS <tag>...] [LDFLAGS <flag>...] [GCFLAGS <flag>...] [GO_FLAGS <flag>...]
      [GO_VERSION <version>] [GO_ENV <name>[=<value>]...] [CGO ON|OFF] [LINK_LIBRARIES <library>...])

  .. versionadded:: 0.1

  .. code-block:: cmake

    add_library(core core.cpp)
    add_go_container(api BASE scratch)
    add_go_test(unit
      SOURCE_DIR     weigher
      PACKAGE        ./...
      TEST_FLAGS     -short -timeout=2m
      BUILD_TAGS     netgo
      LDFLAGS        -X "main.motto=as you like it"
      GCFLAGS        -l
      GO_FLAGS       -p=2
      GO_VERSION     1.26.8
      GO_ENV         LOG=debug
      CGO            ON
      LINK_LIBRARIES core)

  ``<name>``
    The name of the test that runs ``go test`` on this machine. ``<name>.vet`` runs ``go vet``. Both have the label ``go``.
    They require the fixture ``<name>.build``, which builds the target ``<name>``: the libraries, and the settings
    for gopls. Go keeps results in its cache. A result counts as long as neither the packages nor the libraries change.
    Needs Go and Python 3.9. An error if the name can't be a target's name, or is one already.
  ``SOURCE_DIR <directory>``
    The directory that holds ``go.mod``, as for :command:`add_go_container`.
  ``PACKAGE <package>...``
    The packages, as ``go test`` takes them; ``./...`` by default.
  ``TEST_FLAGS <flag>...``
    More flags for ``go test``, such as ``-count=1``.
  ``LINK_LIBRARIES <library>...``
    The libraries that cgo links, as for :command:`add_go_container`: always as CMake links them, so tests may also
    use shared libraries of this build. Implies ``CGO ON``.
  ``CGO ON|OFF``
    Whether cgo is used, ``OFF`` by default.
  ``BUILD_TAGS``, ``LDFLAGS``, ``GCFLAGS``, ``GO_FLAGS``, ``GO_VERSION``, ``GO_ENV``
    The flags and variables of the go command, likewise. ``-trimpath`` and ``-s -w`` are not among them.
  ``GO_CONTAINER_GOPLS``
    A property of the target ``<name>``: the full path of ``<name>.gotest/gopls.json``. With these settings, ``buildFlags``
    and ``env``, an editor sees the packages as ``go test`` does. See :doc:`/guide/cpp`.

Variables
^^^^^^^^^

.. variable:: GO_CONTAINER_<OPTION>

  .. versionadded:: 0.1

  The default of an option of :command:`add_go_container` in this directory and below, such as
  ``set(GO_CONTAINER_BASE scratch)``. For an option with many values it is a list. Values in the call
  replace it. ``FILES`` has no such variable. A misspelt variable has no effect, and a developer warning names it.

.. variable:: GO_CONTAINER_IMAGE_TARGET

  .. versionadded:: 0.1

  The name of the target that builds all images, ``image`` by default. The names of the other targets of all
  containers begin with it, such as ``image-modules``. Set it before the first container. If it is not set, and a
  target of one of these names exists before the first container, it is ``go_container_image``. An error if it can't be
  a target's name, or if one of the targets exists already.

.. variable:: GO_CONTAINER_REQUIRE_TESTS

  .. versionadded:: 0.1

  Whether a test of an image fails if it can't run on this machine. ``OFF`` by default: such a test is
  reported as skipped, and ``ctest`` ends with 0. Set it if no test may be left out, as in CI. With
  ``ON``, an error without Python 3.9.

.. variable:: GO_CONTAINER_REPORT

  .. versionadded:: 0.1

  Whether each container has a target ``<name>-report``, and there is a test ``image-report``. The test writes the page
  about all images and attaches it to what CTest sends to CDash. ``OFF`` by default, as targets make the configure run
  longer. Set it in the top directory.

.. variable:: GO_CONTAINER_ENGINE

  .. versionadded:: 0.1

  Cache variable: what makes the images.

  ``auto``
    The default: the first of the following engines that works here. One line of the configure output says which, and
    why not the others.
  ``docker``
    BuildKit of a docker daemon: by buildx, or by ``DOCKER_BUILDKIT=1`` with a CLI older than 23.
    The builder that buildx has selected builds; the image goes to the store of the daemon.
  ``podman``
    podman 4.0 or newer: the same Dockerfile, without a daemon, as root or any user.
  ``buildah``
    buildah 1.24 or newer, likewise. Its store is that of podman.
  ``builtin``
    This machine's Go compiles, and GoContainer writes the image: an archive that is an OCI image
    layout and a docker archive in one. It needs Go, Python 3.9 and a bundle of CA certificates, but no
    daemon and no registry. The same sources, Go version, CA certificates and architecture give the
    same digest on every machine. All times in the image are ``SOURCE_DATE_EPOCH``, or 0.

  An error if the engine is unknown or does not work here.

.. variable:: GO_CONTAINER_LOAD

  .. versionadded:: 0.1

  Cache variable: ``docker`` or ``podman``, the engine whose store gets the images of ``builtin``, too, with their
  ``TAGS``. Empty by default: the images are archives only.

  The target ``<name>`` loads the image when it changed, and when somebody removed it or one of its tags from the store.
  Only the layers that the store lacks are sent, so after a change of the program this is its layer. Of several
  platforms the store gets the image of this machine, or else of the first one. Tests and ``<name>-run`` use the archive.
  The configure run needs the command of the engine, :variable:`GO_CONTAINER_DOCKER` or :variable:`GO_CONTAINER_PODMAN`;
  only the build needs a daemon that runs.

  The images of the other engines are in a store anyway. With ``docker`` and ``podman`` the variable may name the engine
  itself, with ``buildah`` ``podman``. An error if it names another store than that of :variable:`GO_CONTAINER_ENGINE`,
  if it names no such engine, and if the command is missing. The build fails if the engine does not take the image.

.. variable:: GO_CONTAINER_REGISTRY_MIRROR

  .. versionadded:: 0.1

  A registry that has the images of docker.io, ``<host>[:<port>][/<path>]``. With it, ``BASE``, ``BUILDER_IMAGE`` and
  ``FROM_IMAGE`` of docker.io, and names without a registry, are fetched there, on every engine: ``alpine`` is
  ``<mirror>/library/alpine``. The label ``.base.name`` keeps the name that the call has. An error if it is no registry.

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

  Cache variable: the PEM file of CA certificates for images whose program is compiled on
  this machine, by the engine ``builtin`` or with ``HOST_BUILD``. The default is ``SSL_CERT_FILE`` of
  the environment, or this machine's bundle. Other images get the certificates of the builder image.
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
  plan/accounts
  plan/archive
  plan/build_context
  plan/capabilities
  plan/compilers
  plan/compression
  plan/config
  plan/cross
  plan/depends
  plan/directories
  plan/files
  plan/goflags
  plan/from_image
  plan/git
  plan/git_facts
  plan/go_test
  plan/gomod
  plan/healthcheck
  plan/host_build
  plan/json
  plan/json_config
  plan/json_platforms
  plan/library
  plan/licenses
  plan/limits
  plan/link_libraries
  plan/mirror
  plan/modules
  plan/overlay
  plan/owner
  plan/package
  plan/packages
  plan/packages_lock
  plan/plan
  plan/platforms
  plan/programs
  plan/push
  plan/reference
  plan/rename
  plan/repeated_flags
  plan/runtime_libraries
  plan/secrets
  plan/size
  plan/stamp
  plan/stopsignal
  plan/symlinks
  plan/tag_sets
  plan/tag_suffix
  plan/tests
  plan/timezones
  plan/user
  plan/variants
  plan/version
  dockerfile/accounts
  dockerfile/capabilities
  dockerfile/dockerfile
  dockerfile/dockerignore
  dockerfile/downloads
  dockerfile/files
  dockerfile/from_image
  dockerfile/instructions
  dockerfile/licenses
  dockerfile/packages
  dockerfile/platforms
  dockerfile/programs
  dockerfile/secrets
  dockerfile/stages
  dockerfile/timezones
  dockerfile/trees
  dockerfile/words
  build/accounts
  build/archive
  build/declare
  build/generated
  build/host
  build/ide
  build/library
  build/link_libraries
  build/load
  build/packages_lock
  build/plan_files
  build/producers
  build/push
  build/refresh
  build/report
  build/rule
  build/runtime_libraries
  build/script
  build/staging
  build/store
  build/targets
  build/watch
  test/assertions
  test/budgets
  test/capabilities
  test/go_test
  test/growth
  test/reproducible
  test/service
  test/tests
  test/writable
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
  set(family "${name}")
  set(tag_suffix "")
  _go_container_declare()
  _go_container_add_variants("${call}" ${name})
endfunction()

function(add_go_container_variant name)
  set(container "${name}")
  _go_container_words(own)
  if(own STREQUAL "")
    set(own "\"\"") # no suffix, which is an error
  endif()
  list(POP_FRONT own suffix)
  _go_container_json_value(suffix "${suffix}")
  set(call "add_go_container_variant(${name} ${suffix})")
  set(folder "${CMAKE_FOLDER}")
  _go_container_helpers_folder()
  _go_container_check_variant("${call}" "${container}" "${suffix}")
  set(name "${container}-${suffix}")
  _go_container_check_name("${call}" "${name}")
  _go_container_variant_arguments()
  get_target_property(family ${container} _go_container_family)
  _go_container_declare()
  _go_container_keep_tag_suffix(${name})
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
  _go_container_helpers_folder()
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

function(add_go_test name)
  set(call "add_go_test(${name})")
  set(folder "${CMAKE_FOLDER}")
  _go_container_helpers_folder()
  _go_container_check_name("${call}" "${name}")
  _go_container_arguments(arg "${call}" go_test)
  _go_container_go_test_defaults()
  _go_container_go_test("${call}" ${name} "${folder}")
endfunction()
