# Image references, and the tags of a container.

# The grammar of an image reference (distribution, reference): [domain/]path[:tag][@digest].
function(_go_container_reference_regex out)
  set(component "[a-z0-9]+([._-]+[a-z0-9]+)*")
  set(domain "([A-Za-z0-9.-]+(:[0-9]+)?/)?")
  set(${out} "${domain}${component}(/${component})*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?" PARENT_SCOPE)
endfunction()

function(_go_container_check_reference call argument reference)
  if(reference MATCHES "^[a-z0-9]+(:[a-z0-9][a-z0-9.-]*)?$") # mostly, and found sooner
    return()
  endif()
  _go_container_reference_regex(regex)
  if(NOT reference MATCHES "^${regex}(@sha256:[0-9a-f]+)?$")
    _go_container_error(
      "${call}"
      "${argument} \"${reference}\" is not an image reference"
      "Write it as [registry/]repository[:tag][@sha256:digest], the repository in lower case."
    )
  endif()
endfunction()

# The tags, each with a tag behind the colon.
function(_go_container_plan_tags call)
  set(default "")
  set(tags "${arg_TAGS}")
  if(tags STREQUAL "")
    string(TOLOWER "${plan_name}:latest" tags)
    _go_container_json_string(tags "${tags}")
    set(default " (the default)")
  endif()
  set(plan_tags "")
  foreach(string IN LISTS tags)
    _go_container_json_value(tag "${string}")
    if(NOT tag MATCHES "^([a-z0-9.-]+/)?[a-z0-9]+:[a-z0-9][a-z0-9.-]*$") # as above
      _go_container_reference_regex(regex)
      if(NOT tag MATCHES "^${regex}$")
        _go_container_error(
          "${call}"
          "TAGS: \"${tag}\"${default} is not an image reference"
          "Write each as [registry/]repository[:tag], the repository in lower case."
        )
      endif()
    endif()
    if(NOT tag MATCHES ":[^/]+$")
      string(APPEND tag ":latest")
    endif()
    _go_container_claim_tag("${call}" "${plan_name}" "${tag}" "${default}")
    list(APPEND plan_tags "\"${tag}\"")
  endforeach()
  list(REMOVE_DUPLICATES plan_tags)
  return(PROPAGATE plan_tags)
endfunction()

# Stops at a tag that is another container's: the image that is built last would take it from the other.
function(_go_container_claim_tag call name tag default)
  # As docker reads it: docker.io is the registry of what has none, and library its directory.
  set(key "${tag}")
  if(key MATCHES "^(index\\.)?docker\\.io/|^library/")
    string(REGEX REPLACE "^(index\\.)?docker\\.io/" "" key "${key}")
    string(REGEX REPLACE "^library/" "" key "${key}")
  endif()
  get_property(owner GLOBAL PROPERTY "_go_container_tag_${key}")
  if(owner AND NOT owner STREQUAL name)
    _go_container_error(
      "${call}"
      "the tag ${tag}${default} is one of the container ${owner}, too"
      "Give one of them other TAGS: the image that is built last would take it from the other."
    )
  endif()
  set_property(GLOBAL PROPERTY "_go_container_tag_${key}" "${name}")
endfunction()
