# Writes a C++ file that holds two text files as arrays of raw string literals (compilers limit one literal's length).
function(literal path variable)
  file(READ ${path} content)
  string(LENGTH "${content}" length)
  set(pieces "")
  set(start 0)
  while(start LESS length)
    string(SUBSTRING "${content}" ${start} 8000 piece)
    string(APPEND pieces "R\"~nodtrack~(${piece})~nodtrack~\"\n")
    math(EXPR start "${start} + 8000")
  endwhile()
  set(${variable} "${pieces}" PARENT_SCOPE)
endfunction()
literal(${POLICY} policy)
literal(${SOURCES} sources)
file(WRITE ${OUTPUT} "#include \"nodtrack/policy/policy.hpp\"\n
namespace nodtrack::policy {\n
std::string_view released_policy_json()\n{\n    return\n${policy};\n}\n
std::string_view released_sources_json()\n{\n    return\n${sources};\n}\n
}  // namespace nodtrack::policy\n")
