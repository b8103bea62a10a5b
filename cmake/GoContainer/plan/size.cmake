# Sizes as people write them, such as 15MB, and budgets, which may be generator expressions.

# The budgets that are given. A macro, as most values are one size, which is quick.
macro(_go_container_plan_budgets call)
  foreach(_go_container_budget SIZE COMPRESSED_SIZE LAYER_SIZE)
    if(DEFINED arg_MAX_${_go_container_budget})
      string(TOLOWER "plan_max_${_go_container_budget}" _go_container_member)
      if("${arg_MAX_${_go_container_budget}}" MATCHES "^\"([0-9.]+[kKMGiB]*)\"$")
        set(${_go_container_member} "${CMAKE_MATCH_1}")
        _go_container_bytes(
          ${_go_container_member}_bytes
          "${call}"
          MAX_${_go_container_budget}
          "${CMAKE_MATCH_1}"
        )
      else()
        _go_container_plan_budget(
          ${_go_container_member}
          "${call}"
          MAX_${_go_container_budget}
          "${arg_MAX_${_go_container_budget}}"
        )
      endif()
    endif()
  endforeach()
endmacro()

# Sets <member> and <member>_bytes, and for single platforms <member>_platforms, <member>_of_platforms and
# <member>_bytes_of_platforms. Without a budget for all, <member> is empty.
function(_go_container_plan_budget member call option strings)
  unset(given) # it may be a variable of the project
  foreach(string IN LISTS strings)
    _go_container_json_value(value "${string}")
    if(value MATCHES "^(linux/[^=]+)=(.+)$")
      set(size "${CMAKE_MATCH_2}")
      _go_container_platform_of_list(platform "${call}" ${option} "${CMAKE_MATCH_1}")
      _go_container_bytes(bytes "${call}" ${option} "${size}")
      _go_container_default(bytes none) # of a generator expression
      _go_container_json_string(size "${size}")
      list(APPEND ${member}_platforms "${platform}")
      list(APPEND ${member}_of_platforms "${size}")
      list(APPEND ${member}_bytes_of_platforms ${bytes})
    elseif(DEFINED given)
      _go_container_error(
        "${call}"
        "${option} has two values for all platforms, ${given} and ${value}"
        "Give one, and <platform>=<size> for those that differ."
      )
    elseif(NOT value STREQUAL "")
      set(given "${value}")
      _go_container_bytes(${member}_bytes "${call}" ${option} "${value}")
    endif()
  endforeach()
  if(DEFINED given)
    set(${member} "${given}")
  elseif(DEFINED ${member}_platforms)
    set(${member} "")
  endif()
  return(
    PROPAGATE
      ${member}
      ${member}_bytes
      ${member}_platforms
      ${member}_of_platforms
      ${member}_bytes_of_platforms
  )
endfunction()

# MAX_GROWTH and its BASELINE.
function(_go_container_plan_growth call)
  if("${arg_MAX_GROWTH}" STREQUAL "")
    if(DEFINED arg_BASELINE)
      _go_container_error("${call}" "BASELINE needs MAX_GROWTH" "Give both.")
    endif()
    return()
  endif()
  set(plan_max_growth "${arg_MAX_GROWTH}")
  if(plan_max_growth MATCHES "^([0-9]+(\\.[0-9]+)?)%$")
    set(plan_max_growth_percent "${CMAKE_MATCH_1}")
  else()
    set(remedy " Or a percentage: 5%.")
    _go_container_bytes(plan_max_growth_bytes "${call}" MAX_GROWTH "${plan_max_growth}" "${remedy}")
  endif()
  _go_container_default(arg_BASELINE "${plan_name}.size.json")
  set(plan_baseline "${arg_BASELINE}")
  _go_container_source_path(plan_baseline)
  return(PROPAGATE plan_max_growth plan_max_growth_percent plan_max_growth_bytes plan_baseline)
endfunction()

# out: the bytes of the size. Behind it more of a remedy. Those of a generator expression are known when a check runs
# (gocontainer/checks/budget.py), and out is not defined then.
function(_go_container_bytes out call argument size)
  if(size MATCHES "^[1-9][0-9]?[0-9]?MB$") # mostly, and found sooner
    string(REPLACE "MB" "000000" bytes "${size}")
    set(${out} ${bytes} PARENT_SCOPE)
    return()
  endif()
  if(size MATCHES "\\$<")
    unset(${out} PARENT_SCOPE)
    return()
  endif()
  set(units "B;kB;MB;GB;KiB;MiB;GiB")
  set(factors "1;1000;1000000;1000000000;1024;1048576;1073741824")
  set(unit "")
  set(fraction "")
  if(size MATCHES "^[0-9]+$")
    set(unit B)
  elseif(size MATCHES "^[0-9]+(\\.([0-9]+))?([kKMGiB]+)$")
    set(unit "${CMAKE_MATCH_3}")
    if(DEFINED CMAKE_MATCH_2)
      set(fraction "${CMAKE_MATCH_2}")
    endif()
  endif()
  list(FIND units "${unit}" index)
  string(REGEX REPLACE "[^0-9]" "" digits "${size}")
  string(LENGTH "${digits}" length)
  # CMake counts in 64 bits; nine digits of the largest unit fit.
  if(index EQUAL -1 OR length GREATER 9 OR (NOT fraction STREQUAL "" AND index EQUAL 0))
    _go_container_error(
      "${call}"
      "${argument} \"${size}\" is not a size"
      "Write bytes, or a number and a unit (kB, MB, GB, KiB, MiB, GiB) without a space, such as 15MB.${ARGN}"
    )
  endif()
  list(GET factors ${index} factor)
  string(REGEX REPLACE "[0-9]" "0" zeros "${fraction}")
  math(EXPR bytes "${digits} * ${factor} / 1${zeros}")
  set(${out} ${bytes} PARENT_SCOPE)
endfunction()
