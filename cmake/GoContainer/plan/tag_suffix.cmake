# What the tags of TAG_SETS end with in a variant.

# Sets tag_suffix and implied_tag, which TAGS of the variant have without naming it. Reads arg_TAGS of the caller.
function(_go_container_variant_tag_suffix container suffix)
  get_property(outer TARGET ${container} PROPERTY _go_container_tag_suffix)
  set(tag_suffix "${suffix}")
  if(outer)
    string(PREPEND tag_suffix "${outer}-")
  endif()
  if(DEFINED arg_TAGS)
    _go_container_implied_tag(implied_tag "${arg_TAGS}")
  else()
    if(outer)
      get_property(implied_tag TARGET ${container} PROPERTY _go_container_implied_tag)
    else()
      _go_container_tags_of_call(tags ${container})
      _go_container_implied_tag(implied_tag "${tags}")
    endif()
    string(REGEX REPLACE "(.)$" "\\1-${suffix}" implied_tag "${implied_tag}")
    string(REGEX REPLACE "^latest-" "" implied_tag "${implied_tag}")
  endif()
  return(PROPAGATE tag_suffix implied_tag)
endfunction()

# Keeps both for the variants of the variant.
macro(_go_container_keep_tag_suffix name)
  set_target_properties(
    ${name}
    PROPERTIES _go_container_tag_suffix "${tag_suffix}" _go_container_implied_tag "${implied_tag}"
  )
endmacro()

# out: the TAGS of a call, as JSON strings.
function(_go_container_tags_of_call out container)
  get_property(words TARGET ${container} PROPERTY _go_container_words)
  set(${out} "" PARENT_SCOPE)
  if(NOT "TAGS" IN_LIST words AND NOT "\"TAGS\"" IN_LIST words)
    if(DEFINED GO_CONTAINER_TAGS)
      _go_container_argument_default(tags many "${GO_CONTAINER_TAGS}")
      set(${out} "${tags}" PARENT_SCOPE)
    endif()
    return()
  endif()
  if(NOT words MATCHES "^\"")
    list(TRANSFORM words REPLACE "(.+)" "\"\\1\"")
  endif()
  _go_container_take_words(arg "" container)
  set(${out} "${arg_TAGS}" PARENT_SCOPE)
endfunction()
