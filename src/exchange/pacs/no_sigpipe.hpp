#pragma once

#include <csignal>
#include <ctime>

namespace nodtrack::exchange {

/// A PACS may hang up while we write, and neither DCMTK nor OpenSSL keeps the signal for that off: it would end the
/// program. Held back for this thread while the object lives.
class NoSigpipe {
  public:
    NoSigpipe()
    {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~NoSigpipe()
    {
        const timespec at_once{};
        while (sigtimedwait(&pipe_, nullptr, &at_once) == SIGPIPE) {
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    NoSigpipe(const NoSigpipe&) = delete;
    NoSigpipe& operator=(const NoSigpipe&) = delete;

  private:
    sigset_t pipe_{};
    sigset_t before_{};
};

}  // namespace nodtrack::exchange
