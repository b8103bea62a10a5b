# Flags by which other programs, sources or checksums go into a program: only the call itself may have them. A
# variable reaches calls whose author does not know of it, and the environment all of them.

# Stops at such a flag in a variable GO_CONTAINER_<OPTION>, in GOFLAGS of the environment or in a secret. Reads the arg_
# variables of the caller.
function(_go_container_check_explicit_flags call)
  foreach(option GO_FLAGS LDFLAGS TEST_FLAGS)
    if(option IN_LIST arg_FROM_VARIABLES)
      string(REGEX REPLACE "\";\"|^\"|\"$" " " words "${arg_${option}}")
      _go_container_check_explicit("${call}" GO_CONTAINER_${option} "${words}" ${option})
    endif()
  endforeach()
  foreach(string IN LISTS arg_GO_ENV)
    if(string STREQUAL "\"GOFLAGS\"")
      _go_container_environment(words GOFLAGS)
      _go_container_check_explicit("${call}" "GOFLAGS of the environment" "${words}" GO_FLAGS)
    elseif(GO_ENV IN_LIST arg_FROM_VARIABLES AND string MATCHES "^\"GOFLAGS=")
      _go_container_json_value(variable "${string}")
      string(REGEX REPLACE "^GOFLAGS=" "" words "${variable}")
      _go_container_check_explicit("${call}" "GOFLAGS of GO_CONTAINER_GO_ENV" "${words}" GO_FLAGS)
    endif()
  endforeach()
  if(DEFINED arg_SECRETS AND arg_SECRETS MATCHES "(^|;)\"id=GOFLAGS,")
    _go_container_error(
      "${call}"
      "SECRETS has GOFLAGS, whose flags nobody would see"
      "Write the flags as GO_FLAGS, which are not secret."
    )
  endif()
endfunction()

# The same expression is in gocontainer/go/explicit_flags.py and, for a shell, in dockerfile/secrets.cmake.
function(_go_container_check_explicit call where words option)
  if(
    " ${words}"
      MATCHES
      "[ '\"=](--?(toolexec|overlay|modfile|pkgdir|exec|vettool|extld)([ =][^ '\"]*|$)|--?mod=mod)"
  )
    _go_container_error(
      "${call}"
      "${where} has ${CMAKE_MATCH_1}, which changes the programs, sources or checksums of a build"
      "Write it in the call, as ${option}, or remove it: only the call itself may say so."
    )
  endif()
endfunction()
