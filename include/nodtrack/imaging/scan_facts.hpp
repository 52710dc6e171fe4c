#pragma once

#include <nodtrack/domain/vocabulary.hpp>
#include <optional>
#include <string>

namespace nodtrack::imaging {

/// What the header of a CT says of the scan; empty where it says nothing, and for files other than DICOM.
struct ScanFacts {
    std::string study_uid{};
    std::string series_uid{};
    std::string scan_date{};  ///< YYYYMMDD, as stored: Study Date, else Acquisition Date
    std::string kernel{};
    std::string frame_of_reference_uid{};
    std::string accession_number{};
    std::string manufacturer{};
    std::string scanner_model{};
    std::optional<double> tube_voltage_kv{};
    std::string issuer_of_patient_id{};
    std::string contrast_agent{};                ///< as stored
    std::optional<double> slice_thickness_mm{};  ///< Slice Thickness; slices may overlap or leave gaps
    /// `given` where the header names an agent that went into a vein, `none` where it says so in words. A header that
    /// says nothing, or of an agent that was drunk only, leaves it open: absent is not known, rather than none.
    std::optional<IvContrast> iv_contrast{};
    std::optional<double> ctdi_vol_mgy{};  ///< of the first slice; the header of a CT image has no DLP
    std::string patient_code{};            ///< Patient ID; to tell two patients apart, never to be shown or stored
    std::string patient_birth_date{};      ///< YYYYMMDD, as stored; for the same, never to be shown or stored
};

}  // namespace nodtrack::imaging
