#pragma once

#include <span>
#include <string>

namespace nodtrack::imaging {

/// The numbers by which a nodule's kind, its whole body and the error of its size are judged. What each means, where it
/// came from and what it is sensitive to stands in `measuring_constants` and schema/methods/measuring-2.json.
struct MeasuringConstants {
    // The scan's blur
    double enough_edges = 600;
    double usual_own_blur_mm = 0.72;
    double usual_blur_sd = 0.3;

    // The price of a second body
    double second_body = 6;
    double second_body_blur_unknown = 45;
    double usual_rim_share = 0.28;
    double per_rim_share = 1500;
    double thickest_core_share = 0.78;
    double thickest_core_share_blur_known = 0.92;
    double rim_prices_blur_known = 0.1;
    double densest_rim_hu = -480;
    double per_dense_rim_hu = 0.6;
    double faintest_rim_hu = -650;
    double per_faint_rim_hu = 2;
    double uneven_rim_share = 0.12;
    double per_uneven_rim_share = 3000;
    double lung_in_rim_share = 0.01;
    double per_lung_in_rim_share = 4000;
    double wide_rim_mm = 2.8;
    double kind_is_close = 15;

    // The whole body
    double cell_mm = 1.0;
    double soft_tissue_hu = 0;
    double click_mm = 2.0;
    double inner_share = 0.8;
    double thinnest_mm = 1.3;
    double thinnest_share = 0.3;
    double parted_share = 0.98;
    double least_mm = 0.8;
    double widening_mm = 0.3;
    double put_back_share = 0.28;
    double densest_hu = 60;
    double outline_mm = 1.4;
    double largest_mm = 22;
    double bone_hu = 200;
    double most_cut_share = 0.8;
    double doubtful_cut_share = 0.4;
    double wall_over_nodule = 2.5;
    double wall_neck_mm = 3;
    double mixed_from_mm = 3.5;
    double mixed_to_mm = 4.5;
    double alone_from_mm = 8;
    double alone_if_refused_mm = 3;
    double dome_climb_mm = 3;
    double dome_least_mm = 3;
    double dome_lung_share = 0.4;
    double dome_reach = 1.25;

    // A soft outline
    double soft_from = 1.1;
    double soft_share = 0.6;
    double soft_most_mm = 0.35;
    double dense_body_hu = 120;
    double dense_share = 0.6;

    // The error of the volume
    double outline_wider_mm = 0.35;
    double outline_narrower_mm = 0.1;
    double outline_wider_share = 0.12;
    double region_error = 0.06;
    double region_error_per_cut = 0.5;
    double dome_error = 0.35;
    double too_small_mm = 3;
};

/// One constant, told.
struct MeasuringConstant {
    const char* name;
    double MeasuringConstants::*value;
    const char* unit;
    const char* meaning;
    const char* origin;
    const char* sensitivity;
};

/// All of them, in the struct's order.
std::span<const MeasuringConstant> measuring_constants();

}  // namespace nodtrack::imaging
