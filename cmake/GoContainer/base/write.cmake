# Writes a file only when its content changes, so that its time tells when that was; beside it
# first, so that it is never half-written. CMake does both. The value of content is put in once, so it
# arrives as it is.
function(_go_container_write file content)
  file(CONFIGURE OUTPUT "${file}" CONTENT "@content@" @ONLY)
endfunction()
