#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/store/change.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::test {

/// A folder that goes away with the test.
class TemporaryFolder {
  public:
    TemporaryFolder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "nodtrack_XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) std::abort();
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder()
    {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline Date day(std::string_view text)
{
    return Date::parse(text).value();
}

inline store::Provenance provenance_on(std::string_view on, std::string reason = {})
{
    return {std::string(on) + "T08:30:00Z", day(on), "ab", "test", std::move(reason)};
}

template <class T>
T value_of(Result<T> result)
{
    if (!result) {
        std::string lines = result.error().message;
        for (const std::string& line : result.error().context)
            lines += "\n" + line;
        for (const std::string& line : result.error().questions)
            lines += "\n" + line;
        throw std::runtime_error(lines);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// What the record reader makes of CSV texts, as a door would hand it in.
inline Delivery delivery_of(std::vector<interop::CsvText> files)
{
    return value_of(interop::read_csv_texts(std::move(files)));
}

/// Three patients with every kind of row and every column filled somewhere.
inline std::vector<interop::CsvText> sample_record()
{
    return {
        {RowKind::patient,
         "patient_id,birth_date,sex,histology,tissue,grade,primary_site,curative_treatment_completed_on,resection_date,"
         "known_lung_metastases,schedule_profile,curative_treatment,lung_metastases_diagnosed_on,follow_up_status\n"
         "P1,1980-02-29,female,osteosarcoma,bone,high,extremity,2024-05-01,2024-01-10,resected,six_monthly,completed,"
         "2024-03-01,active\n"
         "P2,,,,,,,,,,,,,\n"
         "P3,1999-12-31,other,carcinoma_metastasis,soft_tissue,low,skin,,,none,default,not_completed,,deceased\n"},
        {RowKind::scan,
         "patient_id,scan_id,scan_date,modality,purpose,iv_contrast,slice_thickness_mm,reading,symptoms,"
         "suspected_local_recurrence,new_pneumothorax,new_pleural_effusion,dlp_mgy_cm,dose_phantom_cm,other_findings\n"
         "P1,A,2024-06-01,ct,diagnostic,none,1.25,complete,cough;chest_pain,no,yes,no,210.5,32,"
         "mediastinal_or_hilar_node;effusion_known\n"
         "P1,B,2024-09-01,ct,diagnostic,given,0.625,limited,,,,,,16,\n"
         "P2,A,2025-01-01,pet_ct,attenuation_correction,,,,,,,,,,\n"},
        {RowKind::measurement,
         "patient_id,scan_id,nodule_id,status,side,lobe,location,long_axis_mm,short_axis_mm,volume_mm3,volume_method,"
         "attenuation,solid_component_mm,shape,margin,calcification,suv_max,position_x_mm,position_y_mm,position_z_mm,"
         "mean_hu,reader\n"
         "P1,A,N1,present,left,lingula,perifissural,5.4,4.125,60.5,ellipsoid,part_solid,2.5,lentiform,spiculated,"
         "popcorn,1.2,-10.5,20.25,-300.125,-37.5,r1\n"
         "P1,A,N2,new,right,rul,pleural,3.0,,,,solid,,round,smooth,none,,,,,,\n"
         "P1,B,N1,present,left,lingula,perifissural,5.9,4.5,,,part_solid,,,,,,,,,,r2\n"
         "P1,B,N2,resolved,,,,,,,,,,,,,,,,,,\n"
         "P2,A,N1,not_assessed,,,,,,,,,,,,,2.75,,,,,\n"},
        {RowKind::therapy,
         "patient_id,kind,start_date,end_date,nodule_id\n"
         "P1,systemic,2024-07-01,,\n"
         "P1,sbrt,2024-07-02,2024-07-09,N1\n"},
        {RowKind::event,
         "patient_id,nodule_id,kind,date,note\n"
         "P1,N2,not_a_nodule,2024-09-02,a vessel\n"
         "P1,N2,board_baseline,2024-09-03,\n"},
        {RowKind::visit,
         "patient_id,visit_id,visit_date,kind,symptoms,suspected_local_recurrence,note\n"
         "P1,V1,2024-10-01,phone,cough;haemoptysis,yes,called by himself\n"
         "P1,V2,2024-11-01,,,,\n"},
        {RowKind::decision,
         "patient_id,decided_on,kind,action,due_date,next_step,board,decided_by,present,reason\n"
         "P1,2024-10-05,override,TUMOUR_BOARD,2024-10-12,biopsy,yes,Dr A,Dr B;Dr C,it grew\n"
         "P1,2024-11-05,close,,,,,,,\n"
         "P3,2024-01-05,before_registry,,,,no,Dr A,,\n"},
    };
}

/// A recommendation of some policy, made on 2025-03-01.
inline assess::Proposal sample_proposal()
{
    return {.as_of = day("2025-03-01"),
            .policy_id = "policy",
            .policy_version = "1.0.0",
            .policy_sha256 = std::string(64, 'a'),
            .index_scan_id = "B",
            .action = policy::Action::tumour_board,
            .due_date = day("2025-03-15"),
            .safety_net_ct_date = day("2025-06-01"),
            .rule = "R4",
            .patient_class = "SUSPICIOUS",
            .nodules = "N1 SUSPICIOUS NEW 5.9 mm"};
}

/// A board's decision on it, every member filled.
inline assess::LedgerDecision sample_decision()
{
    assess::LedgerDecision decision;
    decision.patient_id = "P1";
    decision.decided_on = day("2025-03-01");
    decision.kind = assess::LedgerKind::supersede;
    decision.action = policy::Action::short_interval_ct;
    decision.due_date = day("2025-06-01");
    decision.decided_by = "Dr A";
    decision.reason = "why";
    decision.board = true;
    decision.present = {"Dr B", "Dr C"};
    decision.event = NoduleEvent{"N2", EventKind::board_baseline, day("2025-02-28"), {}};
    decision.proposal = sample_proposal();
    return decision;
}

/// Where the image of the first observation of the sample is, every member filled.
inline store::NoduleImage sample_image()
{
    store::NoduleImage image;
    image.observation = {"P1", "A", "N1"};
    image.paths = {"ct/1.dcm", "ct/2.dcm"};
    image.folder = "/data";
    image.series_uid = "1.2.3";
    image.center_um = {-10'500, 20'250, -300'125};
    image.mask = "0 0 0 1 1 1 0 1";
    image.voxels_sha256 = std::string(64, 'b');
    return image;
}

/// Stores rows as version 1 without the tracker's checks; rows must come in the registry's order.
inline store::DeliveryNumber store_as_delivered(store::Registry& registry, const Delivery& delivery,
                                                const store::Provenance& provenance)
{
    store::NewVersions rows;
    for_each_kind([&]<RowKind kind>() {
        auto& versions = RowSchema<kind>::list(rows);
        for (const RowOf<kind>& row : RowSchema<kind>::list(delivery))
            versions.push_back({&row, 1});
        const auto less = [](const auto& left, const auto& right) { return key_order(*left.row, *right.row) < 0; };
        if constexpr (kind > RowKind::measurement) std::sort(versions.begin(), versions.end(), less);
    });
    store::Change change = value_of(store::Change::begin(registry, provenance));
    value_of(change.store_rows(rows));
    return value_of(change.commit());
}

/// A registry at `file` that holds the sample record, recorded on 2025-02-01.
inline store::Registry sample_registry(const std::filesystem::path& file)
{
    store::Registry registry = value_of(store::Registry::open(file));
    store_as_delivered(registry, delivery_of(sample_record()), provenance_on("2025-02-01"));
    return registry;
}

/// Runs `work` in a process of its own and returns its exit status; -1 where a signal ended it. Open no registry
/// before it that is used after it.
template <class Work>
int exit_status_of_child(Work&& work)
{
    const pid_t child = fork();
    if (child == 0) {
        int status = 99;
        try {
            status = work();
        } catch (const std::exception& exception) {
            fprintf(stderr, "child: %s\n", exception.what());
        }
        _exit(status);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace nodtrack::test
