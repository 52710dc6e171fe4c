# `cpack` in a build folder makes the Debian package; what it depends on at run time is found by dpkg-shlibdeps.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME nodtrack)
set(CPACK_PACKAGE_VENDOR "nodtrack")
set(CPACK_PACKAGE_CONTACT "nodtrack maintainers <maintainers@nodtrack.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "follows lung nodules of sarcoma patients from CT to CT")
set(CPACK_PACKAGE_DESCRIPTION "Keeps each nodule's identity and history in one file on one machine, compares every
measurement with every earlier one by published criteria, and says what to do
next, when, and why. Command line, and a service with pages. Decision support
for review by radiologist and oncologist; no medical device.")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
# The units name the place of the program, which is known with DESTDIR alone.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, util-linux")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(script postinst prerm postrm conffiles)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/debian/${script})
endforeach()
include(CPack)
