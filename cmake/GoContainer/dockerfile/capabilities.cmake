# CAPABILITIES in the Dockerfile. A build context drops them, so a stage gives them to the programs.

# tool: the stage that has setcap; capable: the one that calls it. from says where COPY finds the programs.
function(_go_container_dockerfile_capabilities tool capable from)
  set(
    text
    [=[
# What gives capabilities to programs. It is added only where the image lacks it.
FROM @on_builder@@plan_builder_image@ AS setcap
RUN if command -v setcap; then true; \
    elif command -v apk; then apk add --no-cache libcap-setcap; \
    elif command -v apt-get; then apt-get update \
      && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libcap2-bin \
      && rm -rf /var/lib/apt/lists/*; \
    else echo "BUILDER_IMAGE @plan_builder_image@ has neither setcap nor apk nor apt-get"; exit 1; fi

]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
  set(${tool} "${text}" PARENT_SCOPE)
  set(text "# The programs that have capabilities.\nFROM setcap AS capable\n")
  if(programs_of_target)
    string(APPEND text "ARG TARGETPLATFORM\n")
  endif()
  foreach(path capabilities IN ZIP_LISTS plan_capabilities_paths plan_capabilities)
    list(FIND plan_program_paths "${path}" index)
    list(GET plan_program_files ${index} file)
    string(
      APPEND text
      "COPY ${from}${programs_of_target}/${file} /${file}\nRUN setcap ${capabilities} /${file}\n"
    )
  endforeach()
  string(REPLACE "\"" "" text "${text}")
  set(${capable} "${text}\n" PARENT_SCOPE)
endfunction()
