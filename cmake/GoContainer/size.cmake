# Sizes as people write them, such as 15MB.

# out: the size as a JSON object, as it was written and in bytes. Behind it more of a remedy.
function(_go_container_size out call argument size)
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
