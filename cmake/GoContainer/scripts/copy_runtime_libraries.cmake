# Run by the build, as a script: copies the shared libraries that the <programs>, a path a line, and the programs among FILES
# need, and their loader, to the last group of <directory>/context/files, by the paths where the loader
# looks for them. Where the base has the C library, it and the loader stay out. The paths of the libraries
# on this machine go to <directory>/libraries.txt.
cmake_policy(VERSION 3.25)

# What a list takes for its own in a path stands there as a control character.
string(ASCII 1 open)
string(ASCII 2 close)
string(ASCII 3 semicolon)

# out: the lines of a text as a list; each is read by _path().
function(_lines out text)
  string(REPLACE "[" "${open}" text "${text}")
  string(REPLACE "]" "${close}" text "${text}")
  string(REPLACE ";" "${semicolon}" text "${text}")
  string(REGEX MATCHALL "[^\n]+" lines "${text}")
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

function(_path out line)
  string(REPLACE "${open}" "[" line "${line}")
  string(REPLACE "${close}" "]" line "${line}")
  string(REPLACE "${semicolon}" ";" line "${line}")
  set(${out} "${line}" PARENT_SCOPE)
endfunction()

# out: the ELF files among FILES, as lines, where they are on this machine: their RPATH may start there.
function(_programs out)
  set(found "")
  file(GLOB lists "${directory}/stage/files/*.list")
  foreach(list IN LISTS lists)
    file(READ "${list}" text)
    _lines(named "${text}")
    foreach(line IN LISTS named)
      _path(path "${line}")
      execute_process(
        COMMAND find -H "${path}" -type f
        OUTPUT_VARIABLE text
      )
      _lines(inside "${text}")
      foreach(line IN LISTS inside)
        _path(path "${line}")
        file(READ "${path}" magic LIMIT 4 HEX)
        if(magic STREQUAL "7f454c46")
          list(APPEND found "${line}")
        endif()
      endforeach()
    endforeach()
  endforeach()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# out: the path of the loader that a program names, or nothing.
function(_loader out program)
  file(
    STRINGS "${program}"
    loader
    LIMIT_INPUT 16384
    LIMIT_COUNT 1
    REGEX "^/[^ ]*/ld[^/ ]*[.]so[^/ ]*$"
  )
  set(${out} "${loader}" PARENT_SCOPE)
endfunction()

_lines(lines "${programs}")
_programs(files)
list(PREPEND files ${lines})
set(CMAKE_GET_RUNTIME_DEPENDENCIES_PLATFORM linux+elf)
set(CMAKE_GET_RUNTIME_DEPENDENCIES_TOOL objdump)
set(CMAKE_GET_RUNTIME_DEPENDENCIES_COMMAND "${objdump}")
set(libraries "")
set(loaders "")
foreach(line IN LISTS files)
  _path(file "${line}")
  _loader(loader "${file}")
  list(APPEND loaders ${loader})
  file(
    GET_RUNTIME_DEPENDENCIES
    RESOLVED_DEPENDENCIES_VAR resolved
    UNRESOLVED_DEPENDENCIES_VAR missing
    CONFLICTING_DEPENDENCIES_PREFIX conflict
    EXECUTABLES "${file}"
    DIRECTORIES ${directories}
  )
  if(missing)
    list(JOIN missing ", " missing)
    message(
      FATAL_ERROR
      " ${call}: RUNTIME_LIBRARIES: ${file} needs ${missing}, which is nowhere on this machine.\n"
      " Install it, or give the program an RPATH that leads to it."
    )
  endif()
  list(APPEND libraries ${resolved})
  foreach(name IN LISTS conflict_FILENAMES) # several programs of this machine may have it
    list(GET conflict_${name} 0 first)
    list(APPEND libraries "${first}")
  endforeach()
endforeach()
list(REMOVE_DUPLICATES loaders)
list(REMOVE_DUPLICATES libraries)

# Where the loader looks without being told: the directory of the C library. Below /usr, as /lib may be
# a link in the base; it looks there, too.
set(place "/usr/lib")
foreach(library IN LISTS libraries)
  if(library MATCHES "^(/usr)?(/.*)/libc[.]so[.]6$")
    set(place "/usr${CMAKE_MATCH_2}")
    if(CMAKE_MATCH_2 MATCHES "-linux-gnu[a-z0-9]*/lib$") # of a cross compiler
      set(place "/usr/lib")
    endif()
  endif()
endforeach()

set(has_libc TRUE)
if(base STREQUAL "scratch")
  set(has_libc FALSE)
elseif(base MATCHES "(^|[/:.-])alpine($|[/:.0-9@-])" AND NOT loaders MATCHES "/ld-musl")
  set(has_libc FALSE)
endif()

file(GLOB groups LIST_DIRECTORIES TRUE "${directory}/context/files/*")
list(LENGTH groups last)
math(EXPR last "${last} - 1")
set(target "${directory}/context/files/${last}")
file(REMOVE_RECURSE "${target}")
file(MAKE_DIRECTORY "${target}")
foreach(library IN LISTS libraries)
  cmake_path(GET library FILENAME name)
  if(name MATCHES "^[.]wh[.]")
    message(
      FATAL_ERROR
      " ${call}: RUNTIME_LIBRARIES: ${library} has a name that begins with .wh., which deletes files in the layers of an image.\n"
      " Give it another name."
    )
  endif()
  set(to "${target}${place}")
  if(name MATCHES "^ld(-linux|-musl|64[.-]).*[.]so")
    continue() # by the path that the programs say
  endif()
  if(
    has_libc
    AND name MATCHES "^lib(c|m|dl|rt|pthread|resolv|util|anl|mvec|nsl)[.]so[.][0-9]|^libc[.]musl-"
  )
    continue()
  endif()
  file(COPY "${library}" DESTINATION "${to}" FOLLOW_SYMLINK_CHAIN)
endforeach()
foreach(loader IN LISTS loaders)
  cmake_path(GET loader FILENAME name)
  cmake_path(GET loader PARENT_PATH to)
  if(NOT has_libc)
    set(file "${loader}")
    foreach(library IN LISTS libraries)
      if(library MATCHES "/${name}$") # that of a cross compiler is elsewhere
        set(file "${library}")
      endif()
    endforeach()
    file(REAL_PATH "${file}" file)
    file(MAKE_DIRECTORY "${target}${to}")
    file(COPY_FILE "${file}" "${target}${to}/${name}")
  endif()
endforeach()
execute_process(COMMAND chmod -R u=rwX,go=rX,a-st "${target}" COMMAND_ERROR_IS_FATAL ANY)
list(JOIN libraries "\n" text)
file(WRITE "${directory}/libraries.txt" "${text}\n")
