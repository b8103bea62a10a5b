# Variants: containers that take over the words of another one's call, but for the options that they give themselves.

# Keeps the words of a call for its variants, as they are: JSON strings, or words without any letter that means something.
function(_go_container_keep_words name family words)
  set_property(TARGET ${name} PROPERTY _go_container_words "${words}")
  set_property(TARGET ${name} PROPERTY _go_container_family "${family}")
endfunction()

# Adds the variants of VARIANTS, which differ in their bases. Reads arg_VARIANTS, and folder, of the caller.
function(_go_container_add_variants call name)
  set(CMAKE_FOLDER "${folder}")
  foreach(string IN LISTS arg_VARIANTS)
    _go_container_json_value(variant "${string}")
    if(NOT variant MATCHES "^([^=]+)=(.+)$")
      _go_container_error(
        "${call}"
        "VARIANTS \"${variant}\" has the wrong form"
        "Write <suffix>=<base>, such as alpine=alpine:3.20."
      )
    endif()
    add_go_container_variant(${name} "${CMAKE_MATCH_1}" BASE "${CMAKE_MATCH_2}")
  endforeach()
endfunction()

# Stops at a suffix that can't end names and tags, at a container that is not there, or has other relative paths.
function(_go_container_check_variant call container suffix)
  if(NOT suffix MATCHES "^[A-Za-z0-9_][A-Za-z0-9_.-]*$")
    _go_container_error(
      "${call}"
      "\"${suffix}\" can't be a suffix of targets and tags"
      "Use letters, digits and _ . - only, and begin with no . or -."
    )
  endif()
  _go_container_of_target(engine directory "${call}" "${container}")
  get_target_property(declared ${container} SOURCE_DIR)
  if(NOT declared STREQUAL CMAKE_CURRENT_SOURCE_DIR)
    _go_container_error(
      "${call}"
      "the container ${container} is declared in ${declared}"
      "Declare its variants there: relative paths would have another meaning here."
    )
  endif()
endfunction()

# Sets words, and the arg_ variables, of the variant that the caller's container, suffix and own words tell. A macro, as
# these are the caller's.
macro(_go_container_variant_arguments)
  _go_container_variant_words(words "${container}" "${own}")
  _go_container_take_words(arg "${call}" container)
  if(DEFINED arg_VARIANTS)
    _go_container_error("${call}" "a variant has VARIANTS" "Write them into add_go_container().")
  endif()
  set(arg_VARIANTS "")
  _go_container_variant_tag_suffix("${container}" "${suffix}")
  if(NOT DEFINED arg_TAGS)
    _go_container_variant_tags(arg_TAGS "${container}" "${suffix}")
  endif()
endmacro()

# out: the words of the variant's call, as JSON strings: its own, then those of the container, without the options that the
# variant gives itself, or that are of one image only.
function(_go_container_variant_words out container own)
  get_target_property(words ${container} _go_container_words)
  if(NOT words MATCHES "^\"")
    list(TRANSFORM words REPLACE "(.+)" "\"\\1\"")
  endif()
  set(replaced TAGS BASELINE VARIANTS)
  foreach(string IN LISTS own)
    _go_container_keyword_of(keyword kind "${string}")
    list(APPEND replaced ${keyword})
  endforeach()
  if("PROGRAMS" IN_LIST replaced)
    list(APPEND replaced PACKAGE BINARY_NAME)
  elseif("PACKAGE" IN_LIST replaced OR "BINARY_NAME" IN_LIST replaced)
    list(APPEND replaced PROGRAMS)
  endif()
  if(words MATCHES "^\"ALL\"(;|$)") # which must be first
    list(POP_FRONT words)
    if(NOT own MATCHES "^\"ALL\"(;|$)")
      list(PREPEND own "\"ALL\"")
    endif()
  endif()
  set(kept "")
  set(keep TRUE)
  set(keep_group TRUE)
  foreach(string IN LISTS words)
    _go_container_keyword_of(keyword kind "${string}")
    if(kind MATCHES ":[+]$")
      set(keep_group TRUE)
      if(keyword IN_LIST replaced)
        set(keep_group FALSE)
      endif()
    endif()
    if(kind MATCHES ":")
      set(keep ${keep_group})
    elseif(keyword)
      set(keep TRUE)
      if(keyword IN_LIST replaced)
        set(keep FALSE)
      endif()
    endif()
    if(keep)
      list(APPEND kept "${string}")
    endif()
  endforeach()
  set(${out} ${own} ${kept} PARENT_SCOPE) # its own first: a word without a keyword is told
endfunction()

# keyword, kind: those of a word, as a JSON string, that is a keyword; else nothing.
function(_go_container_keyword_of keyword kind string)
  set(${keyword} "" PARENT_SCOPE)
  set(${kind} "" PARENT_SCOPE)
  if(string MATCHES "^\"([A-Z0-9_]+)\"$")
    set(word "${CMAKE_MATCH_1}")
    get_property(found GLOBAL PROPERTY _go_container_container_${word})
    if(found AND NOT found STREQUAL "first")
      set(${keyword} ${word} PARENT_SCOPE)
      set(${kind} "${found}" PARENT_SCOPE)
    endif()
  endif()
endfunction()

# out: the tags of the variant: each of the container's with the suffix, which stands for latest.
function(_go_container_variant_tags out container suffix)
  get_target_property(tags ${container} GO_CONTAINER_TAGS)
  list(TRANSFORM tags REPLACE ":([^:/]+)$" ":\\1-${suffix}")
  list(TRANSFORM tags REPLACE ":latest-([^:/]+)$" ":\\1")
  list(TRANSFORM tags REPLACE "(.+)" "\"\\1\"")
  set(${out} "${tags}" PARENT_SCOPE)
endfunction()
