# The programs in the Dockerfile: how go build writes them, and where they are in the image.

# out: what is behind the flags of go build, up to the end of the instruction: what it writes where, of which packages.
# Of several packages go names the programs itself, so one build is for each directory of their files. Go is silent about
# a package that is not main.
function(_go_container_dockerfile_go_build out)
  set(call "add_go_container(${plan_family})")
  set(sums "")
  if(DEFINED plan_go_workspace AND NOT plan_vendor)
    # What go build adds, it did not compare with anything.
    set(
      sums
      " \\\n    && { cmp -s \"$(go env GOWORK).sum\" /tmp/go.work.sum || { echo '${call}: go.work.sum lacks checksums of modules. Run go build once, and commit what it adds:'; diff /tmp/go.work.sum \"$(go env GOWORK).sum\"; exit 1; }; }"
    )
  endif()
  if(NOT plan_program_files MATCHES ";") # mostly there is one
    string(REPLACE "\"" "" file "/${plan_program_files}")
    _go_container_dockerfile_words(package "${plan_program_packages}")
    set(
      ${out}
      " -o ${file} ${package} \\\n    && { test -x ${file} || { echo '${call}: PACKAGE is not a main package, so there is no program.'; exit 1; }; }${sums}"
      PARENT_SCOPE
    )
    return()
  endif()
  set(targets "")
  set(checks "")
  foreach(string file IN ZIP_LISTS plan_program_packages plan_program_files)
    string(REPLACE "\"" "" file "/${file}")
    _go_container_json_value(package "${string}")
    _go_container_shell_word(word "${package}")
    cmake_path(GET file PARENT_PATH target)
    string(APPEND target "/")
    if(NOT target IN_LIST targets)
      list(APPEND targets "${target}")
      set("words_${target}" "")
    endif()
    string(APPEND "words_${target}" " ${word}")
    set(says "${call}: PROGRAMS: ${package} is not a main package, so there is no program.")
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
  set(${out} "${text}${checks}${sums}" PARENT_SCOPE)
endfunction()

# out: what copies each program to its place; from says where COPY finds them.
function(_go_container_dockerfile_copy_programs out from)
  set(text "")
  foreach(file path IN ZIP_LISTS plan_program_files plan_program_paths)
    set(stage "${from}${programs_of_target}")
    if(path IN_LIST plan_capabilities_paths)
      set(stage "--from=capable ")
    endif()
    string(APPEND text "COPY ${stage}/${file} ${path}\n")
  endforeach()
  string(REPLACE "\"" "" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()
