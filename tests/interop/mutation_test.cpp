#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "../support/mutant.hpp"
#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/interop/record_writer.hpp"
#include "support.hpp"

namespace nodtrack::interop {
namespace {

using test::has_form_of_contract;
using test::mutant_of;
using testing_support::RandomRecord;
using testing_support::TempFolder;
using testing_support::text_of;

constexpr int mutants_of_each = 1500;

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
