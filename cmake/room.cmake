# The plan: NODTRACK_PLAN has the rooms of cmake/floors.txt, lowest floor first, NODTRACK_BELOW_<room> those on lower floors.
set(NODTRACK_PLAN "")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/floors.txt)
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/floors.txt floors REGEX "^[0-9]")
list(REVERSE floors)
foreach(floor IN LISTS floors)
  string(REGEX REPLACE "^[0-9.]+ +(pure +)?" "" rooms "${floor}")
  string(REGEX MATCHALL "[^ ]+" rooms "${rooms}")
  foreach(room IN LISTS rooms)
    set(NODTRACK_BELOW_${room} ${NODTRACK_PLAN})
  endforeach()
  list(APPEND NODTRACK_PLAN ${rooms})
endforeach()

# A room is a static library: its public headers stand in include/nodtrack/<room>, its private ones beside its
# sources. DEPENDS names rooms of lower floors. Headers of a room that is not named, directly or by a room that is,
# do not resolve, because each room exports just its own staged include directory.
function(nodtrack_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;LIBRARIES;SOURCES" ${ARGN})
  foreach(room IN LISTS ROOM_DEPENDS)
    if(NOT room IN_LIST NODTRACK_BELOW_${name})
      message(FATAL_ERROR "Room ${name} must not depend on room ${room}: it is not on a lower floor (cmake/floors.txt)")
    endif()
  endforeach()

  add_library(nodtrack_${name} STATIC ${ROOM_SOURCES})
  add_library(nodtrack::${name} ALIAS nodtrack_${name})

  # Staging: <build>/rooms/<room>/nodtrack/<room> -> include/nodtrack/<room>
  set(stage ${CMAKE_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${stage}/nodtrack)
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/include/nodtrack/${name} ${stage}/nodtrack/${name} SYMBOLIC)
  target_include_directories(nodtrack_${name} PUBLIC ${stage} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})

  foreach(room IN LISTS ROOM_DEPENDS)
    target_link_libraries(nodtrack_${name} PUBLIC nodtrack::${room})
  endforeach()
  target_link_libraries(nodtrack_${name} PRIVATE ${ROOM_LIBRARIES})
  nodtrack_warnings(nodtrack_${name})
  set_property(GLOBAL APPEND PROPERTY NODTRACK_ROOMS ${name})
endfunction()

# nodtrack_embed(policy sources.json policy.hpp released_sources_json)
# A source of the room, added to the list `embedded`, whose function returns the text of the file of schema/, so that it
# travels inside the program. The room's public header declares it.
function(nodtrack_embed room file header function)
  set(input ${CMAKE_SOURCE_DIR}/schema/${file})
  set(script ${CMAKE_SOURCE_DIR}/cmake/embed.cmake)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DINPUT=${input} -DHEADER=nodtrack/${room}/${header}
            -DNAMESPACE=nodtrack::${room} -DFUNCTION=${function} -P ${script}
    DEPENDS ${input} ${script}
    VERBATIM)
  set(embedded ${embedded} ${output} PARENT_SCOPE)
endfunction()

# Warnings are errors on our own code; third-party headers are SYSTEM and stay silent.
function(nodtrack_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wimplicit-fallthrough
    -Wno-overlength-strings  # embedded files are long
    -Werror)
endfunction()

# nodtrack_test(growth SOURCES doubling_time_test.cpp … [LIBRARIES nodtrack::interop …])
# One GoogleTest program and one CTest entry of that name. It links the room of the same name, if there is one, and
# may use private headers of that room. NODTRACK_SOURCE_DIR is defined for files a test reads.
function(nodtrack_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "SOURCES;LIBRARIES" ${ARGN})
  set(target ${name}_tests)
  add_executable(${target} ${TEST_SOURCES})
  target_link_libraries(${target} PRIVATE ${TEST_LIBRARIES} GTest::gmock GTest::gtest GTest::gtest_main)
  if(TARGET nodtrack_${name})
    target_link_libraries(${target} PRIVATE nodtrack::${name})
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src/${name})
  endif()
  target_compile_definitions(${target} PRIVATE NODTRACK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  nodtrack_warnings(${target})
  # Test macros compare literals and throw values away in ways these two warnings dislike.
  target_compile_options(${target} PRIVATE -Wno-sign-conversion -Wno-null-dereference)
  add_test(NAME ${name} COMMAND ${target})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 900)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${TEST_TIMEOUT})
  if(name IN_LIST NODTRACK_SANITIZED_TESTS)
    nodtrack_sanitized(${target} ${name})
  endif()
endfunction()

# nodtrack_sanitized(growth_tests growth): the target sanitized_part builds this program, and its test has the label
# `sanitized` (tests/CMakeLists.txt).
function(nodtrack_sanitized target test)
  add_dependencies(sanitized_part ${target})
  set_tests_properties(${test} PROPERTIES LABELS sanitized)
endfunction()

# nodtrack_fuzzer(csv SOURCES csv_fuzzer.cpp LIBRARIES nodtrack::interop)
# A libFuzzer program bin/fuzz_<name> whose corpus is tests/fuzz/corpus/<name>. CTest replays the corpus; `./run test`
# then fuzzes each for 20 seconds, `./run soak` for ten minutes. Without NODTRACK_FUZZERS nothing is built.
function(nodtrack_fuzzer name)
  cmake_parse_arguments(FUZZER "" "" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT NODTRACK_FUZZERS)
    return()
  endif()
  set(target fuzz_${name})
  add_executable(${target} ${FUZZER_SOURCES})
  target_link_libraries(${target} PRIVATE ${FUZZER_LIBRARIES})
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  nodtrack_warnings(${target})
  add_test(NAME ${target} COMMAND ${target} -runs=0 ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  nodtrack_sanitized(${target} ${target})
endfunction()
