# The stage of the Dockerfile that downloads modules.

# stage: its text; work: the directory, as COPY takes it, of the build context in the stage. args: ARG
# instructions.
function(_go_container_dockerfile_modules stage work args)
  set(directory "")
  set(${work} "." PARENT_SCOPE)
  if(NOT plan_context STREQUAL plan_source)
    cmake_path(RELATIVE_PATH plan_source BASE_DIRECTORY "${plan_context}" OUTPUT_VARIABLE below)
    _go_container_dockerfile_word(below "/src/${below}")
    set(directory "WORKDIR ${below}\n")
    set(${work} "/src/" PARENT_SCOPE)
  endif()
  _go_container_dockerfile_gowork(gowork)
  string(APPEND directory "${gowork}")

  if(plan_vendor)
    set(
      ${stage}
      "# The modules: vendor/ has them, so nothing is downloaded.\nFROM builder AS modules\n${directory}"
      PARENT_SCOPE
    )
    return()
  endif()
  set(copies "")
  set(files "go.mod or go.sum")
  if(DEFINED plan_go_workspace)
    set(files "go.work, a go.mod or a go.sum")
    _go_container_dockerfile_copy(copies "${plan_go_workspace}" "${plan_go_workspace}.sum")
  endif()
  list(LENGTH plan_modules count)
  if(count GREATER 1 AND NOT DEFINED plan_go_workspace)
    set(files "a go.mod or a go.sum")
  endif()
  foreach(string IN LISTS plan_modules)
    _go_container_json_value(module "${string}")
    _go_container_dockerfile_copy(copy "${module}/go.mod" "${module}/go.sum")
    string(APPEND copies "${copy}")
  endforeach()
  _go_container_dockerfile_remove_links(remove)
  _go_container_dockerfile_mounts(mounts)
  _go_container_dockerfile_exports(exports)
  set(restore "")
  if(DEFINED plan_go_workspace)
    # It adds checksums to this file, which the build is to miss.
    string(
      PREPEND exports
      "sums=\"$(go env GOWORK).sum\" && { cp \"$sums\" /tmp/go.work.sum || : >/tmp/go.work.sum; } 2>/dev/null \\\n    && "
    )
    set(restore " && cp /tmp/go.work.sum \"$sums\"")
  endif()
  set(
    text
    [=[
# The modules: downloaded again only when @files@ changed. go.sum may be missing.
FROM builder AS modules
@args@@copies@@directory@RUN --mount=type=cache,target=/go/pkg/mod \
    @mounts@@exports@go mod download@restore@@remove@
]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
  set(${stage} "${text}" PARENT_SCOPE)
endfunction()

# out: what removes, behind a command, the directories that stand for links of the context.
function(_go_container_dockerfile_remove_links out)
  _go_container_module_links(links targets "${plan_context}" "${plan_modules}")
  set(text "")
  foreach(string IN LISTS links)
    _go_container_json_value(link "${string}")
    cmake_path(RELATIVE_PATH link BASE_DIRECTORY "${plan_context}")
    _go_container_shell_word(link "/src/${link}")
    string(APPEND text " \\\n    && rm -r ${link}")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: what sets GOWORK where the go command would not find the workspace by itself.
function(_go_container_dockerfile_gowork out)
  set(${out} "" PARENT_SCOPE)
  if(NOT DEFINED plan_go_workspace)
    return()
  endif()
  cmake_path(GET plan_go_workspace PARENT_PATH directory)
  cmake_path(GET plan_go_workspace FILENAME name)
  cmake_path(IS_PREFIX directory "${plan_source}" above)
  if(NOT above OR NOT name STREQUAL "go.work")
    cmake_path(
      RELATIVE_PATH plan_go_workspace
      BASE_DIRECTORY "${plan_context}"
      OUTPUT_VARIABLE below
    )
    _go_container_dockerfile_word(below "/src/${below}")
    set(${out} "ENV GOWORK=${below}\n" PARENT_SCOPE)
  endif()
endfunction()

# out: what copies two files of a directory, of which the second one may be missing, to the place that they
# have in the context.
function(_go_container_dockerfile_copy out file optional)
  cmake_path(RELATIVE_PATH file BASE_DIRECTORY "${plan_context}" OUTPUT_VARIABLE path)
  cmake_path(GET path PARENT_PATH directory)
  cmake_path(RELATIVE_PATH optional BASE_DIRECTORY "${plan_context}")
  set(text "")
  set(words "")
  if(directory STREQUAL "")
    set(directory ".")
  endif()
  set(plain TRUE)
  foreach(word "${path}" "${optional}*" "${directory}/")
    if(NOT word MATCHES "^[A-Za-z0-9_./@%+,=*-]+$")
      set(plain FALSE)
    endif()
    string(APPEND text "${word} ")
    _go_container_dockerfile_word(word "${word}")
    _go_container_json_string(word "${word}")
    list(APPEND words "${word}")
  endforeach()
  if(NOT plain)
    _go_container_dockerfile_array(text "${words}")
  endif()
  string(STRIP "COPY ${text}" text)
  set(${out} "${text}\n" PARENT_SCOPE)
endfunction()
