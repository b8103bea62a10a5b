# Warns of GO_CONTAINER_<OPTION> variables whose names have a slip, so that they mean nothing.

# Looks at the variables of this directory when all of it is read; once.
function(_go_container_check_variables)
  get_property(checked DIRECTORY PROPERTY _go_container_variables_checked)
  if(NOT checked)
    set_property(DIRECTORY PROPERTY _go_container_variables_checked TRUE)
    cmake_language(DEFER CALL _go_container_warn_variables)
  endif()
endfunction()

function(_go_container_warn_variables)
  get_cmake_property(names VARIABLES)
  list(FILTER names INCLUDE REGEX "^GO_CONTAINER_")
  list(TRANSFORM names REPLACE "^GO_CONTAINER_" "")
  get_property(keywords GLOBAL PROPERTY _go_container_variable_keywords)
  if(NOT keywords)
    get_property(keywords GLOBAL PROPERTY _go_container_container_keywords)
    list(
      APPEND keywords
      ALLOWED_BASES
      BUILDER
      ENGINE
      LOAD
      CA_BUNDLE
      GOVULNCHECK
      REGISTRY_MIRROR
    )
    _go_container_engines(engines)
    foreach(engine IN LISTS engines)
      _go_container_engine_facts_of(${engine} command variables)
      list(APPEND keywords ${fact_variables})
      if(fact_command)
        string(TOUPPER ${engine} keyword)
        list(APPEND keywords ${keyword})
      endif()
    endforeach()
    set_property(GLOBAL PROPERTY _go_container_variable_keywords "${keywords}")
  endif()
  list(REMOVE_ITEM names ${keywords})
  foreach(name IN LISTS names)
    set(meant "")
    if(name MATCHES "....")
      _go_container_meant(meant variable "${name}")
    endif()
    if(meant)
      _go_container_warning(
        "GO_CONTAINER_${name}"
        "it means nothing"
        "Did you mean GO_CONTAINER_${meant}?"
      )
    endif()
  endforeach()
endfunction()
