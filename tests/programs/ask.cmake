# cmake -P ask.cmake <address file> <path> <expression>: the HTTP server answers, and as expected.
cmake_minimum_required(VERSION 3.25)
if(NOT EXISTS "${CMAKE_ARGV3}")
  message("skipped: the service does not run")
  return()
endif()
file(STRINGS "${CMAKE_ARGV3}" address)
string(MAKE_C_IDENTIFIER "answer ${address}${CMAKE_ARGV4}" answer) # clients run side by side
file(DOWNLOAD "http://${address}${CMAKE_ARGV4}" "${answer}" STATUS status TIMEOUT 20)
file(READ "${answer}" text)
message("${status}: ${text}")
if(NOT status MATCHES "^0;" OR NOT text MATCHES "${CMAKE_ARGV5}")
  message(FATAL_ERROR "expected: ${CMAKE_ARGV5}")
endif()
