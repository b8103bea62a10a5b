# Sizes as people write them, such as 15MB, and budgets, which may be generator expressions.

# out: the size as a JSON object, as it was written and in bytes. Behind it more of a remedy. The bytes of a generator
# expression are known when a check runs (gocontainer/checks/budget.py).
function(_go_container_size out call argument size)
  if(size MATCHES "\\$<")
    _go_container_json_string(size "${size}")
    set(${out} "{\"declared\": ${size}}" PARENT_SCOPE)
    return()
  endif()
  set(units "B;kB;MB;GB;KiB;MiB;GiB")
  set(factors "1;1000;1000000;1000000000;1024;1048576;1073741824")
  if(size MATCHES "^([0-9]+)$")
    set(CMAKE_MATCH_4 B)
  elseif(NOT size MATCHES "^([0-9]+)(\\.([0-9]+))?([kKMGiB]+)$")
    set(CMAKE_MATCH_4 "")
  endif()
  list(FIND units "${CMAKE_MATCH_4}" index)
  set(digits "${CMAKE_MATCH_1}${CMAKE_MATCH_3}")
  string(LENGTH "${digits}" length)
  # CMake counts in 64 bits; nine digits of the largest unit fit.
  if(index EQUAL -1 OR length GREATER 9 OR (CMAKE_MATCH_3 AND index EQUAL 0))
    _go_container_error(
      "${call}"
      "${argument} \"${size}\" is no size"
      "Write bytes, or a number and a unit (kB, MB, GB, KiB, MiB, GiB) without a space, such as 15MB.${ARGN}"
    )
  endif()
  list(GET factors ${index} factor)
  string(REGEX REPLACE "[0-9]" "0" zeros "${CMAKE_MATCH_3}")
  math(EXPR bytes "${digits} * ${factor} / 1${zeros}")
  set(${out} "{\"declared\": \"${size}\", \"bytes\": ${bytes}}" PARENT_SCOPE)
endfunction()

# What the generator expressions among the budgets are in each configuration, in a file beside the plan. Reads the
# arg_ variables of the caller.
function(_go_container_budgets_file directory)
  set(options "MAX_SIZE;MAX_COMPRESSED_SIZE;MAX_LAYER_SIZE;MAX_GROWTH;BASELINE")
  set(names "maxSize;maxCompressedSize;maxLayerSize;maxGrowth;baseline")
  set(members "")
  foreach(option name IN ZIP_LISTS options names)
    set(value "${arg_${option}}")
    if(value MATCHES "\\$<")
      if(option STREQUAL "BASELINE")
        _go_container_source_path(value "${value}")
      else()
        _go_container_json_string(value "${value}")
      endif()
      list(APPEND members "\"${name}\": ${value}")
    endif()
  endforeach()
  if(NOT members STREQUAL "")
    list(JOIN members ",\n  " members)
    _go_container_json_text(members "${members}")
    file(GENERATE OUTPUT "${directory}/budgets.json" CONTENT "{\n  ${members}\n}\n")
  endif()
endfunction()

# Stops at a budget that is neither of the form nor a generator expression. Reads the arg_ variables of the caller.
function(_go_container_check_budget call option form)
  if(NOT arg_${option} MATCHES "\\$<")
    _go_container_check_form("${call}" ${option} "${arg_${option}}" "${form}")
  endif()
endfunction()
