nodtrack_test(policy
  SOURCES describe_test.cpp loader_test.cpp truth_test.cpp released_policy_test.cpp small_policy.cpp
  LIBRARIES nodtrack::assess nlohmann_json::nlohmann_json)
