#pragma once

#include <string>
#include <vector>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/dose/appropriateness.hpp"

namespace nodtrack::report {

/// The tables released with this program; a fault in them is a bug.
const dose::Appropriateness& released_appropriateness();

/// The table of one question: examinations with rating and radiation level of one age group, each with its source.
std::string variant_text(const dose::Variant& variant, dose::AgeGroup group, const dose::Appropriateness& tables);

/// What ratings and levels mean, and what they are not; to stand under tables.
std::string appropriateness_notes(dose::AgeGroup group, const dose::Appropriateness& tables);

/// One JSON object and a line end, both age groups in it. Keys: `variant`, `number`, `question`, `primary` {bone,
/// soft_tissue, bone_or_soft_tissue}, `source`, `rows` [{`procedure`, `name`, `rating` {usually_appropriate,
/// may_be_appropriate, may_be_appropriate_disagreement, usually_not_appropriate}, `cite`, `ionising`, `adult` and
/// `child` {`level` {O, 1, 2, 3, 4, 5, varies, not_given}, `band_msv` [low, high] or null, `cite`}}].
std::string variant_json(const dose::Variant& variant, const dose::Appropriateness& tables);

/// What to show beside a patient's recommendation; positions in the tables.
struct ShownBeside {
    std::vector<const dose::Variant*> variants;
    std::vector<const dose::Pathway*> pathways;
};

/// The variants that the deciding rule names, and the pathways that lie beside it. Of the two tables of local
/// recurrence, that of the primary's tissue; both where record and histology leave it open. Variant 2 stands beside a
/// tumour board only where imaging criteria of metastasis are met. With bone or back pain since the index scan, the
/// lumbar spine. Source: decision table, section 2 (G1, G3, G4, R4).
ShownBeside shown_beside(const assess::Assessment& assessment, const PatientRecord& record,
                         const policy::Policy& policy, const dose::Appropriateness& tables);

/// The pathways in a few lines each, with their sources.
std::string pathways_text(const std::vector<const dose::Pathway*>& pathways);

/// One JSON object and a line end. Keys: `pathway`, `title`, `text`, `shows` [`variant-4`], `cite`.
std::string pathway_json(const dose::Pathway& pathway);

}  // namespace nodtrack::report
