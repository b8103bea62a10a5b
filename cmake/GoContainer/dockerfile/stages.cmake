# The stages of the Dockerfile before the last one: the toolchain, and what it compiles.

# The stages in which the programs are compiled, and all is made that the last stage copies.
function(_go_container_dockerfile_stages out directory)
  set(scratch FALSE)
  if(plan_base STREQUAL "scratch")
    set(scratch TRUE)
  endif()
  set(empty FALSE) # whether an empty directory is copied, to make directories
  if((DEFINED plan_workdir AND NOT plan_workdir STREQUAL "/") OR DEFINED plan_trees_parents)
    set(empty TRUE)
  endif()
  set(trees "")
  if(DEFINED plan_trees_parents)
    _go_container_dockerfile_trees(trees)
  endif()
  # They are the same for most containers of a module.
  set(key "${plan_builder_image}|${plan_source}|${plan_context}|${plan_go_env}|${plan_go_pass_env}")
  string(
    APPEND key
    "|${plan_go_flags}|${plan_go_workspace}|${plan_modules}|${plan_vendor}|${plan_builder_packages}"
    "|${scratch}|${empty}|${on_builder}|${target}"
  )
  if(DEFINED plan_secret_ids OR DEFINED plan_ssh OR DEFINED plan_overlay_destinations)
    string(APPEND key "|${directory}")
  endif()
  if(DEFINED plan_timezones)
    string(APPEND key "|${plan_name}|${plan_timezones}")
  endif()
  get_property(text GLOBAL PROPERTY "_go_container_stages${key}")
  if(NOT text)
    _go_container_dockerfile_stages_of_module(text "${directory}" ${scratch} ${empty})
    set_property(GLOBAL PROPERTY "_go_container_stages${key}" "${text}")
  endif()
  set_property(GLOBAL PROPERTY _go_container_stages_of_plan "${text}") # for build/bake_programs.cmake
  _go_container_dockerfile_go_build(targets)
  set(licenses "")
  if(DEFINED plan_licenses)
    _go_container_dockerfile_licenses(licenses)
  endif()
  set(${out} "${trees}${text}${targets}\n${licenses}\n" PARENT_SCOPE)
endfunction()

# out: the stages, up to the flags of go build.
function(_go_container_dockerfile_stages_of_module out directory scratch empty)
  _go_container_dockerfile_env(go_env)
  _go_container_dockerfile_words(flags "${plan_go_flags}")
  _go_container_dockerfile_args(args)
  _go_container_dockerfile_modules(modules work "${args}")
  _go_container_dockerfile_overlay(overlay "${directory}")
  _go_container_dockerfile_mounts(mounts)
  _go_container_dockerfile_exports(exports)
  _go_container_dockerfile_timezones(timezones)
  _go_container_dockerfile_c_files(c_files "${go_env}")
  _go_container_dockerfile_builder_packages(install)
  _go_container_dockerfile_rootfs(rootfs ${scratch} ${empty})
  set(
    text
    [=[
# The toolchain. git and CA certificates are added only where the base image lacks them.
FROM @on_builder@@plan_builder_image@ AS builder
ENV @go_env@ \
    GOMODCACHE=/go/pkg/mod GOCACHE=/root/.cache/go-build
RUN @install@
WORKDIR /src

@rootfs@@modules@
@timezones@# The program.
FROM modules AS build
@args@COPY . @work@
@overlay@@target_args@RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    @mounts@@exports@@target@@c_files@go build @flags@]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: the stage of what no package brings: on scratch, what a program expects of a system, users and a /tmp for all; and
# the empty directory. Apart from the others, which are then the same whatever the base is.
function(_go_container_dockerfile_rootfs out scratch empty)
  set(text "")
  if(scratch)
    string(
      APPEND text
      [=[
RUN mkdir -p /rootfs/etc /rootfs/tmp && chmod 1777 /rootfs/tmp \
    && echo 'root:x:0:0:root:/root:/sbin/nologin' > /rootfs/etc/passwd \
    && echo 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin' >> /rootfs/etc/passwd \
    && echo 'root:x:0:' > /rootfs/etc/group \
    && echo 'nonroot:x:65532:' >> /rootfs/etc/group
]=]
    )
  endif()
  if(empty)
    string(APPEND text "RUN mkdir /empty\n")
  endif()
  if(NOT text STREQUAL "")
    string(PREPEND text "# What the base lacks.\nFROM builder AS rootfs\n")
    string(APPEND text "\n")
  endif()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: with cgo, what gives the compilers another name when a file of C changed. The cache of go knows nothing of those
# outside of the package that includes or links them.
function(_go_container_dockerfile_c_files out go_env)
  set(${out} "" PARENT_SCOPE)
  if(" ${go_env} " MATCHES " CGO_ENABLED=1 ")
    set(
      ${out}
      [=[
c_files="$(find /src -type f \( -name '*.[achmosFS]' -o -name '*.[ch][chpx+]*' -o -name '*.in[cl]' \
      -o -name '*.def' -o -name '*.ld' -o -name '*.pc' \) -exec sha256sum {} + | sort | sha256sum | cut -c 1-16)" \
    && export CC="$(go env CC) -DGO_CONTAINER_C_FILES=$c_files" CXX="$(go env CXX) -DGO_CONTAINER_C_FILES=$c_files" \
    && ]=]
      PARENT_SCOPE
    )
  endif()
endfunction()

# Variables that come from the environment of the build.
function(_go_container_dockerfile_args out)
  set(text "")
  foreach(string IN LISTS plan_go_pass_env)
    string(REPLACE "\"" "" name "${string}")
    string(APPEND text "ARG ${name}\n")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: the variables of the go command, as ENV takes them.
function(_go_container_dockerfile_env out)
  set(words "")
  foreach(string IN LISTS plan_go_env)
    _go_container_json_value(variable "${string}")
    if(NOT variable MATCHES "^[A-Za-z0-9_./:@%+,=-]+$")
      _go_container_dockerfile_escaped(variable "${variable}")
      string(REGEX REPLACE "^([^=]*)=(.*)$" "\\1=\"\\2\"" variable "${variable}")
    endif()
    string(APPEND words " ${variable}")
  endforeach()
  string(STRIP "${words}" words)
  set(${out} "${words}" PARENT_SCOPE)
endfunction()
