# Python, for the engine builtin and for the tests; building with docker does not need it.

# out: the interpreter, or nothing where there is no Python 3.9.
function(_go_container_python out)
  get_property(python GLOBAL PROPERTY _go_container_python)
  if(NOT DEFINED python)
    find_package(Python3 3.9 QUIET COMPONENTS Interpreter)
    # The interpreter itself, not a shim of pyenv or asdf, which starts far slower.
    set(python "")
    if(Python3_FOUND)
      execute_process(
        COMMAND "${Python3_EXECUTABLE}" -c "import sys; print(sys.executable)"
        OUTPUT_VARIABLE python
        OUTPUT_STRIP_TRAILING_WHITESPACE
      )
    endif()
    set_property(GLOBAL PROPERTY _go_container_python "${python}")
  endif()
  set(${out} "${python}" PARENT_SCOPE)
endfunction()

# out: the command of the image piece, or nothing where there is no Python. -I: variables such as PYTHONPATH are for other programs. -S: it
# starts faster without site-packages (image/package.py). Its byte code goes to the build tree, as this
# directory may be read-only or somebody's source tree.
function(_go_container_image_command out)
  get_property(command GLOBAL PROPERTY _go_container_image_command)
  if(NOT command)
    _go_container_python(python)
    if(NOT python)
      set(${out} "" PARENT_SCOPE)
      return()
    endif()
    set(
      command
      "${python}"
      -I
      -S
      -X
      "pycache_prefix=${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer"
      "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/image/__main__.py"
    )
    set_property(GLOBAL PROPERTY _go_container_image_command "${command}")
  endif()
  set(${out} "${command}" PARENT_SCOPE)
endfunction()
