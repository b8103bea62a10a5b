# The builds of several platforms from one Dockerfile: one after the other, as they share the stages that are the same.

# builds: the command of a build, in which @platform@ stands for the platform, becomes one for each. The plan's own
# platform is the last, and only that has the tags in a store that can't hold an index; else these are the index's.
# listed: the words of the command that list the inputs, which only the first build needs.
function(_go_container_dockerfile_platform_builds builds directory listed)
  _go_container_platform_of_plan(own)
  set(platforms ${plan_platforms})
  list(LENGTH platforms count)
  list(REMOVE_ITEM platforms "${own}")
  list(APPEND platforms "${own}")
  _go_container_engine_facts_of(${plan_engine} save_index)
  _go_container_dockerfile_tags(tags)
  list(TRANSFORM tags REPLACE "(.+)" "--tag;\\1" OUTPUT_VARIABLE tag_flags)
  list(GET tags 0 tag)
  set(iid "${directory}/image.id.new")
  set(text "")
  set(ids "")
  foreach(platform IN LISTS platforms)
    string(REPLACE "@platform@" "${platform}" build "${${builds}}")
    _go_container_platform_suffix(suffix "${platform}")
    string(REPLACE "/" "-" part "${platform}")
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
    if(listed AND text)
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
