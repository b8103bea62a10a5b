# Writes a file only when its content changes, so that its time tells when that was; beside it
# first, so that it is never half-written.
function(_go_container_write file content)
  if(EXISTS "${file}")
    file(READ "${file}" old)
    if(old STREQUAL "${content}")
      return()
    endif()
  endif()
  file(WRITE "${file}.new" "${content}")
  file(RENAME "${file}.new" "${file}")
endfunction()
