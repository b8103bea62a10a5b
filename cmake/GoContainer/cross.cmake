# Cross compiling: a build on this machine is for what the toolchain file of CMake says.

# out: the architecture, as GOARCH, of what is compiled on this machine: that of the engine, unless a
# toolchain file says another one, which builtin follows.
function(_go_container_cross out call engine architecture)
  set(${out} ${architecture} PARENT_SCOPE)
  if(NOT CMAKE_CROSSCOMPILING)
    return()
  endif()
  if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
    _go_container_error(
      "${call}"
      "CMAKE_TOOLCHAIN_FILE is for ${CMAKE_SYSTEM_NAME}, but images are for Linux"
      "Build the image in a build tree of its own, without that file."
    )
  endif()
  set(
    regexes
    "x86_64|amd64|AMD64"
    "aarch64|arm64"
    "arm.*"
    "i[3-6]86|x86"
    "riscv64"
    "ppc64le"
  )
  set(
    names
    amd64
    arm64
    arm
    386
    riscv64
    ppc64le
  )
  list(APPEND regexes "s390x" "loongarch64" "mips64el" "mips64")
  list(APPEND names s390x loong64 mips64le mips64)
  set(target "")
  foreach(regex name IN ZIP_LISTS regexes names)
    if(target STREQUAL "" AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(${regex})$")
      set(target ${name})
    endif()
  endforeach()
  if(target STREQUAL "")
    _go_container_error(
      "${call}"
      "CMAKE_SYSTEM_PROCESSOR is \"${CMAKE_SYSTEM_PROCESSOR}\", which is no architecture of Go"
      "Set it in the toolchain file, such as x86_64 or aarch64."
    )
  endif()
  if(NOT engine STREQUAL "builtin" AND NOT target STREQUAL architecture)
    _go_container_error(
      "${call}"
      "the toolchain file is for ${target}, but the engine ${engine} makes images for ${architecture}"
      "Use the engine builtin, or an engine on a machine of that architecture."
    )
  endif()
  set(${out} ${target} PARENT_SCOPE)
endfunction()
