# USERS and GROUPS: accounts that the image gets. Names of users and groups become numbers: those that the call
# declares here, those of the base by scripts/accounts.awk in the build, whose input plan_accounts is.

# Before all that has names.
function(_go_container_plan_accounts call)
  if(plan_base STREQUAL "scratch")
    list(APPEND plan_users "root:0:0:/root:/sbin/nologin" "nonroot:65532:65532:/:/sbin/nologin")
    list(APPEND plan_groups "root:0:" "nonroot:65532:")
  endif()
  if(DEFINED arg_USERS OR DEFINED arg_GROUPS)
    _go_container_plan_groups("${call}")
    _go_container_plan_users("${call}")
  endif()
  return(PROPAGATE plan_users plan_groups plan_declared_users plan_declared_groups)
endfunction()

function(_go_container_plan_groups call)
  foreach(string IN LISTS arg_GROUPS)
    string(REPLACE "\"" "" value "${string}")
    if(NOT value MATCHES "^([A-Za-z_][A-Za-z0-9_.-]*):([0-9]+)(:([A-Za-z_][A-Za-z0-9_.:-]*))?$")
      _go_container_json_value(value "${string}")
      _go_container_error(
        "${call}"
        "GROUPS \"${value}\" is not a group"
        "Write <name>:<gid>[:<member>...], names in letters, digits and _ . -"
      )
    endif()
    set(name ${CMAKE_MATCH_1})
    set(gid ${CMAKE_MATCH_2})
    set(members "")
    if(DEFINED CMAKE_MATCH_4)
      string(REPLACE ":" "," members "${CMAKE_MATCH_4}")
    endif()
    _go_container_check_account("${call}" GROUPS ${name} ${gid} "${plan_groups}")
    list(APPEND plan_groups "${name}:${gid}:${members}")
    list(APPEND plan_declared_groups "${name}:${gid}:${members}")
  endforeach()
  return(PROPAGATE plan_groups plan_declared_groups)
endfunction()

function(_go_container_plan_users call)
  set(form "^([A-Za-z_][A-Za-z0-9_.-]*):([0-9]+)(:([0-9]*)(:(/[^:\n]*)?(:(/[^:\n]*)?)?)?)?$")
  foreach(string IN LISTS arg_USERS)
    _go_container_json_value(value "${string}")
    if(NOT value MATCHES "${form}")
      _go_container_error(
        "${call}"
        "USERS \"${value}\" is not a user"
        "Write <name>:<uid>[:<gid>[:<home>[:<shell>]]], the name in letters, digits and _ . -, home and shell as absolute paths."
      )
    endif()
    set(name ${CMAKE_MATCH_1})
    set(uid ${CMAKE_MATCH_2})
    set(gid ${uid})
    set(home /)
    set(shell /sbin/nologin)
    if(DEFINED CMAKE_MATCH_4 AND NOT CMAKE_MATCH_4 STREQUAL "")
      set(gid ${CMAKE_MATCH_4})
    endif()
    if(DEFINED CMAKE_MATCH_6 AND NOT CMAKE_MATCH_6 STREQUAL "")
      set(home "${CMAKE_MATCH_6}")
    endif()
    if(DEFINED CMAKE_MATCH_8 AND NOT CMAKE_MATCH_8 STREQUAL "")
      set(shell "${CMAKE_MATCH_8}")
    endif()
    _go_container_check_account("${call}" USERS ${name} ${uid} "${plan_users}")
    _go_container_check_account_number("${call}" USERS ${name} ${gid})
    _go_container_json_string(user "${name}:${uid}:${gid}:${home}:${shell}")
    string(REGEX REPLACE "^\"(.*)\"$" "\\1" user "${user}") # what would be special in a list is escaped
    list(APPEND plan_users "${user}")
    list(APPEND plan_declared_users "${user}")
  endforeach()
  return(PROPAGATE plan_users plan_declared_users)
endfunction()

# Stops at an account whose name or number another one of these has.
function(
  _go_container_check_account
  call
  option
  name
  number
  there
)
  _go_container_check_account_number("${call}" ${option} ${name} ${number})
  foreach(other IN LISTS there)
    if(other MATCHES "^(${name}:|[^:]*:${number}:)")
      string(REGEX MATCH "^[^:]*:[^:]*" other "${other}")
      _go_container_error(
        "${call}"
        "${option} has ${name}:${number}, but also ${other}"
        "Give each a name and a number of its own; on scratch there are root and nonroot (65532) already."
      )
    endif()
  endforeach()
endfunction()

function(_go_container_check_account_number call option name number)
  string(LENGTH "${number}" length)
  if(length GREATER 10 OR number GREATER 2147483646 OR number MATCHES "^0[0-9]")
    _go_container_error(
      "${call}"
      "${option}: the number of ${name} is ${number}"
      "Give one from 0 to 2147483646."
    )
  endif()
endfunction()

# variable: <user>[:<group>] as numbers. kind is user, where a group that is not given stays so, or owner, where it is that
# of the user, or the same number. A name that only the image has stays as it is, for the build.
function(_go_container_plan_numbers variable call kind)
  string(REGEX REPLACE ":.*" "" user "${${variable}}")
  set(group "")
  if("${${variable}}" MATCHES ":(.+)")
    set(group "${CMAKE_MATCH_1}")
  endif()
  _go_container_account_numbers(uid gid "${user}" "${plan_users}")
  if(NOT group STREQUAL "")
    _go_container_account_numbers(own none "${group}" "${plan_groups}")
    _go_container_account_numbers(none same "${group}" "${plan_users}") # a group of the name of its user
    set(gid "${own}")
    if(own STREQUAL "" AND NOT same STREQUAL "")
      set(gid "${same}")
    endif()
  endif()
  if(NOT uid STREQUAL "" AND kind STREQUAL "user" AND group STREQUAL "")
    set(${variable} "${uid}")
  elseif(NOT uid STREQUAL "" AND NOT gid STREQUAL "")
    set(${variable} "${uid}:${gid}")
  else()
    _go_container_check_account_names("${call}" ${kind} "${${variable}}")
    if(NOT "${kind}:${${variable}}" IN_LIST plan_names)
      list(APPEND plan_names "${kind}:${${variable}}")
    endif()
  endif()
  return(PROPAGATE ${variable} plan_names)
endfunction()

# first, second: the numbers behind a name in these accounts, nothing where it is not there. A number is its own, and
# root is the kernel's, whatever the image has.
function(_go_container_account_numbers first second name accounts)
  set(${first} "" PARENT_SCOPE)
  set(${second} "" PARENT_SCOPE)
  if(name STREQUAL "root")
    set(name 0)
  endif()
  if(name MATCHES "^[0-9]+$")
    set(${first} ${name} PARENT_SCOPE)
    set(${second} ${name} PARENT_SCOPE)
    return()
  endif()
  foreach(entry IN LISTS accounts)
    if(entry MATCHES "^([^:]+):([0-9]+):([0-9]*)" AND CMAKE_MATCH_1 STREQUAL name)
      set(${first} ${CMAKE_MATCH_2} PARENT_SCOPE)
      if(DEFINED CMAKE_MATCH_3)
        set(${second} "${CMAKE_MATCH_3}" PARENT_SCOPE)
      endif()
      return()
    endif()
  endforeach()
endfunction()

# Stops at names that an image on scratch lacks, as no container of it would start.
function(_go_container_check_account_names call kind value)
  _go_container_groups(files FILES) # they may bring other accounts
  if(plan_base STREQUAL "scratch" AND files STREQUAL "")
    string(REPLACE "user" "USER" option "${kind}")
    string(REPLACE "owner" "CHOWN" option "${option}")
    list(TRANSFORM plan_users REPLACE ":.*" "")
    list(TRANSFORM plan_groups REPLACE ":.*" "")
    set(names ${plan_users} ${plan_groups})
    list(REMOVE_DUPLICATES names)
    list(JOIN names ", " names)
    string(REGEX REPLACE ", ([^,]*)$" " and \\1" names "${names}")
    _go_container_error(
      "${call}"
      "${option} is ${value}, but on scratch there are only the users and groups ${names}"
      "Give numbers, such as 65532:65532, or declare the name: USERS <name>:<uid>."
    )
  endif()
endfunction()

# plan_accounts: the lines for scripts/accounts.awk, JSON strings; not defined where it has nothing to do.
function(_go_container_plan_account_lines)
  if(DEFINED plan_declared_users OR DEFINED plan_declared_groups)
    foreach(group IN LISTS plan_groups)
      list(APPEND plan_accounts "\"group:${group}\"")
    endforeach()
    foreach(user IN LISTS plan_users)
      list(APPEND plan_accounts "\"user:${user}\"")
    endforeach()
  endif()
  set(number 0)
  foreach(destination IN LISTS plan_files_destinations)
    if(destination STREQUAL "\"/\"")
      list(APPEND plan_accounts "\"look:context/files/${number}/etc\"")
    elseif(destination STREQUAL "\"/etc\"")
      list(APPEND plan_accounts "\"look:context/files/${number}\"")
    endif()
    math(EXPR number "${number} + 1")
  endforeach()
  set(number 0)
  foreach(name IN LISTS plan_names)
    list(APPEND plan_accounts "\"name:${number}:${name}\"")
    math(EXPR number "${number} + 1")
  endforeach()
  return(PROPAGATE plan_accounts)
endfunction()
