# A room is a static library: its public headers stand in include/nodtrack/<room>, its private ones beside
# its sources. DEPENDS names rooms of lower floors only; headers of a room that is not named do not resolve,
# because each room exports just its own staged include directory.
function(nodtrack_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;LIBRARIES;SOURCES" ${ARGN})
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
endfunction()

# Warnings are errors on our own code; third-party headers are SYSTEM and stay silent.
function(nodtrack_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough -Werror)
endfunction()
