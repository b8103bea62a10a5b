# PLATFORMS in the Dockerfile. All that runs something does so on the platform of the builder; go compiles for another one.
# The last stage starts from the base of the platform that is built.

# out: the flag of FROM for a stage that runs something.
function(_go_container_dockerfile_from_builder_platform out)
  set(platform "$BUILDPLATFORM")
  _go_container_engine_facts_of(${plan_engine} architecture no_build_platform)
  if(fact_no_build_platform)
    set(platform "linux/${fact_architecture}")
  endif()
  set(${out} "--platform=${platform} " PARENT_SCOPE)
endfunction()

# args: the instructions in front of a RUN of go that compiles; exports: what tells go, in that RUN, for which platform. Each
# platform has a directory of its own in the mount of Go's cache.
function(_go_container_dockerfile_target args exports)
  set(arguments "ARG TARGETARCH\n")
  set(
    text
    "export GOARCH=\"$TARGETARCH\" GOCACHE=\"$GOCACHE/$TARGETARCH$TARGETVARIANT\" \\\n    && "
  )
  if("${plan_platforms}" MATCHES "/v[0-9]")
    string(APPEND arguments "ARG TARGETVARIANT\n")
    string(
      APPEND text
      [=[
case "$TARGETARCH$TARGETVARIANT" in \
        armv*) export GOARM="${TARGETVARIANT#v}" ;; \
        amd64v*) export GOAMD64="$TARGETVARIANT" ;; \
    esac \
    && ]=]
    )
  endif()
  if(DEFINED plan_compilers_platforms)
    _go_container_dockerfile_compilers(compilers)
    string(APPEND text "${compilers}")
  endif()
  set(${args} "${arguments}" PARENT_SCOPE)
  set(${exports} "${text}" PARENT_SCOPE)
endfunction()

# out: what gives go the compilers of CC.
function(_go_container_dockerfile_compilers out)
  set(text "case \"$TARGETARCH$TARGETVARIANT\" in")
  foreach(
    platform
    cc
    cxx
    IN
    ZIP_LISTS plan_compilers_platforms plan_compilers_cc plan_compilers_cxx
  )
    _go_container_platform_suffix(suffix "${platform}")
    foreach(word cc cxx)
      _go_container_json_value(${word} "${${word}}")
      _go_container_shell_word(${word} "${${word}}")
    endforeach()
    string(APPEND text " \\\n        ${suffix}) export CC=${cc} CXX=${cxx} ;;")
  endforeach()
  set(${out} "${text} \\\n    esac \\\n    && " PARENT_SCOPE)
endfunction()
