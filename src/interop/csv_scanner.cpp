#include "csv_scanner.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace nodtrack::interop {
namespace {

void set_fault(CsvRecord& record, CsvFault fault)
{
    if (record.fault != CsvFault::none) return;
    record.fault = fault;
    record.faulty_cell = record.cells.size();
}

}  // namespace

std::string_view fault_in_words(CsvFault fault)
{
    switch (fault) {
        case CsvFault::quote_inside:
            return "holds a quote but does not begin with one; put the cell in quotes and double those inside";
        case CsvFault::text_after_quote:
            return "goes on after its closing quote; double the quotes inside a cell in quotes";
        case CsvFault::quote_not_closed:
            return "begins with a quote that is never closed; close it";
        case CsvFault::none:
            break;
    }
    return {};
}

CsvScanner::CsvScanner(std::string& text, char separator)
    : at_(text.data()), end_(text.data() + text.size()), separator_(separator)
{
    static constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) at_ += byte_order_mark.size();
}

bool CsvScanner::next(CsvRecord& record)
{
    record.cells.clear();
    record.fault = CsvFault::none;
    record.has_quotes = false;
    record.line = line_;
    if (at_ == end_) return false;
    do {
        if (at_ != end_ && *at_ == '"') {
            scan_quoted(record);
        } else {
            scan_plain(record);
        }
    } while (step());
    return true;
}

void CsvScanner::scan_plain(CsvRecord& record)
{
    char* const start = at_;
    at_ = std::find_if(at_, end_, [this](char c) { return ends_cell(c) || c == '"'; });
    if (at_ != end_ && *at_ == '"') {
        set_fault(record, CsvFault::quote_inside);
        while (at_ != end_ && !ends_cell(*at_))
            ++at_;
    }
    const char* stop = at_;
    const bool line_ends = at_ == end_ || *at_ == '\n';
    if (line_ends && stop != start && stop[-1] == '\r') --stop;
    record.cells.emplace_back(start, static_cast<std::size_t>(stop - start));
}

void CsvScanner::scan_quoted(CsvRecord& record)
{
    char* const start = ++at_;
    record.has_quotes = true;
    char* write = start;
    for (;;) {
        auto* const quote = static_cast<char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
        char* const stop = quote != nullptr ? quote : end_;
        line_ += static_cast<std::uint32_t>(std::count(at_, stop, '\n'));
        if (write != at_) std::memmove(write, at_, static_cast<std::size_t>(stop - at_));
        write += stop - at_;
        at_ = stop;
        if (quote == nullptr) {
            set_fault(record, CsvFault::quote_not_closed);
            break;
        }
        ++at_;
        if (at_ == end_ || *at_ != '"') break;
        *write++ = '"';
        ++at_;
    }
    const bool carriage_return = at_ != end_ && *at_ == '\r' && (at_ + 1 == end_ || at_[1] == '\n');
    if (carriage_return) ++at_;
    if (at_ != end_ && !ends_cell(*at_)) {
        set_fault(record, CsvFault::text_after_quote);
        while (at_ != end_ && !ends_cell(*at_))
            ++at_;
    }
    record.cells.emplace_back(start, static_cast<std::size_t>(write - start));
}

bool CsvScanner::step()
{
    if (at_ == end_) return false;
    const bool goes_on = *at_ == separator_;
    if (!goes_on) ++line_;
    ++at_;
    return goes_on;
}

}  // namespace nodtrack::interop
