#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/interop/record_writer.hpp"
#include "support.hpp"

namespace nodtrack::interop {
namespace {

using testing_support::RandomRecord;
using testing_support::TempFolder;
using testing_support::text_of;

constexpr int mutants_of_each = 1500;

/// A text with one to four accidents: bytes lost, doubled, changed, put in, blocks moved, the end cut off.
std::string mutant_of(std::string text, std::mt19937& random)
{
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, std::max<std::size_t>(limit, 1) - 1)(random);
    };
    using namespace std::string_literals;
    static const std::string put_in = ",\"\n\r;:.-{}[]\\\0\xFF\xC2\xED 019aZ_"s;
    for (std::size_t accident = below(4) + 1; accident > 0 && !text.empty(); --accident) {
        const std::size_t at = below(text.size());
        const std::size_t length = below(std::min<std::size_t>(text.size() - at, 40)) + 1;
        switch (below(6)) {
            case 0:
                text.erase(at, length);
                break;
            case 1:
                text.insert(at, text.substr(at, length));
                break;
            case 2:
                text[at] = put_in[below(put_in.size())];
                break;
            case 3:
                text.insert(at, 1, put_in[below(put_in.size())]);
                break;
            case 4:
                text.insert(below(text.size()), text.substr(at, length));
                break;
            default:
                text.resize(text.size() - below(30) % text.size());
                break;
        }
    }
    return text;
}

/// `file:row:column: message` on one line.
bool has_form_of_contract(const std::string& line)
{
    const std::size_t row = line.find(':') + 1;
    const std::size_t column = line.find(':', row) + 1;
    const std::size_t message = line.find(": ", column);
    if (row < 2 || column < row + 2 || message == std::string::npos || message == column) return false;
    return line.find_first_not_of("0123456789", row) == column - 1 && line.size() > message + 2 &&
           line.find_first_of("\n\r") == std::string::npos;
}

/// Either it was read, or all that is wrong is told in the form of the contract.
void expect_delivery_or_problems(const Result<Delivery>& read, const std::string& text)
{
    if (read) return;
    ASSERT_EQ(read.error().code, ErrorCode::bad_input) << text;
    ASSERT_FALSE(read.error().context.empty()) << text;
    for (const std::string& line : read.error().context) {
        ASSERT_TRUE(has_form_of_contract(line)) << line;
    }
}

TEST(MutatedFiles, AreReadOrRefusedWithEveryProblemNamed)
{
    const TempFolder folder;
    RandomRecord random_record(3);
    Result<RecordWriter> writer = RecordWriter::into_csv_folder(folder.path());
    ASSERT_TRUE(writer);
    for (int i = 0; i < 4; ++i)
        ASSERT_TRUE(writer->add(random_record.record("P" + std::to_string(i))));
    ASSERT_TRUE(writer->finish());
    std::mt19937 random(5);
    int refused = 0;
    for (std::size_t kind = 0; kind < row_kind_names.size(); ++kind) {
        const std::string right = text_of(folder.path() / (std::string(row_kind_names[kind]) + ".csv"));
        for (int i = 0; i < mutants_of_each; ++i) {
            const std::string mutant = mutant_of(right, random);
            const Result<Delivery> read = read_csv_text(static_cast<RowKind>(kind), mutant);
            expect_delivery_or_problems(read, mutant);
            refused += read ? 0 : 1;
        }
    }
    EXPECT_GT(refused, mutants_of_each) << "the accidents are too mild to test anything";
}

TEST(MutatedDocuments, AreReadOrRefusedWithEveryProblemNamed)
{
    RandomRecord random_record(4);
    std::vector<PatientRecord> records;
    for (int i = 0; i < 3; ++i)
        records.push_back(random_record.record("P" + std::to_string(i)));
    const std::string right = record_json(records);
    ASSERT_TRUE(read_json_text(right));
    std::mt19937 random(6);
    for (int i = 0; i < mutants_of_each; ++i) {
        const std::string mutant = mutant_of(right, random);
        expect_delivery_or_problems(read_json_text(mutant), mutant);
    }
}

}  // namespace
}  // namespace nodtrack::interop
