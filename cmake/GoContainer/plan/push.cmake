# PUSH: the references under which a registry gets the image: TAGS that name a registry, and the same tags in the
# repositories of PUSH; in each repository also the tags of TAG_SETS.

# Sets plan_push, grouped by repository. Reads tag_suffix of the caller, and implied_tag where that is a variant.
function(_go_container_plan_push call)
  if(tag_suffix STREQUAL "")
    _go_container_implied_tag(implied_tag "${arg_TAGS}")
  endif()
  _go_container_tag_sets(sets "${call}")
  set(repositories "")
  set(tags "")
  foreach(string IN LISTS plan_tags)
    string(REGEX MATCH "^\"(.*):([^:]*)\"$" string "${string}")
    set(repository "${CMAKE_MATCH_1}")
    set(tag "${CMAKE_MATCH_2}")
    if(repository MATCHES "^[^/]*[.:][^/]*/")
      _go_container_add_repository("${repository}")
    endif()
    if(NOT DEFINED arg_TAG_SETS OR NOT tag STREQUAL implied_tag)
      list(APPEND tags "${tag}")
      list(APPEND "tags_${repository}" "${tag}") # nobody reads that of a name without a registry
    endif()
  endforeach()
  foreach(string IN LISTS arg_PUSH)
    _go_container_json_value(repository "${string}")
    _go_container_push_repository(repository "${call}" "${repository}")
    _go_container_add_repository("${repository}")
    list(APPEND "tags_${repository}" ${tags})
  endforeach()
  set(plan_push "")
  foreach(repository IN LISTS repositories)
    foreach(tag IN LISTS "tags_${repository}" sets)
      list(APPEND plan_push "\"${repository}:${tag}\"")
      _go_container_claim_tag("${call}" "${plan_name}" "${repository}:${tag}" "")
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES plan_push)
  return(PROPAGATE plan_push)
endfunction()

# Adds it to the repositories of the caller, once.
macro(_go_container_add_repository repository)
  if(NOT "${repository}" IN_LIST repositories)
    list(APPEND repositories "${repository}")
    set("tags_${repository}" "")
  endif()
endmacro()

# out: the tag that TAGS have without naming it, which TAG_SETS replace; nothing where they name it.
function(_go_container_implied_tag out tags)
  set(${out} latest PARENT_SCOPE)
  if("${tags}" MATCHES ":latest\"")
    set(${out} "" PARENT_SCOPE)
  endif()
endfunction()

# out: the repository; one that ends with a slash gets the name of the container.
function(_go_container_push_repository out call repository)
  set(declared "${repository}")
  if(repository MATCHES "/$")
    string(TOLOWER "${plan_family}" name)
    string(APPEND repository "${name}")
  endif()
  _go_container_reference_regex(regex)
  if(
    NOT repository MATCHES "^${regex}$"
    OR NOT repository MATCHES "^(localhost|[^/]*[.:][^/]*)/[^:]+$"
  )
    _go_container_error(
      "${call}"
      "PUSH \"${declared}\" is not a repository of a registry"
      "Write <registry>/<repository> without a tag, such as docker.io/team/${plan_name}; or <registry>/<path>/ to add the name."
    )
  endif()
  set(${out} "${repository}" PARENT_SCOPE)
endfunction()
