# PACKAGES_LOCK: the file that pins all packages that come in.

# The commands that install by the lock, and that list what comes in without it.
function(_go_container_plan_packages_lock call)
  set(file "${arg_PACKAGES_LOCK}")
  cmake_path(ABSOLUTE_PATH file NORMALIZE)
  set(watched "${file}")
  if(NOT EXISTS "${file}") # CMake would forget it, but a directory changes when it gets a file
    cmake_path(GET file PARENT_PATH watched)
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${watched}")
  set(plan_packages_lock_file "${file}")
  _go_container_read_packages_lock(lock missing "${call}" "${file}")

  # Names and versions in lines, sorted: those that were there before, and those that came in.
  set(
    before
    [=[
list() { { sed -n '/^P:/{s/^P://;h;};/^V:/{s/^V:/=/;H;x;s/\n//p;}' /lib/apk/db/installed 2>/dev/null || true; \
      dpkg-query -W -f '${Package}=${Version}\n' 2>/dev/null || true; } | sort; }; \
    list >$work/before; ]=]
  )
  set(came "list | comm -13 $work/before - ")
  _go_container_install_command(
    plan_packages_list_command
    "${plan_packages}"
    "${before}"
    "${came}>/go-container-packages.list; \\\n    "
  )
  if(missing)
    # An error of the build, as the target that writes the file must be there.
    list(JOIN missing ", " missing)
    _go_container_shell_word(
      told
      "PACKAGES_LOCK ${arg_PACKAGES_LOCK} lacks ${missing}. Write it again: build the target <name>-packages-lock."
    )
    set(plan_packages_command "echo ${told}; exit 1")
  else()
    set(plan_packages_lock "${lock}")
    string(REPLACE "\"" "" words "${lock}")
    list(JOIN words " " words)
    _go_container_shell_word(file "${arg_PACKAGES_LOCK}")
    set(
      behind
      [=[
>$work/came; printf '%s\n' @words@ | grep -vxFf - $work/came >$work/others || true; \
    if test -s $work/others; then \
      echo 'PACKAGES_LOCK' @file@ 'does not have what came in:' $(cat $work/others); \
      echo 'Write it again: build the target <name>-packages-lock.'; exit 1; \
    fi; \
    ]=]
    )
    string(CONFIGURE "${behind}" behind @ONLY)
    _go_container_install_command(plan_packages_command "${lock}" "${before}" "${came}${behind}")
  endif()
  return(
    PROPAGATE
      plan_packages_command
      plan_packages_lock
      plan_packages_lock_file
      plan_packages_list_command
  )
endfunction()

# lock: the packages of the file, as JSON strings; missing: those of PACKAGES that it lacks.
function(_go_container_read_packages_lock lock missing call file)
  set(lines "")
  if(EXISTS "${file}" AND NOT IS_DIRECTORY "${file}")
    file(STRINGS "${file}" lines)
    list(FILTER lines EXCLUDE REGEX "^(#.*)?$")
  endif()
  foreach(line IN LISTS lines)
    if(NOT line MATCHES "^[A-Za-z0-9][A-Za-z0-9_.+-]*=[A-Za-z0-9][A-Za-z0-9_.+~:-]*$")
      _go_container_error(
        "${call}"
        "PACKAGES_LOCK ${arg_PACKAGES_LOCK} has the line \"${line}\""
        "Remove the file, and write it again: build the target <name>-packages-lock."
      )
    endif()
  endforeach()
  set(lacks "")
  foreach(string IN LISTS plan_packages)
    string(REPLACE "\"" "" package "${string}")
    set(there FALSE)
    if(package MATCHES "=" AND package IN_LIST lines)
      set(there TRUE)
    elseif(NOT package MATCHES "=")
      string(REGEX REPLACE "([.+])" "\\\\\\1" regex "${package}")
      if(";${lines};" MATCHES ";${regex}=")
        set(there TRUE)
      endif()
    endif()
    if(NOT there)
      list(APPEND lacks "${package}")
    endif()
  endforeach()
  list(TRANSFORM lines REPLACE "(.+)" "\"\\1\"")
  set(${lock} "${lines}" PARENT_SCOPE)
  set(${missing} "${lacks}" PARENT_SCOPE)
endfunction()
