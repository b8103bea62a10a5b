# The targets image-list, which prints the containers of this build, and image-why, which tells why they were built.

# Adds them. plans: a file with the plans of all containers, one a line.
function(_go_container_list_target all plans)
  _go_container_check_new_target("add_go_container" ${all}-list "Rename that target.")
  _go_container_image_command(image)
  _go_container_engine_commands(engines)
  add_custom_target(
    ${all}-list
    COMMAND ${image} list ${engines} "${plans}"
    COMMENT "Listing the containers of this build"
    VERBATIM
  )
  _go_container_check_new_target("add_go_container" ${all}-why "Rename that target.")
  add_custom_target(
    ${all}-why
    COMMAND ${image} why "${plans}"
    COMMENT "Telling why the containers of this build were built"
    VERBATIM
  )
endfunction()
