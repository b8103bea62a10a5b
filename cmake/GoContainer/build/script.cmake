# The commands that build a container are in a script of its directory. Ninja shows the whole command of a rule that
# fails: as a script it is a line, and no screenful. And the script tells how to build by hand.

# Writes <directory>/build.sh, which runs the words of the variable <commands>: COMMAND <command>... [EXPLAIN
# <argument>...] [COMMAND ...]... Behind EXPLAIN stand arguments for scripts/explain_failure.cmake, which runs where the
# command failed. With a word after it, the script runs those of the variable <modules> instead, where it is defined;
# there @do@ stands for the word. The file changes if the commands do, so a build depends on it.
function(_go_container_script directory commands_of modules_of)
  set(
    text
    "# Builds ${plan_name}. GoContainer writes this file at configure time, so change the call, not the file.\nset -e\n"
  )
  if(NOT "${plan_unpinned}" STREQUAL "")
    _go_container_unpinned_lines(lines)
    string(APPEND text "${lines}")
  endif()
  if(DEFINED ${modules_of})
    _go_container_shell_explain(explain)
    set(words ${${modules_of}} ELSE ${${commands_of}})
    _go_container_shell_lines()
    string(REPLACE "\n" "\n    " lines "${lines}")
    string(REPLACE " ELSE\n" "\nelse\n" lines "${lines}")
    string(REPLACE "@do@" "\"$1\"" lines "${lines}")
    string(
      APPEND text
      "call='add_go_container(${plan_name})' host=${plan_host_build}\n"
      "${explain}"
      "if [ $# != 0 ]; then # only the modules\n    ${lines}\nfi\n"
    )
  else()
    set(words ${${commands_of}})
    _go_container_shell_lines()
    string(APPEND text "${lines}\n")
  endif()
  if(directory MATCHES "^(.*/)[$]<CONFIG>$")
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES)
      string(REPLACE "$<CONFIG>" "${config}" own "${text}")
      _go_container_write("${CMAKE_MATCH_1}${config}/build.sh" "${own}")
    endforeach()
  else()
    _go_container_write("${directory}/build.sh" "${text}")
  endif()
endfunction()

# Sets lines to the words of the caller, as lines of the shell. A macro, as handing many words on takes long.
macro(_go_container_shell_lines)
  # As _go_container_shell_word() has it; mostly no word needs quotes, and all are done at once.
  if("${words}" MATCHES "[^A-Za-z0-9_./=:@%+,;-]")
    list(TRANSFORM words REPLACE "'" "'\\\\''")
    list(TRANSFORM words REPLACE "^.*[^A-Za-z0-9_./=:@%+,-].*$" "'\\0'")
    list(TRANSFORM words REPLACE "^--.*$" "\\\\\n    \\0")
    list(JOIN words " " lines)
  else()
    list(JOIN words " " lines)
    string(REPLACE " --" " \\\n    --" lines "${lines}")
  endif()
  string(REPLACE " EXPLAIN" " \\\n    || explain" lines " ${lines}")
  string(REPLACE " COMMAND " "\n" lines "${lines}")
  string(STRIP "${lines}" lines)
endmacro()

# out: the function of the shell that runs scripts/explain_failure.cmake.
function(_go_container_shell_explain out)
  get_property(text GLOBAL PROPERTY _go_container_shell_explain)
  if(NOT text)
    _go_container_place(script scripts/explain_failure.cmake)
    _go_container_shell_word(script "${script}")
    _go_container_shell_word(cmake "${CMAKE_COMMAND}")
    set(
      text
      [=[
explain() { # [-D <variable>=<value>]...: says why the command before it failed, where that is known
    @cmake@ -D "status=$?" -D "call=$call" -D "host=$host" -D "script=$0" "$@" \
        -P @script@
    exit 1
}
]=]
    )
    string(CONFIGURE "${text}" text @ONLY)
    set_property(GLOBAL PROPERTY _go_container_shell_explain "${text}")
  endif()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()
