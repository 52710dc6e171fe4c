# What `cmake --install BUILD [--prefix P]` puts where, DESTDIR honoured. The program finds its image library at
# ../lib/nodtrack from its own place, so that a tree may be moved as a whole; units name the prefix.
install(TARGETS nodtrack RUNTIME DESTINATION bin)

# Man pages and completion are made of the table of commands by the program itself, and cannot drift from it.
set(generated ${CMAKE_BINARY_DIR}/generated)
add_custom_command(
  OUTPUT ${generated}/openapi.json
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${generated}
  COMMAND nodtrack docs ${generated}/commands --man ${generated}/man --completion ${generated}/completion
          --api ${generated}/openapi.json
  DEPENDS nodtrack
  COMMENT "man pages and completion"
  VERBATIM)
add_custom_target(generated_pages ALL DEPENDS ${generated}/openapi.json)
install(DIRECTORY ${generated}/man/ DESTINATION share/man/man1)
install(FILES ${generated}/completion/nodtrack DESTINATION share/bash-completion/completions)
install(FILES ${generated}/completion/_nodtrack DESTINATION share/zsh/vendor-completions)
install(FILES ${generated}/completion/nodtrack.fish DESTINATION share/fish/vendor_completions.d)

install(FILES README.md CHANGELOG.md ${generated}/openapi.json DESTINATION share/doc/nodtrack)
install(FILES LICENSE DESTINATION share/doc/nodtrack RENAME copyright)
install(DIRECTORY docs/ DESTINATION share/doc/nodtrack PATTERN pictures EXCLUDE)
install(DIRECTORY schema DESTINATION share/nodtrack PATTERN sql EXCLUDE)
install(DIRECTORY sample_data DESTINATION share/nodtrack)

# The service of a computer with systemd.
set(NODTRACK_PACKAGING ${CMAKE_SOURCE_DIR}/packaging)
install(FILES ${NODTRACK_PACKAGING}/nodtrack-backup.timer DESTINATION lib/systemd/system)
install(FILES ${NODTRACK_PACKAGING}/nodtrack.sysusers DESTINATION lib/sysusers.d RENAME nodtrack.conf)
install(CODE "set(packaging \"${NODTRACK_PACKAGING}\")")
install(SCRIPT ${CMAKE_SOURCE_DIR}/cmake/install_units.cmake)
