# VERSION: a text, the version of the project, or what git says of the sources.

# What VERSION says. An empty one stands for none.
function(_go_container_plan_version call)
  set(version "${arg_VERSION}")
  if(version STREQUAL "PROJECT")
    set(version "")
    if(DEFINED PROJECT_VERSION)
      set(version "${PROJECT_VERSION}")
    endif()
    if(version STREQUAL "")
      _go_container_error(
        "${call}"
        "VERSION is PROJECT, but project() has no VERSION"
        "Give it one."
      )
    endif()
  elseif(version STREQUAL "GIT")
    _go_container_git_version(version "${call}" "${plan_source}")
  endif()
  if(version MATCHES "[\n\r\t ]")
    _go_container_error("${call}" "VERSION \"${version}\" has white space in it" "Leave it out.")
  endif()
  set(plan_version "${version}")
  return(PROPAGATE plan_version)
endfunction()

# out: what git says of the sources: of an archive that git made, what it wrote into .git_archival.txt; of a work
# tree, its description. Where there is neither, the version of the project.
function(_go_container_git_version out call source)
  _go_container_git_above(archived "${source}" .git_archival.txt)
  set(version "")
  if(archived)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${archived}")
    file(STRINGS "${archived}" line REGEX "^describe-name: *[^$ ]+ *$")
    if(line MATCHES "^describe-name: *([^ ]+)")
      set(version "${CMAKE_MATCH_1}")
    endif()
  endif()
  if(version STREQUAL "")
    _go_container_git_above(repository "${source}" .git)
    if(repository)
      _go_container_git_describe(version "${call}" "${source}" "${repository}")
    elseif(DEFINED PROJECT_VERSION AND NOT PROJECT_VERSION STREQUAL "")
      set(version "${PROJECT_VERSION}")
    else()
      _go_container_error(
        "${call}"
        "VERSION is GIT, but ${source} is in no repository of git"
        "For source archives, give project() a VERSION or commit a .git_archival.txt; or give VERSION a text."
      )
    endif()
  endif()
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

# out: git's description of the work tree, once for each repository. CMake configures again where it is another one.
function(_go_container_git_describe out call source repository)
  set(key "_go_container_git_version_${repository}")
  get_property(version GLOBAL PROPERTY "${key}")
  if("${version}" STREQUAL "") # CMake unsets what no property has
    _go_container_git(result version words "${source}" describe --tags --always --dirty)
    if(NOT result EQUAL 0)
      _go_container_git_refused("${call}" "VERSION is GIT" VERSION "${source}" "${words}")
    endif()
    set_property(GLOBAL PROPERTY "${key}" "${version}")
  endif()
  _go_container_git_watch("${source}")
  if(NOT version MATCHES "-dirty$")
    _go_container_git_watch_edits("${source}")
  endif()
  set(${out} "${version}" PARENT_SCOPE)
endfunction()
