# PLATFORMS: what the image is for. For several it is an index, with one image for each.

# Sets plan_platforms, each <os>/<architecture>[/<variant>].
function(_go_container_plan_platforms call)
  set(plan_platforms "")
  foreach(string IN LISTS arg_PLATFORMS)
    _go_container_json_value(given "${string}")
    _go_container_platform(platform "${call}" "${given}")
    if(platform IN_LIST plan_platforms)
      _go_container_error("${call}" "PLATFORMS: ${platform} is there twice" "Write it once.")
    endif()
    list(APPEND plan_platforms "${platform}")
  endforeach()
  list(LENGTH plan_platforms count)
  set(several FALSE)
  if(count GREATER 1)
    set(several TRUE)
  endif()
  foreach(option LINK_LIBRARIES RUNTIME_LIBRARIES)
    if(several AND arg_${option})
      list(JOIN plan_platforms ", " platforms)
      _go_container_error(
        "${call}"
        "${option} is given, but PLATFORMS has ${platforms}"
        "Give one platform: the libraries of this build are for one."
      )
    endif()
  endforeach()
  return(PROPAGATE plan_platforms)
endfunction()

# out: the platform, in the one way of several to write it.
function(_go_container_platform out call given)
  set(
    architectures
    amd64
    arm64
    arm
    386
    riscv64
    ppc64le
    s390x
    loong64
    mips64le
    mips64
    mipsle
    mips
    ppc64
  )
  if(NOT given MATCHES "^([a-z0-9]+)/([a-z0-9_]+)(/(v[0-9]))?$")
    _go_container_error(
      "${call}"
      "PLATFORMS: \"${given}\" is not a platform"
      "Write linux/<architecture>[/<variant>], such as linux/arm64 or linux/arm/v7."
    )
  endif()
  set(architecture "${CMAKE_MATCH_2}")
  set(variant "")
  if(DEFINED CMAKE_MATCH_4)
    set(variant "${CMAKE_MATCH_4}")
  endif()
  if(NOT CMAKE_MATCH_1 STREQUAL "linux")
    _go_container_error(
      "${call}"
      "PLATFORMS: ${given} is for ${CMAKE_MATCH_1}, but images are for Linux"
      "Write linux/${architecture}."
    )
  endif()
  if(NOT architecture IN_LIST architectures)
    list(JOIN architectures ", " known)
    set(remedy "Write one of ${known}.")
    _go_container_processor(meant setting "${architecture}")
    if(NOT meant STREQUAL "")
      set(remedy "Write linux/${meant}.")
    endif()
    _go_container_error(
      "${call}"
      "PLATFORMS: ${given} has an architecture that Go does not know"
      "${remedy}"
    )
  endif()
  # The variants of each, of which the first is the one that is meant without, and the name of which is not written.
  set(of_arm64 v8)
  set(of_amd64 v1 v2 v3 v4)
  set(of_arm v7 v6 v5)
  if(variant STREQUAL "" AND architecture STREQUAL "arm")
    set(variant v7)
  elseif(NOT variant STREQUAL "" AND NOT variant IN_LIST of_${architecture})
    set(remedy "Write linux/${architecture}.")
    if(DEFINED of_${architecture})
      list(JOIN of_${architecture} ", " variants)
      set(remedy "The variants of ${architecture} are ${variants}.")
    endif()
    _go_container_error(
      "${call}"
      "PLATFORMS: ${given} is a variant that Go does not know"
      "${remedy}"
    )
  endif()
  if("${architecture}/${variant}" MATCHES "^(arm64/v8|amd64/v1)$")
    set(variant "")
  endif()
  set(platform "linux/${architecture}")
  if(NOT variant STREQUAL "")
    string(APPEND platform "/${variant}")
  endif()
  set(${out} "${platform}" PARENT_SCOPE)
endfunction()

# Sets plan_architecture and plan_variant to those of the machine's platform, where it is among PLATFORMS, else of the
# first one. Of one platform, the go command gets its variant here. Unsets plan_platforms where it says nothing new.
function(_go_container_plan_platform_of_machine call machine)
  set(own "linux/${machine}")
  list(GET plan_platforms 0 platform)
  if(own IN_LIST plan_platforms)
    set(platform "${own}")
  endif()
  _go_container_platform_parts(plan_architecture plan_variant "${platform}")
  foreach(each IN LISTS plan_platforms)
    _go_container_platform_setting(setting "${each}")
    if(NOT setting STREQUAL "")
      string(REGEX MATCH "^[^=]+" name "${setting}")
      if("${plan_go_env}" MATCHES "\"${name}=([^\"]*)\"" OR "\"${name}\"" IN_LIST plan_go_pass_env)
        _go_container_error(
          "${call}"
          "GO_ENV has ${name}, but PLATFORMS says it for ${each}"
          "Remove it from GO_ENV."
        )
      endif()
    endif()
  endforeach()
  list(LENGTH plan_platforms count)
  if(count EQUAL 1)
    if(plan_host_build AND DEFINED plan_compilers_platforms)
      string(REGEX REPLACE "^\"" "\"CC=" cc "${plan_compilers_cc}")
      string(REGEX REPLACE "^\"" "\"CXX=" cxx "${plan_compilers_cxx}")
      list(APPEND plan_go_env "${cc}" "${cxx}")
    endif()
    if(NOT setting STREQUAL "")
      list(APPEND plan_go_env "\"${setting}\"")
    elseif(platform STREQUAL own)
      unset(plan_platforms)
    endif()
  endif()
  return(PROPAGATE plan_architecture plan_variant plan_go_env plan_platforms)
endfunction()

# architecture, variant: those of a platform; the variant is not defined where there is none.
function(_go_container_platform_parts architecture variant platform)
  string(REGEX MATCH "^linux/([^/]+)(/(.+))?$" platform "${platform}")
  set(${architecture} "${CMAKE_MATCH_1}" PARENT_SCOPE)
  if(CMAKE_MATCH_3)
    set(${variant} "${CMAKE_MATCH_3}" PARENT_SCOPE)
  else()
    unset(${variant} PARENT_SCOPE)
  endif()
endfunction()

# out: what the go command must know of the variant, such as GOARM=6, or nothing.
function(_go_container_platform_setting out platform)
  set(${out} "" PARENT_SCOPE)
  if(platform MATCHES "^linux/arm/v(.)$")
    set(${out} "GOARM=${CMAKE_MATCH_1}" PARENT_SCOPE)
  elseif(platform MATCHES "^linux/amd64/(v.)$")
    set(${out} "GOAMD64=${CMAKE_MATCH_1}" PARENT_SCOPE)
  endif()
endfunction()

# out: the platform of the plan, of several the one of the machine.
function(_go_container_platform_of_plan out)
  set(platform "linux/${plan_architecture}")
  if(DEFINED plan_variant)
    string(APPEND platform "/${plan_variant}")
  endif()
  set(${out} "${platform}" PARENT_SCOPE)
endfunction()

# out: the platform in names of tests and tags, such as armv7.
function(_go_container_platform_suffix out platform)
  string(REGEX REPLACE "^linux/" "" suffix "${platform}")
  string(REPLACE "/" "" suffix "${suffix}")
  set(${out} "${suffix}" PARENT_SCOPE)
endfunction()

# out: the platform of an option's value, which must be among PLATFORMS.
function(_go_container_platform_of_list out call option given)
  _go_container_platform(platform "${call}" "${given}")
  if(NOT platform IN_LIST plan_platforms)
    _go_container_error(
      "${call}"
      "${option} has a value for ${platform}, which is not among PLATFORMS"
      "Add it there, or remove the value."
    )
  endif()
  set(${out} "${platform}" PARENT_SCOPE)
endfunction()
