# TAG_SETS: the tags that follow from the version, the commit and the branch.

# out: the tags of all sets. Reads tag_suffix, which each of them gets.
function(_go_container_tag_sets out call)
  set(tags "")
  foreach(string IN LISTS arg_TAG_SETS)
    _go_container_json_value(set "${string}")
    if(NOT set MATCHES "^(SEMVER|COMMIT|BRANCH)$")
      _go_container_error(
        "${call}"
        "TAG_SETS \"${set}\" is not a set of tags"
        "Write SEMVER, COMMIT or BRANCH."
      )
    endif()
    string(TOLOWER "${set}" set)
    cmake_language(CALL _go_container_tags_of_${set} found "${call}")
    foreach(tag IN LISTS found)
      _go_container_with_suffix(tag "${tag}")
      list(APPEND tags "${tag}")
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES tags)
  set(${out} "${tags}" PARENT_SCOPE)
endfunction()

# out: the tag as a variant has it: with its suffix, which stands for latest.
function(_go_container_with_suffix out tag)
  if(NOT tag_suffix STREQUAL "")
    string(APPEND tag "-${tag_suffix}")
    string(REGEX REPLACE "^latest-" "" tag "${tag}")
  endif()
  string(SUBSTRING "${tag}" 0 128 tag) # as long as a tag may be
  set(${out} "${tag}" PARENT_SCOPE)
endfunction()

# out: 1.4.2, 1.4, 1 and latest; of a pre-release only 1.4.2-rc.1. What git describes without a version has none.
function(_go_container_tags_of_semver out call)
  set(${out} "" PARENT_SCOPE)
  set(number "(0|[1-9][0-9]*)")
  set(words "[0-9A-Za-z.-]+")
  if(
    NOT
      plan_version MATCHES "^(.*/)?v?(${number}\\.${number})\\.${number}(-${words})?(\\+${words})?$"
  )
    if(NOT "${arg_VERSION}" STREQUAL "GIT")
      _go_container_no_semver("${call}")
    endif()
    return()
  endif()
  set(minor "${CMAKE_MATCH_2}")
  set(major "${CMAKE_MATCH_3}")
  set(version "${CMAKE_MATCH_2}.${CMAKE_MATCH_5}")
  set(rest "")
  if(plan_version MATCHES "^(.*/)?v?${number}\\.${number}\\.${number}([-+].+)$")
    set(rest "${CMAKE_MATCH_5}")
  endif()
  string(REPLACE "+" "_" tags "${version}${rest}") # a + is not allowed in a tag
  if(NOT rest MATCHES "^-")
    list(APPEND tags ${version} ${minor})
    if(major GREATER 0) # releases before 1.0 promise nothing to each other
      list(APPEND tags ${major})
    endif()
    list(APPEND tags latest)
  endif()
  set(${out} "${tags}" PARENT_SCOPE)
endfunction()

function(_go_container_no_semver call)
  if("${plan_version}" STREQUAL "")
    _go_container_error(
      "${call}"
      "TAG_SETS has SEMVER, but there is no VERSION"
      "Give VERSION, too, such as VERSION PROJECT or VERSION GIT."
    )
  endif()
  _go_container_error(
    "${call}"
    "TAG_SETS has SEMVER, but VERSION \"${plan_version}\" is not a semantic version"
    "Write three numbers, such as 1.4.2 or 1.5.0-rc.1, or remove SEMVER."
  )
endfunction()

# out: the hash of the commit, with -dirty if a tracked file differs from it.
function(_go_container_tags_of_commit out call)
  set(asked "")
  _go_container_git_above(repository "${plan_source}" .git)
  if(repository)
    set(asked "TAG_SETS has COMMIT, which needs TREE_STATE")
  endif()
  _go_container_git_facts("${call}" "${plan_source}" "${asked}")
  if(git_commit STREQUAL "")
    _go_container_error(
      "${call}"
      "TAG_SETS has COMMIT, but ${plan_source} is in no repository of git"
      "For source archives, commit a .git_archival.txt with the line node: $Format:%H$; or remove COMMIT."
    )
  endif()
  if(git_state STREQUAL "dirty")
    string(APPEND git_commit "-dirty")
  endif()
  set(${out} "${git_commit}" PARENT_SCOPE)
endfunction()

# out: the branch, as a tag. A commit that is checked out alone has one if the CI tells it, and else none.
function(_go_container_tags_of_branch out call)
  set(branch "")
  _go_container_git_above(repository "${plan_source}" .git)
  if(repository)
    _go_container_git(result branch words "${plan_source}" symbolic-ref --quiet --short HEAD)
    _go_container_git_watch("${plan_source}")
  endif()
  if(branch STREQUAL "")
    _go_container_branch_of_ci(branch)
  endif()
  string(REGEX REPLACE "[^A-Za-z0-9_.-]+" "-" branch "${branch}")
  string(REGEX REPLACE "^[.-]+" "" branch "${branch}")
  set(${out} "${branch}" PARENT_SCOPE)
endfunction()

# out: the branch for which a CI runs: GitHub and Gitea, GitLab, Jenkins; nothing where it runs for a tag.
function(_go_container_branch_of_ci out)
  set(branch "")
  _go_container_environment(type GITHUB_REF_TYPE)
  _go_container_environment(gitlab CI_COMMIT_BRANCH)
  _go_container_environment(tag TAG_NAME)
  if(type STREQUAL "branch")
    _go_container_environment(branch GITHUB_REF_NAME)
  elseif(NOT gitlab STREQUAL "")
    set(branch "${gitlab}")
  elseif(tag STREQUAL "")
    _go_container_environment(branch BRANCH_NAME)
  endif()
  set(${out} "${branch}" PARENT_SCOPE)
endfunction()
