# The instructions of a Dockerfile that give the image its config.

# out: those for the plan's config; from says where COPY finds what the builder made. empty: whether that is to
# be an empty directory, too. WORKDIR stands before USER, so that a directory which it makes is root's;
# ENTRYPOINT before CMD, as it resets the CMD of the base.
function(_go_container_dockerfile_config out empty plan from)
  set(text "")
  set(${empty} FALSE PARENT_SCOPE)
  set(
    members
    "Labels;Env;ExposedPorts;Volumes;WorkingDir;StopSignal;Healthcheck;User;Entrypoint;Cmd"
  )
  set(kinds "labels;env;ports;volumes;workdir;word;healthcheck;word;exec;exec")
  set(instructions "LABEL;ENV;EXPOSE;VOLUME;WORKDIR;STOPSIGNAL;HEALTHCHECK;USER;ENTRYPOINT;CMD")
  foreach(member kind instruction IN ZIP_LISTS members kinds instructions)
    if(plan MATCHES "\n    \"${member}\": ") # sooner than a parser; the plan has each on a line of its own
      if(plan MATCHES "\n    \"${member}\": (\"([^\n\"\\]*)\"|(\\[[^\n]*\\])),?\n")
        set(value "${CMAKE_MATCH_2}${CMAKE_MATCH_3}")
      else()
        string(JSON value GET "${plan}" config ${member})
      endif()
      cmake_language(
        CALL _go_container_instruction_${kind}
        line
        ${instruction}
        "${value}"
        "${from}"
      )
      string(APPEND text "${line}")
      if(kind STREQUAL "workdir" AND NOT value STREQUAL "/")
        set(${empty} TRUE PARENT_SCOPE)
      endif()
    endif()
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
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

# The instructions, each of one member of the config; <instruction> is the first word of the line. Only
# WORKDIR needs <from>.

function(_go_container_instruction_word out instruction value)
  _go_container_dockerfile_word(value "${value}")
  set(${out} "${instruction} ${value}\n" PARENT_SCOPE)
endfunction()

function(_go_container_instruction_exec out instruction array)
  _go_container_json_strings(words "${array}")
  _go_container_dockerfile_array(array "${words}")
  set(${out} "${instruction} ${array}\n" PARENT_SCOPE)
endfunction()

# Before WORKDIR stands what makes the directory, which buildah's WORKDIR does not.
function(_go_container_instruction_workdir out instruction path from)
  _go_container_instruction_word(text ${instruction} "${path}")
  if(NOT path STREQUAL "/")
    _go_container_dockerfile_word(path "${path}/")
    _go_container_json_string(path "${path}")
    _go_container_dockerfile_array(array "\"/empty/\";${path}")
    string(PREPEND text "COPY ${from}${array}\n")
  endif()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# All pairs in one instruction, one a line.
function(_go_container_instruction_env out instruction pairs)
  string(JSON count LENGTH "${pairs}")
  set(index 0)
  while(index LESS count)
    string(JSON pair GET "${pairs}" ${index})
    _go_container_dockerfile_escaped(pair "${pair}")
    string(REGEX REPLACE "^([^=]*)=(.*)$" "\\1=\"\\2\"" pair "${pair}")
    string(APPEND instruction " \\\n    ${pair}")
    math(EXPR index "${index} + 1")
  endwhile()
  set(${out} "${instruction}\n" PARENT_SCOPE)
endfunction()

function(_go_container_instruction_labels out instruction labels)
  string(JSON count LENGTH "${labels}")
  set(index 0)
  while(index LESS count)
    string(JSON key MEMBER "${labels}" ${index})
    string(JSON value GET "${labels}" "${key}")
    _go_container_dockerfile_escaped(value "${value}")
    string(APPEND instruction " \\\n    ${key}=\"${value}\"")
    math(EXPR index "${index} + 1")
  endwhile()
  set(${out} "${instruction}\n" PARENT_SCOPE)
endfunction()

function(_go_container_instruction_ports out instruction ports)
  _go_container_json_each(ports MEMBER "${ports}")
  list(JOIN ports " " ports)
  string(REPLACE "\"" "" ports "${ports}")
  set(${out} "${instruction} ${ports}\n" PARENT_SCOPE)
endfunction()

function(_go_container_instruction_volumes out instruction volumes)
  _go_container_json_each(paths MEMBER "${volumes}")
  set(words "")
  foreach(string IN LISTS paths)
    _go_container_json_value(path "${string}")
    _go_container_dockerfile_word(path "${path}")
    _go_container_json_string(path "${path}")
    list(APPEND words "${path}")
  endforeach()
  _go_container_dockerfile_array(array "${words}")
  set(${out} "${instruction} ${array}\n" PARENT_SCOPE)
endfunction()

function(_go_container_instruction_healthcheck out instruction check)
  _go_container_json_get_list(words "${check}" Test)
  list(POP_FRONT words kind)
  if(kind STREQUAL "\"NONE\"")
    set(${out} "${instruction} NONE\n" PARENT_SCOPE)
    return()
  endif()
  foreach(pair "Interval=interval" "Timeout=timeout" "StartPeriod=start-period" "Retries=retries")
    string(REGEX MATCH "^(.*)=(.*)$" pair "${pair}")
    set(flag ${CMAKE_MATCH_2})
    string(JSON value ERROR_VARIABLE missing GET "${check}" ${CMAKE_MATCH_1})
    if(NOT missing)
      if(NOT flag STREQUAL "retries")
        math(EXPR value "${value} / 1000000")
        string(APPEND value ms)
        string(REGEX REPLACE "000ms$" "s" value "${value}")
      endif()
      string(APPEND instruction " --${flag}=${value}")
    endif()
  endforeach()
  _go_container_dockerfile_array(array "${words}")
  set(${out} "${instruction} CMD ${array}\n" PARENT_SCOPE)
endfunction()
