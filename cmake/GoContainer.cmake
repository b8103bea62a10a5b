#[=======================================================================[.rst:
GoContainer
-----------

.. versionadded:: 0.1

Builds container images of Go programs, and tests them with CTest.

.. code-block:: cmake

  include(GoContainer)

.. command:: add_go_container

  Declares the container image of one or more Go programs:

  .. code-block:: cmake

    add_go_container(<name> [ALL]
      [SOURCE_DIR <directory>] [PACKAGE <package>] [BASE <reference>] [BUILDER_IMAGE <reference>]
      [TAGS <reference>...] [PUSH <registry>/<repository>...] [TAG_SETS SEMVER|COMMIT|BRANCH...]
      [VARIANTS <suffix>=<base>...] [PLATFORMS <platform>...] [CC <platform>=<command>...]
      [BINARY_NAME <file name or path>]
      [PROGRAMS <package>[=<path>]...|NONE] [COMPRESSION none|gzip|zstd]
      [ARCHIVE [docker|oci] [gzip|zstd]] [CACHE_FROM <cache>...] [CACHE_TO <cache>...]
      [GO_CACHE <directory>|<registry>/<repository>|<url> [READ_ONLY]]
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
      [LICENSES ON|OFF] [SBOM spdx|spdx3|cyclonedx...] [PROVENANCE ON|OFF]
      [ATTEST referrers|index|both|none] [SIGN_COMMAND <command> [<argument>...]]
      [SECRETS id=<id>,src=<file>|id=<id>,env=<variable>...] [SSH default[=<socket or key>]]
      [VERSION <version>|PROJECT|GIT] [VERSION_VARIABLE <package>.<variable>]
      [STAMP <package>.<variable>=VERSION|COMMIT|TREE_STATE|COMMIT_DATE|<text>...]
      [MAX_SIZE [<platform>=]<size>...] [MAX_COMPRESSED_SIZE [<platform>=]<size>...]
      [MAX_LAYER_SIZE [<platform>=]<size>...]
      [MAX_GROWTH <size>|<percent>%] [BASELINE <file>] [TESTS ALL|NONE|<test>...])

  .. versionadded:: 0.1

  Every value reaches the image unchanged, byte for byte. It needs only CMake's own quoting. Values that can't do so
  are errors: text that is not UTF-8, a line break in an argument of the go command, a word that is too long for
  Linux, a line that is too long for a Dockerfile. It is also an error to give an unknown argument, a keyword without a value,
  a keyword twice, or a second value for a keyword that takes one. A value that resembles a keyword, such as
  ``MAX_SIZ`` after ``CMD``, is accepted, with a developer warning. The variable :variable:`GO_CONTAINER_<OPTION>` is the
  default of an option.

  ``<name>``
    The name of the target that builds the image. The names of the other targets and of the tests begin with it.
    An error if it is not a valid target name, or if the target exists. In an IDE the target lists ``go.mod``,
    the Go files of ``PACKAGE`` if that is a directory, and the ``FILES`` of the source tree. The other targets
    are in a folder ``GoContainer``, below ``CMAKE_FOLDER`` if that is set.

  ``ALL``
    The image and its archive are built by default, as by ``add_custom_target(<name> ALL)``: by
    ``cmake --build build``, and before ``install`` and ``package``. Write it directly after the name. After ``TESTS`` and
    other keywords it is a value, and an error if the keyword takes no such value.
    Variants are built by default, too. For all containers, set ``GO_CONTAINER_ALL`` to ``ON``. See
    :doc:`/guide/install`.
#]=======================================================================]

# The reference is in several comments: CMake copies all that it has read of a comment at each line of it. In one comment it
# took half of the time that loading this module takes.

#[=======================================================================[.rst:
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
    The directory of ``go.mod``, by default the current source directory. A relative path starts there. It is also the
    build context. If a ``go.work``, or a ``replace`` by a directory, names a module outside of it,
    the build context is the nearest directory above all these modules, and contains only them.
    See :doc:`/guide/layouts`. An error if there is no ``go.mod``.

  ``PACKAGE <package>``
    The main package: a directory such as ``./cmd/api``, or an import path such as
    ``example.com/app/cmd/api``. The default is ``.``. An error if it is a directory that does not exist or is outside
    of ``SOURCE_DIR``, a file, a pattern such as ``./...``, or a package of Go's own distribution. An error of the build
    if it is not a main package.

  ``BASE <reference>``
    The base image: ``alpine`` (the default), ``scratch``, or any image reference. Pin it with ``@sha256:``. A name without
    a registry means the same on every engine as with docker: ``alpine`` is ``docker.io/library/alpine``, unless the
    engine's store has an image of that name. On ``scratch`` the image also gets ``/tmp`` (mode 1777), ``/etc/passwd`` and
    ``/etc/group``. With the engine ``builtin`` the base may also be an image on disk (``oci:<directory>``,
    ``oci-archive:<file>`` or ``docker-archive:<file>``), in the store of docker (``docker-daemon:<reference>``), or in the
    store of podman and buildah (``containers-storage:<reference>``). An error if it is not a reference, or does not
    exist. :doc:`/reference/registries` describes how ``builtin`` pulls images.

  ``BUILDER_IMAGE <reference>``
    The image with the Go toolchain that compiles the program: ``golang:alpine``, or with
    ``GO_VERSION`` ``golang:<version>-alpine``. The engine ``builtin``, and ``HOST_BUILD``, use
    this machine's Go instead. An error if it is not a reference.

  ``TAGS <reference>...``
    The names of the image. The default is ``<name>:latest`` in lower case. A reference without a
    tag gets ``:latest``. An error if one is not a reference, or is a tag of another container of the build.
    ``<name>-push`` pushes those that name a registry, such as ``example.com/team/api:1.4``.
#]=======================================================================]

#[=======================================================================[.rst:
  .. code-block:: cmake

    add_go_container(api
      BASE       scratch
      VERSION    1.4.2
      PUSH       registry.example.com/team/api mirror.example.com:5000/team/
      TAG_SETS   SEMVER BRANCH
      CACHE_FROM type=registry,ref=registry.example.com/cache/
      CACHE_TO   type=registry,ref=registry.example.com/cache/,mode=max)

  ``PUSH <registry>/<repository>...``
    Repositories to which ``<name>-push`` pushes the image, with the same tags as ``TAGS``: ``TAGS api:1.4 PUSH
    registry.example.com/team/api`` pushes ``registry.example.com/team/api:1.4``. If a repository ends with a slash, GoContainer
    appends the name of the container, in lower case and without the suffix of a variant. So ``-D
    GO_CONTAINER_PUSH=registry.example.com/team/`` sets it for all containers. See :doc:`/guide/publish`. An error if a
    repository has no registry or has a tag, and if two containers push one reference.

  ``TAG_SETS SEMVER|COMMIT|BRANCH...``
    More tags for each repository to which ``<name>-push`` pushes. The default tag ``latest`` is then not pushed, unless
    the call writes it in ``TAGS``. In a variant each tag has the suffix, and ``latest`` becomes the suffix: ``1.4-shell``,
    ``shell``.

    ``SEMVER``
      For ``VERSION`` 1.4.2: ``1.4.2``, ``1.4``, ``1`` and ``latest``. A pre-release such as 1.5.0-rc.1 only gets its own
      tag. Versions before 1.0 get no tag ``0``, as these releases are not compatible. A leading ``v``, and the part of a git
      tag before a slash, are left out. ``+`` becomes ``_``. With ``VERSION GIT``, a commit after a tag counts as a
      pre-release (``1.4.2-3-g5ea1b3c``), and a repository without such tags gives no tags. An error without ``VERSION``,
      and if it is not a semantic version.
    ``COMMIT``
      The full hash of the commit of ``SOURCE_DIR``, with ``-dirty`` if a tracked file was changed. An error without git and
      without a ``.git_archival.txt`` that contains it.
    ``BRANCH``
      The current branch. ``-`` replaces characters that are not allowed in a tag: ``feature-login`` for ``feature/login``. If
      no branch is checked out, the branch from the variables of GitHub, Gitea, GitLab or Jenkins in the environment of the
      configure run. No tag if a git tag is built.

  ``BINARY_NAME <file name or path>``
    The name of the program in ``/usr/local/bin``, or its absolute path in the image, such as ``/manager``. The
    default is ``<name>``. An error if it has characters other than letters, digits and ``_ . + -``.

  .. code-block:: cmake

    add_go_container(api
      BASE     scratch
      PROGRAMS ./cmd/server=/server ./cmd/migrate=/usr/bin/ ./cmd/worker)

  ``PROGRAMS <package>[=<path>]...``
    Several programs instead of ``PACKAGE`` and ``BINARY_NAME``. ``<package>`` is a main package, as for ``PACKAGE``, also of
    another module of a ``go.work``, such as ``../tools``. ``<path>`` is the absolute path in the image. A path that ends with
    ``/`` is a directory. A name without ``/`` is a file in ``/usr/local/bin``, which is also the default directory. The default
    name is go's name: the last part of the import path, before a version such as ``/v2``. One ``go build`` compiles
    all programs, except those with the same default name. ``VERSION_VARIABLE``, and a flag ``-X`` of ``LDFLAGS``, set the
    variable in every program that has it. The tests check each program. An error with ``PACKAGE`` or ``BINARY_NAME``, if two
    programs have the same path, and if a path has characters that ``BINARY_NAME`` does not allow.
  ``PROGRAMS NONE``
    The image has no Go program. It has ``FILES`` and ``RUNTIME_LIBRARIES``, such as C++ programs of the build. This needs no
    Go and no ``go.mod``, but Python 3.9 and the CA certificates of :variable:`GO_CONTAINER_CA_BUNDLE`. There is no default
    ``CMD``. An error with options of the go command and of its sources.

  ``VARIANTS <suffix>=<base>...``
    More images of the same program on other bases. Each is short for a call of :command:`add_go_container_variant` with
    ``BASE``. An error if one is not ``<suffix>=<base>``.
#]=======================================================================]

#[=======================================================================[.rst:
  .. code-block:: cmake

    add_go_container(api
      BASE      scratch
      PLATFORMS linux/amd64 linux/arm64 linux/arm/v7
      CC        linux/arm64=aarch64-linux-gnu-gcc linux/arm/v7=arm-linux-gnueabihf-gcc
      MAX_SIZE  15MB linux/arm/v7=13MB)

  ``PLATFORMS <platform>...``
    The platforms of the image, each ``linux/<architecture>[/<variant>]``. The architecture is a ``GOARCH``. ``arm`` has the
    variants ``v5``, ``v6`` and ``v7`` (the default), ``amd64`` has ``v1`` (the default) to ``v4``. Go cross compiles, so nothing is
    emulated. The default is the engine's own platform. With several platforms the image is an index with one image for
    each. Each platform has its own tests, such as ``<name>.armv7.size``, also those of :command:`add_go_container_test`. An
    error if a platform is unknown or given twice; if ``GO_ENV`` sets ``GOARM`` or ``GOAMD64`` for a platform with a variant;
    and for several platforms with ``LINK_LIBRARIES`` or ``RUNTIME_LIBRARIES``, as CMake builds libraries for one platform.

    With podman and buildah, ``TAGS`` name a manifest list. The store of docker can't hold an index. There ``TAGS`` name the
    image of this machine's platform, or else of the first platform. The other images have the first tag with a suffix, such
    as ``api:latest-arm64``. ``<name>-archive`` writes an OCI archive with the index, and ``<name>-push`` pushes it. With docker
    this push needs Python 3.9. ``PACKAGES`` are installed by programs of the base, so a foreign platform needs qemu-user,
    registered with the kernel. Without it, an error with podman and buildah. Names in ``USER`` and ``CHOWN`` are looked up in the
    base of this machine's platform.

    ``builtin`` compiles for all platforms in parallel. The archive has one index. Tools that read one image choose theirs, and
    ``docker load`` reads the image of this machine. The digest of the index is the same on every machine. If ``BASE`` lacks a
    platform, the build fails and lists the available platforms.

  ``CC <platform>=<command>...``
    With ``CGO``: the C compiler for a platform, such as ``linux/arm64=aarch64-linux-gnu-gcc``. It is a command of the
    builder image, which ``BUILDER_PACKAGES`` can install. With ``HOST_BUILD`` and ``builtin`` it is a command of this machine. The
    C++ compiler has the corresponding name: ``g++`` for ``gcc``, ``clang++`` for ``clang``, ``zig c++`` for ``zig cc``. The engine's
    own platform needs no ``CC``. An error if another platform has none, or if a platform of ``CC`` is not in ``PLATFORMS``.

  ``COMPRESSION none|gzip|zstd``
    The compression of the layers that ``builtin`` and ``buildkit`` make. The default is ``none``, because a push compresses
    them. ``zstd`` needs the package zstandard in the Python that CMake finds, or Python 3.14, and docker 23 to load the image. With
    ``buildkit``, only the tests need the package. The other engines ignore this option. Any other value is an error.

  .. code-block:: cmake

    add_go_container(api BASE scratch ARCHIVE oci gzip)

  ``ARCHIVE [docker|oci] [gzip|zstd]``
    The format of the file that ``<name>-archive`` writes. ``docker``, the default for one platform, is the format of ``docker
    save``. ``oci``, the default for several, is an OCI image layout. The archives of ``builtin`` and, for one platform,
    ``buildkit`` are both. ``gzip`` and ``zstd``
    compress the whole file with the command of this name. The file is then ``<name>.tar.gz`` or ``<name>.tar.zst``. ``docker
    load`` reads gzip, and zstd since docker 23. ``podman load`` reads both, but podman 4.3 of Debian 12 can't load a docker
    archive with gzip. An error if the command is missing, for ``oci`` without Python 3.9, and for ``docker`` with several
    platforms.

  ``CACHE_FROM <cache>...``, ``CACHE_TO <cache>...``
    Where the build takes the steps of earlier builds from, and where it writes its own, in the words of ``docker buildx build
    --cache-from`` and ``--cache-to``: ``type=registry,ref=<image>``, ``type=local,src=<directory>`` and
    ``type=local,dest=<directory>``, ``type=inline``, ``type=gha``, ``type=s3`` and ``type=azblob``, with their keys. ``mode=max``
    also writes the steps that download modules and compile. A ``ref``, ``src``, ``dest``, ``scope`` or ``name`` that ends with a
    slash gets the name of the container, in lower case. With several ``PLATFORMS`` and docker, each platform has its own cache,
    with a suffix such as ``-linux-arm64``. ``<name>-modules`` only reads caches.

    podman and buildah take the repository of ``type=registry``, without its tag. They ignore other types, and ``builtin`` ignores
    all of them. A line of the configure run says so. BuildKit does not export the cache mounts of modules and compiled
    packages: :doc:`/guide/builders` describes what this means.

    Errors: a value that is not a cache; no ``ref`` for ``registry``, no absolute ``src`` or ``dest`` for ``local``; ``inline``
    in ``CACHE_FROM``; a place in ``CACHE_TO`` that another container writes, too, with docker; without buildx; any ``CACHE_TO`` but ``inline``
    with the builder of the docker daemon, unless the daemon keeps images in containerd.

  ``GO_CACHE <directory>|<registry>/<repository>|<url> [READ_ONLY]``
    .. versionadded:: 0.1

    Where Go's build cache and module cache travel from machine to machine: an absolute directory, a repository without a tag, or
    a directory of an ``http`` or ``https`` server that takes ``PUT``. Default: nowhere. The first build on a machine fetches one
    file, the pack, and unpacks it. A build that made more than 5 % of what the pack has writes a new pack. There is one pack for each
    module, version of Go (if the engine compiles, builder image) and platform. With ``READ_ONLY``, no build writes. A pack that is damaged, or that can't be
    reached, gives a warning, and the build compiles. See :doc:`/guide/go-cache`.

    Errors: a relative path; a repository without a registry or with a tag; a URL with ``?``, ``#``, a user or a password; more
    than one place; no Python 3.9.

  .. rubric:: The config of the image
#]=======================================================================]

#[=======================================================================[.rst:
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
    ``.base.digest``. If ``VERSION`` or ``STAMP`` uses git, it gets ``.revision`` (the commit), ``.created`` (the time of
    the commit) and ``.source`` (the URL of the remote ``origin`` without user and password; an SSH address becomes an
    ``https`` URL). The engine ``builtin`` adds the digest of every base. An error if a label is not ``<key>=<value>`` on
    one line.

  ``USER <user>[:<group>]``
    The user who runs the program, by names or numbers, ``65532:65532`` by default. The image always has the numbers, so
    that Kubernetes can see that the user is not root. Names are looked up in ``USERS`` and ``GROUPS``, and then in the base.
    Anything else is an error. On scratch, a name other than ``root`` and ``nonroot`` (65532) is an error, unless ``USERS``
    or ``GROUPS`` declares it or ``FILES`` could contain it. On other bases an unknown name is an error of the build.

  ``WORKDIR <directory>``
    The working directory, an absolute path. ``/x/../srv/`` becomes ``/srv``. It is created if the base does not have it. An
    error if it is the path of a program.

  ``VOLUMES <directory>...``
    Volumes, as absolute paths. Engines create missing ones with owner root. To let ``USER`` write there, also declare them
    in ``DIRECTORIES``.

  ``STOPSIGNAL <signal>``
    The signal that stops the container, such as ``SIGINT`` or ``SIGRTMIN+3``, or its number. Anything else is an error.

  ``HEALTHCHECK <argument>...``, ``HEALTHCHECK SHELL <command>``, ``HEALTHCHECK NONE``
    The command, in exec form, that checks whether the container is healthy. ``SHELL`` gives one command to the
    shell of the image, ``/bin/sh`` unless the base has another ``SHELL``. ``SHELL`` is an error on scratch without ``FILES``.
    A Dockerfile can't express some commands, which are errors: a line break, a space at an end, a backslash at the end, a
    JSON array at the beginning. ``NONE`` removes the check of the base. ``HEALTHCHECK_INTERVAL``, ``HEALTHCHECK_TIMEOUT`` and
    ``HEALTHCHECK_START_PERIOD`` are times such as ``1m30s`` (units ``h``, ``m``, ``s``, ``ms``). ``HEALTHCHECK_RETRIES`` is a
    number from 1 to 999. An error if they are given without a command.

  .. rubric:: Files beside the program
#]=======================================================================]

#[=======================================================================[.rst:
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
    Files of the source tree or the build. Relative paths start at the current source directory. Generator expressions such
    as ``$<TARGET_FILE:importer>`` may give a list or nothing. These targets, and outputs of custom commands of the current
    directory, are built first. A directory is copied with its name, or without it if the path ends with a slash. Symlinks
    given here are followed. Symlinks in a directory stay symlinks. An error of the build if a file is missing, if two have
    the same name, if one is a socket, a pipe or a device, or if a name begins with ``.wh.`` (which deletes files in the
    layers of an image). May be given several times, each with its own:

    ``DESTINATION <directory>``
      The directory in the image, an absolute path, ``/`` by default. An error of the build if it is a file
      in the image.
    ``CHMOD <mode>``
      The mode of the files in three or four octal digits, such as 0640 or 4755. By default it is 0755 for executable
      files and 0644 for other files, independent of the umask. Directories have 0755. Other bits of the sources, such as
      set-group-ID, are dropped.
    ``CHOWN <user>[:<group>]``
      The owner, ``0:0`` by default: numbers, or names as for ``USER``. The default group is the user's group, or for a
      number the same number.
    ``RENAME <name>``
      The name of the file in the image, for a single file. An error for several files or a directory (an error of the build
      if they come from a generator expression). An error if it is not a file name.
    ``DEPENDS <file or target>...``
      The targets or files that make the files, as for ``OVERLAY``.

  ``DIRECTORIES <directory>...``
    Directories of the image, as absolute paths. They get this mode and owner, also if the base or ``FILES`` already have
    them. Their content is unchanged. Missing parent directories get owner root and mode 0755. An error for ``/``, and for a
    directory that is given twice. An error of the build if the image has a file there. If the image has a symlink there,
    give its target instead. May be given several times, each with its own:

    ``CHMOD <mode>``
      The mode in three or four octal digits, such as 0700, 1777 or 2775; 0755 by default.
    ``CHOWN <user>[:<group>]``
      The owner, as for ``FILES``.

  ``SYMLINKS <path>=<target>...``
    Symlinks of the image. The path is absolute. The target is the text after the first ``=``, unchanged. It may be relative
    to the directory of the link, and need not exist. It replaces a file or link of the base. An error of the build if the
    base has a directory there. An error if a path is given twice, or is one of ``DIRECTORIES`` or a parent of one.

  ``USERS <name>:<uid>[:<gid>[:<home>[:<shell>]]]...``
    Users to add to ``/etc/passwd``. The base needs no shell. Defaults: the group has the number of the user, the home is
    ``/``, the shell is ``/sbin/nologin``. GoContainer adds a group with the user's name if no group has the number. It adds no
    password and no ``/etc/shadow``, so nobody can log in. It does not create the home: declare it in ``DIRECTORIES``. It
    adds nothing if the base has the same user. An error of the build if the base has the name or the number with other
    values. An ``/etc/passwd`` in ``FILES`` replaces the result. An error for any other form, and for a name or number
    that is given twice.

  ``GROUPS <name>:<gid>[:<member>...]...``
    Groups to add to ``/etc/group``, by the same rules. If the base has the group, GoContainer adds the members.

  ``FROM_IMAGE <reference> <path>...``
    Files and directories of another image, with their owners and modes. The paths are absolute, without patterns. The
    reference may be pinned by ``@sha256:``. Symlinks given here are followed. Symlinks in a directory stay symlinks. Short
    names and the target ``image-refresh`` work as for ``BASE``. An error for an image on disk, and an error of the build if
    the image lacks a path. If the destination is a symlink, the engines differ: ``docker`` writes to its target, ``podman``
    and ``buildah`` replace it, and ``builtin`` fails. ``builtin`` copies hard links as separate files, and can't copy files with
    extended attributes, such as capabilities. May be given several times, each with its own:

    ``DESTINATION <directory>``
      The directory in the image, an absolute path. The default is the same path as in the other image.
      A directory is copied with its name, or without it if the path ends with a slash.

  ``TIMEZONES ON|<zone>...``
    Time zones for ``/usr/share/zoneinfo``, where Go and the C library look for them: a list such as
    ``Europe/Berlin``, or all with ``ON``. They come from the Go distribution that compiles the program. An unknown time zone
    is an error (an error of the build if a container compiles). If ``ENV`` has ``TZ``, an error if ``TIMEZONES`` lacks
    that zone. On scratch without ``FILES`` and without ``TIMEZONES``, ``TZ`` gives a developer warning, unless
    ``BUILD_TAGS`` has ``timetzdata``.

  ``CAPABILITIES <program>=<capability>[,<capability>...]=<flags>...``
    Capabilities of Go programs, in the syntax of ``setcap``. ``<program>`` is the path in the image. For example,
    ``cap_net_bind_service=ep`` lets a user other than root listen on port 80. With the flags ``ep`` the program has the
    capability from the start, and can't start in a container without it (``--cap-drop``). With ``p`` it starts in any
    case, and must raise the capability itself. With ``no-new-privileges``, and in tests with ``builtin`` and ``buildah``, programs
    get no capabilities. The capabilities are an extended attribute of the file. In the Dockerfile, a stage from
    ``BUILDER_IMAGE`` calls ``setcap``, also with ``HOST_BUILD``. It installs ``setcap`` with apk or apt-get if necessary. An
    error for an unknown capability, and for a path that is not a Go program of the image.

  ``RUNTIME_LIBRARIES ON|OFF``
    Whether to copy the shared libraries of the programs in ``FILES``, and of a program that this machine compiles, into the
    image. ``OFF`` by default. GoContainer finds them as this machine's loader does, and copies them to the directories of the
    loader in the image, such as ``/usr/lib/x86_64-linux-gnu``. For ``scratch``, and a base whose name contains ``alpine``, it
    also copies the C library and its loader. Other bases keep their own. Libraries that a program loads with ``dlopen``
    are not found. Needs ``objdump`` (binutils). An error of the build if a library is missing.

  A program that this machine compiles, and each program in ``FILES``, must find its C library in the
  image. A program for glibc does not start on ``scratch`` or ``alpine``, or if the base's glibc is too
  old. The build then fails, with a remedy. ``builtin`` reads the base to find out. The other engines
  recognise ``scratch``, and ``alpine`` by its name.

  .. rubric:: Packages of the base's distribution
#]=======================================================================]

#[=======================================================================[.rst:
  .. code-block:: cmake

    add_go_container(api
      BASE             alpine
      PACKAGES         bash curl tini
      FROM_IMAGE       busybox:musl /bin/busybox DESTINATION /opt
      PACKAGES_LOCK    alpine.packages
      BUILDER_PACKAGES gcc musl-dev
      CGO              ON)

  ``PACKAGES <name>[=<version>]...``
    Packages of the base's distribution. ``apk`` installs them without a cache, or ``apt-get`` without recommended
    packages. They are the first layer on the base. They are installed again only if the list or the base changes, never
    because a program changed. ``image-refresh`` looks for a newer base. Nothing looks for newer packages: change the list
    or its versions to get them. GoContainer removes the lists and logs of the package manager, and the date of passwords that
    were set during the installation.

    With ``docker``, ``podman`` and ``buildah`` they are the stage ``packages``. With ``builtin`` the package manager runs on this
    machine, in the unpacked base, with the network of this machine and separate namespaces for everything else. The
    build tree keeps the layer. This needs Linux, root or a user with a range of ids in ``/etc/subuid`` and
    ``/etc/subgid``, and memory for the base and the packages. Otherwise the build fails, with a remedy.

    An error if one is not ``<name>`` or ``<name>=<version>``, if one is given in two versions, and on ``scratch`` or a
    base whose name contains ``distroless``. An error of the build if the base has neither ``apk`` nor ``apt-get``, or if
    a package can't be installed. The test ``<name>.packages`` looks for each of them in the image's package database.

    GoContainer's tests use the real ``apt-get`` and ``dpkg`` of Debian, but only a stand-in for ``apk``.

  ``PACKAGES_LOCK <file>``
    A file with the versions of all packages of ``PACKAGES`` and their dependencies: sorted lines ``<name>=<version>``. A
    relative path starts at the current source directory. The target ``<name>-packages-lock`` writes it, without caches.
    Commit it. A build then installs exactly these versions. It fails if it gets another package or version, and names it. It
    also fails if the file does not exist or lacks one of ``PACKAGES``: write it again then. An error without ``PACKAGES``, and
    if a line is neither a comment (``#``) nor ``<name>=<version>``.

    Distributions remove old versions from their repositories. With Alpine, and with Debian's security updates, a lock
    fails after some time. To avoid this, use a base whose package manager reads a snapshot of the repositories.

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
    Source files to add to the module, or to replace files of it, without writing to the source tree. They may be outputs
    of custom commands of this directory, which run first. A relative path starts at the current source directory, or at
    the current binary directory if there is no such file. Generator expressions are evaluated. May be given several times,
    each with its own:

    ``DESTINATION <directory>``
      The directory, relative to ``SOURCE_DIR``, which is the default. It need not exist. An error if
      no module of the build contains it.
    ``DEPENDS <file or target>...``
      The targets, or outputs of custom commands of this directory, that make the files. They are built first. Use it if you
      don't know the names of the files, for example because they contain hashes: each build lists the files
      again. An error if one is neither a target nor a file.

  For a directory with a slash at its end, the content is used, with unchanged names and links. ``go:embed`` ignores
  links.
#]=======================================================================]

#[=======================================================================[.rst:
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
    More flags for ``go build``. ``-tags``, ``-ldflags`` and ``-gcflags`` are added to ``BUILD_TAGS``, ``LDFLAGS``
    and ``GCFLAGS``. With ``-v``, or ``VERBOSE=1`` in the environment of the build, a build on this machine prints
    all packages that it compiles, instead of ten. An error for ``-o``, for a ``-buildmode`` that makes no program, and for a
    flag that would override another option. Flags that change the programs, sources or checksums of a build must be in
    the call: ``-toolexec``, ``-overlay``, ``-modfile``, ``-pkgdir``, ``-exec``, ``-vettool``, ``-extld`` and ``-mod=mod``.
    They are an error in variables such as ``GO_CONTAINER_GO_FLAGS``, and in ``GOFLAGS`` of the environment.
  ``PGO <file>|auto|off``
    The CPU profile for profile-guided optimisation, relative to ``SOURCE_DIR``. An error if it does not exist.
  ``CGO ON|OFF``
    Whether to use cgo, ``OFF`` by default. With ``ON`` the builder image needs a C compiler, for example
    ``BUILDER_PACKAGES gcc musl-dev`` on ``golang:alpine``, and the base needs the C library that the program links.
  ``BUILDER_PACKAGES <name>[=<version>]...``
    Packages of the builder image's distribution that ``go build`` needs, such as ``gcc``. ``apk`` or ``apt-get`` installs
    them in the step that also installs git and CA certificates. This step stays cached until the list or the builder
    image changes. It fails if the builder image has neither ``apk`` nor ``apt-get``. If this machine compiles, nothing
    is installed. The configure run then lists the names for which this machine has no program and no package (of Debian
    or Alpine). This is only a message, as other distributions use other names.
    An error if one is not ``<name>`` or ``<name>=<version>``, or is given in two versions.
  ``GO_VERSION <version>``
    The version of Go, such as ``1.26.8``. It chooses the builder image and ``GOTOOLCHAIN``. With two numbers, such as
    ``1.26``, the builder image determines the release. If this machine compiles, its own Go is used if it is a 1.26, or
    else ``1.26.0``. Anything else is an error.
  ``GO_ENV <name>[=<value>]...``
    Variables of the go command, such as ``GOAMD64=v3``. A name without a value, such as ``GOPROXY``, ``GOPRIVATE`` or
    ``GONOSUMDB``, takes the value from the environment of the build. The value is not in the image, but
    don't pass secrets in this way: use ``SECRETS``.
    ``GOWORK`` is ``off``, or the path of a ``go.work``, relative to ``SOURCE_DIR``.
    An error for ``CGO_ENABLED``, ``GOOS`` and ``GOARCH``, for a ``GOWORK`` that is not a file, for a variable that is
    given twice, and for a flag in ``GOFLAGS`` that a flag of the command line overrides or that only ``GO_FLAGS`` may have.
  ``VERSION <version>|PROJECT|GIT``
    The version: a text, the version of ``project()``, or the output of ``git describe --tags --always --dirty`` in
    ``SOURCE_DIR``. It is the value of the Go variable ``VERSION_VARIABLE``
    (``main.version`` by default) and of the label ``org.opencontainers.image.version``. The build fails if
    ``VERSION_VARIABLE``, or a flag ``-X`` of ``LDFLAGS``, names a variable that the sources do not declare. A build in
    a container checks this with Ninja only, and only for the packages of its own modules. With
    ``GIT``, CMake configures again after a new commit, after a tag is added, moved or removed, and after the first edit of a
    tracked file below ``SOURCE_DIR``. The image is built again only if the version changed.
    In a source archive without a repository, ``GIT`` takes the version from the line ``describe-name`` of the
    nearest ``.git_archival.txt``, which ``git archive`` fills in, or else from ``project()``. Commit
    this file as ``describe-name: $Format:%(describe:tags=true)$``, with the line
    ``.git_archival.txt export-subst`` in ``.gitattributes``. An error if there is no version.

  ``STAMP <package>.<variable>=VERSION|COMMIT|TREE_STATE|COMMIT_DATE|<text>...``
    Values of string variables of the program, which the linker sets (``-X``):

    ``VERSION``
      The value of the option ``VERSION``. An error without it.
    ``COMMIT``
      The full hash of the commit of ``SOURCE_DIR``.
    ``TREE_STATE``
      ``clean``, or ``dirty`` if a tracked file of the work tree differs from the commit. ``archive`` in a source archive,
      where the state is unknown.
    ``COMMIT_DATE``
      The time of the commit, in UTC, such as ``2026-01-02T03:04:05Z``. ``SOURCE_DATE_EPOCH`` does not change it.
    ``<text>``
      Any text on one line that does not contain both kinds of quotes. For the text ``VERSION``, write
      ``LDFLAGS -X main.variable=VERSION``.

    An error of the build if the sources do not declare the variable, as for ``VERSION_VARIABLE``. An error if
    one is given twice, or is not ``<package>.<variable>=<value>``. CMake configures again after a new commit, and for
    ``TREE_STATE`` after the first edit of a tracked file below ``SOURCE_DIR``. In a source archive, the commit and its
    time come from ``.git_archival.txt``, from the lines ``node: $Format:%H$`` and ``node-date: $Format:%cI$``. An
    error without git and without such a line. ``STAMP`` with a value from git, and ``VERSION GIT``, also add labels,
    see ``LABELS``.
#]=======================================================================]

#[=======================================================================[.rst:
  .. code-block:: cmake

    add_go_container(api BASE scratch HOST_BUILD ON GO_CACHE /var/cache/go-packs READ_ONLY)

  ``HOST_BUILD ON|OFF``
    Whether this machine's Go compiles the program, ``OFF`` by default. With ``OFF``, the builder image compiles. With ``ON``,
    the engine only assembles the image from the program, the CA certificates of :variable:`GO_CONTAINER_CA_BUNDLE` and the
    ``FILES``, and gets no file of ``SOURCE_DIR``. The program is for the architecture of the engine.
    The engine ``builtin`` always compiles on this machine. With ``ON``, an error if
    Go, Python 3.9 or the CA certificates are missing.

  .. code-block:: cmake

    add_library(core core.cpp)
    add_go_container(api SOURCE_DIR services/web BASE scratch LINK_LIBRARIES core)

  ``LINK_LIBRARIES <library>...``
    Libraries that the Go program links by cgo, with the syntax of ``target_link_libraries()``: C and C++ libraries
    of this build, imported targets such as ``ZLIB::ZLIB``, generator expressions. cgo uses the compilers, flags,
    definitions, include directories and libraries that CMake computes for a
    target that links them, in every configuration. The libraries are built first. With Ninja, a change of a
    library, or of an included header, builds the program again. Implies ``HOST_BUILD ON`` and
    ``CGO ON``. Needs the language C. On ``scratch``, and on a base whose name contains ``alpine``, the program is
    linked statically, with the static library beside a shared one. With ``RUNTIME_LIBRARIES ON`` it is
    linked dynamically. With Ninja, the build prints a message if no package of the program uses cgo.
    An error with ``HOST_BUILD OFF`` or ``CGO OFF``. An error of the build if the program links a shared library
    of this build that is not in the image. See :doc:`/guide/cpp`.

  .. code-block:: cmake

    add_go_container(api BASE scratch LICENSES ON)

  ``LICENSES ON|OFF``
    Whether to copy the licence files of Go and of all modules in the programs into the image, ``OFF`` by default. They come
    from Go's module cache, from ``vendor``, or from the directory in ``replace`` or ``go.work``. They go to
    ``/usr/share/doc/<name>/<module path>@<version>``, for your own modules without the version, and for Go to
    ``go@<version>``. A licence file has a name that begins with ``LICENSE``, ``LICENCE``, ``UNLICENSE``, ``MIT-LICENSE``,
    ``COPYING``, ``COPYLEFT``, ``COPYRIGHT``, ``LEGAL``, ``NOTICE`` or ``PATENTS``, in upper or lower case. It is in the directory of
    a package in the programs, or in a directory above it in the module. The build and the test ``<name>.licenses`` list
    modules without such a file. Licences of C libraries are not copied. In a build in a container, files that
    ``.dockerignore`` excludes are missing.

  .. code-block:: cmake

    add_go_container(api
      BASE scratch
      PUSH registry.example.com/team/api
      SBOM spdx cyclonedx
      PROVENANCE   ON
      ATTEST       referrers
      SIGN_COMMAND cosign sign --yes --key env://COSIGN_PRIVATE_KEY)

  ``SBOM spdx|spdx3|cyclonedx...``
    The formats of files that tell what is in the image, and what its programs are made of:
    ``spdx`` is SPDX 2.3 (``<name>.spdx.json``), ``spdx3`` is SPDX 3.0 (``<name>.spdx3.json``) and ``cyclonedx`` is
    CycloneDX 1.6 (``<name>.cdx.json``), each as JSON in the directory of ``GO_CONTAINER_PLAN``. They list the Go modules
    that are linked, the standard library, ``LINK_LIBRARIES``, the packages of Alpine and Debian, the base, and the
    files that GoContainer added, with their digests. With several platforms there is a file for each, such as
    ``<name>-linux-arm64.spdx.json``, and ``<name>.spdx.json`` tells which images the index has. The files are the same
    for the same image. With ``builtin``, each build of the image writes them. With other engines, the target
    ``<name>-sbom`` does, and so do ``<name>-push`` and ``ctest``. By default there is none. An error for another format,
    for one that is given twice, and without Python 3.9. See :doc:`/guide/sbom`.

  ``PROVENANCE ON|OFF``
    Whether the target ``<name>-provenance`` writes how the image was built and from what: an in-toto statement with SLSA
    provenance, ``<name>.provenance.json`` in the directory of ``GO_CONTAINER_PLAN``. It names the base, the sources, ``FILES``,
    Go and each module with a digest, and the arguments of the call without secrets. With several platforms there is a file for
    each, such as ``<name>-linux-arm64.provenance.json``. The test ``<name>.provenance`` builds the image again from this file. By
    default it is OFF. An error without Python 3.9. See :doc:`/guide/provenance`.

  ``ATTEST referrers|index|both|none``
    How ``<name>-push`` sends ``SBOM`` and ``PROVENANCE`` with the image of each platform. :doc:`/reference/registries` describes what
    is sent. Without ``SBOM`` and ``PROVENANCE`` it has no effect. Any other value is an error.

    ``referrers``
      As OCI referrers, which clients such as ``oras discover`` list. The default. A registry without the referrers API has
      them in a tag ``sha256-<digest>``.
    ``index``
      In the image index, as BuildKit does, for ``docker buildx imagetools inspect`` and Docker Scout. An image for one
      platform becomes an index, too. Its digest then depends on these documents. An error with engines other
      than ``builtin`` and ``buildkit``.
    ``both``
      Both of them, with the same condition.
    ``none``
      Not at all.

  ``SIGN_COMMAND [<command> [<argument>...]]``
    A command that signs what ``<name>-push`` pushed, such as ``cosign sign`` or ``notation sign``. It is run once for each
    repository, with the reference ``<registry>/<repository>@<digest>`` as its last argument, after all tags are set. For several
    platforms this is the digest of the index. Relative paths start at the current source directory. The command inherits
    the environment, and reads nothing from standard input. An image that it has signed is not signed again, unless the
    command changed or ``builtin`` had to push the image anew. No default; without a value there is none. If the command
    fails, the push fails, and there is no ``pushed.json``. An error without Python 3.9, if there is something to push. See
    :doc:`/guide/provenance`.

  If a toolchain file cross compiles (``CMAKE_CROSSCOMPILING``), a build on this machine uses
  its compilers and is for its ``CMAKE_SYSTEM_PROCESSOR``. So is the image of ``builtin``. This also sets ``GOARM`` and ``GO386``,
  such as ``GOARM=6`` for ``armv6l``, unless ``GO_ENV`` has them. The image names the variant. An error if the
  target is not Linux, or if its architecture is not the engine's.

  The program is built with ``-trimpath`` and ``-buildvcs=false``. It is stripped (``-s -w``), except in
  the configurations ``Debug`` and ``RelWithDebInfo``. The image has CA certificates in
  ``/etc/ssl/certs/ca-certificates.crt``.

  .. rubric:: Private modules
#]=======================================================================]

#[=======================================================================[.rst:
  .. code-block:: cmake

    add_go_container(api
      BASE    scratch
      GO_ENV  GOPRIVATE=git.example.com
      SECRETS id=netrc,src=conf/netrc id=GOPROXY,env=TEAM_GOPROXY
      SSH     default=conf/id_ed25519)

  ``SECRETS id=<id>,src=<file>``, ``SECRETS id=<id>,env=<variable>``
    Secrets for go and git, in the syntax of ``docker build --secret``: a file (a relative
    path starts at the current source directory), or a variable of the environment of the build. They are
    mounted while go runs, and never stored in a layer, the plan or the history. The ids ``netrc``, ``gitconfig``,
    ``git-credentials`` and ``known_hosts`` become these files of root. Other ids are names of variables of
    the go command, such as ``GOPROXY``. If this machine compiles, GoContainer sets the variables, and git and go use the
    files of the current user. An error if one is not a secret, or has an unknown id, and for ``GOFLAGS``.
  ``SSH default``, ``SSH default=<socket or key file>``
    The ssh agent for git, in the syntax of ``docker build --ssh``: the agent of ``SSH_AUTH_SOCK``,
    another one, or a key. If this machine compiles, it uses its own settings.

  :doc:`/guide/private-modules` lists the options for each kind of server.

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
    The budget of the test ``<name>.size``: the bytes of all files in all layers, unpacked. Docker's
    classic image store shows the same number. A size is a number of bytes, or a number such as ``15``
    or ``1.5`` with one of the units ``kB``, ``MB``, ``GB`` (powers of 1000), ``KiB``, ``MiB``, ``GiB``
    (powers of 1024), without a space, with at most nine digits. Anything else is an error. This budget and those below
    may be generator expressions, such as ``$<IF:$<CONFIG:Debug>,30MB,15MB>``. An empty value means no budget in this
    configuration. With ``PLATFORMS``, ``<platform>=<size>`` is the budget of one platform: ``MAX_SIZE 15MB
    linux/arm/v7=13MB``. An error if ``PLATFORMS`` lacks this platform, or if there are two budgets without a platform.

  ``MAX_COMPRESSED_SIZE [<platform>=]<size>...``
    The budget of the test ``<name>.compressed-size``: the bytes of all layers, compressed, as a registry
    stores and a pull transfers them. A layer that the image stores compressed counts as it is.
    Other layers are compressed with gzip's default level, as a push does. An error if it is not a size.

  ``MAX_LAYER_SIZE [<platform>=]<size>...``
    The budget of the test ``<name>.layer-size``: the bytes of the files in each layer above the base, unpacked. An error
    if it is not a size.

  ``MAX_GROWTH <size>|<percent>%``, ``BASELINE <file>``
    How much larger than its baseline the image may be. If it is larger, the test ``<name>.growth`` lists
    what grew: layers, files, and Go modules by the size of their code in the program. All sizes are
    unpacked. The baseline is a file that you commit, by default ``<name>.size.json`` in the current source
    directory. A relative path starts there, and may contain ``$<CONFIG>``. The target ``<name>-baseline``
    writes it. With several platforms, each has a baseline ``<name>-<platform>.size.json``, with ``-`` instead of ``/``. An error
    if the growth is neither a size nor a percentage, or if ``BASELINE`` is given alone.

  ``TESTS ALL|NONE|<test>...``
    Which of the tests below are added: ``ALL`` (the default), ``NONE``, or
    the named tests. An error if there is no such test.

  .. rubric:: The build tree

  ``<name>.container`` in the current binary directory (with a multi-config generator, a directory below it for each
  configuration) contains ``plan.json``, the call with all defaults;
  ``Dockerfile`` and ``Dockerfile.dockerignore``; ``build.sh``, the commands that build the image; ``context``, the
  ``FILES`` and, if this machine compiles, the program; ``<name>.tar``, the archive of the image;
  ``pushed.json``, the digests of a push (:doc:`/reference/pushed`); and,
  with ``docker``, ``podman`` and ``buildah``, ``image.id``, the id of the image. Unchanged files keep their times. Nothing is
  written into the source tree.

  .. rubric:: Targets

  ``<name>``
    Builds the image. With Ninja, only if its inputs changed. A failed build leaves the last good image.
  ``<name>-modules``
    Only downloads the Go modules.
  ``<name>-packages-lock``
    Writes ``PACKAGES_LOCK``. Exists only with this option.
  ``<name>-run``
    Builds the image and runs its program, as ``RUN`` does. The ports of ``EXPOSE`` are published at ``127.0.0.1``. Needs
    Python 3.9. The engines ``builtin``, ``buildah`` and ``buildkit`` also need Linux with user namespaces.
  ``<name>-archive``
    Builds the image and writes its archive, ``GO_CONTAINER_ARCHIVE``, which every engine can load. It is written again
    only if the image changed. With ``builtin`` it is the file that ``<name>`` builds, unless ``ARCHIVE`` compresses it.
    A docker archive of ``docker`` contains all ``TAGS``. A docker archive of ``podman`` and ``buildah``, and every OCI layout,
    contains the first tag.
  ``<name>-push``
    Builds the image and pushes it to registries: ``TAGS`` with a registry, ``PUSH`` and ``TAG_SETS``. It pushes the first tag
    of each repository first, so that no other tag moves if a registry rejects the image. ``docker``, ``podman`` and
    ``buildah`` push with their own credentials. :doc:`/reference/registries` describes ``builtin``. It then sends ``SBOM``
    and ``PROVENANCE`` (``ATTEST``), and runs ``SIGN_COMMAND``. Exists only if there is something to push. An error if
    ``TAG_SETS`` gives no tag.
  ``<name>-baseline``
    With ``MAX_GROWTH``: builds the image and writes its sizes to its ``BASELINE``.
  ``image``, ``image-modules``, ``image-archive``, ``image-push``, ``image-baselines``
    The same for all containers. ``image-push`` fails if there is nothing to push. :variable:`GO_CONTAINER_IMAGE_TARGET`
    changes these names.
  ``image-list``
    Prints a line for each image: name, reference, platform, size, budget, engine and state (:doc:`/reference/command`).
    It builds nothing. Needs Python 3.9.
  ``image-why``
    Prints for each container when and why it was built last, and how long that took (:doc:`/reference/command`). It
    builds nothing. Needs Ninja and Python 3.9.
  ``<name>-sbom``, ``image-sbom``
    Builds the image and writes its ``SBOM``; the same for all containers that have ``SBOM``. Only with that. With
    ``builtin``, it writes only files that were removed or changed after the build of the image.
  ``<name>-provenance``, ``image-provenance``
    Builds the image and writes its provenance; the same for all containers. Only with ``PROVENANCE ON``.
  ``image-report``
    Builds all images and writes a page about them, ``image-report.html`` in the build directory: their contents,
    checks, budgets and growth (:doc:`/guide/report`). Needs Python 3.9.
  ``<name>-report``
    The same for one image: ``<name>.html`` in its directory. Only with :variable:`GO_CONTAINER_REPORT`.
  ``image-pins``
    Writes the digests of the images of ``BASE``, ``BUILDER_IMAGE`` and ``FROM_IMAGE`` to ``GoContainer.lock.json`` beside the
    top ``CMakeLists.txt``, and prints what changed. With this file, builds use these images and no others, on all engines
    (:doc:`/guide/pins`). A build fails if the file lacks one of its images. Needs Python 3.9. If an image is not
    available, an error, and the file is not changed.
  ``image-refresh``
    Pulls the images of ``BASE`` and ``BUILDER_IMAGE`` again, unless they have a digest. The next build then builds images
    with a changed base or builder image. No other target does so. If an image is not available, an error, and the old
    image is kept. With ``GoContainer.lock.json`` it pulls nothing: it only prints which images have other digests now.

  Properties of the target ``<name>`` describe the container. With a multi-config generator
  they contain ``$<CONFIG>``, so use them where generator expressions are evaluated:

  ``GO_CONTAINER_ENGINE``
    The engine.
  ``GO_CONTAINER_IMAGE``, ``GO_CONTAINER_TAGS``
    The first tag, and all tags.
  ``GO_CONTAINER_PLAN``, ``GO_CONTAINER_DOCKERFILE``
    The full paths of ``plan.json`` and of the ``Dockerfile``.
  ``GO_CONTAINER_ARCHIVE``
    The full path of the archive that ``<name>-archive`` writes, see ``ARCHIVE``.
  ``GO_CONTAINER_PLATFORMS``
    ``PLATFORMS``, if there are several.

  The targets are not in ``all`` without ``ALL``, so a plain build needs no engine.

  .. rubric:: Tests

  All tests have the labels ``image`` and ``<name>``, and require the fixture ``<name>.image``. Its set-up test
  ``<name>.build`` builds the image. Without Python 3.9 the tests are skipped, with the reason, and the configure
  run warns. :variable:`GO_CONTAINER_REQUIRE_TESTS` makes this an error. Tests that
  run a program of the image (``RUN``, structure tests, services) also have the label ``image-run``. Tests of
  the project that require a fixture of a container get these labels, too. Before CMake 3.28 this works only in the
  directory of the call and its parents.

  ``<name>.entrypoint``, ``.cmd``, ``.user``, ``.workdir``, ``.stopsignal``, ``.healthcheck``
    The image has the declared value. Only for declared values. The image also contains the program that ENTRYPOINT, CMD or
    HEALTHCHECK starts, USER may execute it, and its loader or interpreter exists. The interpreter is the one in the first
    line of a script, such as ``#!/bin/sh`` or ``#!/usr/bin/env bash``, or the shell of ``HEALTHCHECK SHELL``. With an
    ENTRYPOINT, CMD is its arguments.
  ``<name>.env``, ``.expose``, ``.labels``, ``.volumes``
    The image has all declared values. It may have more from its base. Only for declared values.
  ``<name>.size``, ``.compressed-size``, ``.layer-size``
    The image is not larger than ``MAX_SIZE``, ``MAX_COMPRESSED_SIZE`` and ``MAX_LAYER_SIZE``. Only for given budgets.
  ``<name>.growth``
    The image exceeds its baseline by at most ``MAX_GROWTH``. Only with ``MAX_GROWTH``. It fails
    without a baseline, and is skipped if the baseline is for another platform.
  ``<name>.platform``
    The image names the operating system, the architecture and the ARM variant of the program.
  ``<name>.binary``
    Each program exists and is executable. Its build information has this platform, the declared package, and ``GO_VERSION``
    if given.
  ``<name>.certificates``
    CA certificates exist where Go looks for them.
  ``<name>.timezones``
    The image has the time zones of ``TIMEZONES`` and of ``TZ``. Only with ``TIMEZONES``.
  ``<name>.licenses``
    The image has the licences of the modules. A test that passes lists modules without a licence. Only with ``LICENSES ON``.
  ``<name>.sbom``
    The files of ``SBOM`` list all that is in the image, in its version, and nothing else. Only if ``SBOM`` is given; then
    ``<name>.build`` writes them.
  ``<name>.provenance``
    A build from the statement of ``PROVENANCE`` gives the same image with ``builtin``, and the same content with other engines.
    Only with ``PROVENANCE ON``; then ``<name>.build`` writes the statement.
  ``<name>.pins``
    The image was built from the base in ``GoContainer.lock.json``: it has this digest in the label
    ``org.opencontainers.image.base.digest``. Only with this file, for a ``BASE`` that it pins.
  ``<name>.files``
    The image has the staged ``FILES`` and ``RUNTIME_LIBRARIES``: type, mode, owner and content of each path. Only if there
    are any. A failure names the file, its source, and the difference.
#]=======================================================================]

#[=======================================================================[.rst:
.. command:: add_go_container_variant

  Declares another image of the same program, with other options:

  .. code-block:: cmake

    add_go_container_variant(<name> <suffix> [<option> <value>...]...)

  .. versionadded:: 0.1

  ``<name>`` is a container of an earlier :command:`add_go_container` in the same directory. The variant
  ``<name>-<suffix>`` is a separate container, with all targets, tests and properties. It inherits the options of
  ``<name>``. A given option replaces the inherited one: ``FILES`` replaces all ``FILES``, with their destinations. All
  options of :command:`add_go_container` except ``VARIANTS`` are allowed.

  .. code-block:: cmake

    add_go_container(api BASE scratch TAGS example.com/team/api:1.4 api VARIANTS shell=alpine)
    add_go_container_variant(api debug
      LDFLAGS -s=false -w=false
      GCFLAGS all=-N
      USER    root
      ENV     LOG=debug)
    add_go_container_test(api-debug RUN ENV LOG=trace)

  The program keeps its path, here ``/usr/local/bin/api``, and the label ``org.opencontainers.image.title`` stays the same. These
  options are not inherited:

  ``TAGS``
    The default is the tags of ``<name>`` with the suffix, here ``example.com/team/api:1.4-shell`` and ``api:shell``. The tag
    ``latest`` becomes the suffix.
  ``BASELINE``
    The default is ``<name>-<suffix>.size.json``.

  Variants with the same options of the go command compile the program once. The engine finds the stages in its cache. If this
  machine compiles, Go's cache has all packages, and the program is linked again at most. ``LDFLAGS`` above makes another
  program: ``-s=false -w=false`` keeps the debug information.

  An error if there is no such container, if it is declared in another directory, or if the suffix can't end a target's
  name and a tag.

.. command:: add_go_container_test

  Adds CTest tests of what is in an image:
#]=======================================================================]

#[=======================================================================[.rst:
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
      [STRUCTURE_TEST <file>...] [METADATA <file>]
      [VULNERABILITIES [DATABASE <directory>|<url>]]
      [ALLOW <id>... [UNTIL <date>] [REASON <text>]]...)

  .. versionadded:: 0.1

  ``<name>`` is a container of an earlier :command:`add_go_container`. You can call the command
  any number of times, from any directory. Each assertion is a CTest test with the label
  ``image`` and the fixture ``<name>.image``. A second assertion with the same name gets a number. A failed
  test prints the expected value, the value found, the most similar value found, the file and line of the call, and the line
  of this reference that describes the option.

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

  Regular expressions are Go's (``regexp/syntax``), matched in linear time. They match any part of the text. ``^`` and ``$``
  match at each line. Look-arounds and back-references are
  errors. ``\d``, ``\s``, ``\w`` and ``\b`` match ASCII only. ``\p{Greek}`` and similar classes match Unicode.

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
      Its content matches each expression of ``MATCHES``, and no expression of ``EXCLUDES``.
    ``SAME_AS <file>``
      Its content equals a file of this machine. A relative path starts at the current source
      directory. Generator expressions such as ``$<TARGET_FILE:importer>`` are evaluated.

  ``ONLY_FILES <glob>...``
    Only the listed files are added to the base: each file and link matches a glob, and each glob matches a
    file, a link or a directory. ``*`` and ``?`` match characters of one name, ``**`` matches any
    number of directories. The test is ``<name>.only-files``.

  ``WRITABLE <path>...``
    ``USER`` may write to these directories and files, by their owners, modes and the groups in ``/etc/group``. Root owns a
    directory that only ``VOLUMES`` names. The test runs no program, so the image needs no shell. It is
    ``<name>.writable``.

  ``CAPABILITIES <path>=<capability>[,<capability>...]=<flags>...``
    A file has these capabilities, and no others. The test is ``<name>.capabilities:<path>``.

  .. rubric:: Runs of the program
#]=======================================================================]

#[=======================================================================[.rst:
  .. code-block:: cmake

    add_go_container(api BASE scratch ENTRYPOINT /usr/local/bin/api)
    add_go_container_test(api
      RUN --greet Ada OUTPUT_MATCHES "^hello .*Ada" OUTPUT_EXCLUDES panic TIMEOUT 60
      RUN ENV LOG=debug USER 1000:1000 STDIN "a line" EXIT_CODE 0
      RUN --help ENTRYPOINT /usr/local/bin/api ERROR_MATCHES "^$")

  ``RUN [<argument>...]``
    Runs a container with these arguments instead of CMD, or with CMD if there are none, and compares the result. The test is
    ``<name>.run:<arguments>``. ``docker`` or ``podman`` runs it. With ``builtin`` and ``buildah`` it runs in Linux
    namespaces. If the machine allows none, the test is skipped. May be given several times, each with its own:

    ``EXIT_CODE <number>``
      The exit code, 0 by default.
    ``OUTPUT_MATCHES <regex>...``, ``OUTPUT_EXCLUDES <regex>...``, ``ERROR_MATCHES <regex>...``
      Standard output matches each expression, or none, or standard error matches each expression.
    ``ENV <name>=<value>...``, ``USER <user>[:<group>]``, ``ENTRYPOINT [<argument>...]``
      Override the values of the image.
    ``STDIN <text>``
      Its standard input, empty by default.
    ``TIMEOUT <seconds>``
      If it takes longer, the container is stopped and the test fails. 30 by default.

    The test keeps 16 MiB of each output stream.

  .. rubric:: The program and the image

  ``STATIC``
    No program needs a loader or a shared library: it has no interpreter and no dynamic
    section.
  ``NO_SHELL``, ``NO_PACKAGE_MANAGER``
    No directory of the image contains a file with the name of a known shell or package manager.
  ``NO_SETUID``
    No file has the set-user-ID or set-group-ID bit.
  ``NO_SECRETS``
    The layers, the config and the history contain no secret. Files that later layers hide count, too. Secrets are:

    - the value of a variable that ``GO_ENV`` passes on by its name alone, from the environment of the test, if it
      has at least six characters (lists of modules such as ``GOPRIVATE`` are not secrets);
    - a password or token in a URL of ``GO_ENV``;
    - ``SECRETS``; of a netrc, of git's credentials and configuration, and of URLs, only the passwords and tokens;
    - a private key;
    - ``.git``, ``.env``, Go sources (``*.go``), and well-known files with credentials, such as ``.netrc`` and ``id_rsa``.

    The test searches all bytes of a layer: headers, contents, gaps and whiteouts. With ``builtin``, it also searches the
    manifests and the compressed layers as they are stored. It does not print the secret, and does not unpack archives and
    compressed files in the image.
  ``REPRODUCIBLE``
    A second build gives the same image. It uses a copy of the source in another directory (without the ignored files), an
    empty build cache of Go, and no layer from the engine's cache. So it takes as long as a first build, and the test has a
    ``TIMEOUT`` of two hours. With ``builtin`` the test compares the digests. The other engines write the time of the build
    into layers and config. For them the test compares all paths, with type, mode, owner, link target and content, and the
    config without times, history and layers. A failure names the file or field that differs.
  ``MAX_LAYERS <number>``
    The maximum number of layers, including the base.
  ``EFFICIENCY <percent>``, ``MAX_WASTED <size>``
    How well the layers, including the base, use their bytes, counted as dive does. If a path is in several layers, or a
    later layer removes it, all its bytes are wasted. The efficiency is the percentage of all bytes that would
    remain if each path were stored once, in its smallest form, and removed paths were not stored. A percentage of 0 to
    100, and a size as for ``MAX_SIZE``. These three may be generator expressions.

  The tests are ``<name>.static``, ``<name>.no-shell`` and so on.

  .. rubric:: Files with assertions
#]=======================================================================]

#[=======================================================================[.rst:
  .. code-block:: cmake

    add_go_container(api BASE scratch WORKDIR /srv)
    add_go_container_test(api STRUCTURE_TEST tests/api.yaml METADATA tests/config.json)

  A relative path starts at the current source directory. Generator expressions are evaluated. JSON
  needs nothing else. YAML needs PyYAML in the Python that CMake finds. An unknown member is an
  error, and so is a file without an assertion.

  ``STRUCTURE_TEST <file>...``
    All tests in a YAML or JSON file of `container-structure-test`_ (schema version 2.0.0) pass. The test is
    ``<name>.structure-test:<file name>``. It lists each test of the file. If a
    command test can't run on this machine, the test is skipped, unless another test fails.
    :ref:`structure-test` lists the differences from the tool.

  ``METADATA <file>``
    The image's config equals the members of a YAML or JSON file, such as
    ``{"User": "65532:65532", "Cmd": []}``. The members are those of the OCI image configuration:
    ``User``, ``Env``, ``Entrypoint``, ``Cmd``, ``Labels``, ``ExposedPorts``, ``Volumes``, ``WorkingDir``,
    ``StopSignal``, and ``Healthcheck`` with its times in nanoseconds. Additional values of a member are a difference. ``null``
    and empty values mean that the member is absent. The order of ``Env`` does not matter. The test is
    ``<name>.metadata:<file name>``.

  .. _container-structure-test: https://github.com/GoogleContainerTools/container-structure-test

  .. rubric:: Known vulnerabilities

  .. code-block:: cmake

    add_go_container(api BASE scratch)
    add_go_container_test(api
      VULNERABILITIES DATABASE vulndb
      ALLOW GO-2024-2687 UNTIL 2027-01-31 REASON "HTTP/2 is off until the update in January"
      ALLOW CVE-2019-11254 REASON "reads only our own files")

  ``VULNERABILITIES``
    The programs call no function with a known vulnerability. govulncheck, the tool of the Go project, analyses the sources with
    the build tags, the platform, ``GO_ENV``, ``GO_FLAGS`` and the Go version of the build. A failure names each vulnerability, the
    module, the version that fixes it, and the calls that lead to it. Vulnerabilities in modules whose vulnerable functions
    are not called are only listed. The test writes ``<name>.vex.json``, an OpenVEX document, beside ``plan.json``. It is
    ``<name>.vulnerabilities``, and is skipped if this machine has no Go or no govulncheck
    (:variable:`GO_CONTAINER_GOVULNCHECK`). See :doc:`/guide/vulnerabilities`.

  ``DATABASE <directory>|<url>``
    The database of vulnerabilities: an ``https://``, ``http://`` or ``file://`` URL, or a directory, relative to the current source
    directory. Generator expressions are evaluated. The default is https://vuln.go.dev, which needs a network.

  ``ALLOW <id>...``
    Exceptions: these vulnerabilities do not fail the test. An id begins with ``GO-``, ``CVE-`` or ``GHSA-``. The test names an
    exception that it does not need. May be given several times, each with its own:

    ``UNTIL <date>``
      The last day of the exception, such as ``2027-01-31``, in UTC. From the next day on, the test fails again. Without it, the
      exception does not end.
    ``REASON <text>``
      Why the vulnerability is accepted. The test prints it, and the OpenVEX document has it.

  An error if ``DATABASE`` or ``ALLOW`` is given without ``VULNERABILITIES``, for other ids, and for other dates.
#]=======================================================================]

#[=======================================================================[.rst:
.. command:: add_go_container_service

  Runs a container as a fixture of CTest, so that tests can talk to it:

  .. code-block:: cmake

    add_go_container_service(<name>
      PORT <port> [READY_HTTP <path> | READY_TCP | READY_LOG <regex>]
      [ARGS <argument>...] [ENV <name>=<value>...] [TIMEOUT <seconds>] [HOST_PORT <port>]
      [MOUNTS <path here>:<path there>[:ro]...]
      [SECRETS id=<id>,src=<file>|id=<id>,env=<variable>...]
      [NETWORK <network>])

  .. versionadded:: 0.1

  ``<name>`` is a container of an earlier :command:`add_go_container`. A container has at most one
  service. Tests that need it require the fixture ``<name>.service``. CTest then builds the image,
  starts the container once for all these tests, and stops it after the last one, even if tests fail.

  .. code-block:: cmake

    add_go_container(api
      SOURCE_DIR services/web
      BASE       scratch
      CMD        /usr/local/bin/api)
    add_go_container_service(api
      PORT       8080
      READY_HTTP /healthz
      ARGS       /usr/local/bin/api -verbose
      ENV        LOG=debug
      MOUNTS     conf/api.toml:/etc/api.toml:ro
      SECRETS    id=netrc,src=conf/netrc
      NETWORK    back
      TIMEOUT    60)

    add_executable(client client.cpp)
    add_test(NAME client
      COMMAND client $<TARGET_PROPERTY:api,GO_CONTAINER_SERVICE_ADDRESS_FILE>)
    set_tests_properties(client PROPERTIES
      FIXTURES_REQUIRED api.service
      SKIP_RETURN_CODE  77)

  Each run uses another free port of ``127.0.0.1``. So the address is in a file, with one
  line ``127.0.0.1:<port>``. The target property ``GO_CONTAINER_SERVICE_ADDRESS_FILE`` is its path.
  The file exists while the service is ready. If the service was skipped, there is no file: the
  test should then exit with the code of its ``SKIP_RETURN_CODE``.

  ``PORT <port>``
    The TCP port at which the program listens in its container. Required.

  ``READY_HTTP <path>``, ``READY_TCP``, ``READY_LOG <regex>``
    When the service is ready: ``GET <path>`` returns a status from 200 to 399, the port
    accepts connections (the default), or a line of standard output or error matches a
    regular expression as in :command:`add_go_container_test`. An error if more than one is given.

  ``ARGS <argument>...``
    Arguments of the program in place of the image's ``CMD``, as behind the image of ``docker run``.

  ``ENV <name>=<value>...``
    Environment variables in addition to those of the image.

  ``TIMEOUT <seconds>``
    The time until the service must be ready, 30 by default. After that ``<name>.start`` fails, and prints the end of
    the log.

  ``HOST_PORT <port>``
    A fixed port of ``127.0.0.1``, instead of a free one. ``<name>.start`` fails if it is taken.

  ``MOUNTS <path here>:<path there>[:ro]...``
    Files and directories of this machine that the program sees, as ``--volume`` of ``docker run`` has them; with ``:ro``
    it can't change them. A relative path here starts at the current source directory, the one there is absolute. No default.
    ``<name>.start`` fails if there is no such file or directory. An error if it is not a mount, or two are at the same path.
    With ``builtin`` and ``buildah`` the program reads what everybody on this machine may read, and writes what everybody
    may write.

  ``SECRETS id=<id>,src=<file>``, ``SECRETS id=<id>,env=<variable>``
    Secrets of the running program: a file (a relative path starts at the current source directory), or a variable of the
    environment of ctest. The program finds each in the file ``/run/secrets/<id>``, which everybody in the container may
    read. They are in no environment, image, command line or log, unless the program writes them there. No default.
    ``<name>.start`` fails if one is not there. An error if one is not a secret, or an id is given twice.

  ``NETWORK <network>``
    Services of the same network, in the same build tree, reach each other: the name of the container is the name of the
    host. All of them together are the fixture ``<network>.network``. No default: a service alone. An error if the
    services of a network are of different engines. With ``builtin`` and ``buildah`` they reach each other at ``PORT``, by
    TCP, so ``<name>.start`` fails if two of a network have the same ``PORT``. Of several platforms, the services for each
    further platform are in the network ``<network>-<platform>``.
#]=======================================================================]

#[=======================================================================[.rst:
  .. code-block:: cmake

    add_go_container(db SOURCE_DIR services/web BASE scratch CMD /usr/local/bin/db)
    add_go_container_service(db
      PORT    5432
      ARGS    -data /data
      MOUNTS  ${CMAKE_CURRENT_BINARY_DIR}:/data conf:/etc/db:ro
      SECRETS id=password,src=conf/password.txt
      NETWORK back)
    add_go_container(web SOURCE_DIR services/web BASE scratch CMD /usr/local/bin/web)
    add_go_container_service(web PORT 8080 ENV DB=db:5432 NETWORK back)

  .. code-block:: cmake

    add_go_container(api SOURCE_DIR services/web BASE scratch CMD /usr/local/bin/api)
    add_go_container_service(api PORT 8080 READY_LOG "^listening on " HOST_PORT 42813)
    add_go_container(store SOURCE_DIR services/web BASE scratch CMD /usr/local/bin/store)
    add_go_container_service(store PORT 8080 READY_TCP)

  ``<name>.start``, ``<name>.stop``
    The tests that start and stop the service. ``<name>.stop`` fails if the program ended before. If another run of
    CTest uses the service, ``<name>.start`` waits for its end, at most ``TIMEOUT``, and then fails.
  ``<name>-serve``
    A target for debugging a client. It builds the image and keeps the service running until Ctrl-C. It prints the address and
    the program's output, and writes the address to the same file.
    Meanwhile ``<name>.start`` waits, as for another run of CTest. It fails if the program ends by itself.
    An error if the target exists already. Needs Python 3.9.
  ``GO_CONTAINER_SERVICE_ADDRESS_FILE``, ``GO_CONTAINER_SERVICE_LOG``
    Properties of the target ``<name>``: the full paths of the address file and of the output of the
    program's last run, in the directory ``<name>.container/service``. A log of 64 MiB is emptied, with a note in it.

  With ``builtin`` and ``buildah`` each service has only a loopback. It reaches no other hosts than those of its ``NETWORK``.
  If the machine allows no namespaces, the service is skipped.

.. command:: add_go_library

  Builds a Go package as a C library for C and C++ targets:

  .. code-block:: cmake

    add_go_library(<name> [STATIC|SHARED]
      [SOURCE_DIR <directory>] [PACKAGE <package>]
      [BUILD_TAGS <tag>...] [LDFLAGS <flag>...] [GCFLAGS <flag>...] [GO_FLAGS <flag>...]
      [PGO <file>|auto|off] [GO_VERSION <version>] [GO_ENV <name>[=<value>]...]
      [LINK_LIBRARIES <library>...])

  .. versionadded:: 0.1
#]=======================================================================]

#[=======================================================================[.rst:
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

  ``<name>`` is an imported library, visible in all directories. Targets that link it with
  ``target_link_libraries()`` are built after it, and again if it changed. They get the include directory of the
  header ``<name>.h``, which declares the exported functions of the package (``//export``). With a static library they also
  link its ``LINK_LIBRARIES`` and threads. A shared library contains the libraries of ``#cgo LDFLAGS``. With a static library,
  link these yourself. The target ``<name>-go`` builds the library with this machine's Go, only if its inputs changed. It needs
  the language C, and Python 3.9.

  ``STATIC``, ``SHARED``
    ``go build -buildmode=c-archive``, the default, or ``c-shared``. An error if both are given.
  ``SOURCE_DIR <directory>``, ``PACKAGE <package>``, ``LINK_LIBRARIES <library>...``
    The package, and the libraries that it links, as for :command:`add_go_container`.
  ``BUILD_TAGS``, ``LDFLAGS``, ``GCFLAGS``, ``GO_FLAGS``, ``PGO``, ``GO_VERSION``, ``GO_ENV``
    The flags and variables of the go command, as for :command:`add_go_container`.

  Link at most one such library into a program, as a program can contain only one Go runtime.

.. command:: add_go_test

  Adds CTest tests for ``go test`` and ``go vet``, with the C and C++ libraries of this build:

  .. code-block:: cmake

    add_go_test(<name>
      [SOURCE_DIR <directory>] [PACKAGE <package>...] [TEST_FLAGS <flag>...]
      [BUILD_TAGS <tag>...] [LDFLAGS <flag>...] [GCFLAGS <flag>...] [GO_FLAGS <flag>...]
      [GO_VERSION <version>] [GO_ENV <name>[=<value>]...] [CGO ON|OFF] [LINK_LIBRARIES <library>...])

  .. versionadded:: 0.1
#]=======================================================================]

#[=======================================================================[.rst:
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
    for gopls. Go caches a result until the packages or the libraries change.
    Needs Go and Python 3.9. An error if the name is not a valid target name, or if the target exists.
  ``SOURCE_DIR <directory>``
    The directory that holds ``go.mod``, as for :command:`add_go_container`.
  ``PACKAGE <package>...``
    The packages, in the syntax of ``go test``, ``./...`` by default.
  ``TEST_FLAGS <flag>...``
    More flags for ``go test``, such as ``-count=1``.
  ``LINK_LIBRARIES <library>...``
    The libraries that cgo links, as for :command:`add_go_container`, but always dynamically as CMake does, so tests can also
    use shared libraries of this build. Implies ``CGO ON``.
  ``CGO ON|OFF``
    Whether to use cgo, ``OFF`` by default.
  ``BUILD_TAGS``, ``LDFLAGS``, ``GCFLAGS``, ``GO_FLAGS``, ``GO_VERSION``, ``GO_ENV``
    The flags and variables of the go command, as for :command:`add_go_container`, but without ``-trimpath`` and ``-s -w``.
  ``GO_CONTAINER_GOPLS``
    A property of the target ``<name>``: the full path of ``<name>.gotest/gopls.json``. It has the settings ``buildFlags``
    and ``env`` for gopls, so that an editor sees the packages as ``go test`` does. See :doc:`/guide/cpp`.

Variables
^^^^^^^^^

.. variable:: GO_CONTAINER_<OPTION>

  .. versionadded:: 0.1

  The default of an option of :command:`add_go_container` in this directory and below, such as
  ``set(GO_CONTAINER_BASE scratch)``. For an option with several values it is a list. An option in the call
  replaces it. ``FILES`` has no such variable. A misspelt variable has no effect, and gives a developer warning.
#]=======================================================================]

#[=======================================================================[.rst:
.. variable:: GO_CONTAINER_IMAGE_TARGET

  .. versionadded:: 0.1

  The name of the target that builds all images, ``image`` by default. The related targets have this prefix, such as
  ``image-modules``. Set it before the first container. If one of these targets exists before the first container, the
  default is ``go_container_image``. An error if it is not a valid target name, or if one of the targets exists.

.. variable:: GO_CONTAINER_REQUIRE_TESTS

  .. versionadded:: 0.1

  Whether a test of an image fails if it can't run on this machine. ``OFF`` by default: such a test is
  skipped, and ``ctest`` succeeds. Set it to ``ON`` in CI. With ``ON``, an error without Python 3.9.

.. variable:: GO_CONTAINER_REPORT

  .. versionadded:: 0.1

  Whether to add a target ``<name>-report`` for each container, and the test ``image-report``. The test writes the page
  about all images and attaches it to the results for CDash. ``OFF`` by default, as more targets make the configure run
  slower. Set it in the top directory.

.. variable:: GO_CONTAINER_ENGINE

  .. versionadded:: 0.1

  Cache variable: the engine that makes the images.

  ``auto``
    The default: the first of the following engines that works here. One line of the configure output names it, and says
    why the earlier ones were not taken.
  ``docker``
    BuildKit of a docker daemon, called with buildx, or with ``DOCKER_BUILDKIT=1`` if the CLI is older than 23.
    buildx uses its selected builder, or that of :variable:`GO_CONTAINER_BUILDER`. The image goes to the store of the daemon.
  ``podman``
    podman 4.0 or newer. It builds the same Dockerfile, without a daemon, as root or any user.
  ``buildah``
    buildah 1.24 or newer. It builds the same Dockerfile without a daemon, and shares its store with podman.
  ``buildkit``
    The BuildKit daemon of :variable:`GO_CONTAINER_BUILDKIT_HOST`, 0.11 or newer, called with ``buildctl``. It builds the same
    Dockerfile and needs no docker. The image is an archive, as with ``builtin``. ``auto`` takes it only if an address is given.
  ``builtin``
    This machine's Go compiles, and GoContainer writes the image: an archive that is both an OCI image
    layout and a docker archive. It needs Go, Python 3.9 and a bundle of CA certificates, but no
    daemon and no registry. The same sources, Go version, CA certificates and architecture give the
    same digest on every machine. All times in the image are ``SOURCE_DATE_EPOCH``, or 0.

  An error if the engine is unknown or does not work here.
#]=======================================================================]

#[=======================================================================[.rst:
.. variable:: GO_CONTAINER_BUILDER

  .. versionadded:: 0.1

  Cache variable: the buildx builder that makes the images of the whole build tree, for the engine ``docker``. Any driver works:
  ``remote``, ``docker-container`` and ``kubernetes`` (:doc:`/guide/builders`). The images still go to the store of the docker
  daemon. Without ``PLATFORMS``, they are for the first platform of the builder. Another builder makes all images again. Empty by
  default: buildx uses its selected builder.

  With a list of builders, each container has one of them. The names of both decide which one: a new container moves no other one,
  and a new builder takes only its own share. A variant has the builder of its container.

  The configure run fails if there is no such builder, if a remote builder does not answer, if two builders have different first
  platforms, if the value changes between two containers, without buildx, and with an engine other than docker. Before a build,
  GoContainer asks a remote builder whether it answers, which takes about 0.2 s. If it does not, the build fails at once.

.. variable:: GO_CONTAINER_BUILDKIT_HOST

  .. versionadded:: 0.1

  Cache variable: the address of the BuildKit daemon of the engine ``buildkit``, as ``buildctl --addr`` takes it:
  ``tcp://<host>:<port>``, ``unix://<socket>``, ``ssh://<host>``, ``kube-pod://<pod>`` and others. The default is the variable
  ``BUILDKIT_HOST`` of the environment of the first configure run that has one. Without an address, ``auto`` does not take this
  engine. Another address makes all images again. See :doc:`/guide/builders`.

  With this engine, the configure run fails if there is no address, if the daemon does not answer, if it is older than 0.11, or
  with :variable:`GO_CONTAINER_BUILDER`. Before a build, GoContainer asks the daemon whether it answers. If it does not, the
  build fails at once.

.. variable:: GO_CONTAINER_BUILDKIT_TLS_DIR

  .. versionadded:: 0.1

  Cache variable: the directory with the certificates for this daemon: ``ca.pem``, ``cert.pem`` and ``key.pem``, or ``ca.crt``,
  ``tls.crt`` and ``tls.key``, as ``buildctl --tlsdir`` takes it. Empty by default: no TLS. An error if it has no certificate of a
  CA.

.. variable:: GO_CONTAINER_LOAD

  .. versionadded:: 0.1

  Cache variable: ``docker`` or ``podman``. Builds with ``builtin`` and ``buildkit`` then also load the images, with their ``TAGS``, into the
  store of this engine. Empty by default: the images are only archives.

  The target ``<name>`` loads the image if it changed, and if the image or one of its tags is missing in the store.
  It sends only the missing layers. With several platforms, it loads the image of this machine's platform, or else of the
  first one. Tests and ``<name>-run`` use the archive. The configure run needs the command of the engine,
  :variable:`GO_CONTAINER_DOCKER` or :variable:`GO_CONTAINER_PODMAN`. The build needs a running daemon.

  The other engines always write to a store. There the variable may only name this store: ``docker`` with ``docker``,
  ``podman`` with ``podman`` and ``buildah``. Other values are errors, and so is a missing command. The build fails if the engine
  rejects the image.
#]=======================================================================]

#[=======================================================================[.rst:
.. variable:: GO_CONTAINER_REGISTRY_MIRROR

  .. versionadded:: 0.1

  A mirror of docker.io, ``<host>[:<port>][/<path>]``. Every engine then pulls ``BASE``, ``BUILDER_IMAGE`` and
  ``FROM_IMAGE`` from it, if they are names of docker.io or have no registry: ``alpine`` is
  ``<mirror>/library/alpine``. The label ``.base.name`` keeps the name in the call. An error if it is not a registry.

.. variable:: GO_CONTAINER_ALLOWED_BASES

  .. versionadded:: 0.1

  A list of patterns. Each ``BASE``, ``BUILDER_IMAGE`` and ``FROM_IMAGE`` must match one of them, also in variants. A pattern is
  a reference in which ``*`` stands for any text. Names without a registry are names of docker.io. A pattern without tag
  and digest allows all of them: ``alpine`` and ``registry.example.com/team/*``. ``*@sha256:*`` allows images with a digest in
  the call. ``scratch`` is always allowed, and so is a builder image that is not used. The patterns apply to the names in
  the call, before :variable:`GO_CONTAINER_REGISTRY_MIRROR`. Empty by default: every image is allowed. An error if an
  image does not match, and if one is not a pattern.

.. variable:: GO_CONTAINER_DOCKER

  .. versionadded:: 0.1

  Cache variable: the docker command.

.. variable:: GO_CONTAINER_PODMAN

  .. versionadded:: 0.1

  Cache variable: the podman command.

.. variable:: GO_CONTAINER_BUILDAH

  .. versionadded:: 0.1

  Cache variable: the buildah command.

.. variable:: GO_CONTAINER_BUILDKIT

  .. versionadded:: 0.1

  Cache variable: the buildctl command.

.. variable:: GO_CONTAINER_GOVULNCHECK

  .. versionadded:: 0.1

  The path of govulncheck, for ``VULNERABILITIES`` of :command:`add_go_container_test`. Without it, the test looks in ``PATH``,
  ``GOBIN`` and the directory ``bin`` of ``GOPATH``.
#]=======================================================================]

#[=======================================================================[.rst:
.. variable:: GO_CONTAINER_CA_BUNDLE

  .. versionadded:: 0.1

  Cache variable: the PEM file with the CA certificates for images of ``builtin`` and ``HOST_BUILD``. The default is
  ``SSL_CERT_FILE`` of the environment, or this machine's bundle. Other images get the certificates of the builder image.
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
  base/environment
  base/json
  base/place
  base/python
  base/write
  plan/accounts
  plan/allowed_bases
  plan/archive
  plan/attest
  plan/base
  plan/build_context
  plan/capabilities
  plan/compilers
  plan/compression
  plan/config
  plan/cross
  plan/depends
  plan/directories
  plan/explicit_flags
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
  plan/json_rare
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
  plan/pins
  plan/members
  plan/plan
  plan/platforms
  plan/programs
  plan/provenance
  plan/push
  plan/reference
  plan/rename
  plan/repeated_flags
  plan/runtime_libraries
  plan/sbom
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
  build/list
  build/load
  build/packages_lock
  build/pins
  build/plan_files
  build/producers
  build/push
  build/refresh
  build/report
  build/rule
  build/runtime_libraries
  build/provenance
  build/sbom
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
  test/network
  test/reproducible
  test/service
  test/service_files
  test/tests
  test/vulnerabilities
  test/writable
  engines/facts
)
  include("${CMAKE_CURRENT_LIST_DIR}/GoContainer/${_go_container_room}.cmake")
endforeach()
unset(_go_container_room)

function(add_go_container name)
  set(call "add_go_container(${name})")
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
    _go_container_error("${call}" "nothing is asserted" "Add an assertion, such as NO_SHELL.")
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
  _go_container_helpers_folder()
  _go_container_check_name("${call}" "${name}")
  _go_container_arguments(arg "${call}" go_test)
  _go_container_go_test_defaults()
  _go_container_go_test("${call}" ${name} "${folder}")
endfunction()
