# Packages of a distribution in the Dockerfile.

# out: the words of a RUN that give the builder image git, CA certificates, and BUILDER_PACKAGES. Without the latter the
# network is asked for nothing if the image has all. They don't name the container, so that others take the same layer.
function(_go_container_dockerfile_builder_packages out)
  set(packages git ca-certificates)
  set(there "command -v git && test -s /etc/ssl/certs/ca-certificates.crt")
  if(DEFINED plan_ssh)
    list(APPEND packages openssh-client)
    string(APPEND there " && command -v ssh")
  endif()
  set(or "if ${there}; then true; \\\n    el")
  if(DEFINED plan_builder_packages)
    set(or "")
    string(REPLACE "\"" "" more "${plan_builder_packages}")
    list(APPEND packages ${more})
    list(REMOVE_DUPLICATES packages)
  endif()
  list(JOIN packages " " packages)
  set(
    text
    [=[
set -- @packages@; \
    @or@if command -v apk; then apk add --no-cache "$@"; \
    elif command -v apt-get; then apt-get update \
      && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" \
      && rm -rf /var/lib/apt/lists/*; \
    else echo "BUILDER_IMAGE @plan_builder_image@ has neither apk nor apt-get to install $*"; exit 1; fi]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# stage: the one that installs PACKAGES in the base; from: where the last stage begins.
function(_go_container_dockerfile_packages stage from)
  set(
    text
    "# The packages: installed again only when the list or the base changed.\nFROM ${plan_base} AS packages\n"
  )
  set(${stage} "${text}USER root\nRUN ${plan_packages_command}\n\n" PARENT_SCOPE)
  set(${from} packages PARENT_SCOPE)
endfunction()
