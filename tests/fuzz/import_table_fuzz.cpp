#include <cstddef>
#include <cstdint>

#include "nodtrack/interop/import_table.hpp"
#include "read_again.hpp"

/// A table of any bytes, CSV or workbook: a draft of a map is made of it, and the example's map is tried on it. The
/// first byte chooses the encoding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nodtrack::interop;
    static const ImportMap map = *read_import_map(example_map(), "m.json");
    if (size == 0) return 0;
    std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
    TableForm form = likely_form(bytes);
    if (data[0] % 4 != 0) form.encoding = static_cast<TableForm::Encoding>(data[0] % 4);
    form.short_rows_are_blank = data[0] % 8 > 3;
    const auto table = read_table(std::move(bytes), "t.csv", form);
    if (!table) {
        expect_refusal(table.error());
        return 0;
    }
    for (const TableRow& row : table->rows)
        expect(row.cells.size() == table->columns.size());
    expect(!proposed_map(*table, form).empty());
    const auto delivery = imported(*table, map);
    if (!delivery) {
        expect_refusal(delivery.error());
    } else {
        expect_placed(*delivery);
    }
    return 0;
}
