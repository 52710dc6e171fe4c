#include "canonical.hpp"

#include <openssl/evp.h>

#include <stdexcept>

#include "nodtrack/domain/sha256.hpp"

namespace nodtrack::store {
namespace {

constexpr std::size_t gathered_bytes = 1U << 14;

void require(int openssl_outcome)
{
    if (openssl_outcome != 1) throw std::runtime_error("libcrypto refuses to take a SHA-256; install OpenSSL 3");
}

}  // namespace

struct Sha256::Context {
    Context() : digest(EVP_MD_CTX_new())
    {
        require(digest == nullptr ? 0 : EVP_DigestInit_ex(digest, EVP_sha256(), nullptr));
    }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() { EVP_MD_CTX_free(digest); }
    EVP_MD_CTX* digest;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes)
{
    pending_ += bytes;
    if (pending_.size() >= gathered_bytes) flush();
}

void Sha256::flush()
{
    require(EVP_DigestUpdate(context_->digest, pending_.data(), pending_.size()));
    pending_.clear();
}

std::string Sha256::digest()
{
    flush();
    std::array<unsigned char, 32> bytes{};
    unsigned int length = 0;
    require(EVP_DigestFinal_ex(context_->digest, bytes.data(), &length));
    return hexadecimal_of(bytes);
}

}  // namespace nodtrack::store
