# The Dockerfile of a plan.

# directory: that of the plan.
function(_go_container_dockerfile out plan directory)
  _go_container_plan_read("${plan}" name base binary)
  _go_container_dockerfile_only_assembles(only_assembles "${plan}")
  cmake_path(GET binary FILENAME file)
  set(built "/out/${file}")
  if(only_assembles)
    # The context has what the stages would make, by the same paths.
    set(context "the directory context beside it")
    _go_container_plan_read("${plan}" engine)
    if(engine STREQUAL "builtin")
      string(
        APPEND context
        ", which the\n# engines docker, podman and buildah fill; builtin makes the same image without them"
      )
    endif()
    foreach(part stages from_builder from_build from_files)
      set(${part} "")
    endforeach()
  else()
    _go_container_dockerfile_context(context "${plan}")
    set(from_builder "--from=builder ")
    set(from_build "--from=build ")
    set(from_files "")
    if(plan MATCHES "\n  \"files\": ")
      _go_container_files_image(files_image "${plan}" "${directory}")
      set(from_files "--from=${files_image} ")
    endif()
  endif()

  set(copy_scratch_files "")
  if(base STREQUAL "scratch")
    set(copy_scratch_files "COPY ${from_builder}/rootfs/ /\n")
  endif()
  _go_container_dockerfile_copy_files(copy_files "${plan}" "${from_files}")
  _go_container_dockerfile_config(config empty "${plan}" "${from_builder}")
  if(NOT only_assembles)
    _go_container_dockerfile_stages(stages "${plan}" "${directory}" "${built}" ${empty})
  endif()
  set(
    text
    [=[
# The image of add_go_container(@name@). GoContainer writes this file at configure time, so
# change the call, not the file. The build context is @context@.

@stages@# The image: it runs nothing and needs no network.
FROM @base@
COPY @from_builder@/etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
@copy_scratch_files@@copy_files@COPY @from_build@@built@ @binary@
@config@]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: whether the program is compiled already when the Dockerfile is built. The engine builtin builds
# none; the one that it gets is for an engine elsewhere, and says HOST_BUILD where the call does. Reads the arg_
# variables of the caller.
function(_go_container_dockerfile_only_assembles out plan)
  set(${out} FALSE PARENT_SCOPE)
  if(plan MATCHES "\n  \"hostBuild\": true,\n")
    _go_container_plan_read("${plan}" engine)
    _go_container_switch(host_build "add_go_container()" HOST_BUILD)
    if(NOT engine STREQUAL "builtin" OR arg_LINK_LIBRARIES OR host_build)
      set(${out} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

# The stages in which the program is compiled to the path built, and all is made that the last stage copies:
# an empty directory, too, where empty is true.
function(
  _go_container_dockerfile_stages
  out
  plan
  directory
  built
  empty
)
  _go_container_plan_of_module(key "${plan}")
  if(plan MATCHES "\n  \"(secrets|ssh|overlay)\": ")
    string(APPEND key "${plan}${directory}")
  endif()
  string(REGEX MATCH "\n  \"base\": \"scratch\"" scratch "${plan}")
  string(APPEND key "${scratch}${empty}")
  get_property(text GLOBAL PROPERTY "_go_container_stages${key}")
  if(NOT text)
    _go_container_dockerfile_stages_of_module(text "${plan}" "${directory}" ${empty})
    set_property(GLOBAL PROPERTY "_go_container_stages${key}" "${text}")
  endif()
  _go_container_plan_read("${plan}" package)
  _go_container_shell_word(package "${package}")
  _go_container_plan_read("${plan}" name)
  set(no_main "add_go_container(${name}): PACKAGE is not a main package, so there is no program.")
  set(
    ${out}
    "${text} -o ${built} ${package} \\\n    && { test -x ${built} || { echo '${no_main}'; exit 1; }; }\n\n"
    PARENT_SCOPE
  )
endfunction()

# out: the same, up to the flags of go build.
function(_go_container_dockerfile_stages_of_module out plan directory empty)
  _go_container_plan_read("${plan}" builderImage base)
  _go_container_dockerfile_env(go_env "${plan}")
  _go_container_dockerfile_words(flags "${plan}" go flags)
  _go_container_dockerfile_args(args "${plan}")
  _go_container_dockerfile_modules(modules work "${plan}" "${args}")
  _go_container_dockerfile_overlay(overlay "${plan}" "${directory}")
  _go_container_dockerfile_mounts(mounts "${plan}")
  _go_container_dockerfile_exports(exports "${plan}")
  _go_container_dockerfile_c_files(c_files "${go_env}")
  set(test_git "command -v git")
  set(packages "git ca-certificates")
  if(plan MATCHES "\n  \"ssh\": ")
    string(APPEND test_git " && command -v ssh")
    string(APPEND packages " openssh-client")
  endif()

  set(scratch_files "")
  if(base STREQUAL "scratch")
    # What a program expects of a system and scratch does not have: users, and a /tmp for all.
    set(
      scratch_files
      [=[
RUN mkdir -p /rootfs/etc /rootfs/tmp && chmod 1777 /rootfs/tmp \
    && echo 'root:x:0:0:root:/root:/sbin/nologin' > /rootfs/etc/passwd \
    && echo 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin' >> /rootfs/etc/passwd \
    && echo 'root:x:0:' > /rootfs/etc/group \
    && echo 'nonroot:x:65532:' >> /rootfs/etc/group
]=]
    )
  endif()
  set(make_empty "")
  if(empty) # for WORKDIR
    set(make_empty "RUN mkdir /empty\n")
  endif()
  set(
    text
    [=[
# The toolchain. git and CA certificates are added only where the base image lacks them.
FROM @builderImage@ AS builder
ENV @go_env@ \
    GOMODCACHE=/go/pkg/mod GOCACHE=/root/.cache/go-build
RUN @test_git@ && test -s /etc/ssl/certs/ca-certificates.crt \
    || apk add --no-cache @packages@
@scratch_files@@make_empty@WORKDIR /src

@modules@
# The program.
FROM modules AS build
@args@COPY . @work@
@overlay@RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    @mounts@@exports@@c_files@go build @flags@]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
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
function(_go_container_dockerfile_args out plan)
  _go_container_json_get_list(names "${plan}" go passEnv)
  set(text "")
  foreach(string IN LISTS names)
    string(REPLACE "\"" "" name "${string}")
    string(APPEND text "ARG ${name}\n")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: what copies FILES; from says where COPY finds them, see _go_container_files_image().
function(_go_container_dockerfile_copy_files out plan from)
  set(text "")
  _go_container_plan_count(count "${plan}" files)
  set(group 0)
  while(group LESS count)
    string(JSON destination GET "${plan}" files ${group} destination)
    string(JSON user GET "${plan}" files ${group} user)
    string(REGEX REPLACE "([^/])$" "\\1/" destination "${destination}")
    _go_container_dockerfile_word(destination "${destination}")
    _go_container_json_string(destination "${destination}")
    _go_container_dockerfile_array(paths "\"/files/${group}/\";${destination}")
    string(APPEND text "COPY ${from}--chown=${user} ${paths}\n")
    math(EXPR group "${group} + 1")
  endwhile()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: the variables of the go command, as ENV takes them.
function(_go_container_dockerfile_env out plan)
  _go_container_json_get_list(strings "${plan}" go env)
  set(words "")
  foreach(string IN LISTS strings)
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

# The strings at a path of the plan as words of the shell.
function(_go_container_dockerfile_words out plan)
  _go_container_json_get_list(strings "${plan}" ${ARGN})
  set(words "")
  foreach(string IN LISTS strings)
    if(string MATCHES "^\"([A-Za-z0-9_./:=@%+,-]+)\"$") # as _go_container_shell_word() has it
      string(APPEND words " ${CMAKE_MATCH_1}")
    else()
      _go_container_json_value(value "${string}")
      _go_container_shell_word(word "${value}")
      string(APPEND words " ${word}")
    endif()
  endforeach()
  string(STRIP "${words}" words)
  set(${out} "${words}" PARENT_SCOPE)
endfunction()

# A value as one word of the shell.
function(_go_container_shell_word out value)
  if(NOT value MATCHES "^[A-Za-z0-9_./=:@%+,-]+$")
    string(REPLACE "'" "'\\''" value "${value}")
    set(value "'${value}'")
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# out: in words, what the build context is.
function(_go_container_dockerfile_context out plan)
  _go_container_plan_read("${plan}" source context)
  set(words "the directory of go.mod")
  if(NOT context STREQUAL source)
    cmake_path(RELATIVE_PATH context BASE_DIRECTORY "${source}" OUTPUT_VARIABLE above)
    string(PREPEND above "the directory ")
    string(REPLACE "the directory of go.mod" "${above} of that of go.mod" words "${words}")
  endif()
  set(${out} "${words}" PARENT_SCOPE)
endfunction()
