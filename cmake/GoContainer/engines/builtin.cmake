# The engine builtin: the machine's Go compiles, Python writes the image; no daemon. A base from a
# registry is fetched by skopeo or crane, once in a build tree, until cmake --fresh.

function(_go_container_builtin_probe refusal remedy)
  set(${refusal} "" PARENT_SCOPE)
  cmake_path(GET CMAKE_CURRENT_FUNCTION_LIST_DIR PARENT_PATH directory)
  cmake_path(GET directory PARENT_PATH CMAKE_MODULE_PATH) # FindGo.cmake
  find_package(Go QUIET)
  if(NOT Go_FOUND)
    set(${refusal} "there is no go command that works" PARENT_SCOPE)
    set(${remedy} "Install Go, or set Go_EXECUTABLE to its command." PARENT_SCOPE)
    return()
  endif()
  _go_container_python(python)
  if(NOT python)
    set(${refusal} "there is no Python 3.9 or newer" PARENT_SCOPE)
    set(${remedy} "Install Python 3, or set Python3_EXECUTABLE to its command." PARENT_SCOPE)
    return()
  endif()
  _go_container_builtin_find_ca_bundle()
  if(NOT EXISTS "${GO_CONTAINER_CA_BUNDLE}")
    set(
      ${refusal}
      "there is no bundle of CA certificates here (GO_CONTAINER_CA_BUNDLE)"
      PARENT_SCOPE
    )
    set(
      ${remedy}
      "Install ca-certificates, or set GO_CONTAINER_CA_BUNDLE to a PEM file."
      PARENT_SCOPE
    )
    return()
  endif()
  set_property(GLOBAL PROPERTY _go_container_builtin_architecture ${Go_ARCHITECTURE})
  set_property(GLOBAL PROPERTY _go_container_builtin_go "${Go_EXECUTABLE}")
endfunction()

# Sets GO_CONTAINER_CA_BUNDLE to where Go's crypto/x509 itself would look on this machine.
function(_go_container_builtin_find_ca_bundle)
  set(
    candidates
    "$ENV{SSL_CERT_FILE}"
    /etc/ssl/certs/ca-certificates.crt
    /etc/pki/tls/certs/ca-bundle.crt
    /etc/ssl/ca-bundle.pem
    /etc/pki/tls/cacert.pem
    /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
    /etc/ssl/cert.pem
  )
  foreach(file IN LISTS candidates)
    if(NOT GO_CONTAINER_CA_BUNDLE AND EXISTS "${file}")
      set(
        GO_CONTAINER_CA_BUNDLE
        "${file}"
        CACHE FILEPATH
        "CA certificates for the engine builtin"
        FORCE
      )
    endif()
  endforeach()
endfunction()

function(_go_container_builtin_accept call plan)
endfunction()

function(_go_container_builtin_targets plan directory)
  string(JSON name GET "${plan}" name)
  set(archive "${directory}/${name}.tar")
  get_property(go GLOBAL PROPERTY _go_container_builtin_go)
  _go_container_image_command(image)

  add_custom_target(
    ${name}
    COMMAND
      ${image} build "${directory}/plan.json" --go "${go}" --ca-bundle "${GO_CONTAINER_CA_BUNDLE}"
      --bases "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer/bases"
    BYPRODUCTS "${archive}"
    COMMENT "Building image ${name}"
    USES_TERMINAL
    VERBATIM
  )
  add_custom_target(
    ${name}-modules
    COMMAND ${image} modules "${directory}/plan.json" --go "${go}"
    COMMENT "Downloading the Go modules of ${name}"
    USES_TERMINAL
    VERBATIM
  )
  add_custom_target(
    ${name}-run
    COMMAND ${image} run "oci-archive:${archive}"
    COMMENT "Running image ${name}"
    USES_TERMINAL
    VERBATIM
  )
  add_dependencies(${name}-run ${name})
endfunction()
