# STAMP: variables of the program that the linker sets, and the labels of the same facts.

# The stamps, each "<package>.<variable>=<value>", and what git says of the sources where a stamp or VERSION asks for it.
function(_go_container_plan_stamps call)
  set(asked "")
  if("${arg_VERSION}" STREQUAL "GIT")
    _go_container_git_facts("${call}" "${plan_source}" "")
  endif()
  foreach(string IN LISTS arg_STAMP)
    _go_container_json_value(stamp "${string}")
    if(NOT stamp MATCHES "^([^ \t\"'=]+[.][A-Za-z_][A-Za-z0-9_]*)=(.*)$")
      _go_container_error(
        "${call}"
        "STAMP \"${stamp}\" has the wrong form"
        "Write <package>.<variable>=<value>, such as main.commit=COMMIT."
      )
    endif()
    set(variable "${CMAKE_MATCH_1}")
    set(value "${CMAKE_MATCH_2}")
    _go_container_check_stamp_once("${call}" "${variable}")
    if(value MATCHES "^(COMMIT|TREE_STATE|COMMIT_DATE)$")
      _go_container_git_facts("${call}" "${plan_source}" "STAMP ${variable} is ${value}")
    endif()
    _go_container_stamp_value(value "${call}" "${variable}" "${value}")
    list(APPEND plan_stamp_variables "${variable}")
    _go_container_json_string(string "${variable}=${value}")
    list(APPEND plan_stamps "${string}")
  endforeach()
  foreach(fact commit date url)
    if(DEFINED git_${fact} AND NOT git_${fact} STREQUAL "")
      set(plan_git_${fact} "${git_${fact}}")
    endif()
  endforeach()
  return(
    PROPAGATE plan_stamps plan_stamp_variables plan_git_commit plan_git_date plan_git_url
  )
endfunction()

# out: the value that the linker gets. Reads git_ variables of the caller.
function(_go_container_stamp_value out call variable value)
  if(value STREQUAL "VERSION")
    set(value "${plan_version}")
    if(value STREQUAL "")
      _go_container_error(
        "${call}"
        "STAMP ${variable} is VERSION, but there is no VERSION"
        "Give VERSION, too, or write a text."
      )
    endif()
  elseif(value STREQUAL "COMMIT")
    set(value "${git_commit}")
  elseif(value STREQUAL "TREE_STATE")
    set(value "${git_state}")
  elseif(value STREQUAL "COMMIT_DATE")
    set(value "${git_date}")
    if(value STREQUAL "")
      _go_container_error(
        "${call}"
        "STAMP ${variable} is COMMIT_DATE, but .git_archival.txt has no time of the commit"
        "Commit it with the line node-date: $Format:%cI$, or write a text."
      )
    endif()
  elseif(value MATCHES "'" AND value MATCHES "\"")
    _go_container_error(
      "${call}"
      "STAMP ${variable} has both kinds of quotes: ${value}"
      "Use one kind: the go command knows no escapes."
    )
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# Stops at a variable that is set already. Reads plan_stamp_variables of the caller.
function(_go_container_check_stamp_once call variable)
  set(options "")
  if(variable IN_LIST plan_stamp_variables)
    set(options "STAMP has ${variable} twice")
  elseif("${arg_VERSION_VARIABLE}" STREQUAL variable)
    set(options "STAMP has ${variable}, which is VERSION_VARIABLE, too")
  else()
    _go_container_flags_set(set "${variable}")
    if(set)
      set(options "STAMP has ${variable}, which LDFLAGS set, too")
    endif()
  endif()
  if(NOT options STREQUAL "")
    _go_container_error("${call}" "${options}" "Give it once.")
  endif()
endfunction()
