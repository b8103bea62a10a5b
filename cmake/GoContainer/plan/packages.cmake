# Packages of a distribution: PACKAGES for the image, BUILDER_PACKAGES for the stage that compiles.

# What the builder image gets besides git and CA certificates.
function(_go_container_plan_builder_packages call)
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
        "${option}: \"${package}\" is not a package"
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

# Says which BUILDER_PACKAGES a machine that compiles seems to lack. That is not an error, as the names are those of one
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

# PACKAGES of the image.
function(_go_container_plan_image_packages call)
  if(NOT DEFINED arg_PACKAGES)
    _go_container_error(
      "${call}"
      "PACKAGES_LOCK is given without PACKAGES"
      "Give PACKAGES, or leave it out."
    )
  endif()
  if(plan_base STREQUAL "scratch" OR plan_base MATCHES "distroless")
    _go_container_error(
      "${call}"
      "PACKAGES are given, but BASE ${plan_base} has no package manager"
      "Take a base that has apk or apt-get, such as alpine or debian:stable-slim, or bring programs by FILES."
    )
  endif()
  _go_container_package_names(plan_packages "${call}" PACKAGES)
  if(DEFINED arg_PACKAGES_LOCK)
    _go_container_plan_packages_lock("${call}")
  else()
    _go_container_install_command(plan_packages_command "${plan_packages}" "" "")
  endif()
  return(
    PROPAGATE
      plan_packages
      plan_packages_command
      plan_packages_lock
      plan_packages_lock_file
      plan_packages_list_command
  )
endfunction()

# out: the command of a shell that installs the packages in an image, with what comes before and after it. Two runs of
# it write the same files, but for what packages themselves make of the clock or by chance. It does not name the
# container, so that others take the same layer. Lines are joined as a Dockerfile joins them. It begins when the clock of
# files, which moves in steps, is beyond the file start: all that is written from then on is newer.
function(_go_container_install_command out packages before behind)
  string(REPLACE "\"" "" packages "${packages}")
  list(JOIN packages " " packages)
  set(
    text
    [=[
set -e; export LC_ALL=C DEBIAN_FRONTEND=noninteractive SOURCE_DATE_EPOCH=0; \
    work=/go-container-packages; mkdir $work; touch $work/start $work/now; day=$(($(date +%s) / 86400)); \
    while test -z "$(find $work/now -newer $work/start)"; do touch $work/now; done; \
    @before@set -- @packages@; \
    if command -v apk; then apk add --no-cache "$@"; \
    elif command -v apt-get; then apt-get update; apt-get install -y --no-install-recommends "$@"; \
    else echo "The base has neither apk nor apt-get to install $*"; exit 1; fi; \
    @behind@for file in /etc/shadow /etc/shadow-; do \
      if grep -qs ":$day:" $file; then sed -i "s/^\([^:]*:[^:]*\):$day:/\1::/" $file; fi; \
    done; \
    find /var/log /var/cache -type f -newer $work/start ! -name '*.dat' -exec rm -f {} + || true; \
    rm -rf /var/lib/apt/lists/* /var/lib/dpkg/*-old /var/cache/debconf/*-old $work]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()
