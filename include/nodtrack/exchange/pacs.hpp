#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::exchange {

/// How a PACS is reached: by DICOMweb, or by DIMSE (the classic DICOM network). No secrets: paths of files alone.
struct Pacs {
    std::string name;
    std::string dicomweb_url;  ///< `https://pacs.example/dicom-web`, without a slash at its end; empty: by DIMSE
    std::string ae_title;      ///< of the PACS, for DIMSE
    std::string host;
    int port = 0;
    std::string calling_ae_title = "NODTRACK";
    std::filesystem::path ca;           ///< PEM; with it DIMSE is encrypted. Empty with https: the system's authorities
    std::filesystem::path certificate;  ///< PEM, nodtrack's own; it goes with `key`
    std::filesystem::path key;
    int patience_s = 60;  ///< a call that brings nothing for so long is given up

    bool is_web() const { return !dicomweb_url.empty(); }
    /// As messages name where it is: `https://pacs.example/dicom-web` or `ORTHANC@pacs.example:4242`.
    std::string address() const;
    bool is_encrypted() const;
};

/// `https://host[:port][/path]` or http, or `AET@HOST:PORT`. Fail with `usage`, saying what was expected.
Result<void> take_dicomweb_url(Pacs& pacs, const std::string& url);
Result<void> take_ae(Pacs& pacs, const std::string& text);
/// Whether its parts go together and an AE title is one. Fails with `usage`.
Result<void> check_pacs(const Pacs& pacs);

/// What a PACS may send before it is given up: far above any chest CT, far below what fills a computer.
struct PacsLimits {
    static constexpr int connect_s = 10;
    static constexpr int whole_call_s = 3600;
    static constexpr std::size_t answers = 20'000;  ///< of one query
    static constexpr std::uint64_t answer_bytes = std::uint64_t{64} << 20U;
    static constexpr std::size_t objects = 20'000;  ///< of one study
    static constexpr std::uint64_t object_bytes = std::uint64_t{16} << 30U;
};

struct PacsStudy {
    std::string study_uid;
    std::string date;  ///< YYYYMMDD
    std::string accession;
    std::string description;
    std::string modalities;  ///< `CT\SR`; empty where the PACS does not say
    std::string patient_code;
    std::string birth_date;  ///< YYYYMMDD
    std::string issuer;      ///< of the patient id; empty where the PACS does not say
};

struct PacsSeries {
    std::string series_uid;
    std::string modality;
    std::string description;
    std::string objects;  ///< how many the PACS says there are; empty where it does not
};

/// What studies are asked for; an empty member asks for any. At least one of the first three has to be given: nobody is
/// to list a hospital.
struct StudyQuery {
    std::string patient_code;
    std::string study_uid;
    std::string accession;
    std::string since;  ///< YYYYMMDD
};

/// One object that is to be sent.
struct ObjectToSend {
    std::filesystem::path file;
    std::string sop_class;
    std::string sop_uid;
    std::string study_uid;
    std::string series_uid;
    std::string patient_code;
    std::string transfer_syntax;
};

// All of these fail with `bad_input`, in one sentence that names the PACS and its address, where it cannot be reached,
// is not the one that its certificate should name, refuses, sends on to another address, brings nothing for
// `patience_s`, or answers what is no answer.

/// Whether it answers, and takes us for somebody it knows.
Result<void> test_pacs(const Pacs& pacs);

/// The studies, the newest first. Patient id, study UID and accession number are compared again here: a PACS may answer
/// more than was asked for. `left_out` counts what was dropped for that.
Result<std::vector<PacsStudy>> find_studies(const Pacs& pacs, const StudyQuery& query, std::size_t& left_out);
Result<std::vector<PacsSeries>> find_series(const Pacs& pacs, const std::string& study_uid);
/// The SOP instance UIDs of a series.
Result<std::vector<std::string>> find_objects(const Pacs& pacs, const std::string& study_uid,
                                              const std::string& series_uid);

struct Received {
    std::size_t objects = 0;
    std::uint64_t bytes = 0;
};

/// Fetches a series into `folder`, which exists, as `SOP-UID.dcm`: the data set byte for byte, with a file head of our
/// own. An object of another patient, study or series ends it, named; so does one that is cut short, comes twice, or
/// that the PACS has and did not send. What was written by then stays: the caller takes the folder away.
Result<Received> fetch_series(const Pacs& pacs, const PacsStudy& study, const PacsSeries& series,
                              const std::filesystem::path& folder);

/// What a file says of itself. Fails with `not_found` where there is none, with `bad_input` where it is no DICOM object
/// or is cut short.
Result<ObjectToSend> object_to_send(const std::filesystem::path& file);

/// Sends the objects, and asks the PACS for each of them afterwards: that it took them is what it says then.
Result<void> send_objects(const Pacs& pacs, const std::vector<ObjectToSend>& objects);

}  // namespace nodtrack::exchange
