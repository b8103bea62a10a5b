# CC: the C compiler of each platform for cgo.

# machine: the architecture of the engine, for which the compiler of the builder is there.
function(_go_container_plan_compilers call machine)
  foreach(string IN LISTS arg_CC)
    _go_container_json_value(value "${string}")
    if(NOT value MATCHES "^([^=]+)=(.+)$")
      _go_container_error(
        "${call}"
        "CC \"${value}\" has the wrong form"
        "Write <platform>=<command>, such as linux/arm64=aarch64-linux-gnu-gcc."
      )
    endif()
    set(command "${CMAKE_MATCH_2}")
    _go_container_platform_of_list(platform "${call}" CC "${CMAKE_MATCH_1}")
    if(platform IN_LIST plan_compilers_platforms)
      _go_container_error("${call}" "CC has two compilers for ${platform}" "Give one.")
    endif()
    string(REGEX REPLACE "gcc((-[0-9]+)?)$" "g++\\1" cxx "${command}")
    string(REGEX REPLACE "clang((-[0-9]+)?)( |$)" "clang++\\1\\3" cxx "${cxx}")
    string(REGEX REPLACE "zig cc( |$)" "zig c++\\1" cxx "${cxx}")
    _go_container_json_string(command "${command}")
    _go_container_json_string(cxx "${cxx}")
    list(APPEND plan_compilers_platforms "${platform}")
    list(APPEND plan_compilers_cc "${command}")
    list(APPEND plan_compilers_cxx "${cxx}")
  endforeach()
  set(missing ${plan_platforms})
  list(REMOVE_ITEM missing "linux/${machine}" ${plan_compilers_platforms})
  if(missing AND plan_go_env MATCHES "\"CGO_ENABLED=1\"")
    list(JOIN missing ", " platforms)
    list(GET missing 0 first)
    _go_container_error(
      "${call}"
      "CGO is ON, but CC has no compiler for ${platforms}"
      "Write CC ${first}=<command>, such as aarch64-linux-gnu-gcc, for each, or leave CGO out."
    )
  endif()
  return(PROPAGATE plan_compilers_platforms plan_compilers_cc plan_compilers_cxx)
endfunction()
