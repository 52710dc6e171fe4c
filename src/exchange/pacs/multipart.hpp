#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "object_sink.hpp"

namespace nodtrack::exchange {

/// The boundary in `multipart/related; type="application/dicom"; boundary=abc`, quoted or not (RFC 2046, 5.1.1). Absent
/// where the text is no such type, or the boundary is none.
std::optional<std::string> boundary_of(std::string_view content_type);

/// Takes a multipart body apart as it comes; parts go to the sink. No library does: libcurl makes such bodies alone,
/// and Beast has none. It holds no more than a delimiter's length of a part, and no part's head beyond `longest_head`;
/// bytes of a part are copied nowhere before the sink has them.
class MultipartReader {
  public:
    static constexpr std::size_t longest_head = 16 * 1024;

    MultipartReader(const std::string& boundary, ObjectSink& sink);

    /// Fails with `bad_input` where the body is none, or as the sink does.
    Result<void> feed(std::span<const unsigned char> bytes);
    /// Nothing more comes. Fails with `bad_input` where the closing delimiter has not come: the body was cut short.
    Result<void> finish() const;
    std::size_t parts() const { return parts_; }

  private:
    enum class State { before, after_delimiter, head, body, ended };

    bool step();
    bool find_first();
    bool take_delimiter_end();
    bool take_head();
    bool take_body();
    bool give(std::size_t count);
    bool give_held(std::span<const unsigned char> bytes);
    void fail(std::string_view why);

    std::string delimiter_;  ///< CR LF, two hyphens, the boundary
    ObjectSink& sink_;
    State state_ = State::before;
    /// What was not dealt with yet. A leading CR LF lets the first delimiter be found as the others are.
    std::vector<unsigned char> held_{'\r', '\n'};
    std::span<const unsigned char> window_;  ///< what is being read: `held_`, or what was just fed
    std::size_t at_ = 0;                     ///< in `window_`
    std::size_t parts_ = 0;
    Result<void> outcome_;
};

}  // namespace nodtrack::exchange
