# Writes a C++ file that holds files byte for byte: OUTPUT, FUNCTION (its name), FOLDER, and FILES in it, separated by |.
# The bytes are taken in by the assembler, so that a file may be of any size and kind.
string(REPLACE "|" ";" files "${FILES}")
set(text "// Made by src/service/embed.cmake.\n#include \"pages.hpp\"\n\n")
set(table "")
set(number 0)
foreach(file IN LISTS files)
  string(APPEND text
    "asm(\".section .rodata\\n${FUNCTION}_${number}_begin: .incbin \\\"${FOLDER}/${file}\\\"\\n${FUNCTION}_${number}_end: .byte 0\\n.previous\");\n"
    "extern \"C\" const char ${FUNCTION}_${number}_begin[] __attribute__((visibility(\"hidden\")));\n"
    "extern \"C\" const char ${FUNCTION}_${number}_end[] __attribute__((visibility(\"hidden\")));\n")
  string(APPEND table
    "        {\"/${file}\", {${FUNCTION}_${number}_begin, static_cast<std::size_t>(${FUNCTION}_${number}_end - ${FUNCTION}_${number}_begin)}},\n")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND text "\nnamespace nodtrack::service {\n\nstd::span<const PageFile> ${FUNCTION}()\n{\n")
if(number EQUAL 0)
  string(APPEND text "    return {};\n")
else()
  string(APPEND text "    static const PageFile files[] = {\n${table}    };\n    return files;\n")
endif()
string(APPEND text "}\n\n}  // namespace nodtrack::service\n")
file(WRITE ${OUTPUT} "${text}")
