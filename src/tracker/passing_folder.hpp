#pragma once

#include <filesystem>
#include <memory>
#include <nodtrack/domain/result.hpp>

namespace nodtrack::tracker {

/// A folder that goes with the object, unless it was moved away. What a program left behind that was killed goes when
/// the next one is made there: it holds images of patients.
class PassingFolder {
  public:
    /// Beside `path`, so that moving it there is one step on one disk. Fails with `bad_input`.
    static Result<std::unique_ptr<PassingFolder>> make_beside(const std::filesystem::path& path);
    ~PassingFolder();
    PassingFolder(const PassingFolder&) = delete;
    PassingFolder& operator=(const PassingFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    PassingFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::filesystem::path path_;
    int lock_;  ///< held while the program lives: a folder whose lock is free is nobody's
};

}  // namespace nodtrack::tracker
