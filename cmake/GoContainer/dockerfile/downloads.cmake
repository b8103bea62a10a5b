# The stage of the Dockerfile that downloads modules.

# stage: its text; work: the directory, as COPY takes it, of the build context in the stage. args: ARG
# instructions.
function(_go_container_dockerfile_modules stage work plan args)
  _go_container_plan_read("${plan}" source context)
  set(workspace "")
  if(plan MATCHES "\n    \"workspace\": ")
    string(JSON workspace GET "${plan}" go workspace)
  endif()
  set(directory "")
  set(${work} "." PARENT_SCOPE)
  if(NOT context STREQUAL source)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${context}" OUTPUT_VARIABLE below)
    _go_container_dockerfile_word(below "/src/${below}")
    set(directory "WORKDIR ${below}\n")
    set(${work} "/src/" PARENT_SCOPE)
  endif()
  _go_container_dockerfile_gowork(gowork "${workspace}" "${source}" "${context}")
  string(APPEND directory "${gowork}")

  if(plan MATCHES "\n    \"vendor\": true\n")
    set(
      ${stage}
      "# The modules: vendor/ has them, so nothing is downloaded.\nFROM builder AS modules\n${directory}"
      PARENT_SCOPE
    )
    return()
  endif()
  set(copies "")
  set(files "go.mod or go.sum")
  if(NOT workspace STREQUAL "")
    set(files "go.work, a go.mod or a go.sum")
    _go_container_dockerfile_copy(copies "${context}" "${workspace}" "${workspace}.sum")
  endif()
  _go_container_json_get_list(modules "${plan}" go modules)
  list(LENGTH modules count)
  if(count GREATER 1 AND workspace STREQUAL "")
    set(files "a go.mod or a go.sum")
  endif()
  foreach(string IN LISTS modules)
    _go_container_json_value(module "${string}")
    _go_container_dockerfile_copy(copy "${context}" "${module}/go.mod" "${module}/go.sum")
    string(APPEND copies "${copy}")
  endforeach()
  _go_container_dockerfile_remove_links(remove "${context}" "${modules}")
  _go_container_dockerfile_mounts(mounts "${plan}")
  _go_container_dockerfile_exports(exports "${plan}")
  set(
    text
    [=[
# The modules: downloaded again only when @files@ changed. go.sum may be missing.
FROM builder AS modules
@args@@copies@@directory@RUN --mount=type=cache,target=/go/pkg/mod \
    @mounts@@exports@go mod download@remove@
]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
  set(${stage} "${text}" PARENT_SCOPE)
endfunction()

# out: what removes, behind a command, the directories that stand for links of the context.
function(_go_container_dockerfile_remove_links out context modules)
  _go_container_module_links(links targets "${context}" "${modules}")
  set(text "")
  foreach(string IN LISTS links)
    _go_container_json_value(link "${string}")
    cmake_path(RELATIVE_PATH link BASE_DIRECTORY "${context}")
    _go_container_shell_word(link "/src/${link}")
    string(APPEND text " \\\n    && rm -r ${link}")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: what sets GOWORK where the go command would not find the workspace by itself.
function(_go_container_dockerfile_gowork out workspace source context)
  set(${out} "" PARENT_SCOPE)
  if(workspace STREQUAL "")
    return()
  endif()
  cmake_path(GET workspace PARENT_PATH directory)
  cmake_path(GET workspace FILENAME name)
  cmake_path(IS_PREFIX directory "${source}" above)
  if(NOT above OR NOT name STREQUAL "go.work")
    cmake_path(RELATIVE_PATH workspace BASE_DIRECTORY "${context}" OUTPUT_VARIABLE below)
    _go_container_dockerfile_word(below "/src/${below}")
    set(${out} "ENV GOWORK=${below}\n" PARENT_SCOPE)
  endif()
endfunction()

# out: what copies two files of a directory, of which the second one may be missing, to the place that they
# have in the context.
function(_go_container_dockerfile_copy out context file optional)
  cmake_path(RELATIVE_PATH file BASE_DIRECTORY "${context}" OUTPUT_VARIABLE path)
  cmake_path(GET path PARENT_PATH directory)
  cmake_path(RELATIVE_PATH optional BASE_DIRECTORY "${context}")
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
