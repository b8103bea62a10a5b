# Building on this machine: what the engine builtin always does, and the others with HOST_BUILD.

# Sets <refusal> to why this machine can't compile and prepare images, or to nothing; then the global
# property _go_container_host_go is its go command, and _go_container_host_architecture what it runs on.
function(_go_container_host_probe refusal remedy)
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
  get_property(known GLOBAL PROPERTY _go_container_host_go SET)
  if(known)
    return()
  endif()
  _go_container_place(CMAKE_MODULE_PATH ..)
  if(NOT EXISTS "${CMAKE_MODULE_PATH}/FindGo.cmake")
    set(${refusal} "this copy of GoContainer lacks FindGo.cmake" PARENT_SCOPE)
    set(
      ${remedy}
      "Copy the whole folder cmake, with FindGo.cmake beside GoContainer.cmake."
      PARENT_SCOPE
    )
    return()
  endif()
  find_package(Go QUIET)
  if(NOT Go_FOUND)
    set(${refusal} "there is no go command that works" PARENT_SCOPE)
    set(${remedy} "Install Go, or set Go_EXECUTABLE to its command." PARENT_SCOPE)
    return()
  endif()
  _go_container_assembly_probe(why mend)
  set(${refusal} "${why}" PARENT_SCOPE)
  set(${remedy} "${mend}" PARENT_SCOPE)
  if(NOT why STREQUAL "")
    return()
  endif()
  set_property(GLOBAL PROPERTY _go_container_host_architecture ${Go_ARCHITECTURE})
  set_property(GLOBAL PROPERTY _go_container_host_version "${Go_VERSION}")
  set_property(GLOBAL PROPERTY _go_container_host_go "${Go_EXECUTABLE}")
endfunction()

# Stops where this machine can't compile; before the reason stands what it has to do so for.
function(_go_container_need_host call purpose)
  _go_container_host_probe(refusal remedy)
  if(NOT refusal STREQUAL "")
    _go_container_error("${call}" "${purpose}${refusal}" "${remedy}")
  endif()
endfunction()

# Sets <refusal> to why this machine can't prepare images, or to nothing.
function(_go_container_assembly_probe refusal remedy)
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
  _go_container_python(python)
  if(NOT python)
    set(${refusal} "there is no Python 3.9 or newer" PARENT_SCOPE)
    set(${remedy} "Install Python 3, or set Python3_EXECUTABLE to its command." PARENT_SCOPE)
    return()
  endif()
  _go_container_host_find_ca_bundle()
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
  endif()
endfunction()

# out: the version of this machine's Go, such as 1.26.8. With another one, CMake configures again.
function(_go_container_host_version out)
  get_property(version GLOBAL PROPERTY _go_container_host_version)
  get_property(go GLOBAL PROPERTY _go_container_host_go)
  file(REAL_PATH "${go}" go)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${go}")
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

# Sets GO_CONTAINER_CA_BUNDLE to where Go's crypto/x509 itself would look on this machine.
function(_go_container_host_find_ca_bundle)
  _go_container_environment(given SSL_CERT_FILE)
  set(
    candidates
    "${given}"
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
        "CA certificates for the images of programs that are compiled on this machine"
        FORCE
      )
    endif()
  endforeach()
endfunction()

# out: the command that does something with the plan by this machine's Go: build, context, or with the modules (@do@, see
# script.cmake). What makes files for an image takes the CA certificates, too, and tells what they are made of.
function(_go_container_host_command out do directory)
  _go_container_image_command(image)
  set(command ${image} ${do} "${directory}/plan.json")
  if(NOT plan_program_paths STREQUAL "" OR DEFINED plan_timezones)
    get_property(go GLOBAL PROPERTY _go_container_host_go)
    list(APPEND command --go "${go}")
  endif()
  if(NOT do STREQUAL "@do@")
    list(APPEND command --ca-bundle "${GO_CONTAINER_CA_BUNDLE}")
    _go_container_has_depfile(depfile)
    if(depfile)
      list(APPEND command --depfile "${directory}/inputs.d")
      if(NOT plan_program_paths STREQUAL "")
        _go_container_plans_file(plans)
        list(APPEND command --together "${plans}")
      endif()
    endif()
  endif()
  set(${out} ${command} PARENT_SCOPE)
endfunction()

# out: the file in the build tree that names the plans of all containers whose programs are compiled on this
# machine, so that they can be compiled together (gocontainer/go/group.py).
function(_go_container_plans_file out)
  get_property(file GLOBAL PROPERTY _go_container_plans_file)
  if(NOT file)
    _go_container_state_directory(file)
    string(APPEND file "/plans.txt")
    set_property(GLOBAL PROPERTY _go_container_plans_file "${file}")
  endif()
  set(${out} "${file}" PARENT_SCOPE)
endfunction()

# Adds the plan in the directory to that file.
function(_go_container_compile_with_others directory)
  get_property(others GLOBAL PROPERTY _go_container_host_plans SET)
  if(NOT others)
    cmake_language(
      EVAL CODE
        "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL _go_container_write_plans_file)"
    )
  endif()
  set_property(GLOBAL APPEND PROPERTY _go_container_host_plans "${directory}/plan.json")
endfunction()

# When all containers are known.
function(_go_container_write_plans_file)
  get_property(plans GLOBAL PROPERTY _go_container_host_plans)
  list(JOIN plans "\n" plans)
  _go_container_plans_file(file)
  file(GENERATE OUTPUT "${file}" CONTENT "${plans}\n")
endfunction()
