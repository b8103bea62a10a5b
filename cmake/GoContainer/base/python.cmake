# Python, for the engine builtin and for the tests; building with docker does not need it.

# out: the interpreter, or nothing where there is no Python 3.9.
function(_go_container_python out)
  get_property(python GLOBAL PROPERTY _go_container_python)
  if(NOT DEFINED python)
    _go_container_find_python(python)
    set_property(GLOBAL PROPERTY _go_container_python "${python}")
  endif()
  set(${out} "${python}" PARENT_SCOPE)
endfunction()

# out: the same. Mostly the python3 on PATH will do, and one start of it tells. FindPython3 starts an interpreter ten
# times, which is most of what a configure run takes; it looks where that one is missing, too old, or not meant.
function(_go_container_find_python out)
  if(DEFINED Python3_EXECUTABLE)
    _go_container_ask_python(python "${Python3_EXECUTABLE}")
    set(${out} "${python}" PARENT_SCOPE)
    return()
  endif()
  set(python "")
  if(NOT DEFINED Python3_ROOT_DIR AND NOT DEFINED ENV{Python3_ROOT_DIR})
    unset(command) # a caller may have a variable of that name, which find_program() would keep
    find_program(command python3 NO_CACHE)
    if(command)
      _go_container_ask_python(python "${command}")
    endif()
  endif()
  if(NOT python)
    find_package(Python3 3.9 QUIET COMPONENTS Interpreter)
    if(Python3_FOUND)
      _go_container_ask_python(python "${Python3_EXECUTABLE}")
    endif()
  endif()
  set(${out} "${python}" PARENT_SCOPE)
endfunction()

# out: the interpreter that the command starts, not a shim of pyenv or asdf, which starts far slower; nothing where it
# is older than Python 3.9, or does not work.
function(_go_container_ask_python out command)
  execute_process(
    COMMAND "${command}" -c "import sys; print(sys.executable * (sys.version_info >= (3, 9)))"
    OUTPUT_VARIABLE python
    ERROR_QUIET
    OUTPUT_STRIP_TRAILING_WHITESPACE
  )
  set(${out} "${python}" PARENT_SCOPE)
endfunction()

# out: the command of the image piece, or nothing where there is no Python. -I: variables such as PYTHONPATH are for other programs. -S: it
# starts faster without site-packages (gocontainer/common/package.py). Its byte code goes to the build tree, as this
# directory may be read-only or somebody's source tree. A macro, as that is quicker, and each container asks five times.
macro(_go_container_image_command out)
  get_property(${out} GLOBAL PROPERTY _go_container_image_command)
  if(NOT ${out})
    _go_container_make_image_command(${out})
  endif()
endmacro()

function(_go_container_make_image_command out)
  _go_container_python(python)
  if(NOT python)
    set(${out} "" PARENT_SCOPE)
    return()
  endif()
  _go_container_place(main gocontainer/__main__.py)
  set(
    command
    "${python}"
    -I
    -S
    -X
    "pycache_prefix=${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer"
    "${main}"
  )
  set_property(GLOBAL PROPERTY _go_container_image_command "${command}")
  set(${out} "${command}" PARENT_SCOPE)
endfunction()

# Stops where there is no Python, which an option of the call needs.
function(_go_container_require_python call option)
  _go_container_python(python)
  if(NOT python)
    _go_container_error(
      "${call}"
      "${option} needs Python 3.9 or newer"
      "Install Python 3, or set Python3_EXECUTABLE to its command."
    )
  endif()
endfunction()
