# Everything about the compiler that is not about one room.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

# Presets decide the optimisation. NDEBUG is never set: an assertion is a bug found, and a stop is better than a
# wrong recommendation.
# Lines are what a trace names; with all of the debug information (-g) a compiler takes a third longer.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -D_GLIBCXX_ASSERTIONS")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The base directory makes a hit of the same file in another build folder.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      ${CCACHE})
endif()

if(NODTRACK_SANITIZE)
  # A null or wild pointer stops the program under address as well; without these four checks the build takes about a fifth less.
  add_compile_options(-fsanitize=${NODTRACK_SANITIZE} -fno-sanitize=null,alignment,object-size,vptr
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${NODTRACK_SANITIZE})
  if(NODTRACK_SANITIZE MATCHES thread)
    # The sanitizer does not know fences; Asio's stand beside its locks, which it knows.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(NODTRACK_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "NODTRACK_FUZZERS needs clang: use the preset asan")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(NODTRACK_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
