nodtrack_test(growth
  SOURCES caliper_comparison_test.cpp volume_comparison_test.cpp volume_limit_test.cpp doubling_time_test.cpp
          measurement_error_test.cpp)
