# The programs in the Dockerfile: how go build writes them, and where they are in the image.

# out: what is behind the flags of go build, up to the end of the instruction: what it writes where, of which packages.
# Of several packages go names the programs itself, so one build is for each directory of their files. Go is silent about
# a package that is not main.
function(_go_container_dockerfile_go_build out)
  list(LENGTH plan_program_files count)
  set(targets "")
  set(checks "")
  foreach(string file IN ZIP_LISTS plan_program_packages plan_program_files)
    string(REPLACE "\"" "" file "/${file}")
    _go_container_json_value(package "${string}")
    _go_container_shell_word(word "${package}")
    set(target "${file}")
    set(whose "PACKAGE")
    if(count GREATER 1)
      cmake_path(GET file PARENT_PATH target)
      string(APPEND target "/")
      set(whose "PROGRAMS: ${package}")
    endif()
    if(NOT target IN_LIST targets)
      list(APPEND targets "${target}")
      set("words_${target}" "")
    endif()
    string(APPEND "words_${target}" " ${word}")
    set(
      says
      "add_go_container(${plan_name}): ${whose} is not a main package, so there is no program."
    )
    _go_container_shell_word(says "${says}")
    string(APPEND checks " \\\n    && { test -x ${file} || { echo ${says}; exit 1; }; }")
  endforeach()
  set(text "")
  foreach(target IN LISTS targets)
    if(NOT text STREQUAL "")
      _go_container_dockerfile_words(flags "${plan_go_flags}")
      string(APPEND text " \\\n    && go build ${flags}")
    endif()
    string(APPEND text " -o ${target}${words_${target}}")
  endforeach()
  set(${out} "${text}${checks}" PARENT_SCOPE)
endfunction()

# out: what copies each program to its place; from says where COPY finds them.
function(_go_container_dockerfile_copy_programs out from)
  set(text "")
  foreach(file path IN ZIP_LISTS plan_program_files plan_program_paths)
    string(APPEND text "COPY ${from}/${file} ${path}\n")
  endforeach()
  string(REPLACE "\"" "" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()
