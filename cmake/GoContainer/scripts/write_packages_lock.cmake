# Writes PACKAGES_LOCK, of the list of packages that came in.
#   cmake -D list=<file> -D lock=<file> [-D engine=<command> -D image=<file>] -P write_packages_lock.cmake
# Some engines leave an image besides, whose id is in the last file; it is removed.
cmake_policy(VERSION 3.25)

file(READ "${list}" packages)
string(
  CONCAT text
  "# All packages that PACKAGES bring into the base, with their versions.\n"
  "# The target <name>-packages-lock of GoContainer writes this file; commit it.\n"
  "${packages}"
)
file(WRITE "${lock}.new" "${text}")
file(RENAME "${lock}.new" "${lock}")
if(EXISTS "${image}")
  file(READ "${image}" id)
  execute_process(COMMAND "${engine}" rmi "${id}" OUTPUT_QUIET ERROR_QUIET)
  file(REMOVE "${image}")
endif()
string(REGEX MATCHALL "\n" lines "${packages}")
list(LENGTH lines count)
message("GoContainer: ${lock} has ${count} packages now.")
