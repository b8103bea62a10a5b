# JSON strings and arrays, exact to the byte. A string is encoded so that it is safe as an item of
# a CMake list, too: what CMake's lists treat specially (; [ ] and \) stands there as \u00XX.

# The JSON string of a value, quotes included.
function(_go_container_json_string out value)
  if(value MATCHES "[^ !#-:<-Z^-~]")
    string(REPLACE "\\" "\\u005c" value "${value}")
    string(REPLACE "\"" "\\u0022" value "${value}")
    string(REPLACE ";" "\\u003b" value "${value}")
    string(REPLACE "[" "\\u005b" value "${value}")
    string(REPLACE "]" "\\u005d" value "${value}")
    string(REPLACE "\n" "\\n" value "${value}")
    string(REPLACE "\t" "\\t" value "${value}")
    string(REPLACE "\r" "\\r" value "${value}")
    string(ASCII 1 first)
    string(ASCII 31 last)
    string(REGEX MATCHALL "[${first}-${last}]" controls "${value}")
    foreach(character IN LISTS controls)
      string(HEX "${character}" digits)
      string(REPLACE "${character}" "\\u00${digits}" value "${value}")
    endforeach()
  endif()
  set(${out} "\"${value}\"" PARENT_SCOPE)
endfunction()

# The value of a JSON string.
function(_go_container_json_value out string)
  if(string MATCHES "^\"([^\\]*)\"$") # mostly, and found sooner than by a parser
    set(${out} "${CMAKE_MATCH_1}" PARENT_SCOPE)
  else()
    string(JSON value GET "[${string}]" 0)
    set(${out} "${value}" PARENT_SCOPE)
  endif()
endfunction()

# The JSON array, on one line, of a list of JSON strings.
function(_go_container_json_array out strings)
  list(JOIN strings ", " array)
  set(${out} "[${array}]" PARENT_SCOPE)
endfunction()

# JSON text as a person would write it: the list-safe escapes are undone. A backslash of the value
# itself is always \u005c, so nothing else can look like one of them.
function(_go_container_json_text out json)
  if(json MATCHES "\\\\u00")
    string(REPLACE "\\u003b" ";" json "${json}")
    string(REPLACE "\\u005b" "[" json "${json}")
    string(REPLACE "\\u005d" "]" json "${json}")
    string(REPLACE "\\u0022" "\\\"" json "${json}")
    string(REPLACE "\\u005c" "\\\\" json "${json}")
  endif()
  set(${out} "${json}" PARENT_SCOPE)
endfunction()

# out: the JSON strings in the order of the bytes of their values.
function(_go_container_json_sort out strings)
  if(strings MATCHES "\\\\")
    # The escapes have another order than what they stand for; the members of an object have it.
    list(TRANSFORM strings APPEND ":0")
    list(JOIN strings "," object)
    list(LENGTH strings count)
    set(strings "")
    foreach(index RANGE 1 ${count})
      math(EXPR index "${index} - 1")
      string(JSON value MEMBER "{${object}}" ${index})
      _go_container_json_string(string "${value}")
      list(APPEND strings "${string}")
    endforeach()
  else()
    list(TRANSFORM strings REPLACE "\"" "")
    list(SORT strings)
    list(TRANSFORM strings REPLACE "(.+)" "\"\\1\"")
  endif()
  set(${out} "${strings}" PARENT_SCOPE)
endfunction()

# out: the JSON object, on one line, of names and JSON values in turns.
function(_go_container_json_object out)
  _go_container_json_members(members ", " ${ARGN})
  set(${out} "{${members}}" PARENT_SCOPE)
endfunction()

# out: the text of a file with that object, a member on each line.
function(_go_container_json_document out)
  _go_container_json_members(members ",\n  " ${ARGN})
  _go_container_json_text(members "${members}")
  set(${out} "{\n  ${members}\n}\n" PARENT_SCOPE)
endfunction()

function(_go_container_json_members out separator)
  set(members "")
  set(rest "${ARGN}")
  while(rest)
    list(POP_FRONT rest name value)
    list(APPEND members "\"${name}\": ${value}")
  endwhile()
  list(JOIN members "${separator}" members)
  set(${out} "${members}" PARENT_SCOPE)
endfunction()
