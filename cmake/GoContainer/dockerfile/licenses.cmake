# LICENSES in the Dockerfile.

# out: the instruction that collects them, as gocontainer/go/licenses.py does: of each package that the programs are
# made of, what is in its directory, and in those above it up to that of its module.
function(_go_container_dockerfile_licenses out)
  _go_container_dockerfile_words(flags "${plan_go_flags}")
  _go_container_dockerfile_words(packages "${plan_program_packages}")
  _go_container_dockerfile_mounts(mounts)
  _go_container_dockerfile_exports(exports)
  set(call "add_go_container(${plan_name})")
  set(
    text
    [=[

# The licences of the modules that the programs are made of, and of Go.
RUN --mount=type=cache,target=/go/pkg/mod \
    @mounts@@exports@@target@go list -deps @flags@ \
      -f '{{with .Module}}{{.Path}}{{with .Version}}@{{.}}{{end}}|{{.Path}}|{{$.ImportPath}}|{{$.Dir}}{{end}}' \
      @packages@ > /packages \
    && go env GOVERSION | sed "s,go\([^ ]*\).*,go@\1|go|go|$(go env GOROOT)," >> /packages \
    && while IFS='|' read -r module path package directory; do \
        below="${package#"$path"}"; \
        while test -d "$directory"; do \
            find "$directory" -maxdepth 1 -type f ! -name '*.go' \( -iname 'licen[cs]e*' -o -iname 'unlicen[cs]e*' \
                -o -iname 'mit[-_]licen[cs]e*' -o -iname 'copying*' -o -iname 'copyleft*' -o -iname 'copyright*' \
                -o -iname 'legal*' -o -iname 'notice*' -o -iname 'patents*' \) \
                -exec mkdir -p "/licenses/$module$below" \; -exec cp {} "/licenses/$module$below/" \; ; \
            test -n "$below" || break; \
            below="${below%/*}"; \
            directory="${directory%/*}"; \
        done; \
    done < /packages \
    && mkdir -p /licenses && chmod -R u=rwX,go=rX /licenses \
    && sed -n 's,|.*,,;/@/p' /packages | sort -u | while read -r module; do \
        test -d "/licenses/$module" || echo "@call@: LICENSES: $module has no licence file."; \
    done
]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()
