# Both say the call, what was wrong, the remedy. An error stops the configure run, and names the place of the reference
# that describes the option; a warning is for whom writes the call, and -Wno-dev turns it off. Lines that begin with a
# space are not wrapped by CMake, so the text stays as it is written here, however long a path in it is.
function(_go_container_error call problem remedy)
  string(REPLACE "\n" "\\n" problem "${problem}") # of a user's value
  include("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/see.cmake")
  _go_container_see(see "${call}" "${problem}")
  message(FATAL_ERROR " ${call}: ${problem}.\n ${remedy}\n ${see}")
endfunction()

function(_go_container_warning call problem remedy)
  message(AUTHOR_WARNING " ${call}: ${problem}.\n ${remedy}")
endfunction()
