#include "file_head.hpp"

#include <cstdint>
#include <string_view>

#include "nodtrack/exchange/dicom_uid.hpp"

namespace nodtrack::exchange {
namespace {

constexpr std::uint32_t transfer_syntax_tag = 0x00020010;

void append_number(std::string& out, std::uint32_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; ++i)
        out += static_cast<char>(number >> (8 * i) & 0xFFU);
}

void append_element(std::string& out, std::uint32_t tag, std::string_view kind, std::string value, char padding)
{
    if (value.size() % 2 != 0) value += padding;
    append_number(out, tag >> 16U, 2);
    append_number(out, tag & 0xFFFFU, 2);
    out += kind;
    if (kind == "OB") {
        append_number(out, 0, 2);
        append_number(out, static_cast<std::uint32_t>(value.size()), 4);
    } else {
        append_number(out, static_cast<std::uint32_t>(value.size()), 2);
    }
    out += value;
}

std::string with_preamble(const std::string& elements)
{
    constexpr std::size_t preamble = 128;
    std::string length;
    append_number(length, static_cast<std::uint32_t>(elements.size()), 4);
    std::string out(preamble, '\0');
    out += "DICM";
    append_element(out, 0x00020000, "UL", length, '\0');
    return out + elements;
}

}  // namespace

std::string file_head(const std::string& sop_class, const std::string& sop_uid, const std::string& transfer_syntax)
{
    std::string elements;
    append_element(elements, 0x00020001, "OB", std::string("\0\1", 2), '\0');
    append_element(elements, 0x00020002, "UI", sop_class, '\0');
    append_element(elements, 0x00020003, "UI", sop_uid, '\0');
    append_element(elements, transfer_syntax_tag, "UI", transfer_syntax, '\0');
    append_element(elements, 0x00020012, "UI", uid_of_name("implementation nodtrack"), '\0');
    append_element(elements, 0x00020013, "SH", "NODTRACK", ' ');
    return with_preamble(elements);
}

std::string bare_file_head(const std::string& transfer_syntax)
{
    std::string elements;
    append_element(elements, transfer_syntax_tag, "UI", transfer_syntax, '\0');
    return with_preamble(elements);
}

}  // namespace nodtrack::exchange
