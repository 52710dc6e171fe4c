#include "seed_list.hpp"

#include "nodtrack/imaging/match_list.hpp"

namespace nodtrack::cli {

Result<std::vector<imaging::Seed>> seeds_in(const std::string& file)
{
    const auto list = imaging::read_nodule_list(file);
    if (!list) return tl::unexpected(list.error());
    if (list->names_exams)
        return failure(ErrorCode::bad_input,
                       file + ": has a column exam; give the nodules of this one scan, without that column");
    std::vector<imaging::Seed> seeds;
    for (const auto& exam : list->exams) {
        for (const auto& nodule : exam.nodules)
            seeds.push_back({nodule.nodule_id, nodule.position_mm});
    }
    return seeds;
}

}  // namespace nodtrack::cli
