#pragma once

#include <nodtrack/domain/result.hpp>
#include <span>
#include <string_view>

namespace nodtrack::exchange {

/// Takes objects as they come from the network, one after the other. A failure ends the transfer.
class ObjectSink {
  public:
    ObjectSink() = default;
    ObjectSink(const ObjectSink&) = delete;
    ObjectSink& operator=(const ObjectSink&) = delete;
    virtual ~ObjectSink() = default;

    /// One object begins. With a transfer syntax a bare data set comes (DIMSE), without one a whole file (DICOMweb).
    virtual Result<void> begin(std::string_view transfer_syntax) = 0;
    virtual Result<void> data(std::span<const unsigned char> bytes) = 0;
    virtual Result<void> end() = 0;
};

}  // namespace nodtrack::exchange
