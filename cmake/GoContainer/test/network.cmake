# Networks in which services of a build tree reach each other by the names of their containers.

# out: the network as JSON, for a service of the container that is in it.
function(
  _go_container_join_network
  out
  call
  name
  engine
  network
  port
)
  set(form "^[A-Za-z0-9][A-Za-z0-9_.-]*$;the name of a network")
  _go_container_check_form(
    "${call}"
    NETWORK
    "${network}"
    "${form};Begin it with a letter or a digit, and use letters, digits and _ . - only."
  )
  if(name MATCHES "[+]")
    _go_container_error(
      "${call}"
      "NETWORK ${network}: ${name} can't be the name of a host"
      "Give the container a name without +."
    )
  endif()
  get_property(of GLOBAL PROPERTY _go_container_network_engine_${network})
  if(of AND NOT of STREQUAL engine)
    _go_container_error(
      "${call}"
      "NETWORK ${network} has services of the engine ${of}, and ${name} is of ${engine}"
      "Build both containers with one engine, or name another network."
    )
  endif()
  set(directory "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer/networks/${network}")
  if(NOT of)
    set_property(GLOBAL PROPERTY _go_container_network_engine_${network} ${engine})
    set_property(GLOBAL APPEND PROPERTY _go_container_fixtures ${network}.network)
    cmake_language(
      EVAL CODE
        "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL _go_container_write_network [[${network}]] [[${directory}]])"
    )
  endif()
  set_property(GLOBAL APPEND PROPERTY _go_container_network_${network} "${name}" "${port}")
  _go_container_json_string(place "${directory}")
  _go_container_json_object(found name "\"${network}\"" directory "${place}")
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# Writes who is in the network, when all are known.
function(_go_container_write_network network directory)
  get_property(members GLOBAL PROPERTY _go_container_network_${network})
  _go_container_json_document(json ${members})
  _go_container_write("${directory}/members.json" "${json}")
endfunction()
