# CAPABILITIES: what Go programs of the image may do without being root's (capabilities(7)).

function(_go_container_plan_capabilities call)
  foreach(string IN LISTS arg_CAPABILITIES)
    _go_container_split_capabilities(path capabilities "${call}" "${string}")
    if(NOT path IN_LIST plan_program_paths)
      list(JOIN plan_program_paths ", " paths)
      _go_container_json_value(value "${path}")
      _go_container_error(
        "${call}"
        "CAPABILITIES \"${value}\" is not a Go program of the image"
        "Give the path of one: ${paths}."
      )
    endif()
    if(path IN_LIST plan_capabilities_paths)
      _go_container_error("${call}" "CAPABILITIES ${path} is given twice" "Give it once.")
    endif()
    list(APPEND plan_capabilities_paths "${path}")
    list(APPEND plan_capabilities "\"${capabilities}\"")
  endforeach()
  return(PROPAGATE plan_capabilities_paths plan_capabilities)
endfunction()

# path: a JSON string; capabilities: as setcap(8) takes them.
function(_go_container_split_capabilities path capabilities call string)
  set(
    known
    "chown|dac_override|dac_read_search|fowner|fsetid|kill|setgid|setuid|setpcap|linux_immutable|net_bind_service"
    "net_broadcast|net_admin|net_raw|ipc_lock|ipc_owner|sys_module|sys_rawio|sys_chroot|sys_ptrace|sys_pacct"
    "sys_admin|sys_boot|sys_nice|sys_resource|sys_time|sys_tty_config|mknod|lease|audit_write|audit_control|setfcap"
    "mac_override|mac_admin|syslog|wake_alarm|block_suspend|audit_read|perfmon|bpf|checkpoint_restore"
  )
  list(JOIN known "|" known)
  set(one "cap_(${known})")
  if(NOT string MATCHES "^\"(/[^=]*)=(${one}(,${one})*=([eip]*[ip][eip]*))\"$")
    _go_container_json_value(value "${string}")
    _go_container_error(
      "${call}"
      "CAPABILITIES \"${value}\" is not <path>=<capability>[,<capability>...]=<flags>"
      "Write the path of a program, names such as cap_net_bind_service, and flags of e, i and p, such as p or ep."
    )
  endif()
  set(${path} "\"${CMAKE_MATCH_1}\"" PARENT_SCOPE)
  set(${capabilities} "${CMAKE_MATCH_2}" PARENT_SCOPE)
endfunction()
