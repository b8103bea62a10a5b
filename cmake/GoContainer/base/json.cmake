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

# The list of JSON strings that an array of strings at a path of a JSON document holds.
function(_go_container_json_get_list out json)
  list(GET ARGN -1 member)
  if(json MATCHES "\n +\"${member}\": (\\[[^\n]*\\]),?\n") # on a line of its own in a plan
    set(array "${CMAKE_MATCH_1}")
  else()
    string(JSON array GET "${json}" ${ARGN})
  endif()
  _go_container_json_strings(strings "${array}")
  set(${out} "${strings}" PARENT_SCOPE)
endfunction()

# The list of the JSON strings of a JSON array.
function(_go_container_json_strings out array)
  # As CMake prints it: "[ ", strings with commas between, " ]". Most have nothing that means something
  # to a list, and can be taken apart at once.
  string(REGEX REPLACE "^\\[|\\]$" "" inside "${array}")
  if(NOT inside MATCHES "[][;\\]")
    string(REGEX MATCHALL "\"[^\"]*\"" strings "${inside}")
    set(${out} "${strings}" PARENT_SCOPE)
    return()
  endif()
  _go_container_json_each(strings GET "${array}")
  set(${out} "${strings}" PARENT_SCOPE)
endfunction()

# The list, as JSON strings, of what GET or MEMBER gives for each index of a JSON document: the strings of an array,
# or the keys of an object.
function(_go_container_json_each out what json)
  string(JSON count LENGTH "${json}")
  set(strings "")
  set(index 0)
  while(index LESS count)
    string(JSON value ${what} "${json}" ${index})
    _go_container_json_string(string "${value}")
    list(APPEND strings "${string}")
    math(EXPR index "${index} + 1")
  endwhile()
  set(${out} "${strings}" PARENT_SCOPE)
endfunction()
