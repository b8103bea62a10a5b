# Packages of a distribution: PACKAGES for the image, BUILDER_PACKAGES for the stage that compiles.

# What the builder image gets besides git and CA certificates.
function(_go_container_plan_builder_packages call)
  if(NOT DEFINED arg_BUILDER_PACKAGES)
    return()
  endif()
  _go_container_package_names(plan_builder_packages "${call}" BUILDER_PACKAGES)
  if(plan_host_build)
    _go_container_tell_missing_packages("${call}")
  endif()
  return(PROPAGATE plan_builder_packages)
endfunction()

# out: the JSON strings of the option, sorted, each once.
function(_go_container_package_names out call option)
  set(names "")
  set(packages "")
  foreach(string IN LISTS arg_${option})
    if(NOT string MATCHES "^\"([A-Za-z0-9][A-Za-z0-9_.+-]*)(=[A-Za-z0-9][A-Za-z0-9_.+~:-]*)?\"$")
      _go_container_json_value(package "${string}")
      _go_container_error(
        "${call}"
        "${option}: \"${package}\" is no package"
        "Write <name> or <name>=<version>."
      )
    endif()
    set(name "${CMAKE_MATCH_1}")
    if(name IN_LIST names AND NOT string IN_LIST packages)
      _go_container_error("${call}" "${option} has ${name} in two versions" "Give it once.")
    endif()
    list(APPEND names "${name}")
    list(APPEND packages "${string}")
  endforeach()
  list(REMOVE_DUPLICATES packages)
  list(SORT packages)
  set(${out} "${packages}" PARENT_SCOPE)
endfunction()

# Says which BUILDER_PACKAGES a machine that compiles seems to lack. That is no error, as the names are those of one
# distribution: build-base of Alpine is build-essential on Debian.
function(_go_container_tell_missing_packages call)
  set(missing "")
  foreach(string IN LISTS plan_builder_packages)
    string(REGEX REPLACE "^\"([^=\"]*).*" "\\1" name "${string}")
    get_property(known GLOBAL PROPERTY _go_container_package_${name})
    if(NOT known)
      set_property(GLOBAL PROPERTY _go_container_package_${name} TRUE)
      _go_container_machine_has(there ${name})
      if(NOT there)
        list(APPEND missing ${name})
      endif()
    endif()
  endforeach()
  if(missing)
    list(JOIN missing ", " missing)
    message(
      STATUS
      "GoContainer: ${call}: this machine compiles, and has neither a program nor a package of the name ${missing} (BUILDER_PACKAGES). If the build fails, install what serves for it."
    )
  endif()
endfunction()

# out: whether this machine has a program, or a package of Debian or Alpine, of that name.
function(_go_container_machine_has out name)
  find_program(program NAMES ${name} NO_CACHE)
  file(GLOB listed "/var/lib/dpkg/info/${name}.list" "/var/lib/dpkg/info/${name}:*.list")
  set(installed "")
  if(EXISTS /lib/apk/db/installed)
    string(REGEX REPLACE "([.+])" "\\\\\\1" regex "${name}")
    file(STRINGS /lib/apk/db/installed installed REGEX "^P:${regex}$")
  endif()
  set(${out} FALSE PARENT_SCOPE)
  if(program OR listed OR installed)
    set(${out} TRUE PARENT_SCOPE)
  endif()
endfunction()
