# Names of images without a registry. To docker these are of docker.io; other engines ask a registries.conf, which may
# know none.

# out: those of the references that name no registry.
function(_go_container_short_names out)
  set(names ${ARGN})
  list(REMOVE_DUPLICATES names)
  list(FILTER names EXCLUDE REGEX "^scratch$|^localhost/|^[^/]*[.:][^/]*/")
  set(${out} "${names}" PARENT_SCOPE)
endfunction()

# out: the references, with the registry that they mean.
function(_go_container_full_names out)
  set(names ${ARGN})
  list(TRANSFORM names REPLACE "^([^/]+)$" "docker.io/library/\\1")
  list(TRANSFORM names REPLACE "^([^/.:]+/.*)$" "docker.io/\\1")
  list(TRANSFORM names REPLACE "^docker.io/localhost/" "localhost/")
  set(${out} "${names}" PARENT_SCOPE)
endfunction()
