# Run by CPack for the target package_source: writes the release archive, which has all files of the commit that is
# checked out. git gives them the time of the commit, and gzip -n keeps neither a name nor a time, so the bytes are the
# same in every directory.
cmake_minimum_required(VERSION 3.25)

cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH source)
execute_process(
  COMMAND git -C "${source}" status --porcelain --untracked-files=no
  OUTPUT_VARIABLE changed
  RESULT_VARIABLE result
)
if(NOT result EQUAL 0)
  message(
    FATAL_ERROR
    "${source}: the release archive is made of a commit, so this must be a clone."
  )
elseif(NOT changed STREQUAL "")
  message(
    FATAL_ERROR
    "These files differ from the commit. Commit the changes, or take them back:\n${changed}"
  )
endif()

set(archive "${CPACK_PACKAGE_DIRECTORY}/${CPACK_PACKAGE_FILE_NAME}.tar.gz")
execute_process(
  COMMAND
    git -C "${source}" -c tar.umask=0022 archive --format=tar "--prefix=${CPACK_PACKAGE_FILE_NAME}/"
    HEAD
  COMMAND gzip -9 -n
  OUTPUT_FILE "${archive}"
  COMMAND_ERROR_IS_FATAL ANY
)
set(CPACK_EXTERNAL_BUILT_PACKAGES "${archive}")
