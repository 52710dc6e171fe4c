#include "nodtrack/tracker/ct_claim.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nodtrack/store/change.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using test::day;
using test::provenance_on;
using test::value_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string series = "1.2.3.4";
const std::string voxels(64, 'a');

/// P1 was measured on its scan B: the CT of series 1.2.3.4.
class CtClaimTest : public test::RegistryTest {
  protected:
    void SetUp() override
    {
        value_of(ingest(test::first_rows()));
        store_image({"P1", "B", "N1"}, 1, series, voxels);
    }

    void store_image(const store::ObservationKey& observation, store::Version version, const std::string& series_uid,
                     const std::string& voxels_sha256)
    {
        store::NoduleImage image;
        image.observation = observation;
        image.version = version;
        image.paths = {"ct"};
        image.folder = "/ct";
        image.series_uid = series_uid;
        image.mask = "mask";
        image.voxels_sha256 = voxels_sha256;
        store::Change change = value_of(store::Change::begin(registry_, provenance_on("2025-02-02")));
        value_of(change.store_images({&image, 1}));
        value_of(change.commit());
    }

    /// Why the claim is refused; empty where it is not.
    std::string refusal(const CtClaim& claim, const imaging::ScanFacts& facts)
    {
        const Result<void> checked = check_claim(registry_, claim, facts);
        if (checked) return "";
        EXPECT_EQ(checked.error().code, ErrorCode::bad_input);
        return checked.error().message;
    }
};

CtClaim claim_of(const std::string& patient_id, const std::string& scan_id)
{
    CtClaim claim;
    claim.patient_id = patient_id;
    claim.scan_id = scan_id;
    return claim;
}

imaging::ScanFacts facts_of(const std::string& series_uid)
{
    imaging::ScanFacts facts;
    facts.series_uid = series_uid;
    return facts;
}

TEST_F(CtClaimTest, OneSeriesIsOneScanOfOnePatient)
{
    EXPECT_THAT(refusal(claim_of("P1", "B"), facts_of(series)), IsEmpty()) << "another nodule of the same scan";
    EXPECT_THAT(refusal(claim_of("P1", "A"), facts_of(series)),
                AllOf(HasSubstr("is the series that scan B was measured on"), HasSubstr("or --scan B if that is meant"),
                      HasSubstr("--amend REASON")));
    EXPECT_THAT(refusal(claim_of("P2", "B"), facts_of(series)), HasSubstr("scan B of another patient (P1)"));
    EXPECT_THAT(refusal(claim_of("P2", "A"), facts_of("1.2.3.5")), IsEmpty());
    EXPECT_THAT(refusal(claim_of("P2", "A"), {}), IsEmpty()) << "a file that is no DICOM has no series";
}

TEST_F(CtClaimTest, TheSameVoxelsAreTheSameCtWhateverItIsCalled)
{
    CtClaim claim = claim_of("P1", "A");
    claim.voxels_sha256 = voxels;
    EXPECT_THAT(refusal(claim, {}), HasSubstr("has the same voxels that scan B was measured on"));
    EXPECT_THAT(refusal(claim, facts_of("1.2.3.5")), HasSubstr("has the same voxels that scan B was measured on"));
    claim.voxels_sha256 = std::string(64, 'b');
    EXPECT_THAT(refusal(claim, {}), IsEmpty());
}

TEST_F(CtClaimTest, AnImageThatWasReplacedSpeaksAgainstNothing)
{
    store_image({"P1", "B", "N1"}, 2, "1.2.3.9", std::string(64, 'c'));
    CtClaim claim = claim_of("P2", "A");
    claim.voxels_sha256 = voxels;
    EXPECT_THAT(refusal(claim, facts_of(series)), IsEmpty());
    EXPECT_THAT(refusal(claim, facts_of("1.2.3.9")), HasSubstr("scan B of another patient (P1)"));
}

TEST_F(CtClaimTest, ADayAgainstTheHeaderIsRefused)
{
    imaging::ScanFacts facts;
    facts.scan_date = "20240901";
    CtClaim claim = claim_of("P1", "B");
    EXPECT_THAT(refusal(claim, facts), IsEmpty()) << "no day is claimed";
    claim.scan_date = day("2024-09-01");
    EXPECT_THAT(refusal(claim, facts), IsEmpty());
    claim.scan_date = day("2024-09-02");
    EXPECT_THAT(refusal(claim, facts), AllOf(HasSubstr("made on 2024-09-01"), HasSubstr("scan B is of 2024-09-02")));
    for (const std::string none : {"", "2024", "20240931"}) {
        facts.scan_date = none;
        EXPECT_THAT(refusal(claim, facts), IsEmpty()) << none << " is no day, which contradicts nothing";
    }
}

TEST_F(CtClaimTest, ADateOfBirthAgainstTheHeaderIsRefusedAndNeitherIsTold)
{
    imaging::ScanFacts facts;
    facts.patient_birth_date = "19800228";
    CtClaim claim = claim_of("P1", "B");
    EXPECT_THAT(refusal(claim, facts), IsEmpty()) << "none is recorded";
    claim.birth_date = day("1980-02-29");
    EXPECT_THAT(refusal(claim, facts), AllOf(HasSubstr("another date of birth"), Not(HasSubstr("1980"))));
    claim.birth_date = day("1980-02-28");
    EXPECT_THAT(refusal(claim, facts), IsEmpty());
}

TEST_F(CtClaimTest, WhoSaysWhyItIsRightIsBelieved)
{
    imaging::ScanFacts facts = facts_of(series);
    facts.scan_date = "20240901";
    facts.patient_birth_date = "19800228";
    CtClaim claim = claim_of("P2", "A");
    claim.scan_date = day("2025-01-01");
    claim.birth_date = day("1980-02-29");
    claim.voxels_sha256 = voxels;
    EXPECT_THAT(refusal(claim, facts), Not(IsEmpty()));
    claim.reason = "the scanner's clock was wrong; P1 was given this CT by mistake";
    EXPECT_THAT(refusal(claim, facts), IsEmpty());
}

}  // namespace
}  // namespace nodtrack::tracker
