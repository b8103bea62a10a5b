# What can't arrive as it is written: line breaks in what the Dockerfile's shell gets, text that is not UTF-8, and
# what is too long.

# Stops at a line break in what the go command gets. Go itself would take it, but it ends an instruction of a
# Dockerfile.
function(_go_container_check_line_breaks call)
  set(lists "${arg_LDFLAGS}${arg_GCFLAGS}${arg_GO_FLAGS}${arg_GO_ENV}${arg_STAMP}")
  if(NOT "${lists}" MATCHES "\\\\n" AND NOT "${arg_PACKAGE}${arg_VERSION_VARIABLE}" MATCHES "\n")
    return()
  endif()
  foreach(
    option
    PACKAGE
    VERSION_VARIABLE
    LDFLAGS
    GCFLAGS
    GO_FLAGS
    GO_ENV
    STAMP
  )
    foreach(string IN LISTS arg_${option})
      if(string MATCHES "\n|\\\\n")
        _go_container_json_text(string "${string}")
        _go_container_error(
          "${call}"
          "${option} has a line break in ${string}"
          "Write it on one line: an instruction of a Dockerfile ends there."
        )
      endif()
    endforeach()
  endforeach()
endfunction()

# Stops at the text of a plan that is not UTF-8, as JSON must be, and at words that no program can be started with.
function(_go_container_check_plan call text)
  string(ASCII 127 last)
  if(text MATCHES "[^\n -${last}]")
    _go_container_check_utf8("${call}" "${text}")
  endif()
  string(LENGTH "${text}" length)
  if(length GREATER 131000)
    _go_container_check_words("${call}")
  endif()
endfunction()

function(_go_container_check_utf8 call text)
  set(tail "[89ab].")
  set(two "(c[2-9a-f]|d.)${tail}")
  set(three "(e0[ab].|e[1-9a-cef]${tail}|ed[89].)${tail}")
  set(four "(f0[9ab].|f[1-3]${tail}|f48.)${tail}${tail}")
  string(HEX "${text}" digits)
  # From the left to the right, so it finds characters where they begin.
  string(REGEX REPLACE "[0-7].|${two}|${three}|${four}" "" wrong "${digits}")
  if(wrong STREQUAL "")
    return()
  endif()
  string(SUBSTRING "${wrong}" 0 2 byte)
  string(REGEX MATCH "[^\n]*[^\n\t -~][^\n]*" line "${text}")
  string(REGEX REPLACE "[^ -~]+" "?" line "${line}")
  string(STRIP "${line}" line)
  _go_container_error(
    "${call}"
    "a value or a path is not UTF-8, by its byte 0x${byte}: ${line}"
    "Write it in UTF-8."
  )
endfunction()

# Linux takes no word of a command, and no variable of the environment, of more bytes than 131,071.
function(_go_container_check_words call)
  foreach(
    option
    CMD
    ENTRYPOINT
    HEALTHCHECK
    ENV
    GO_ENV
    GO_FLAGS
    LDFLAGS
    GCFLAGS
  )
    foreach(string IN LISTS arg_${option})
      _go_container_json_value(value "${string}")
      string(LENGTH "${value}" length)
      if(length GREATER 131071)
        string(SUBSTRING "${value}" 0 40 value)
        _go_container_error(
          "${call}"
          "${option} has a word of ${length} bytes, ${value}…"
          "Write at most 131071, or give it in a file: Linux starts no program with a longer one."
        )
      endif()
    endforeach()
  endforeach()
endfunction()
