# Values as words of a Dockerfile, and of the shell in it.

# The JSON strings as words of the shell.
function(_go_container_dockerfile_words out strings)
  set(words "")
  foreach(string IN LISTS strings)
    if(string MATCHES "^\"([A-Za-z0-9_./:=@%+,-]+)\"$") # as _go_container_shell_word() has it
      string(APPEND words " ${CMAKE_MATCH_1}")
    else()
      _go_container_json_value(value "${string}")
      _go_container_shell_word(word "${value}")
      string(APPEND words " ${word}")
    endif()
  endforeach()
  string(STRIP "${words}" words)
  set(${out} "${words}" PARENT_SCOPE)
endfunction()

# A value as one word of the shell.
function(_go_container_shell_word out value)
  if(NOT value MATCHES "^[A-Za-z0-9_./=:@%+,-]+$")
    string(REPLACE "'" "'\\''" value "${value}")
    set(value "'${value}'")
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# out: the value as one word of a Dockerfile, where $, quotes and backslashes mean something.
function(_go_container_dockerfile_word out value)
  if(NOT value MATCHES "^[A-Za-z0-9_./:@%+,=-]+$")
    _go_container_dockerfile_escaped(value "${value}")
    set(value "\"${value}\"")
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# out: the value as it stands between the quotes of a word.
function(_go_container_dockerfile_escaped out value)
  string(REGEX REPLACE "([\\\\\"$])" "\\\\\\1" value "${value}")
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# out: a list of JSON strings as a person would write it in an array.
function(_go_container_dockerfile_array out strings)
  _go_container_json_array(array "${strings}")
  _go_container_json_text(array "${array}")
  set(${out} "${array}" PARENT_SCOPE)
endfunction()
