#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nodtrack::store {

/// A SHA-256 being taken. Small pieces are gathered, so that adding a few bytes costs no call into the library.
class Sha256 {
  public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    ~Sha256();

    void add(std::string_view bytes);
    /// 64 lower-case hexadecimal digits. Nothing may be added afterwards.
    std::string digest();

  private:
    void flush();

    struct Context;
    std::unique_ptr<Context> context_;
    std::string pending_;
};

/// The bytes of one row that the change log hashes: for each value that is not NULL the place of its column, its kind
/// and itself; then an end mark. A column added later at the end of a table is NULL in older rows and leaves their
/// bytes as they were.
class CanonicalRow {
  public:
    void clear() { bytes_.clear(); }
    void integer(int column, std::int64_t value)
    {
        mark(column, 'i');
        fixed(static_cast<std::uint64_t>(value));
    }
    void text(int column, std::string_view value)
    {
        mark(column, 't');
        fixed(value.size());
        bytes_ += value;
    }
    void end() { bytes_ += '\xFF'; }
    std::string_view bytes() const { return bytes_; }

  private:
    void mark(int column, char kind)
    {
        bytes_ += static_cast<char>(column);
        bytes_ += kind;
    }
    void fixed(std::uint64_t value)
    {
        std::array<char, 8> little_endian{};
        for (std::size_t i = 0; i < little_endian.size(); ++i) {
            little_endian[i] = static_cast<char>(value >> (8 * i) & 0xFF);
        }
        bytes_.append(little_endian.data(), little_endian.size());
    }
    std::string bytes_;
};

}  // namespace nodtrack::store
