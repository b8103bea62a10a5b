# Cross compiling: a build on this machine is for what the toolchain file of CMake says.

# PLATFORMS says what the image is for. Else the architecture is that of the engine, as GOARCH, unless the program is
# compiled on this machine and a toolchain file says another one, which some engines follow. The variables of the go
# command get what else its processor needs.
function(_go_container_plan_architecture call architecture)
  if(DEFINED plan_platforms)
    _go_container_plan_platform_of_machine("${call}" ${architecture})
    return(PROPAGATE plan_architecture plan_variant plan_platforms plan_go_env)
  endif()
  set(plan_architecture ${architecture})
  if(CMAKE_CROSSCOMPILING AND plan_host_build)
    _go_container_cross("${call}")
  endif()
  # The variant of ARM that the program is for, where the image can tell it.
  if(plan_architecture STREQUAL "arm")
    _go_container_engine_facts_of(${plan_engine} cross)
    if(fact_cross AND plan_go_env MATCHES "\"GOARM=([567])")
      set(plan_variant v${CMAKE_MATCH_1})
    endif()
  endif()
  return(PROPAGATE plan_architecture plan_variant plan_go_env)
endfunction()

function(_go_container_cross call)
  if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
    _go_container_error(
      "${call}"
      "CMAKE_TOOLCHAIN_FILE is for ${CMAKE_SYSTEM_NAME}, but images are for Linux"
      "Build the image in a build tree of its own, without that file."
    )
  endif()
  string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" processor)
  _go_container_processor(target setting "${processor}")
  if(target STREQUAL "")
    _go_container_error(
      "${call}"
      "CMAKE_SYSTEM_PROCESSOR is \"${CMAKE_SYSTEM_PROCESSOR}\", which is not an architecture of Go"
      "Set it in the toolchain file, such as x86_64 or aarch64."
    )
  endif()
  _go_container_engine_facts_of(${plan_engine} cross)
  if(NOT fact_cross AND NOT target STREQUAL plan_architecture)
    _go_container_error(
      "${call}"
      "the toolchain file is for ${target}, but the engine ${plan_engine} makes images for ${plan_architecture}"
      "Use the engine builtin, or an engine on a machine of that architecture."
    )
  endif()
  set(plan_architecture ${target})
  string(REGEX MATCH "^[^=]+" name "${setting}")
  if(NOT setting STREQUAL "" AND NOT "${arg_GO_ENV}" MATCHES "(^|;)\"${name}[=\"]")
    list(APPEND plan_go_env "\"${setting}\"")
  endif()
  return(PROPAGATE plan_architecture plan_go_env)
endfunction()

# target: the GOARCH of a processor, or nothing. setting: what else go must know, such as GOARM=6, so that the
# processor runs the program.
function(_go_container_processor target setting processor)
  set(
    regexes
    "x86_64|amd64"
    "aarch64|arm64"
    "arm(el|v5[^b]*)"
    "armv6[^b]*"
    "arm(hf|v7[^b]*|v8[^b]*)?"
    "i[45]86"
    "i[36]86|x86"
    "riscv64"
    "ppc64le"
    "ppc64"
    "s390x"
    "loongarch64"
    "mips64el"
    "mips64"
    "mips(32)?el"
    "mips(32)?"
  )
  set(
    names
    amd64
    arm64
    arm:GOARM=5
    arm:GOARM=6
    arm:GOARM=7
    386:GO386=softfloat # without SSE2
    386
    riscv64
    ppc64le
    ppc64
    s390x
    loong64
    mips64le
    mips64
    mipsle
    mips
  )
  set(${target} "" PARENT_SCOPE)
  set(${setting} "" PARENT_SCOPE)
  foreach(regex name IN ZIP_LISTS regexes names)
    if(processor MATCHES "^(${regex})$")
      if(name MATCHES "^(.*):(.*)$")
        set(name "${CMAKE_MATCH_1}")
        set(${setting} "${CMAKE_MATCH_2}" PARENT_SCOPE)
      endif()
      set(${target} "${name}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()
