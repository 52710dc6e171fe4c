#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"

namespace nodtrack::service {

/// A folder that goes away with this.
class TemporaryFolder {
  public:
    static Result<std::shared_ptr<TemporaryFolder>> make();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    const std::filesystem::path& path() const { return path_; }

  private:
    explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

/// Writes these files of `folder` into a ZIP archive, under `inside/`. Fails with `registry_unusable` where the disk
/// refuses.
Result<void> write_zip(const std::filesystem::path& archive, const std::filesystem::path& folder,
                       const std::vector<std::string>& files, const std::string& inside);

}  // namespace nodtrack::service
