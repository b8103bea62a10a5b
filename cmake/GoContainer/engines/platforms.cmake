# The builds of several platforms from one Dockerfile: one after the other, as they share the stages that are the same.

# builds: the command of a build, in which @platform@ stands for the platform, and @part@ for it in names, becomes one for each. In a store that can't
# hold an index only the image of the plan's own platform has the tags, and is the last; else these are the index's.
# listed: the words of the command that list the inputs, which only the first build needs.
function(_go_container_dockerfile_platform_builds builds directory listed)
  _go_container_platform_of_plan(own)
  set(platforms ${plan_platforms})
  list(LENGTH platforms count)
  list(REMOVE_ITEM platforms "${own}")
  list(APPEND platforms "${own}")
  _go_container_engine_facts_of(${plan_engine} save_index no_build_platform)
  _go_container_dockerfile_tags(tags)
  list(TRANSFORM tags REPLACE "(.+)" "--tag;\\1" OUTPUT_VARIABLE tag_flags)
  list(GET tags 0 tag)
  set(iid "${directory}/image.id.new")
  set(text "")
  set(ids "")
  foreach(platform IN LISTS platforms)
    string(REPLACE "/" "-" part "${platform}")
    string(REPLACE "@platform@" "${platform}" build "${${builds}}")
    string(REPLACE "@part@" "${part}" build "${build}")
    _go_container_platform_suffix(suffix "${platform}")
    if(NOT platform STREQUAL own)
      set(id "${directory}/image-${part}.id")
      string(REPLACE "${iid}" "${id}.new" build "${build}")
    else()
      set(id "${directory}/image.id")
      file(REMOVE "${directory}/image-${part}.id") # it may have been another one's before
    endif()
    if(count GREATER 1 AND (fact_save_index OR NOT platform STREQUAL own))
      string(REPLACE "${tag_flags}" "--tag;${tag}-${suffix}" build "${build}")
    endif()
    if(fact_no_build_platform AND plan_base STREQUAL "scratch")
      # Buildah 1.28 takes a layer on scratch from its cache that is of another platform, and then says so of the image.
      # A variable that nobody uses makes it another layer.
      set(mark "s/^FROM scratch$/&\\nARG GO_CONTAINER_${suffix}=1/")
      list(
        APPEND text
        COMMAND
        sed
        -n
        -e
        "${mark}"
        -e
        "w ${directory}/Dockerfile.${suffix}"
        "${directory}/Dockerfile"
      )
      string(
        REPLACE "${directory}/Dockerfile;"
        "${directory}/Dockerfile.${suffix};"
        build
        "${build}"
      )
    endif()
    if(listed AND ids)
      string(REPLACE "--;${listed}" "--" build "${build}")
    endif()
    list(APPEND text ${build})
    list(APPEND ids "${platform}=${id}")
  endforeach()
  if(count GREATER 1 AND fact_save_index)
    _go_container_place(script scripts/write_index.sh)
    _go_container_engine_program(command ${plan_engine})
    list(
      APPEND text
      COMMAND
      sh
      "${script}"
      "${command}"
      ${tags}
      --
      ${ids}
    )
  endif()
  set(${builds} "${text}" PARENT_SCOPE)
endfunction()

# out: the tags that the image of the plan's own platform has, where there are several. In a store that holds an index the
# tags are those of the index.
function(_go_container_tags_of_own_image out tags)
  _go_container_engine_facts_of(${plan_engine} save_index)
  if(fact_save_index)
    _go_container_platform_of_plan(own)
    _go_container_platform_suffix(suffix "${own}")
    list(GET tags 0 tag)
    set(tags "${tag}-${suffix}")
  endif()
  set(${out} "${tags}" PARENT_SCOPE)
endfunction()

# out: the command that writes an archive with the index of the images of all platforms, which the store does not hold.
function(_go_container_save_platforms out directory)
  _go_container_image_command(image)
  _go_container_engine_command(engine_command ${plan_engine})
  set(
    command
    ${image}
    index
    "${directory}/plan.json"
    "${directory}/${plan_name}.tar.new"
    ${engine_command}
  )
  if(NOT image)
    _go_container_refusal(
      command
      "the store of ${plan_engine} holds no index of several platforms, and to write an archive of it needs Python 3.9 or newer. Install Python 3, or set Python3_EXECUTABLE to its command."
    )
  endif()
  set(${out} ${command} PARENT_SCOPE)
endfunction()

# Stops at PACKAGES for a platform that this machine can't run: they are installed in the base by its own programs. The
# daemon of docker may be elsewhere.
function(_go_container_check_emulation call)
  _go_container_engine_facts_of(${plan_engine} architecture no_build_platform)
  if(NOT fact_no_build_platform)
    return()
  endif()
  set(
    goarches
    arm64
    386
    loong64
    mips64le
    mipsle
  )
  set(
    qemu
    aarch64
    i386
    loongarch64
    mips64el
    mipsel
  )
  foreach(platform IN LISTS plan_platforms)
    _go_container_platform_parts(architecture variant "${platform}")
    list(FIND goarches ${architecture} index)
    set(emulator ${architecture})
    if(NOT index EQUAL -1)
      list(GET qemu ${index} emulator)
    endif()
    if(
      NOT architecture STREQUAL fact_architecture
      AND NOT EXISTS "/proc/sys/fs/binfmt_misc/qemu-${emulator}"
      AND NOT "${architecture}/${fact_architecture}" STREQUAL "386/amd64"
    )
      _go_container_error(
        "${call}"
        "PACKAGES are installed by programs of the base, but this machine runs none for ${platform}"
        "Register qemu-user for it (package qemu-user-static or qemu-user-binfmt), build on such a machine, or give a BASE that has the packages."
      )
    endif()
  endforeach()
endfunction()
