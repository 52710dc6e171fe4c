#include "json_numbers.hpp"

#include <algorithm>
#include <cstdlib>

namespace nodtrack::cases {
namespace {

/// Walks a valid JSON text; keeps the place of each number. Not a parser: it trusts the text.
class Walk {
  public:
    explicit Walk(std::string_view text) : text_(text) {}

    std::vector<WrittenNumber> numbers()
    {
        value("");
        return std::move(numbers_);
    }

  private:
    void skip_blanks()
    {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
            ++at_;
    }

    std::string string()
    {
        const std::size_t begin = ++at_;
        while (text_[at_] != '"')
            at_ += text_[at_] == '\\' ? 2 : 1;
        return std::string(text_.substr(begin, at_++ - begin));
    }

    void value(const std::string& pointer)
    {
        skip_blanks();
        switch (text_[at_]) {
            case '{':
                return object(pointer);
            case '[':
                return list(pointer);
            case '"':
                string();
                return;
            default:
                return scalar(pointer);
        }
    }

    void scalar(const std::string& pointer)
    {
        const std::size_t begin = at_;
        at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
        const std::string token(text_.substr(begin, at_ - begin));
        if (token.find_first_not_of("-0123456789.") != std::string::npos) return;  // true, false, null
        const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
        numbers_.push_back({pointer, begin, token, static_cast<int>(line)});
    }

    void object(const std::string& pointer)
    {
        ++at_;
        for (skip_blanks(); text_[at_] != '}'; skip_blanks()) {
            if (text_[at_] == ',') {
                ++at_;
                continue;
            }
            const std::string key = string();
            skip_blanks();
            ++at_;  // the colon
            value(pointer + "/" + key);
        }
        ++at_;
    }

    void list(const std::string& pointer)
    {
        ++at_;
        int index = 0;
        for (skip_blanks(); text_[at_] != ']'; skip_blanks()) {
            if (text_[at_] == ',') {
                ++at_;
                continue;
            }
            value(pointer + "/" + name_of_element(index++));
        }
        ++at_;
    }

    /// The id or name that an object begins with, else its index.
    std::string name_of_element(int index)
    {
        for (const std::string_view key : {"{ \"id\": \"", "{ \"name\": \""}) {
            if (text_.substr(at_, key.size()) != key) continue;
            const std::size_t begin = at_ + key.size();
            return std::string(text_.substr(begin, text_.find('"', begin) - begin));
        }
        return std::to_string(index);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<WrittenNumber> numbers_;
};

}  // namespace

std::vector<WrittenNumber> numbers_of(std::string_view json)
{
    return Walk(json).numbers();
}

std::string stepped(const std::string& number, int steps)
{
    const auto point = number.find('.');
    const std::size_t decimals = point == std::string::npos ? 0 : number.size() - point - 1;
    std::string digits = number;
    if (decimals != 0) digits.erase(point, 1);
    const long long counted = std::strtoll(digits.c_str(), nullptr, 10) + steps;
    std::string text = std::to_string(std::llabs(counted));
    if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
    if (decimals != 0) text.insert(text.size() - decimals, ".");
    return counted < 0 ? "-" + text : text;
}

std::string with_number(std::string_view json, const WrittenNumber& number, const std::string& replacement)
{
    std::string text(json);
    text.replace(number.offset, number.text.size(), replacement);
    return text;
}

}  // namespace nodtrack::cases
