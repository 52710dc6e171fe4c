# Libraries of the whole tree, all of them Debian packages (packages.txt). ITK and GDCM are found in src/imaging,
# the only room that may use them; DCMTK in src/exchange.
find_package(Threads REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto SSL)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(Boost 1.74 REQUIRED)  # Asio and Beast: headers alone
# Have no package file of CMake.
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(libical REQUIRED IMPORTED_TARGET libical)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(openjp2 REQUIRED IMPORTED_TARGET libopenjp2)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
find_library(READSTAT_LIBRARY readstat REQUIRED)
if(NODTRACK_TESTS)
  find_package(GTest REQUIRED)
endif()
if(NODTRACK_BENCH)
  find_package(benchmark REQUIRED)
endif()
