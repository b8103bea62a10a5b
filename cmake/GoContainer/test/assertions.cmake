# The assertions of add_go_container_test(): each becomes a CTest test, and a JSON file that tells the
# check what is asserted.

_go_container_keywords(
  test
  "FILE:one:+;ABSENT:flag:FILE;TYPE:one:FILE;MODE:one:FILE;OWNER:one:FILE;SHA256:one:FILE"
  "MATCHES:many:FILE;EXCLUDES:many:FILE;SAME_AS:one:FILE"
  "RUN:list:+;EXIT_CODE:one:RUN;OUTPUT_MATCHES:many:RUN;OUTPUT_EXCLUDES:many:RUN"
  "ERROR_MATCHES:many:RUN;ENV:many:RUN;USER:one:RUN;STDIN:one:RUN;TIMEOUT:one:RUN"
  "ENTRYPOINT:list:RUN"
  "STATIC:flag;NO_SHELL:flag;NO_PACKAGE_MANAGER:flag;NO_SETUID:flag;NO_SECRETS:flag"
  "REPRODUCIBLE:flag;MAX_LAYERS:one;EFFICIENCY:one;MAX_WASTED:one;ONLY_FILES:many;WRITABLE:many;CAPABILITIES:many"
  "STRUCTURE_TEST:many;METADATA:one"
  "VULNERABILITIES:flag;DATABASE:one;ALLOW:many:+;UNTIL:one:ALLOW;REASON:one:ALLOW"
)

# Adds the tests of the call. Reads the test_ variables of the caller.
function(_go_container_assertions call name engine directory)
  set(allowed "")
  if(test_group_count)
    math(EXPR last "${test_group_count} - 1")
    foreach(group RANGE ${last})
      string(TOLOWER "${test_GROUP_${group}}" kind)
      cmake_language(CALL _go_container_assert_${kind} "${call}" "${directory}" ${group})
    endforeach()
  endif()
  foreach(
    flag
    STATIC
    NO_SHELL
    NO_PACKAGE_MANAGER
    NO_SETUID
    NO_SECRETS
  )
    if(test_${flag})
      string(TOLOWER "${flag}" check)
      string(REPLACE "_" "-" check "${check}")
      _go_container_assertion("${directory}" ${check} "")
    endif()
  endforeach()
  if(test_REPRODUCIBLE)
    _go_container_assert_reproducible("${directory}")
  endif()
  if(DEFINED test_MAX_LAYERS)
    set(form "^[0-9][0-9]?[0-9]?[0-9]?[0-9]?$;a number;Write it in digits, five at most.")
    _go_container_check_budget("${call}" MAX_LAYERS "${form}")
    _go_container_json_string(value "${test_MAX_LAYERS}")
    _go_container_assertion("${directory}" max-layers "" maxLayers "${value}")
  endif()
  if(DEFINED test_EFFICIENCY)
    set(
      form
      "^(100|[0-9][0-9]?(\\.[0-9]+)?)$;a percentage;Write a number from 0 to 100, such as 95."
    )
    _go_container_check_budget("${call}" EFFICIENCY "${form}")
    _go_container_json_string(value "${test_EFFICIENCY}")
    _go_container_assertion("${directory}" efficiency "" efficiency "${value}")
  endif()
  if(DEFINED test_MAX_WASTED)
    _go_container_bytes(bytes "${call}" MAX_WASTED "${test_MAX_WASTED}")
    _go_container_json_string(declared "${test_MAX_WASTED}")
    set(pairs declared "${declared}")
    if(DEFINED bytes)
      list(APPEND pairs bytes ${bytes})
    endif()
    _go_container_json_object(size ${pairs})
    _go_container_assertion("${directory}" max-wasted "" maxWasted "${size}")
  endif()
  if(DEFINED test_ONLY_FILES)
    _go_container_json_array(globs "${test_ONLY_FILES}")
    _go_container_assertion("${directory}" only-files "" onlyFiles "${globs}")
  endif()
  _go_container_assert_writable("${call}" "${directory}")
  _go_container_assert_capabilities("${call}" "${directory}")
  _go_container_assert_vulnerabilities("${call}" "${directory}")
  foreach(string IN LISTS test_STRUCTURE_TEST)
    _go_container_json_value(file "${string}")
    _go_container_assert_document("${call}" "${directory}" STRUCTURE_TEST "${file}")
  endforeach()
  if(DEFINED test_METADATA)
    _go_container_assert_document("${call}" "${directory}" METADATA "${test_METADATA}")
  endif()
endfunction()

# STRUCTURE_TEST <file> and METADATA <file>; the file is read when the test runs.
function(_go_container_assert_document call directory option file)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" OUTPUT_VARIABLE there)
  if(NOT file MATCHES "\\$<" AND (NOT EXISTS "${there}" OR IS_DIRECTORY "${there}"))
    _go_container_error(
      "${call}"
      "${option} ${file}: there is no file ${there}"
      "Write it, or correct the path, which is relative to the current source directory."
    )
  endif()
  set(document "${file}")
  _go_container_source_path(document)
  _go_container_json_string(value "${document}")
  cmake_path(GET file FILENAME title)
  string(TOLOWER "${option}" check)
  string(REPLACE "_" "-" check "${check}")
  _go_container_assertion("${directory}" ${check} "${title}" file "${value}")
endfunction()

# FILE <path> and what follows it.
function(_go_container_assert_file call directory group)
  set(path "${test_FILE_${group}}")
  set(form_FILE "^/[^\n]*$;an absolute path;Begin it with /.")
  set(form_TYPE "^(file|directory|link)$;a type;Write file, directory or link.")
  set(form_MODE "^0?[0-7]?[0-7][0-7][0-7]$;a mode;Write it in octal digits, such as 0644.")
  set(form_OWNER "^[0-9]+(:[0-9]+)?$;an owner;Write <uid>[:<gid>] in numbers.")
  string(REPEAT "[0-9a-fA-F]" 64 digest)
  set(form_SHA256 "^${digest}$;a SHA-256 digest;Write its 64 hexadecimal digits.")
  set(members "")
  foreach(
    option
    FILE
    TYPE
    MODE
    OWNER
    SHA256
  )
    if(DEFINED test_${option}_${group})
      _go_container_check_form("${call}" ${option} "${test_${option}_${group}}" "${form_${option}}")
      string(TOLOWER "${option}" member)
      if(option STREQUAL "FILE")
        set(member path)
      endif()
      _go_container_json_string(value "${test_${option}_${group}}")
      list(APPEND members ${member} "${value}")
    endif()
  endforeach()
  foreach(option MATCHES EXCLUDES)
    if(DEFINED test_${option}_${group})
      _go_container_check_regexes("${call}" ${option} "${test_${option}_${group}}")
      _go_container_json_array(array "${test_${option}_${group}}")
      string(TOLOWER "${option}" member)
      list(APPEND members ${member} "${array}")
    endif()
  endforeach()
  if(DEFINED test_SAME_AS_${group})
    set(file "${test_SAME_AS_${group}}")
    _go_container_source_path(file)
    _go_container_json_string(file "${file}")
    list(APPEND members sameAs "${file}")
  endif()
  if(test_ABSENT_${group})
    list(LENGTH members count)
    if(count GREATER 2)
      _go_container_error(
        "${call}"
        "FILE ${path} is ABSENT, and has other assertions"
        "Remove ABSENT, or the other assertions."
      )
    endif()
    list(APPEND members absent true)
  endif()
  _go_container_assertion("${directory}" file "${path}" ${members})
endfunction()

# RUN <argument>… and what follows it.
function(_go_container_assert_run call directory group)
  _go_container_json_array(words "${test_RUN_${group}}")
  set(members run "${words}")
  foreach(pair "EXIT_CODE=exitCode" "TIMEOUT=timeout")
    string(REGEX MATCH "^(.*)=(.*)$" pair "${pair}")
    set(option ${CMAKE_MATCH_1})
    set(member ${CMAKE_MATCH_2})
    if(DEFINED test_${option}_${group})
      _go_container_check_number("${call}" ${option} "${test_${option}_${group}}")
      list(APPEND members ${member} "${test_${option}_${group}}")
    endif()
  endforeach()
  foreach(
    pair
    "OUTPUT_MATCHES=outputMatches"
    "OUTPUT_EXCLUDES=outputExcludes"
    "ERROR_MATCHES=errorMatches"
    "ENTRYPOINT=entrypoint"
  )
    string(REGEX MATCH "^(.*)=(.*)$" pair "${pair}")
    set(option ${CMAKE_MATCH_1})
    set(member ${CMAKE_MATCH_2})
    if(DEFINED test_${option}_${group})
      if(option MATCHES "MATCHES|EXCLUDES")
        _go_container_check_regexes("${call}" ${option} "${test_${option}_${group}}")
      endif()
      _go_container_json_array(array "${test_${option}_${group}}")
      list(APPEND members ${member} "${array}")
    endif()
  endforeach()
  if(DEFINED test_ENV_${group})
    _go_container_check_env("${call}" "${test_ENV_${group}}")
    _go_container_json_array(array "${test_ENV_${group}}")
    list(APPEND members env "${array}")
  endif()
  foreach(option USER STDIN)
    if(DEFINED test_${option}_${group})
      string(TOLOWER "${option}" member)
      _go_container_json_string(value "${test_${option}_${group}}")
      list(APPEND members ${member} "${value}")
    endif()
  endforeach()
  set(title "")
  foreach(string IN LISTS test_RUN_${group})
    _go_container_json_value(word "${string}")
    string(APPEND title " ${word}")
  endforeach()
  string(STRIP "${title}" title)
  _go_container_assertion("${directory}" run "${title}" ${members})
endfunction()

# Adds the test <name>.<check>, with a title where there is one <name>.<check>:<title>, and where there
# is such a test already with a number after it. Behind the title stand the members of the JSON object
# for the check, each a name and a JSON value. Reads name and engine of the caller.
function(_go_container_assertion directory check title)
  set(test "${name}.${check}")
  if(NOT title STREQUAL "")
    string(REGEX REPLACE "[^A-Za-z0-9_./:=+@%,*-]+" "_" title "${title}")
    string(APPEND test ":${title}")
  endif()
  get_property(tests TARGET ${name} PROPERTY _go_container_tests)
  set(first "${test}")
  set(number 1)
  while(test IN_LIST tests)
    math(EXPR number "${number} + 1")
    set(test "${first}.${number}")
  endwhile()
  set_property(TARGET ${name} APPEND PROPERTY _go_container_tests "${test}")

  # file(GENERATE), as the file of an option may be a generator expression, and the commands of a build
  # have $<CONFIG>; in all else $< means itself.
  set(members name "\"${test}\"")
  set(rest "${ARGN}")
  while(rest)
    list(POP_FRONT rest member value)
    if(NOT member MATCHES "^(sameAs|file|rebuild|maxLayers|efficiency|maxWasted|database)$")
      string(REPLACE "$<" "\\u0024<" value "${value}")
    endif()
    list(APPEND members ${member} "${value}")
  endwhile()
  _go_container_json_document(json ${members})
  list(LENGTH tests index)
  set(file "${directory}/tests/${index}.json")
  file(GENERATE OUTPUT "${file}" CONTENT "${json}")
  _go_container_add_tests(${name} ${engine} "${directory}" "${test}" ${check} --test "${file}")
  if(check MATCHES "^(run|structure-test)$")
    _go_container_label_runs(${name} "${test}")
  endif()
endfunction()

# Makes the path of a file of this machine absolute: a relative one starts at the current source directory, generator
# expressions are kept.
function(_go_container_source_path variable)
  if(NOT ${variable} MATCHES "^(/|\\$<)")
    cmake_path(ABSOLUTE_PATH ${variable} NORMALIZE)
  endif()
  return(PROPAGATE ${variable})
endfunction()

# form: a regular expression, what matches it, the remedy.
function(_go_container_check_form call argument value form)
  list(POP_FRONT form regex what remedy)
  if(NOT value MATCHES "${regex}")
    _go_container_error("${call}" "${argument} \"${value}\" is not ${what}" "${remedy}")
  endif()
endfunction()

function(_go_container_check_number call argument value)
  set(form "^[0-9][0-9]?[0-9]?[0-9]?[0-9]?$;a number;Write it in digits, five at most.")
  _go_container_check_form("${call}" ${argument} "${value}" "${form}")
endfunction()

# The expressions are Go's (gocontainer/common/regexp.py); they are checked when the test runs. Here an empty
# one is refused, which would match anything.
function(_go_container_check_regexes call argument strings)
  if("\"\"" IN_LIST strings)
    _go_container_error(
      "${call}"
      "${argument} has an empty expression"
      "Write a regular expression."
    )
  endif()
endfunction()

# Stops at a budget that is neither of the form nor a generator expression.
function(_go_container_check_budget call option form)
  if(NOT test_${option} MATCHES "\\$<")
    _go_container_check_form("${call}" ${option} "${test_${option}}" "${form}")
  endif()
endfunction()
