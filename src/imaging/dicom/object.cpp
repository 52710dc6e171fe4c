#include "object.hpp"

namespace nodtrack::imaging {
namespace {

// Bounds of what a hostile file can take. The largest structure sets have some ten million contour numbers.
constexpr std::uint64_t most_value_bytes = std::uint64_t{1} << 28U;
constexpr std::size_t most_items = 1'000'000;
constexpr std::size_t most_fragments = 1'000'000;

std::string without_padding(std::string text)
{
    while (!text.empty() && (text.back() == ' ' || text.back() == '\0'))
        text.pop_back();
    text.erase(0, text.find_first_not_of(' '));
    return text;
}

class ObjectReader {
  public:
    ObjectReader(ByteSource& source, const std::set<DicomTag>& wanted, DicomObject& object)
        : source_(source), walk_(source), wanted_(wanted), object_(object)
    {}

    void go()
    {
        const DicomStart start = dicom_start(source_);
        if (start == DicomStart::none) throw Damage("it does not begin as a DICOM file");
        if (start == DicomStart::preamble) walk_.skip(dicom_preamble + 4);
        if (start == DicomStart::data_set) {
            take_data_set(!walk_.is_explicit_next());
            return;
        }
        while (!walk_.at_end() && walk_.is_meta_next())
            take_meta(walk_.next(false));
        const Encoding encoding = encoding_of(object_.transfer_syntax);
        if (encoding.deflated) {
            object_.inflated = inflated(source_);
            MemoryBytes bytes(object_.inflated);
            ObjectReader inner(bytes, wanted_, object_);
            inner.walk_.skip(walk_.at());
            inner.take_data_set(false);
            return;
        }
        walk_.turn_big_endian(encoding.big_endian);
        is_big_endian_ = encoding.big_endian;
        take_data_set(encoding.implicit);
    }

  private:
    void take_meta(const Element& element)
    {
        if (element.tag == transfer_syntax_tag)
            object_.transfer_syntax = without_padding(value_of(element));
        else if (element.tag == media_sop_class_tag)
            object_.sop_class = without_padding(value_of(element));
        else
            walk_.skip(element.length);
    }

    void take_data_set(bool implicit)
    {
        while (!walk_.at_end()) {
            const Element element = walk_.next(implicit);
            if (element.tag == pixel_data_tag) {
                take_pixels(element, implicit);
                break;
            }
            if (element.tag > pixel_data_tag) break;
            take(element, implicit, 0, object_.top);
        }
        if (object_.sop_class.empty()) object_.sop_class = object_.top.text(sop_class_tag);
    }

    void take(const Element& element, bool implicit, int depth, DicomItem& into)
    {
        const bool is_open = element.length == undefined_length;
        const bool is_sequence = element.is("SQ") || is_open || (implicit && walk_.is_item_next(element.length));
        if (!wanted_.contains(element.tag)) {
            if (is_open)
                walk_.skip_sequence(implicit || element.is("UN"), depth);
            else
                walk_.skip(element.length);
        } else if (is_sequence) {
            take_sequence(element, implicit || element.is("UN"), depth, into.sequences[element.tag]);
        } else {
            into.values[element.tag] = value_of(element);
        }
    }

    void take_sequence(const Element& element, bool implicit, int depth, std::vector<DicomItem>& into)
    {
        if (depth >= deepest_nesting) throw Damage("its sequences are nested too deep");
        walk_.for_each_item(element.length, [&](std::optional<std::uint64_t> end) {
            if (++items_ > most_items) throw Damage("it has more items than any such object");
            DicomItem& item = into.emplace_back();
            while (!end || walk_.at() < *end) {
                const Element inner = walk_.next(implicit);
                if (!end && inner.tag == item_end_tag) return;
                take(inner, implicit, depth + 1, item);
            }
        });
    }

    std::string value_of(const Element& element)
    {
        value_bytes_ += element.length;
        if (value_bytes_ > most_value_bytes) throw Damage("it says more than any such object");
        return walk_.value_of(element);
    }

    void take_pixels(const Element& element, bool implicit)
    {
        object_.has_pixels = true;
        object_.words_big_endian = is_big_endian_ && !implicit && element.is("OW");
        if (element.length != undefined_length) {
            object_.pixels = {walk_.at(), element.length};
            walk_.skip(element.length);
            return;
        }
        for (;;) {
            const Element fragment = walk_.next(true);
            if (fragment.tag == sequence_end_tag) return;
            if (fragment.tag != item_tag || fragment.length == undefined_length)
                throw Damage("its compressed pixels are no sequence of fragments");
            if (object_.fragments.size() >= most_fragments) throw Damage("its pixels are in too many fragments");
            object_.fragments.push_back({walk_.at(), fragment.length});
            walk_.skip(fragment.length);
        }
    }

    ByteSource& source_;
    DataSetWalk walk_;
    const std::set<DicomTag>& wanted_;
    DicomObject& object_;
    bool is_big_endian_ = false;
    std::size_t items_ = 0;
    std::uint64_t value_bytes_ = 0;
};

}  // namespace

std::string DicomItem::text(DicomTag tag) const
{
    const auto found = values.find(tag);
    return found == values.end() ? std::string() : without_padding(found->second);
}

std::optional<std::int64_t> DicomItem::whole(DicomTag tag) const
{
    const auto found = values.find(tag);
    if (found == values.end() || found->second.size() != 2) return std::nullopt;
    return static_cast<unsigned char>(found->second[0]) | static_cast<unsigned char>(found->second[1]) << 8;
}

const std::vector<DicomItem>& DicomItem::items(DicomTag tag) const
{
    static const std::vector<DicomItem> none;
    const auto found = sequences.find(tag);
    return found == sequences.end() ? none : found->second;
}

const DicomItem* DicomItem::item(DicomTag tag) const
{
    const auto& all = items(tag);
    return all.size() == 1 ? &all.front() : nullptr;
}

Result<DicomObject> read_object(const std::filesystem::path& file, const std::set<DicomTag>& wanted)
{
    const auto refused = [&](const std::string& why) {
        return failure(ErrorCode::bad_input,
                       file.string() + ": cannot be read as DICOM (" + why + "); send or save the object again");
    };
    FileBytes bytes(file);
    if (!bytes.is_open()) return refused("it cannot be opened");
    DicomObject object;
    try {
        ObjectReader(bytes, wanted, object).go();
    } catch (const Damage& damage) {
        return refused(damage.what());
    }
    return object;
}

}  // namespace nodtrack::imaging
