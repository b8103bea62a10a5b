"""Error texts are part of the interface: each is a golden file."""

import re
import tempfile
from pathlib import Path

import pytest
from harness import REPOSITORY, needs_engine
from messages import described, error_of, text_of

C = "enable_language(C)\n"
API = "add_go_container(api BASE scratch)\n"
CASES = {
    "no-such-source-dir": "add_go_container(api BASE scratch SOURCE_DIR services/api)",
    "no-go-mod": "add_go_container(api BASE scratch SOURCE_DIR empty)",
    "no-such-package": "add_go_container(api BASE scratch PACKAGE ./cmd/api)",
    "unknown-argument": "add_go_container(api SIZE 15MB)",
    "unknown-argument-behind-a-value": "add_go_container(api BASE scratch MAXSIZE 15MB)",
    "unknown-argument-of-a-test": f"{API}add_go_container_test(api NO_SHELLS)",
    "all-behind-a-value": "add_go_container(api BASE scratch ALL)",
    "all-twice": "add_go_container(api ALL ALL)",
    "all-is-no-switch": "set(GO_CONTAINER_ALL api)\nadd_go_container(api)",
    "argument-without-value": "add_go_container(api BASE scratch MAX_SIZE)",
    "argument-twice": "add_go_container(api BASE scratch BASE alpine)",
    "name-is-no-target-name": 'add_go_container("my api" BASE scratch)',
    "name-is-reserved": "add_go_container(image BASE scratch)",
    "name-twice": "add_go_container(api BASE scratch)\nadd_go_container(api BASE scratch)",
    "name-of-another-target": "add_custom_target(api)\nadd_go_container(api BASE scratch)",
    "target-image-taken": "add_custom_target(all-images-modules)\n"
    "set(GO_CONTAINER_IMAGE_TARGET all-images)\nadd_go_container(api BASE scratch)",
    "image-target-is-no-name": 'set(GO_CONTAINER_IMAGE_TARGET "all images")\nadd_go_container(api)',
    "max-size-is-no-size": "add_go_container(api BASE scratch MAX_SIZE 15apples)",
    "max-size-overflows": "add_go_container(api BASE scratch MAX_SIZE 9999999999GB)",
    "max-size-of-half-a-byte": "add_go_container(api BASE scratch MAX_SIZE 1.5)",
    "max-size-unit-unknown": "add_go_container(api BASE scratch MAX_SIZE 15mb)",
    "max-compressed-size-is-no-size": "add_go_container(api BASE scratch MAX_COMPRESSED_SIZE 7,5MB)",
    "compression": "add_go_container(api BASE scratch COMPRESSION xz)",
    "max-layer-size-is-no-size": "add_go_container(api BASE scratch MAX_LAYER_SIZE -1)",
    "max-growth-is-no-size": "add_go_container(api BASE scratch MAX_GROWTH 5percent)",
    "baseline-alone": "add_go_container(api BASE scratch BASELINE api.json)",
    "name-image-baselines": "add_go_container(web)\nadd_custom_target(image-baselines)\n"
    "add_go_container(api BASE scratch MAX_GROWTH 1kB)",
    "efficiency": "add_go_container(api BASE scratch)\nadd_go_container_test(api EFFICIENCY 101)",
    "max-wasted": "add_go_container(api BASE scratch)\nadd_go_container_test(api MAX_WASTED 1mB)",
    "base-is-no-reference": 'add_go_container(api BASE "Al pine")',
    "builder-image-is-no-reference": "add_go_container(api BASE scratch BUILDER_IMAGE golang:)",
    "tag-begins-with-a-dot": "add_go_container(api BASE scratch TAGS api:1.4 api:.4)",
    "base-tag-begins-with-a-dot": "add_go_container(api BASE alpine:.3)",
    "base-is-not-allowed": "set(GO_CONTAINER_ALLOWED_BASES scratch registry.example.com/*)\nadd_go_container(api BASE alpine:3.22)",
    "from-image-is-not-allowed": "set(GO_CONTAINER_ALLOWED_BASES alpine)\n"
    "add_go_container(api BASE scratch FROM_IMAGE busybox:musl /bin/busybox)",
    "allowed-bases-is-no-pattern": "set(GO_CONTAINER_ALLOWED_BASES https://registry.example.com)\n"
    "add_go_container(api BASE alpine)",
    "lock-is-damaged": """file(WRITE ${CMAKE_SOURCE_DIR}/GoContainer.lock.json [[{"images": {"alpine": 1}}]])\n"""
    "add_go_container(api BASE alpine)",
    "mirror-with-a-scheme": f"set(GO_CONTAINER_REGISTRY_MIRROR https://mirror.example.com)\n{API}",
    "tag-of-another-container": f"{API}add_go_container(web BASE scratch TAGS web docker.io/library/api)",
    "default-tag-of-another-container": f"{API}add_go_container(API BASE scratch)",
    "tag-is-no-reference": "add_go_container(api BASE scratch TAGS api:1.4 API)",
    "archive-of-two-formats": "add_go_container(api BASE scratch ARCHIVE oci docker)",
    "sbom-unknown": "add_go_container(api BASE scratch SBOM spdx xml)",
    "sbom-twice": "add_go_container(api BASE scratch SBOM spdx cyclonedx spdx)",
    "attest-unknown": "add_go_container(api BASE scratch SBOM spdx ATTEST tags)",
    "archive-unknown": "add_go_container(api BASE scratch ARCHIVE xz)",
    "archive-without-zstd": "add_go_container(first BASE scratch)\nset(CMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH OFF)\nset(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)\n"
    "add_go_container(api BASE scratch ARCHIVE zstd)",
    "push-without-a-registry": "add_go_container(api BASE scratch PUSH team/api)",
    "push-with-a-tag": "add_go_container(api BASE scratch PUSH example.com/api:1.4)",
    "push-of-another-container": "add_go_container(web BASE scratch PUSH example.com/api)\n"
    "add_go_container(api BASE scratch TAGS example.com/api)",
    "tag-sets-unknown": "add_go_container(api BASE scratch PUSH example.com/api TAG_SETS DATE)",
    "tag-sets-without-a-version": "add_go_container(api BASE scratch TAG_SETS SEMVER)",
    "tag-sets-no-semver": "add_go_container(api BASE scratch VERSION 1.4 TAG_SETS SEMVER)",
    "tag-sets-without-git": "add_go_container(api BASE scratch TAG_SETS COMMIT)",
    "default-tag-is-no-reference": "add_go_container(my+api BASE scratch)",
    "binary-name-is-a-path": "add_go_container(api BASE scratch BINARY_NAME bin/api)",
    "programs-and-package": "add_go_container(api BASE scratch PROGRAMS ./a BINARY_NAME b PACKAGE .)",
    "programs-at-one-path": "add_go_container(api BASE scratch PROGRAMS .=/a/api ./empty=/a/api/)",
    "program-in-another": "add_go_container(api BASE scratch PROGRAMS ./empty=/a/b .=/a)",
    "program-without-a-path": "add_go_container(api BASE scratch PROGRAMS .=)",
    "program-path-is-relative": "add_go_container(api BASE scratch PROGRAMS .=bin/api)",
    "programs-are-a-pattern": "add_go_container(api BASE scratch PROGRAMS ./cmd/...)",
    "programs-none-and-one": "add_go_container(api BASE scratch PROGRAMS NONE .)",
    "programs-none-and-flags": "add_go_container(api BASE scratch PROGRAMS NONE LDFLAGS -s)",
    "programs-none-and-overlay": "add_go_container(api BASE scratch PROGRAMS NONE OVERLAY a.go)",
    "workdir-is-a-program": "add_go_container(api BASE scratch BINARY_NAME /srv/api WORKDIR /srv/api)",
    "env-without-a-name": "add_go_container(api BASE scratch ENV =x)",
    "env-twice": "add_go_container(api BASE scratch ENV A=1 A=2)",
    "env-on-two-lines": 'add_go_container(api BASE scratch ENV "A=1\\n2")',
    "label-without-a-value": "add_go_container(api BASE scratch LABELS vendor)",
    "user-that-scratch-lacks": "add_go_container(api BASE scratch USER nobody)",
    "group-that-scratch-lacks": "add_go_container(api BASE scratch USER 7:users)",
    "user-is-no-user": 'add_go_container(api BASE scratch USER "some body")',
    "workdir-is-relative": "add_go_container(api BASE scratch WORKDIR srv)",
    "volume-is-relative": "add_go_container(api BASE scratch VOLUMES data)",
    "expose-is-no-port": "add_go_container(api BASE scratch EXPOSE http)",
    "expose-range-backwards": "add_go_container(api BASE scratch EXPOSE 90-80)",
    "stopsignal-is-no-signal": "add_go_container(api BASE scratch STOPSIGNAL SIGFOO)",
    "healthcheck-time": "add_go_container(api BASE scratch HEALTHCHECK x HEALTHCHECK_TIMEOUT 3)",
    "healthcheck-retries": "add_go_container(api BASE scratch HEALTHCHECK x HEALTHCHECK_RETRIES 0)",
    "healthcheck-without-a-command": "add_go_container(api BASE scratch HEALTHCHECK_RETRIES 3)",
    "healthcheck-shell-words": "add_go_container(api HEALTHCHECK SHELL wget -q localhost)",
    "healthcheck-shell-on-scratch": "add_go_container(api BASE scratch HEALTHCHECK SHELL true)",
    "healthcheck-shell-lines": 'add_go_container(api HEALTHCHECK SHELL "true\\nfalse")',
    "healthcheck-shell-blank": "add_go_container(api HEALTHCHECK SHELL [[true ]])",
    "healthcheck-shell-array": """add_go_container(api HEALTHCHECK SHELL [=[[ "$(pidof \\"api\\")" ] || exit 1]=])""",
    "depends-on-nothing": "add_go_container(api BASE scratch OVERLAY dist/ DEPENDS bundle)",
    "from-image-without-path": "add_go_container(api BASE scratch FROM_IMAGE busybox)",
    "from-image-on-disk": "add_go_container(api BASE scratch FROM_IMAGE oci:busybox /bin/sh)",
    "from-image-in-a-store": "add_go_container(api BASE scratch FROM_IMAGE containers-storage:busybox /bin/sh)",
    "from-image-pattern": "add_go_container(api BASE scratch FROM_IMAGE busybox /bin/*)",
    "timezone-unknown": "add_go_container(api BASE scratch TIMEZONES UTC Europe/Berln)",
    "timezone-path": "add_go_container(api BASE scratch TIMEZONES ../passwd)",
    "timezone-of-tz": "add_go_container(api BASE scratch TIMEZONES Asia/Tokyo ENV TZ=Europe/Berlin)",
    "timezone-of-tz-unknown": "add_go_container(api BASE scratch TIMEZONES ON ENV TZ=:Europe/Berln)",
    "files-destination-is-relative": "add_go_container(api BASE scratch FILES x DESTINATION srv)",
    "files-owner-is-no-owner": "add_go_container(api BASE alpine FILES x CHOWN www:data:x)",
    "test-writable-is-relative": f"{API}add_go_container_test(api WRITABLE data)",
    "capabilities-unknown": "add_go_container(api BASE scratch CAPABILITIES /usr/local/bin/api=cap_net_bnd=ep)",
    "capabilities-flags": "add_go_container(api BASE scratch CAPABILITIES /usr/local/bin/api=cap_net_raw=e)",
    "capabilities-of-no-program": "add_go_container(api BASE scratch CAPABILITIES /bin/ping=cap_net_raw=p)",
    "test-capabilities": f"{API}add_go_container_test(api CAPABILITIES /bin/ping)",
    "owner-that-scratch-lacks": "add_go_container(api BASE scratch DIRECTORIES /data CHOWN www)",
    "users-without-a-number": "add_go_container(api BASE scratch USERS app)",
    "users-relative-home": "add_go_container(api BASE scratch USERS app:1000:1000:home)",
    "users-name-of-scratch": "add_go_container(api BASE scratch USERS nonroot:1000)",
    "users-number-twice": "add_go_container(api BASE alpine USERS app:1000 web:1000)",
    "users-number-too-large": "add_go_container(api BASE alpine USERS app:2147483647)",
    "groups-without-a-number": "add_go_container(api BASE alpine GROUPS staff)",
    "groups-twice": "add_go_container(api BASE alpine GROUPS staff:50 staff:51)",
    "directories-path-is-relative": "add_go_container(api BASE scratch DIRECTORIES data)",
    "directories-root": "add_go_container(api BASE scratch DIRECTORIES /srv/..)",
    "directories-twice": "add_go_container(api BASE scratch DIRECTORIES /data DIRECTORIES /data/ CHMOD 1777)",
    "directories-whiteout": "add_go_container(api BASE scratch DIRECTORIES /srv/.wh.data)",
    "directories-in-the-program": "add_go_container(api BASE scratch DIRECTORIES /usr/local/bin/api/data)",
    "directories-mode": "add_go_container(api BASE scratch DIRECTORIES /data CHMOD 8755)",
    "chmod-behind-overlay": "add_go_container(api BASE scratch OVERLAY x.go CHMOD 0644)",
    "symlink-without-a-target": "add_go_container(api BASE scratch SYMLINKS /app)",
    "symlink-path-is-relative": "add_go_container(api BASE scratch SYMLINKS app=/srv/app)",
    "symlink-twice": "add_go_container(api BASE scratch SYMLINKS /app=/srv/app /app=/opt/app)",
    "symlink-is-a-directory": "add_go_container(api BASE scratch DIRECTORIES /app/data SYMLINKS /app=/srv/app)",
    "files-mode": "add_go_container(api BASE scratch FILES x CHMOD u+x)",
    "files-rename-several": "add_go_container(api BASE scratch FILES x y RENAME z)",
    "files-rename-directory": "add_go_container(api BASE scratch FILES empty RENAME z)",
    "files-rename-path": "add_go_container(api BASE scratch FILES x RENAME etc/z)",
    "files-rename-whiteout": "add_go_container(api BASE scratch FILES x RENAME .wh.z)",
    "files-whiteout": "add_go_container(api BASE scratch FILES conf/.wh.passwd)",
    "files-destination-whiteout": "add_go_container(api BASE scratch FILES x DESTINATION /etc/.wh.d/x)",
    "overlay-whiteout": "add_go_container(api BASE scratch OVERLAY .wh.go)",
    "workdir-whiteout": "add_go_container(api BASE scratch WORKDIR /.wh.srv)",
    "files-destination-is-the-program": "add_go_container(api BASE scratch FILES x DESTINATION /usr/local/bin/api/x)",
    "destination-before-files": "add_go_container(api BASE scratch DESTINATION /srv FILES x)",
    "destination-twice": "add_go_container(api BASE scratch FILES x DESTINATION /a DESTINATION /b)",
    "host-build": "add_go_container(api BASE scratch HOST_BUILD maybe)",
    "link-without-c": "add_go_container(api BASE scratch LINK_LIBRARIES m)",
    "link-without-host-build": f"{C}add_go_container(api BASE scratch LINK_LIBRARIES m HOST_BUILD OFF)",
    "link-without-cgo": f"{C}add_go_container(api BASE scratch LINK_LIBRARIES m CGO OFF)",
    "runtime-libraries": "add_go_container(api BASE scratch RUNTIME_LIBRARIES STATIC)",
    "runtime-libraries-without-objdump": "add_go_container(first BASE scratch)\n"
    "set(CMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH OFF)\nset(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)\n"
    "add_go_container(api BASE scratch RUNTIME_LIBRARIES ON)",
    "build-tag": "add_go_container(api BASE scratch BUILD_TAGS a-b)",
    "ldflags-with-both-quotes": """add_go_container(api BASE scratch LDFLAGS [[-X=a='"]])""",
    "flag-with-a-line-break": 'add_go_container(api BASE scratch LDFLAGS -X "main.a=b\\nUSER 0")',
    "value-is-no-utf-8": "string(ASCII 255 x)\nadd_go_container(api BASE scratch CMD a${x})",
    "word-is-too-long": "string(REPEAT x 131072 x)\nadd_go_container(api BASE scratch ENV A=${x})",
    "package-of-go-itself": "add_go_container(api BASE scratch PACKAGE cmd/link)",
    "package-without-a-dot": "file(MAKE_DIRECTORY @dir@/cmd/api)\nadd_go_container(api BASE scratch PACKAGE cmd/api)",
    "package-is-a-file": "add_go_container(api BASE scratch PACKAGE main.go)",
    "package-is-a-pattern": "add_go_container(api BASE scratch PACKAGE ./...)",
    "package-is-outside": "add_go_container(api BASE scratch PACKAGE /usr)",
    "package-with-a-version": "add_go_container(api BASE scratch PACKAGE example.com/x@v1.2.3)",
    "go-flags-set-the-output": "add_go_container(api BASE scratch GO_FLAGS -o api)",
    "go-flags-make-no-program": "add_go_container(api BASE scratch GO_FLAGS -buildmode=plugin)",
    "go-flags-end-early": "add_go_container(api BASE scratch GO_FLAGS -tags)",
    "go-flags-of-some-packages": "add_go_container(api BASE scratch GCFLAGS -l GO_FLAGS -gcflags=all=-N)",
    "goflags-lose": "add_go_container(api BASE scratch GO_ENV GOFLAGS=-trimpath=false)",
    "flags-of-a-variable": "set(GO_CONTAINER_GO_FLAGS -toolexec=./spy)\nadd_go_container(api BASE scratch)",
    "flags-of-a-variable-for-a-test": "set(GO_CONTAINER_TEST_FLAGS -exec ./spy)\nadd_go_test(unit)",
    "goflags-of-a-variable": "set(GO_CONTAINER_GO_ENV GOFLAGS=-mod=mod)\nadd_go_container(api BASE scratch)",
    "goflags-of-the-environment": "set(ENV{GOFLAGS} -overlay=o.json)\nadd_go_container(api BASE scratch GO_ENV GOFLAGS)",
    "goflags-as-a-secret": "add_go_container(api BASE scratch SECRETS id=GOFLAGS,env=FLAGS)",
    "pgo-twice": "add_go_container(api BASE scratch PGO off GO_FLAGS -pgo=auto)",
    "platform-is-none": "add_go_container(api BASE scratch PLATFORMS linux/arm64 amd64)",
    "platform-of-another-system": "add_go_container(api BASE scratch PLATFORMS windows/amd64)",
    "platform-unknown": "add_go_container(api BASE scratch PLATFORMS linux/sparc)",
    "platform-of-another-name": "add_go_container(api BASE scratch PLATFORMS linux/aarch64)",
    "platform-variant": "add_go_container(api BASE scratch PLATFORMS linux/arm/v8)",
    "platform-without-variants": "add_go_container(api BASE scratch PLATFORMS linux/riscv64/v1)",
    "platform-twice": "add_go_container(api BASE scratch PLATFORMS linux/arm linux/arm/v7)",
    "platform-and-go-env": "add_go_container(api BASE scratch PLATFORMS linux/386 linux/arm/v6 GO_ENV GOARM=7)",
    "platform-and-libraries": f"{C}add_go_container(api BASE scratch PLATFORMS linux/amd64 linux/arm LINK_LIBRARIES m)",
    "platform-of-a-budget": "add_go_container(api BASE scratch PLATFORMS linux/arm64 MAX_SIZE 5MB linux/arm=3MB)",
    "max-size-twice": "add_go_container(api BASE scratch MAX_SIZE 5MB 3MB)",
    "compiler-is-none": "add_go_container(api BASE scratch PLATFORMS linux/arm CC gcc)",
    "compiler-twice": "add_go_container(api BASE scratch PLATFORMS linux/arm CC linux/arm=a linux/arm/v7=b)",
    "compiler-missing": "add_go_container(api BASE scratch CGO ON PLATFORMS linux/s390x linux/mips CC linux/mips=c)",
    "variants-without-a-base": "add_go_container(api BASE scratch VARIANTS alpine)",
    "variant-of-no-container": "add_go_container_variant(api debug USER root)",
    "variant-suffix": "add_go_container(api BASE scratch)\nadd_go_container_variant(api .debug USER root)",
    "variant-without-a-suffix": "add_go_container(api BASE scratch)\nadd_go_container_variant(api)",
    "variant-with-variants": "add_go_container(api BASE scratch)\nadd_go_container_variant(api a VARIANTS b=alpine)",
    "variant-twice": "add_go_container(api BASE scratch VARIANTS a=alpine)\nadd_go_container_variant(api a)",
    "stamp-is-none": "add_go_container(api BASE scratch STAMP commit=COMMIT)",
    "stamp-twice": "add_go_container(api BASE scratch STAMP main.a=1 main.b=2 main.a=3)",
    "stamp-and-ldflags": "add_go_container(api BASE scratch STAMP main.a=1 LDFLAGS -X main.a=2)",
    "stamp-and-version-variable": "add_go_container(api BASE scratch VERSION 1 VERSION_VARIABLE main.a STAMP main.a=2)",
    "stamp-without-version": "add_go_container(api BASE scratch STAMP main.version=VERSION)",
    "stamp-without-git": "add_go_container(api BASE scratch STAMP main.commit=COMMIT)",
    "stamp-with-both-quotes": """add_go_container(api BASE scratch STAMP [[main.a='"]])""",
    "overlay-twice": "add_go_container(api BASE scratch OVERLAY x.go GO_FLAGS -overlay=x.json)",
    "go-env-twice": "add_go_container(api BASE scratch GO_ENV A=1 A)",
    "toolchain-twice": "add_go_container(api BASE scratch GO_VERSION 1.26 GO_ENV GOTOOLCHAIN=local)",
    "version-twice": "add_go_container(api BASE scratch VERSION 1 LDFLAGS -X main.version=2)",
    "builder-package": "add_go_container(api BASE scratch BUILDER_PACKAGES make ../bash)",
    "builder-package-twice": "add_go_container(api BASE scratch BUILDER_PACKAGES make=4.4 make)",
    "package-is-none": "add_go_container(api PACKAGES tini -y)",
    "packages-lock-alone": "add_go_container(api PACKAGES_LOCK x)",
    "packages-lock-is-none": "file(WRITE @dir@/x [[# x\ncurl 1\n]])\nadd_go_container(api PACKAGES curl PACKAGES_LOCK x)",
    "packages-on-scratch": "add_go_container(api BASE scratch PACKAGES tini)",
    "packages-on-distroless": "add_go_container(api BASE gcr.io/distroless/static PACKAGES tini)",
    "pgo-is-no-file": "add_go_container(api BASE scratch PGO cpu.pprof)",
    "go-version": "add_go_container(api BASE scratch GO_VERSION go1.26)",
    "go-env": "add_go_container(api BASE scratch GO_ENV GOOS=windows)",
    "version-of-no-project": "add_go_container(api BASE scratch VERSION PROJECT)",
    "version-with-a-space": 'add_go_container(api BASE scratch VERSION "1 4")',
    "base-in-a-store-without-a-name": "add_go_container(api BASE docker-daemon:)",
    "base-is-no-image-on-disk": "add_go_container(api BASE oci:layouts/alpine)",
    "overlay-destination-is-outside": "add_go_container(api BASE scratch OVERLAY x.go DESTINATION ../x)",
    "overlay-destination-is-absolute": "add_go_container(api BASE scratch OVERLAY x.go DESTINATION /x)",
    "secret-is-none": "add_go_container(api BASE scratch SECRETS ~/.netrc)",
    "secret-of-unknown-id": "add_go_container(api BASE scratch SECRETS id=token,env=TOKEN)",
    "secret-twice": "add_go_container(api BASE scratch SECRETS id=netrc,src=a id=netrc,src=b)",
    "ssh-is-none": "add_go_container(api BASE scratch SSH ~/.ssh/id_rsa)",
    "gowork-is-no-file": "add_go_container(api BASE scratch GO_ENV GOWORK=ci.work)",
    "gowork-without-a-value": "add_go_container(api BASE scratch GO_ENV GOWORK)",
    "workspace-uses-no-module": "file(WRITE @dir@/go.work [[use ./none]])\nadd_go_container(api BASE scratch)",
    "service-of-no-container": f"{API}add_go_container_service(web PORT 8080)",
    "service-twice": f"{API}add_go_container_service(api PORT 80)\nadd_go_container_service(api PORT 81)",
    "service-without-a-port": f"{API}add_go_container_service(api READY_TCP)",
    "service-port-is-no-port": f"{API}add_go_container_service(api PORT http)",
    "service-host-port-is-no-port": f"{API}add_go_container_service(api PORT 80 HOST_PORT 65536)",
    "service-ready-in-two-ways": f"{API}add_go_container_service(api PORT 80 READY_TCP READY_HTTP /)",
    "service-path-is-relative": f"{API}add_go_container_service(api PORT 80 READY_HTTP healthz)",
    "service-timeout-is-no-number": f"{API}add_go_container_service(api PORT 80 TIMEOUT 1m)",
    "service-env-without-a-name": f"{API}add_go_container_service(api PORT 80 ENV debug)",
    "service-unknown-argument": f"{API}add_go_container_service(api PORT 80 READY_UDP)",
    "service-mount-is-none": f"{API}add_go_container_service(api PORT 80 MOUNTS conf)",
    "service-mount-goes-up": f"{API}add_go_container_service(api PORT 80 MOUNTS conf:/etc/../conf:ro)",
    "service-mount-twice": f"{API}add_go_container_service(api PORT 80 MOUNTS a:/etc/api b:/etc/api:ro)",
    "service-secret-is-none": f"{API}add_go_container_service(api PORT 80 SECRETS token=hunter2)",
    "service-secret-twice": f"{API}add_go_container_service(api PORT 80 SECRETS id=a,src=b id=a,env=B)",
    "service-network-is-no-name": f"{API}add_go_container_service(api PORT 80 NETWORK .back)",
    "service-network-of-no-host": "add_go_container(a+b BASE scratch TAGS ab)\nadd_go_container_service(a+b PORT 80 NETWORK back)",
    "service-network-of-two-engines": f"{API}add_go_container_service(api PORT 80 NETWORK back)\n"
    "set(GO_CONTAINER_ENGINE docker)\nadd_go_container(web BASE scratch)\nadd_go_container_service(web PORT 81 NETWORK back)",
    "structure-test-is-missing": "add_go_container(api BASE scratch)\nadd_go_container_test(api STRUCTURE_TEST api.yaml)",
    "metadata-is-a-directory": "add_go_container(api BASE scratch)\nadd_go_container_test(api METADATA empty)",
    "unknown-engine": "set(GO_CONTAINER_ENGINE podmna)\nadd_go_container(api BASE scratch)",
    "builder-of-an-engine-without": f"set(GO_CONTAINER_BUILDER far)\n{API}",
    "builder-changes": f"{API}\nset(GO_CONTAINER_BUILDER far)\nadd_go_container(web BASE scratch)",
    "cache-is-none": "add_go_container(api BASE scratch CACHE_FROM team/api:cache)",
    "cache-without-ref": "add_go_container(api BASE scratch CACHE_TO type=registry,mode=max)",
    "cache-ref-is-no-reference": "add_go_container(api BASE scratch CACHE_TO type=registry,ref=example.com/Team/)",
    "cache-from-inline": "add_go_container(api BASE scratch CACHE_FROM type=inline)",
    "cache-in-a-relative-directory": "add_go_container(api BASE scratch CACHE_TO type=local,dest=cache)",
    "go-cache-is-relative": "add_go_container(api BASE scratch GO_CACHE ./cache)",
    "go-cache-is-no-place": "add_go_container(api BASE scratch GO_CACHE team/cache)",
    "go-cache-has-a-tag": "add_go_container(api BASE scratch GO_CACHE registry.example.com/cache:go)",
    "go-cache-has-a-password": "add_go_container(api BASE scratch GO_CACHE https://ci:hunter2@example.com/cache)",
    "go-cache-has-a-query": "add_go_container(api BASE scratch GO_CACHE https://example.com/cache?sig=hunter2)",
    "go-cache-in-two-places": "add_go_container(api BASE scratch GO_CACHE /var/cache/go registry.example.com/cache)",
    "load-into-an-unknown-engine": "set(GO_CONTAINER_LOAD buildah)\nadd_go_container(api BASE scratch)",
}


@pytest.mark.parametrize("case", CASES)
def test_text(project, golden, case):
    if "GO_CONTAINER_ENGINE docker" in CASES[case]:
        needs_engine("docker")
    project.go_module(".")
    project.write("empty/README", "no module here\n")
    project.cmakelists(CASES[case].replace("@dir@", "${CMAKE_CURRENT_SOURCE_DIR}"))
    result = project.configure(engine="builtin", expect_failure=True)
    golden.check(f"errors/{case}.txt", error_of(result.stderr))


# What the last line of an error names.
SEEN = {
    "max-size-is-no-size": "MAX_SIZE",
    "ldflags-with-both-quotes": "LDFLAGS",
    "destination-before-files": "DESTINATION",
    "unknown-argument": "add_go_container",
    "service-port-is-no-port": "PORT",
    "variant-of-no-container": "add_go_container_variant",
    "unknown-engine": "GO_CONTAINER_ENGINE",
}


@pytest.mark.parametrize("case", SEEN)
def test_an_error_names_its_place_in_the_reference(project, case):
    project.go_module(".")
    project.cmakelists(CASES[case])
    said = project.configure(engine="builtin", expect_failure=True).stderr
    see = text_of(said, "CMake Error").splitlines()[-1]
    assert described(see) == SEEN[case]
    command = CASES[case].splitlines()[-1].partition("(")[0]
    number = int(see.rpartition(":")[2])
    above = (REPOSITORY / "cmake/GoContainer.cmake").read_text().splitlines()[:number]
    directives = [line for line in above if re.match(r"[.][.] (command|variable)::", line)]
    assert directives[-1].partition(":: ")[2] in (command, SEEN[case])


# A keyword with a slip, which another one takes for its value.
MISSPELT = {
    "misspelt-letter-too-few": "CMD serve MAX_SIZ 15MB",
    "misspelt-letter-too-much": "ENTRYPOINT /bin/api CMDS serve WORKDIRR /srv",
    "misspelt-letter-wrong": "LDFLAGS -X=main.a=b MAX_SIZA 5MB",
    "misspelt-letters-swapped": "BUILD_TAGS netgo LABLES vendor",
}


@pytest.mark.parametrize("case", MISSPELT)
def test_warning(project, golden, case):
    project.go_module(".")
    project.cmakelists(f"add_go_container(api BASE scratch {MISSPELT[case]})")
    said = project.configure("-Wno-error=dev", engine="builtin").stderr
    golden.check(f"errors/{case}.txt", text_of(said, "CMake Warning (dev)"))
    assert "CMake Warning" not in project.configure("-Wno-dev", engine="builtin").stderr


def test_values_that_are_like_no_keyword_are_taken_without_a_word(project):
    project.go_module(".")
    project.cmakelists(
        "add_go_container(api BASE scratch CMD CDM ALL SIZE MAX GO_ENV GOFLAGS GOENV)"
    )
    assert "GoContainer" not in project.configure(engine="builtin").stderr


def test_a_slip_is_told_before_the_error_that_comes_of_it(project):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch EXPOSE 8080 MAX_SIZ 15MB)")
    said = project.configure("-Wno-error=dev", engine="builtin", expect_failure=True).stderr
    assert said.index("Did you mean the keyword MAX_SIZE?") < said.index(
        'EXPOSE "MAX_SIZ" is not a port'
    )


# What a container can't have of a layout: the files (links: ->).
LAYOUTS = {
    "context-is-the-root": {"go.mod": "replace example.com/lib => @elsewhere@\n"},
    "module-behind-a-link": {
        "go.mod": "replace example.com/lib => ./lib\n",
        "../lib/go.mod": "module example.com/lib\n",
        "lib": "-> ../lib",
    },
    "module-named-like-a-pattern": {
        "go.mod": "replace example.com/lib => ./[lib]\n",
        "[lib]/go.mod": "module example.com/lib\n",
    },
}


@pytest.mark.parametrize("case", LAYOUTS)
def test_text_of_a_layout(project, golden, case):
    project.go_module(".")
    # Nothing but / is above both it and the project.
    with tempfile.TemporaryDirectory(dir="/var/tmp") as elsewhere:
        Path(elsewhere, "go.mod").write_text("module example.com/lib\n")
        for name, text in LAYOUTS[case].items():
            if text.startswith("-> "):
                (project.source / name).symlink_to(text[3:])
            else:
                head = "module example.com/api\n\ngo 1.22\n\n" if name == "go.mod" else ""
                project.write(name, head + text.replace("@elsewhere@", elsewhere))
        project.cmakelists("add_go_container(api BASE scratch)")
        result = project.configure(engine="podman", expect_failure=True)
        text = error_of(result.stderr).replace(elsewhere, "<elsewhere>")
        golden.check(f"errors/{case}.txt", text)
        project.configure(engine="builtin")  # this machine can


def test_a_failed_configure_leaves_the_files_of_the_last_good_one(project):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    before = project.snapshot(project.binary / "api.container")
    project.cmakelists("add_go_container(api BASE scratch MAX_SIZE 15apples)")
    project.configure(engine="builtin", expect_failure=True)
    assert project.snapshot(project.binary / "api.container") == before


def test_a_variable_with_a_slip_is_told(project, golden):
    project.go_module(".")
    project.cmakelists(
        """
        set(GO_CONTAINER_BASE scratch)
        set(GO_CONTAINER_MAXSIZE 1kB)
        set(GO_CONTAINER_DIRECTORY "of somebody else")
        add_go_container(api)
        set(GO_CONTAINER_ENGIN builtin)
        add_go_container(web)
        """
    )
    said = project.configure("-Wno-error=dev", engine="builtin").stderr
    assert said.count("CMake Warning (dev)") == 2
    golden.check(
        "errors/variable-misspelt.txt",
        text_of(said, "CMake Warning (dev)"),
    )
