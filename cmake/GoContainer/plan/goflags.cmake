# How the go command is called: the flags and the environment of a plan.

# Both. What follows from these arguments is mostly the same for all containers, and worked out once.
function(_go_container_plan_go call config)
  set(key "")
  if(
    DEFINED arg_GO_VERSION
    OR DEFINED arg_GO_FLAGS
    OR DEFINED arg_PGO
    OR DEFINED arg_VERSION_VARIABLE
  )
    set(known FALSE) # these are checked against more
  else()
    # The names keep values apart that have any letter.
    set(
      key
      "_go_container_go ${config} ${plan_host_build} ${arg_CGO} LINK ${plan_link_commands} STAMP ${plan_stamps}"
    )
    string(
      APPEND key
      " VARIABLES ${plan_stamp_variables} LDFLAGS ${arg_LDFLAGS} GCFLAGS ${arg_GCFLAGS}"
      " BUILD_TAGS ${arg_BUILD_TAGS} GO_ENV ${arg_GO_ENV} VERSION ${plan_version}"
    )
    get_property(known GLOBAL PROPERTY "${key}" SET)
  endif()
  if(known)
    get_property(plan_go_env GLOBAL PROPERTY "${key}")
    get_property(plan_go_pass_env GLOBAL PROPERTY "${key}|pass_env")
    get_property(plan_go_flags GLOBAL PROPERTY "${key}|flags")
  else()
    _go_container_plan_go_env("${call}")
    _go_container_plan_go_flags("${call}" "${config}")
    if(NOT key STREQUAL "")
      set_property(GLOBAL PROPERTY "${key}" "${plan_go_env}")
      set_property(GLOBAL PROPERTY "${key}|pass_env" "${plan_go_pass_env}")
      set_property(GLOBAL PROPERTY "${key}|flags" "${plan_go_flags}")
    endif()
  endif()
  return(
    PROPAGATE plan_go_env plan_go_pass_env plan_go_version plan_go_flags plan_go_stamp
  )
endfunction()

# The flags of go build, and the variable that VERSION sets, where it must be declared.
function(_go_container_plan_go_flags call config)
  set(flags "\"-trimpath\"" "\"-buildvcs=false\"")
  set(ldflags "")
  string(TOUPPER "${config}" config)
  if(NOT config MATCHES "^(DEBUG|RELWITHDEBINFO)$")
    set(ldflags "\"-s\"" "\"-w\"")
  endif()
  if(NOT "${plan_version}" STREQUAL "")
    if(DEFINED arg_VERSION_VARIABLE)
      set(plan_go_stamp "${arg_VERSION_VARIABLE}")
    endif()
    _go_container_default(arg_VERSION_VARIABLE "main.version")
    if(NOT arg_VERSION_VARIABLE IN_LIST plan_stamp_variables) # the default gives way to STAMP
      _go_container_check_stamp("${call}" "${arg_VERSION_VARIABLE}")
      _go_container_json_string(stamp "${arg_VERSION_VARIABLE}=${plan_version}")
      list(APPEND ldflags "\"-X\"" "${stamp}")
    endif()
  endif()
  foreach(stamp IN LISTS plan_stamps)
    list(APPEND ldflags "\"-X\"" "${stamp}")
  endforeach()
  list(APPEND ldflags ${arg_LDFLAGS})
  _go_container_go_flag_list(ldflags "${call}" LDFLAGS "${ldflags}")
  _go_container_go_flag_list(gcflags "${call}" GCFLAGS "${arg_GCFLAGS}")
  set(rest "")
  set(more_tags "")
  if(DEFINED arg_GO_FLAGS OR DEFINED arg_GO_ENV)
    _go_container_take_flags(rest more_tags more "${call}")
    _go_container_go_flag_append(ldflags "${more_ldflags}")
    _go_container_go_flag_append(gcflags "${more_gcflags}")
  endif()
  _go_container_go_tags(tags "${call}" "${more_tags}")
  _go_container_go_pgo(pgo "${call}" "${plan_source}")
  list(
    APPEND flags
    ${ldflags}
    ${gcflags}
    ${tags}
    ${pgo}
    ${rest}
  )
  if(DEFINED arg_GO_ENV)
    _go_container_check_goflags("${call}" "${flags}")
  endif()
  set(plan_go_flags "${flags}")
  return(PROPAGATE plan_go_flags plan_go_stamp)
endfunction()

# out: the flag that hands the strings on as one value, which go takes apart by spaces, with quotes but
# without escapes; or nothing where there are none.
function(_go_container_go_flag_list out call argument strings)
  string(TOLOWER "${argument}" flag)
  if(strings MATCHES "^(\"[A-Za-z0-9_./=-]+\";?)*$") # mostly they are plain, and done at once
    string(REPLACE "\";\"" " " strings "${strings}")
    string(REGEX REPLACE "^\"" "\"-${flag}=" strings "${strings}")
    set(${out} "${strings}" PARENT_SCOPE)
    return()
  endif()
  set(words "")
  foreach(string IN LISTS strings)
    _go_container_json_value(word "${string}")
    if(word MATCHES "[ \t\n\r'\"]" OR word STREQUAL "")
      set(quote "'")
      if(word MATCHES "'")
        set(quote "\"")
      endif()
      if(word MATCHES "'" AND word MATCHES "\"")
        _go_container_error(
          "${call}"
          "${argument} has both kinds of quotes in one flag: ${word}"
          "Use one kind: the go command knows no escapes."
        )
      endif()
      set(word "${quote}${word}${quote}")
    endif()
    string(APPEND words " ${word}")
  endforeach()
  string(SUBSTRING "${words}" 1 -1 words)
  _go_container_json_string(string "-${flag}=${words}")
  set(${out} "${string}" PARENT_SCOPE)
endfunction()

# flag: gets the value, in the letters of a JSON string, behind its own.
function(_go_container_go_flag_append flag value)
  if(NOT "${value}" MATCHES "^ *$")
    string(REGEX REPLACE "\"$" "" text "${${flag}}")
    if(text STREQUAL "")
      set(text "\"-${flag}=")
      string(STRIP "${value}" value)
    endif()
    set(${flag} "${text}${value}\"" PARENT_SCOPE)
  endif()
endfunction()

# out: the flag for BUILD_TAGS and the tags that were given in other ways.
function(_go_container_go_tags out call more)
  set(${out} "" PARENT_SCOPE)
  set(tags "${arg_BUILD_TAGS}")
  list(APPEND tags ${more})
  if(tags STREQUAL "")
    return()
  endif()
  list(REMOVE_DUPLICATES tags)
  foreach(string IN LISTS tags)
    if(NOT string MATCHES "^\"[A-Za-z0-9_.]+\"$")
      _go_container_error(
        "${call}"
        "BUILD_TAGS: ${string} is not a build tag"
        "Write letters, digits, _ and ."
      )
    endif()
  endforeach()
  string(REPLACE "\";\"" "," tags "${tags}")
  string(REPLACE "\"" "" tags "${tags}")
  set(${out} "\"-tags=${tags}\"" PARENT_SCOPE)
endfunction()

function(_go_container_go_pgo out call source)
  set(${out} "" PARENT_SCOPE)
  if(NOT DEFINED arg_PGO)
    return()
  endif()
  if(NOT arg_PGO MATCHES "^(auto|off)$" AND NOT EXISTS "${source}/${arg_PGO}")
    _go_container_error(
      "${call}"
      "PGO \"${arg_PGO}\" is not a file below SOURCE_DIR: ${source}"
      "Give a CPU profile relative to SOURCE_DIR, auto or off."
    )
  endif()
  _go_container_json_string(flag "-pgo=${arg_PGO}")
  set(${out} "${flag}" PARENT_SCOPE)
endfunction()

# The variables of the go command, and the names of those that come from the environment of the build.
function(_go_container_plan_go_env call)
  set(cgo 0)
  if(arg_CGO OR DEFINED plan_link_commands)
    set(cgo 1)
  endif()
  set(variables "\"CGO_ENABLED=${cgo}\"" "\"GO111MODULE=on\"" "\"GOOS=linux\"")
  if(DEFINED arg_GO_VERSION)
    _go_container_toolchain(toolchain "${call}")
    list(APPEND variables "\"GOTOOLCHAIN=${toolchain}\"")
  endif()
  _go_container_check_go_env_names("${call}")
  set(names "")
  # Garbage collection that comes more rarely saves the compiler and the linker some tenth of their time, and
  # takes a fifth more of memory.
  if(NOT "${arg_GO_ENV}" MATCHES "(^|;)\"GOGC[=\"]")
    list(APPEND variables "\"GOGC=400\"")
  endif()
  foreach(string IN LISTS arg_GO_ENV)
    _go_container_json_value(variable "${string}")
    if(
      NOT variable MATCHES "^[A-Z][A-Z0-9_]*(=[^\n]*)?$"
      OR variable MATCHES "^(CGO_ENABLED|GOOS|GOARCH)=?"
    )
      _go_container_error(
        "${call}"
        "GO_ENV: \"${variable}\" can't be given to the go command"
        "Write <NAME>=<value>, or <NAME> for its value in the environment of the build; CGO_ENABLED, GOOS and GOARCH follow from other options."
      )
    endif()
    if(variable MATCHES "=")
      list(APPEND variables "${string}")
    else()
      list(APPEND names "${string}")
    endif()
  endforeach()
  set(plan_go_env "${variables}")
  set(plan_go_pass_env "${names}")
  # The two numbers of GO_VERSION, where the builder image says which release that is.
  if(NOT plan_host_build AND "${arg_GO_VERSION}" MATCHES "^[0-9]+\\.[0-9]+$")
    set(plan_go_version "${arg_GO_VERSION}")
  endif()
  return(PROPAGATE plan_go_env plan_go_pass_env plan_go_version)
endfunction()

# out: the toolchain that GO_VERSION names. Two numbers stand for the newest release that is at hand: that of the
# builder image, or of this machine; where its Go is another one, the first, which is the only one that is known.
function(_go_container_toolchain out call)
  set(version "${arg_GO_VERSION}")
  if(
    NOT
      version
        MATCHES
        "^[1-9][0-9]*\\.(0|[1-9][0-9]*)((\\.(0|[1-9][0-9]*))|rc[1-9][0-9]*|beta[1-9][0-9]*)?$"
  )
    _go_container_error(
      "${call}"
      "GO_VERSION \"${version}\" is not a version of Go"
      "Write it as 1.26.8, or 1.26 for the newest one of these that is at hand."
    )
  endif()
  set(${out} "go${version}" PARENT_SCOPE)
  if(NOT version MATCHES "^[0-9]+\\.[0-9]+$")
    return()
  elseif(NOT plan_host_build)
    set(${out} local PARENT_SCOPE)
    return()
  endif()
  _go_container_host_version(here)
  if(here MATCHES "^([0-9]+\\.[0-9]+)" AND CMAKE_MATCH_1 STREQUAL version)
    set(${out} "go${here}" PARENT_SCOPE)
  elseif(version VERSION_GREATER_EQUAL 1.21)
    set(${out} "go${version}.0" PARENT_SCOPE)
  endif()
endfunction()
