#pragma once

#include <zip.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace nodtrack::interop::testing_support {

using Parts = std::vector<std::pair<std::string, std::string>>;

/// A zip archive of these parts, in memory.
inline std::string archive_of(const Parts& parts)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* out = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(out);
    zip_t* archive = zip_open_from_source(out, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (archive == nullptr) throw std::runtime_error("no archive");
    for (const auto& [name, text] : parts) {
        zip_source_t* part = zip_source_buffer(archive, text.data(), text.size(), 0);
        if (zip_file_add(archive, name.c_str(), part, ZIP_FL_ENC_UTF_8) < 0) throw std::runtime_error("no part");
    }
    if (zip_close(archive) != 0) throw std::runtime_error("not written");
    zip_source_open(out);
    zip_stat_t stat;
    zip_source_stat(out, &stat);
    std::string bytes(stat.size, '\0');
    zip_source_read(out, bytes.data(), bytes.size());
    zip_source_close(out);
    zip_source_free(out);
    return bytes;
}

/// The parts of a workbook with these sheets (name, XML of their rows). Style 1 is a date of Excel's own (14), style 2
/// one by its format code, style 3 a number with decimals.
inline Parts workbook_parts(const Parts& sheets, const std::string& shared_texts = {}, bool from_1904 = false)
{
    std::string list;
    std::string relations;
    Parts parts;
    for (std::size_t i = 0; i < sheets.size(); ++i) {
        const std::string n = std::to_string(i + 1);
        list += "<sheet name=\"" + sheets[i].first + "\" sheetId=\"" + n + "\" r:id=\"rId" + n + "\"/>";
        relations += "<Relationship Id=\"rId" + n + "\" Type=\"t\" Target=\"worksheets/sheet" + n + ".xml\"/>";
        parts.emplace_back("xl/worksheets/sheet" + n + ".xml",
                           "<worksheet><sheetData>" + sheets[i].second + "</sheetData></worksheet>");
    }
    const std::string epoch = from_1904 ? "<workbookPr date1904=\"1\"/>" : "";
    parts.emplace_back("xl/workbook.xml", "<?xml version=\"1.0\"?><workbook xmlns:r=\"r\">" + epoch + "<sheets>" +
                                              list + "</sheets></workbook>");
    parts.emplace_back("xl/_rels/workbook.xml.rels", "<Relationships>" + relations + "</Relationships>");
    if (!shared_texts.empty()) parts.emplace_back("xl/sharedStrings.xml", "<sst>" + shared_texts + "</sst>");
    parts.emplace_back("xl/styles.xml",
                       "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd\\.mm\\.yyyy;@\"/>"
                       "<numFmt numFmtId=\"165\" formatCode=\"0.00&quot; day&quot;\"/></numFmts>"
                       "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf "
                       "numFmtId=\"165\"/></cellXfs></styleSheet>");
    return parts;
}

}  // namespace nodtrack::interop::testing_support
