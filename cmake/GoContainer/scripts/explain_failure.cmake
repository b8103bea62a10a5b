# A script: runs after a build that failed. Where the reason is a module that can't be had, it says which one
# in one line, and what to give. What the build itself said went to the terminal, so the download runs again: it
# fails again, or has nothing to do.
#
# Wants the variables call; script, which downloads the modules (build/script.cmake); host, whether it does so by this
# machine's go; and where the engine may know more, engine, its command, builder, where GO_CONTAINER_BUILDER names one, and images, those that
# the build needs, with a comma between them.
cmake_minimum_required(VERSION 3.25)

if(DEFINED ENV{GO_CONTAINER_EXPLAINS})
  return() # the download of another one, which tells
endif()
if(DEFINED engine)
  include("${CMAKE_CURRENT_LIST_DIR}/../engines/${engine}.cmake")
  if(COMMAND _go_container_${engine}_explain)
    cmake_language(
      CALL _go_container_${engine}_explain
      explained
      "${call}"
      "${command}"
      "${images}"
    )
    if(explained)
      return()
    endif()
  endif()
endif()
set(modules modules)
if(host)
  set(modules missing_modules) # is quicker where there is nothing to do
endif()
set(ENV{GO_CONTAINER_EXPLAINS} TRUE)
execute_process(
  COMMAND sh "${script}" ${modules}
  RESULT_VARIABLE result
  OUTPUT_VARIABLE said
  ERROR_VARIABLE errors
  TIMEOUT 120
)
string(APPEND said "\n${errors}")
if(result EQUAL 0 OR NOT said MATCHES "go: (module )?([^ @:\n]+[.][^ @:\n]+@v[^ :\n]+): ")
  return()
endif()
set(module "${CMAKE_MATCH_2}")

# What go and git say -> what it means, for the module or its server, and the remedy, in a container and on
# this machine. The first that matches counts.
if(said MATCHES "Permission denied [(][a-z,-]*publickey|signing failed|agent refused")
  set(problem "its server takes none of the ssh keys")
  set(in_container "Give the agent that has the key: SSH default.")
  set(on_host "Add the key to the ssh agent of this machine: ssh-add.")
elseif(said MATCHES "Host key verification failed")
  set(problem "the key of its ssh server is not known")
  set(in_container "Give the keys of the server: SECRETS id=known_hosts,src=<file>.")
  set(on_host "Add the key of the server to ~/.ssh/known_hosts of this machine: ssh-keyscan.")
elseif(said MATCHES "reading https?://[^ ]*/@v/[^ ]*[: \n\t]+40[13]")
  set(problem "the proxy of GOPROXY wants another user or password")
  set(in_container "Give the address with them: SECRETS id=GOPROXY,env=<variable>.")
  set(on_host "Give the address with them: SECRETS id=GOPROXY,env=<variable>, or set GOPROXY.")
elseif(
  said
    MATCHES
    "could not read (Username|Password)|Authentication failed|invalid credentials|[^0-9]40[13] (Unauthorized|Forbidden)|returned error: 40[13]"
)
  set(problem "its server wants another user or password")
  set(in_container "Give them: SECRETS id=netrc,src=<file>.")
  set(on_host "Write them into ~/.netrc of this machine.")
elseif(said MATCHES "/sumdb/|404 Not Found|410 Gone|404 page not found")
  set(problem "no public proxy or checksum database knows it")
  set(in_container "If it is private, name its server: GO_ENV GOPRIVATE=<host>.")
  set(on_host "${in_container}")
else()
  return()
endif()
set(remedy "${in_container}")
if(host)
  set(remedy "${on_host}")
endif()
message(NOTICE "GoContainer: ${call}: the module ${module} can't be had: ${problem}. ${remedy}")
