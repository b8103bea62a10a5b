# The running container as a CTest fixture: a test that starts it, and one that stops it. The target <name>-serve keeps it
# running for people.

_go_container_keywords(
  service
  "PORT:one;READY_HTTP:one;READY_TCP:flag;READY_LOG:one;ARGS:many;ENV:many;TIMEOUT:one;HOST_PORT:one"
  "MOUNTS:many;SECRETS:many;NETWORK:one"
)

# Adds the tests and the properties of the target. Reads the service_ variables of the caller.
function(_go_container_service call name engine directory)
  get_property(address TARGET ${name} PROPERTY GO_CONTAINER_SERVICE_ADDRESS_FILE)
  if(address)
    _go_container_error(
      "${call}"
      "${name} has a service already"
      "Declare another container for a second one; it may have the same PACKAGE."
    )
  endif()
  _go_container_check_new_target("${call}" ${name}-serve "Rename that target.")
  # One place for all configurations: a test could not use a path with $<CONFIG> in a property.
  string(REGEX REPLACE "/\\$<CONFIG>$" "" place "${directory}")
  get_property(platforms TARGET ${name} PROPERTY GO_CONTAINER_PLATFORMS)
  if(platforms)
    _go_container_services_of_platforms("${call}" "${place}" "${platforms}")
  else()
    _go_container_service_json(json "${call}" "${place}/service")
    _go_container_write("${place}/service.json" "${json}")
    _go_container_add_tests(
      ${name}
      ${engine}
      "${directory}"
      "${name}.start;${name}.stop"
      "start;stop"
      --test
      "${place}/service.json"
    )
    _go_container_label_runs(${name} "${name}.start;${name}.stop")
    _go_container_service_fixtures(${name}.start ${name}.stop ${name}.service)
  endif()
  set(platform "")
  if(platforms)
    get_property(platform TARGET ${name} PROPERTY _go_container_platform)
    set(platform --platform "${platform}")
  endif()
  _go_container_engine_command(engine_command ${engine})
  _go_container_terminal_target(
    ${name}
    serve
    "Serving image ${name}"
    "${directory}/plan.json"
    "${place}/service.json"
    ${engine_command}
    ${platform}
  )
  set_target_properties(
    ${name}
    PROPERTIES
      GO_CONTAINER_SERVICE_ADDRESS_FILE "${place}/service/address"
      GO_CONTAINER_SERVICE_LOG "${place}/service/log"
  )
endfunction()

# The tests are the fixtures; all services of a network are its fixture, too. Reads the service_ variables of the caller.
function(_go_container_service_fixtures start stop)
  set(fixtures ${ARGN})
  if(DEFINED service_NETWORK)
    list(APPEND fixtures "${service_NETWORK}.network")
  endif()
  set_tests_properties(${start} PROPERTIES FIXTURES_SETUP "${fixtures}")
  set_tests_properties(${stop} PROPERTIES FIXTURES_CLEANUP "${fixtures}")
endfunction()

# Of several platforms each has a service, with the fixture <name>.<platform>.service, and a network of its own. The one
# that the plan names is also <name>.service, and alone has HOST_PORT and the network of that name.
function(_go_container_services_of_platforms call place platforms)
  get_property(own TARGET ${name} PROPERTY _go_container_platform)
  list(REMOVE_ITEM platforms "${own}")
  foreach(platform IN LISTS own platforms)
    _go_container_platform_suffix(suffix "${platform}")
    set(service service)
    set(fixtures "${name}.${suffix}.service")
    if(platform STREQUAL own)
      list(APPEND fixtures "${name}.service")
      set(network "${service_NETWORK}")
    else()
      string(APPEND service "-${suffix}")
      if(DEFINED service_NETWORK)
        set(service_NETWORK "${network}-${suffix}")
      endif()
    endif()
    _go_container_service_json(json "${call}" "${place}/${service}")
    _go_container_write("${place}/${service}.json" "${json}")
    set(tests "${name}.${suffix}.start" "${name}.${suffix}.stop")
    _go_container_add_tests(
      ${name}
      ${engine}
      "${directory}"
      "${tests}"
      "start;stop"
      --test
      "${place}/${service}.json"
      --platform
      "${platform}"
    )
    list(GET tests 0 start)
    list(GET tests 1 stop)
    _go_container_service_fixtures(${start} ${stop} ${fixtures})
    set_property(TEST ${start} ${stop} APPEND PROPERTY LABELS image-run)
    set_property(GLOBAL APPEND PROPERTY _go_container_fixtures ${fixtures})
    unset(service_HOST_PORT)
  endforeach()
endfunction()

# out: what the tests need to know, as JSON. Reads the service_ variables of the caller.
function(_go_container_service_json out call directory)
  if(NOT DEFINED service_PORT)
    _go_container_error("${call}" "PORT is missing" "Give the port at which the program listens.")
  endif()
  _go_container_json_string(string "${directory}")
  set(members directory "${string}")
  foreach(pair "PORT=port" "HOST_PORT=hostPort")
    string(REGEX MATCH "^(.*)=(.*)$" pair "${pair}")
    set(option ${CMAKE_MATCH_1})
    if(DEFINED service_${option})
      _go_container_check_port("${call}" ${option} "${service_${option}}")
      list(APPEND members ${CMAKE_MATCH_2} "${service_${option}}")
    endif()
  endforeach()
  _go_container_service_ready(ready "${call}")
  list(APPEND members ready "${ready}")
  if(DEFINED service_ARGS)
    _go_container_json_array(arguments "${service_ARGS}")
    list(APPEND members args "${arguments}")
  endif()
  if(DEFINED service_ENV)
    _go_container_check_env("${call}" "${service_ENV}")
    _go_container_json_array(env "${service_ENV}")
    list(APPEND members env "${env}")
  endif()
  _go_container_service_mounts("${call}")
  _go_container_service_secrets("${call}")
  if(DEFINED service_NETWORK)
    _go_container_join_network(
      network
      "${call}"
      ${name}
      ${engine}
      "${service_NETWORK}"
      "${service_PORT}"
    )
    list(APPEND members network "${network}")
  endif()
  _go_container_default(service_TIMEOUT 30)
  _go_container_check_number("${call}" TIMEOUT "${service_TIMEOUT}")
  list(APPEND members timeout "${service_TIMEOUT}")
  _go_container_json_document(json ${members})
  set(${out} "${json}" PARENT_SCOPE)
endfunction()

# out: what tells that the service is ready.
function(_go_container_service_ready out call)
  set(given "")
  foreach(option READY_HTTP READY_TCP READY_LOG)
    if(DEFINED service_${option})
      list(APPEND given ${option})
    endif()
  endforeach()
  list(LENGTH given count)
  if(count GREATER 1)
    list(JOIN given " and " given)
    _go_container_error("${call}" "${given} are given" "Give one of them.")
  endif()
  set(ready tcp true)
  if(given STREQUAL "READY_HTTP")
    set(form "^/[^ \n]*$;the path of a URL;Begin it with /.")
    _go_container_check_form("${call}" READY_HTTP "${service_READY_HTTP}" "${form}")
    _go_container_json_string(path "${service_READY_HTTP}")
    set(ready http "${path}")
  elseif(given STREQUAL "READY_LOG")
    _go_container_json_string(regex "${service_READY_LOG}")
    set(ready log "${regex}")
  endif()
  _go_container_json_object(ready ${ready})
  set(${out} "${ready}" PARENT_SCOPE)
endfunction()

function(_go_container_check_port call option port)
  if(NOT port MATCHES "^[1-9][0-9]?[0-9]?[0-9]?[0-9]?$" OR port GREATER 65535)
    _go_container_error(
      "${call}"
      "${option} \"${port}\" is not a port"
      "Write a number from 1 to 65535."
    )
  endif()
endfunction()
