# STOPSIGNAL.

# Stops at what docker takes for no signal: it takes numbers, and names in any case, with SIG or without.
function(_go_container_check_stopsignal call)
  string(TOUPPER "${arg_STOPSIGNAL}" signal)
  string(REGEX REPLACE "^SIG" "" signal "${signal}")
  set(
    names
    "ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL|PROF|PWR|QUIT|SEGV|STKFLT|STOP|SYS|TERM"
    "TRAP|TSTP|TTIN|TTOU|URG|USR[12]|VTALRM|WINCH|XCPU|XFSZ|RTMIN([+]([1-9]|1[0-5]))?|RTMAX(-([1-9]|1[0-4]))?"
  )
  list(JOIN names "|" names)
  if(NOT signal MATCHES "^(${names})$" AND NOT arg_STOPSIGNAL MATCHES "^([1-9]|[1-5][0-9]|6[0-4])$")
    _go_container_error(
      "${call}"
      "STOPSIGNAL \"${arg_STOPSIGNAL}\" is not a signal"
      "Write a name such as SIGINT or SIGRTMIN+3, or a number from 1 to 64."
    )
  endif()
endfunction()
