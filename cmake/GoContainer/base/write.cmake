# Writes the files of one plan.
function(_go_container_write_plan call plan directory)
  _go_container_dockerfile(dockerfile "${plan}" "${directory}")
  _go_container_check_dockerfile("${call}" "${plan}" "${dockerfile}")
  _go_container_dockerignore(dockerignore "${plan}")
  _go_container_write("${directory}/plan.json" "${plan}")
  _go_container_write("${directory}/Dockerfile" "${dockerfile}")
  _go_container_write("${directory}/Dockerfile.dockerignore" "${dockerignore}")
endfunction()

# Writes a file only when its content changes, so that its time tells when that was; beside it
# first, so that it is never half-written. CMake does both. The value of content is put in once, so it
# arrives as it is.
function(_go_container_write file content)
  file(CONFIGURE OUTPUT "${file}" CONTENT "@content@" @ONLY)
endfunction()
