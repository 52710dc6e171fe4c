#pragma once

// osconfig.h has come first: DCMTK's other headers rest on it.
#include <dcmtk/dcmnet/assoc.h>
#include <dcmtk/dcmnet/dcmlayer.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "nodtrack/exchange/pacs.hpp"

namespace nodtrack::exchange {

/// What one call may take, and what ended it. DCMTK itself waits for ever, and within a message also for who sends a
/// byte now and then.
struct CallBounds {
    enum class Ended { no, too_slow, too_long, too_much, hung_up };

    int patience_s = 0;
    std::chrono::steady_clock::time_point until{};
    std::uint64_t bytes_left = 0;
    Ended ended = Ended::no;

    bool is_over() const { return std::chrono::steady_clock::now() >= until; }
};

/// A kind of object or a service, and the ways of writing that are offered for it.
struct Offer {
    std::string abstract_syntax;
    std::vector<std::string> transfer_syntaxes;
    bool takes = false;  ///< the PACS is to send such objects to us
};

/// One association with a PACS. All of its reads and writes are bounded.
class Association {
  public:
    /// Fails with the sentence that goes behind the PACS's name.
    static Result<std::unique_ptr<Association>> open(const Pacs& pacs, const std::vector<Offer>& offers);
    Association(const Association&) = delete;
    Association& operator=(const Association&) = delete;
    ~Association();

    T_ASC_Association* get() const { return association_; }
    int patience_s() const { return bounds_.patience_s; }
    /// The context that was accepted for this, 0 where none was. Any transfer syntax where none is named.
    T_ASC_PresentationContextID context(const std::string& abstract_syntax, const std::string& syntax = {}) const;
    /// Why a call of DCMTK failed.
    std::string why(const OFCondition& condition) const;
    /// Says good-bye; without it the destructor aborts.
    void release();

  private:
    class Connection;
    class Layer;

    explicit Association(const Pacs& pacs);
    Result<void> prepare_tls();
    Result<void> request(const std::vector<Offer>& offers);
    std::string why_not(const OFCondition& condition, T_ASC_Parameters* parameters) const;

    const Pacs& pacs_;
    CallBounds bounds_;
    std::unique_ptr<Layer> layer_;
    T_ASC_Network* network_ = nullptr;
    T_ASC_Association* association_ = nullptr;
    bool is_established_ = false;
};

}  // namespace nodtrack::exchange
