# TIMEZONES in the Dockerfile.

# out: the stage that takes the files out of the toolchain's archive. Not every builder image has unzip, but all have Go.
function(_go_container_dockerfile_timezones out)
  set(${out} "" PARENT_SCOPE)
  if(NOT DEFINED plan_timezones)
    return()
  endif()
  string(REPLACE "\"" "" zones "${plan_timezones}")
  list(REMOVE_ITEM zones "*")
  list(JOIN zones " " zones)
  if(NOT zones STREQUAL "")
    string(PREPEND zones " ")
  endif()
  set(
    text
    [=[
# The time zones of the toolchain.
FROM modules AS timezones
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    mkdir /timezones && printf '%s\n' \
      'package main' \
      'import ("archive/zip"; "io/fs"; "log"; "os"; "path/filepath")' \
      'func check(err error) { if err != nil { log.Fatalf("%s: %v", os.Args[2], err) } }' \
      'func main() {' \
      '  archive, err := zip.OpenReader(os.Args[1])' \
      '  check(err)' \
      '  zones := os.Args[3:]' \
      '  for _, file := range archive.File { if len(os.Args) == 3 { zones = append(zones, file.Name) } }' \
      '  for _, zone := range zones {' \
      '    data, err := fs.ReadFile(archive, zone)' \
      '    check(err)' \
      '    check(os.MkdirAll(filepath.Dir("/zoneinfo/" + zone), 0o755))' \
      '    check(os.WriteFile("/zoneinfo/" + zone, data, 0o644))' \
      '  }' \
      '}' > /timezones/main.go \
    && zones="$(go env GOROOT)/lib/time/zoneinfo.zip" && cd /timezones \
    && GOOS= GOARCH= GOFLAGS= GOWORK=off GOTOOLCHAIN=local \
      go run -trimpath main.go "$zones" 'add_go_container(@plan_name@): TIMEZONES'@zones@

]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: what copies them; from says where COPY finds them.
function(_go_container_dockerfile_copy_timezones out from)
  set(${out} "" PARENT_SCOPE)
  if(DEFINED plan_timezones)
    set(${out} "COPY ${from}/zoneinfo/ /usr/share/zoneinfo/\n" PARENT_SCOPE)
  endif()
endfunction()
