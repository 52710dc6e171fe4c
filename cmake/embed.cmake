# Writes a C++ file whose function returns one text file, as an array of raw string literals (compilers limit the length
# of one). -DOUTPUT=… -DINPUT=… -DHEADER=nodtrack/… -DNAMESPACE=nodtrack::… -DFUNCTION=…
file(READ ${INPUT} content)
string(LENGTH "${content}" length)
set(pieces "")
set(start 0)
while(start LESS length)
  string(SUBSTRING "${content}" ${start} 8000 piece)
  string(APPEND pieces "R\"~nodtrack~(${piece})~nodtrack~\"\n")
  math(EXPR start "${start} + 8000")
endwhile()
file(WRITE ${OUTPUT} "#include \"${HEADER}\"\n
namespace ${NAMESPACE} {\n
std::string_view ${FUNCTION}()\n{\n    return\n${pieces};\n}\n
}  // namespace ${NAMESPACE}\n")
