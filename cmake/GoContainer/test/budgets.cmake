# What the generator expressions among the budgets are in each configuration, in a file beside the plan.
function(_go_container_budgets_file directory)
  set(
    values
    "${plan_max_size}${plan_max_compressed_size}${plan_max_layer_size}${plan_max_growth}${plan_baseline}"
  )
  string(
    APPEND values
    "${plan_max_size_of_platforms}${plan_max_compressed_size_of_platforms}${plan_max_layer_size_of_platforms}"
  )
  if(NOT values MATCHES "\\$<") # mostly
    return()
  endif()
  set(members "max_size;max_compressed_size;max_layer_size;max_growth;baseline")
  set(names "maxSize;maxCompressedSize;maxLayerSize;maxGrowth;baseline")
  set(pairs "")
  foreach(member name IN ZIP_LISTS members names)
    if(plan_${member} MATCHES "\\$<")
      _go_container_json_string(value "${plan_${member}}")
      list(APPEND pairs ${name} "${value}")
    endif()
    if(DEFINED plan_${member}_platforms)
      foreach(platform value IN ZIP_LISTS plan_${member}_platforms plan_${member}_of_platforms)
        if(value MATCHES "\\$<")
          list(APPEND pairs ${name}:${platform} "${value}")
        endif()
      endforeach()
    endif()
  endforeach()
  _go_container_json_document(text ${pairs})
  file(GENERATE OUTPUT "${directory}/budgets.json" CONTENT "${text}")
endfunction()
