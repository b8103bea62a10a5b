# DEPENDS: what makes the files of a group of FILES or OVERLAY, of which the names may not be known yet.

# Sets plan_<kind>_depends_<number>, a list, and plan_<kind>_generated_<number>: whether a build looks at the files
# themselves, as no rule can name them.
function(_go_container_plan_depends call kind number group)
  string(TOUPPER ${kind} keyword)
  set(generated FALSE)
  set(depends "")
  if(DEFINED arg_DEPENDS_${group})
    set(depends "${arg_DEPENDS_${group}}")
    set(generated TRUE)
  elseif(keyword STREQUAL "OVERLAY" AND arg_OVERLAY_${group} MATCHES "/\"(;|$)")
    set(generated TRUE)
  endif()
  foreach(string IN LISTS depends)
    if(string MATCHES "\\\\(n|u003b|u005b|u005d)")
      _go_container_json_value(value "${string}")
      _go_container_error(
        "${call}"
        "DEPENDS \"${value}\" has a letter that CMake's lists can't hold"
        "Name a target that makes it."
      )
    endif()
  endforeach()
  set(plan_${kind}_depends_${number} "${depends}")
  set(plan_${kind}_generated_${number} ${generated})
  return(PROPAGATE plan_${kind}_depends_${number} plan_${kind}_generated_${number})
endfunction()
