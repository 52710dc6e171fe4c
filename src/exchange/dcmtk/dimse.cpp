#include <dcmtk/config/osconfig.h>
// osconfig.h comes first: DCMTK's other headers rest on it.
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcostrma.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/dimse.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "association.hpp"
#include "nesting.hpp"
#include "pacs/file_head.hpp"
#include "pacs/no_sigpipe.hpp"
#include "plugin_parts.hpp"
#include "reading.hpp"

// Verification, query, retrieval and storage over the DICOM network. Data sets that come are not given to DCMTK's
// parser as they are: it calls itself for nested sequences. Objects go to the sink as bytes, answers are walked first.

namespace nodtrack::exchange {
namespace {

const std::vector<std::string> uncompressed = {UID_LittleEndianExplicitTransferSyntax,
                                               UID_LittleEndianImplicitTransferSyntax};

tl::unexpected<Error> failed(const std::string& why)
{
    return failure(ErrorCode::bad_input, why);
}

// --- bytes of a data set

using Taking = std::function<Result<void>(std::span<const unsigned char>)>;

class Consumer final : public DcmConsumer {
  public:
    explicit Consumer(Taking take) : take_(std::move(take)) {}

    OFBool good() const override { return outcome.has_value(); }
    OFCondition status() const override { return outcome ? EC_Normal : EC_InvalidStream; }
    OFBool isFlushed() const override { return OFTrue; }
    offile_off_t avail() const override { return 1 << 30; }
    offile_off_t write(const void* bytes, offile_off_t count) override
    {
        if (outcome) outcome = take_({static_cast<const unsigned char*>(bytes), static_cast<std::size_t>(count)});
        return outcome ? count : 0;
    }
    void flush() override {}

    Result<void> outcome;

  private:
    Taking take_;
};

class Stream final : public DcmOutputStream {
  public:
    explicit Stream(Consumer& consumer) : DcmOutputStream(&consumer) {}
};

/// Takes the data set that follows a command.
Result<void> take_data_set(const Association& association, T_ASC_PresentationContextID context, const Taking& take)
{
    Consumer consumer(take);
    Stream stream(consumer);
    const OFCondition got = DIMSE_receiveDataSetInFile(association.get(), DIMSE_NONBLOCKING, association.patience_s(),
                                                       &context, &stream, nullptr, nullptr);
    if (!consumer.outcome) return consumer.outcome;
    if (got.bad()) return failed(association.why(got));
    return {};
}

std::string accepted_syntax(const Association& association, T_ASC_PresentationContextID context)
{
    T_ASC_PresentationContext accepted{};
    if (ASC_findAcceptedPresentationContext(association.get()->params, context, &accepted).bad()) return {};
    return accepted.acceptedTransferSyntax;
}

// --- queries

void put_keys(const Attributes& keys, DcmDataset& query)
{
    const auto is_ascii = [](const std::string& text) {
        return std::all_of(text.begin(), text.end(), [](char letter) { return static_cast<signed char>(letter) >= 0; });
    };
    for (const auto& [tag, text] : keys) {
        const DcmTagKey key(static_cast<Uint16>(tag >> 16U), static_cast<Uint16>(tag & 0xFFFFU));
        (void)query.putAndInsertString(DcmTag(key), text.c_str());
        if (!is_ascii(text)) (void)query.putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192");
    }
}

Result<Attributes> attributes_of(const std::vector<unsigned char>& bytes, const Attributes& keys)
{
    if (const auto checked = check_structure(bytes, "its answer"); !checked)
        return failed("does not answer as a PACS does: " + checked.error().message);
    DcmFileFormat file;
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    stream.setEos();
    file.transferInit();
    const OFCondition read = file.read(stream, EXS_Unknown, EGL_noChange);
    file.transferEnd();
    if (read.bad()) return failed(std::string("does not answer as a PACS does (") + read.text() + ")");
    DcmDataset& answer = *file.getDataset();
    // What cannot be converted is a label; ids and UIDs are ASCII.
    (void)answer.convertToUTF8();
    Attributes attributes;
    for (const auto& [tag, asked] : keys)
        attributes[tag] = text_of(answer, {static_cast<Uint16>(tag >> 16U), static_cast<Uint16>(tag & 0xFFFFU)});
    return attributes;
}

T_DIMSE_Message find_request(const Association& association)
{
    T_DIMSE_Message message{};
    message.CommandField = DIMSE_C_FIND_RQ;
    T_DIMSE_C_FindRQ& request = message.msg.CFindRQ;
    request.MessageID = association.get()->nextMsgID++;
    OFStandard::strlcpy(request.AffectedSOPClassUID, UID_FINDStudyRootQueryRetrieveInformationModel,
                        sizeof request.AffectedSOPClassUID);
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    request.DataSetType = DIMSE_DATASET_PRESENT;
    return message;
}

bool is_pending(DIC_US status)
{
    return status == STATUS_Pending || status == STATUS_FIND_Pending_WarningUnsupportedOptionalKeys;
}

Result<std::vector<Attributes>> answers_to(const Association& association, const Attributes& keys)
{
    const std::string service = UID_FINDStudyRootQueryRetrieveInformationModel;
    const auto context = association.context(service);
    if (context == 0)
        return failed("does not let us search it (C-FIND, study root); its administrator has to allow that");
    DcmDataset query;
    put_keys(keys, query);
    T_DIMSE_Message request = find_request(association);
    const OFCondition sent =
        DIMSE_sendMessageUsingMemoryData(association.get(), context, &request, nullptr, &query, nullptr, nullptr);
    if (sent.bad()) return failed(association.why(sent));
    std::vector<Attributes> answers;
    std::size_t bytes_in_all = 0;
    for (;;) {
        T_DIMSE_Message message{};
        T_ASC_PresentationContextID said_in = 0;
        const OFCondition got = DIMSE_receiveCommand(association.get(), DIMSE_NONBLOCKING, association.patience_s(),
                                                     &said_in, &message, nullptr);
        if (got.bad()) return failed(association.why(got));
        if (message.CommandField != DIMSE_C_FIND_RSP) return failed("answers a search with something else");
        const DIC_US status = message.msg.CFindRSP.DimseStatus;
        if (status == STATUS_Success) return answers;
        if (!is_pending(status)) return failed(fmt::format("does not answer the search (status {:04X}H)", status));
        if (answers.size() >= PacsLimits::answers)
            return failed(fmt::format("answers with more than {} entries; ask for less", PacsLimits::answers));
        const std::string head = bare_file_head(accepted_syntax(association, said_in));
        std::vector<unsigned char> bytes(head.begin(), head.end());
        const auto taken =
            take_data_set(association, said_in, [&](std::span<const unsigned char> more) -> Result<void> {
                bytes_in_all += more.size();
                if (bytes_in_all > PacsLimits::answer_bytes)
                    return failed("answers with more than 64 MB; ask for less");
                bytes.insert(bytes.end(), more.begin(), more.end());
                return {};
            });
        if (!taken) return tl::unexpected<Error>(taken.error());
        auto answer = attributes_of(bytes, keys);
        if (!answer) return tl::unexpected<Error>(answer.error());
        answers.push_back(std::move(*answer));
    }
}

// --- retrieval

/// Each kind of object by itself with each way of writing: the PACS then sends what it has as it is. What a chest CT
/// and its reports are; an association has room for 128.
std::vector<Offer> offers_to_take()
{
    static const char* const images[] = {UID_CTImageStorage, UID_EnhancedCTImageStorage,
                                         UID_LegacyConvertedEnhancedCTImageStorage, UID_SegmentationStorage,
                                         "1.2.840.10008.5.1.4.1.1.66.7"};  // label maps: DCMTK 3.6.7 has no name for it
    static const char* const syntaxes[] = {
        UID_LittleEndianExplicitTransferSyntax, UID_LittleEndianImplicitTransferSyntax,
        UID_JPEGProcess14SV1TransferSyntax,     UID_JPEGProcess14TransferSyntax,
        UID_JPEGLSLosslessTransferSyntax,       UID_JPEGLSLossyTransferSyntax,
        UID_JPEG2000LosslessOnlyTransferSyntax, UID_JPEG2000TransferSyntax,
        UID_RLELosslessTransferSyntax,          UID_JPEGProcess2_4TransferSyntax};
    static const char* const others[] = {UID_BasicTextSRStorage,     UID_EnhancedSRStorage,
                                         UID_ComprehensiveSRStorage, UID_Comprehensive3DSRStorage,
                                         UID_ChestCADSRStorage,      UID_XRayRadiationDoseSRStorage,
                                         UID_RTStructureSetStorage};
    std::vector<Offer> offers = {{UID_GETStudyRootQueryRetrieveInformationModel, uncompressed}};
    for (const char* image : images) {
        for (const char* syntax : syntaxes)
            offers.push_back({image, {syntax}, true});
    }
    for (const char* other : others) {
        for (const std::string& syntax : uncompressed)
            offers.push_back({other, {syntax}, true});
    }
    return offers;
}

Result<void> take_object(const Association& association, T_ASC_PresentationContextID context,
                         const T_DIMSE_C_StoreRQ& request, ObjectSink& sink)
{
    if (const auto begun = sink.begin(accepted_syntax(association, context)); !begun) return begun;
    const auto taken =
        take_data_set(association, context, [&](std::span<const unsigned char> bytes) { return sink.data(bytes); });
    if (!taken) return taken;
    if (const auto ended = sink.end(); !ended) return ended;
    T_DIMSE_C_StoreRSP response{};
    response.MessageIDBeingRespondedTo = request.MessageID;
    OFStandard::strlcpy(response.AffectedSOPClassUID, request.AffectedSOPClassUID, sizeof response.AffectedSOPClassUID);
    OFStandard::strlcpy(response.AffectedSOPInstanceUID, request.AffectedSOPInstanceUID,
                        sizeof response.AffectedSOPInstanceUID);
    response.opts = O_STORE_AFFECTEDSOPCLASSUID | O_STORE_AFFECTEDSOPINSTANCEUID;
    response.DimseStatus = STATUS_Success;
    response.DataSetType = DIMSE_DATASET_NULL;
    const OFCondition sent = DIMSE_sendStoreResponse(association.get(), context, &request, &response, nullptr);
    if (sent.bad()) return failed(association.why(sent));
    return {};
}

Result<void> end_of_get(const Association& association, T_ASC_PresentationContextID context,
                        const T_DIMSE_C_GetRSP& response)
{
    if (response.DataSetType != DIMSE_DATASET_NULL) {
        // Which ones failed; what is missing is found out by asking what there is.
        const auto passed = take_data_set(association, context, [](auto) { return Result<void>(); });
        if (!passed) return passed;
    }
    if (response.DimseStatus == STATUS_Success && response.NumberOfFailedSubOperations == 0) return {};
    return failed(
        fmt::format("did not send everything (status {:04X}H, {} objects failed); does it let us have these "
                    "(C-GET), and in a way of writing that we know?",
                    response.DimseStatus, response.NumberOfFailedSubOperations));
}

Result<void> take_objects(const Association& association, const Attributes& keys, ObjectSink& sink)
{
    const auto context = association.context(UID_GETStudyRootQueryRetrieveInformationModel);
    if (context == 0)
        return failed(
            "does not let us fetch from it (C-GET, study root); its administrator has to allow that, or give "
            "its DICOMweb address");
    T_DIMSE_Message request{};
    request.CommandField = DIMSE_C_GET_RQ;
    request.msg.CGetRQ.MessageID = association.get()->nextMsgID++;
    OFStandard::strlcpy(request.msg.CGetRQ.AffectedSOPClassUID, UID_GETStudyRootQueryRetrieveInformationModel,
                        sizeof request.msg.CGetRQ.AffectedSOPClassUID);
    request.msg.CGetRQ.Priority = DIMSE_PRIORITY_MEDIUM;
    request.msg.CGetRQ.DataSetType = DIMSE_DATASET_PRESENT;
    DcmDataset query;
    put_keys(keys, query);
    const OFCondition sent =
        DIMSE_sendMessageUsingMemoryData(association.get(), context, &request, nullptr, &query, nullptr, nullptr);
    if (sent.bad()) return failed(association.why(sent));
    for (;;) {
        T_DIMSE_Message message{};
        T_ASC_PresentationContextID said_in = 0;
        const OFCondition got = DIMSE_receiveCommand(association.get(), DIMSE_NONBLOCKING, association.patience_s(),
                                                     &said_in, &message, nullptr);
        if (got.bad()) return failed(association.why(got));
        if (message.CommandField == DIMSE_C_STORE_RQ) {
            const auto taken = take_object(association, said_in, message.msg.CStoreRQ, sink);
            if (!taken) return taken;
        } else if (message.CommandField != DIMSE_C_GET_RSP) {
            return failed("answers a C-GET with something else");
        } else if (message.msg.CGetRSP.DimseStatus != STATUS_Pending) {
            return end_of_get(association, said_in, message.msg.CGetRSP);
        }
    }
}

// --- storage

std::vector<Offer> offers_to_send(const std::vector<ObjectToSend>& objects)
{
    std::set<std::pair<std::string, std::string>> kinds;
    for (const ObjectToSend& object : objects)
        kinds.emplace(object.sop_class, object.transfer_syntax);
    std::vector<Offer> offers;
    for (const auto& [sop_class, syntax] : kinds) {
        Offer offer{sop_class, {syntax}};
        // An uncompressed one can be written anew as the PACS wants it.
        if (std::count(uncompressed.begin(), uncompressed.end(), syntax) > 0) offer.transfer_syntaxes = uncompressed;
        offers.push_back(std::move(offer));
    }
    return offers;
}

bool is_stored(DIC_US status)
{
    constexpr DIC_US warnings = 0xB000;  // of the kind: stored, with a value changed or an element left out
    return status == STATUS_Success || (status & 0xF000U) == warnings;
}

Result<void> send_object(const Association& association, const ObjectToSend& object)
{
    auto context = association.context(object.sop_class, object.transfer_syntax);
    if (context == 0) context = association.context(object.sop_class);
    if (context == 0)
        return failed(fmt::format("takes no objects of SOP class {} in transfer syntax {}; {} was not sent",
                                  object.sop_class, object.transfer_syntax, object.file.string()));
    T_DIMSE_C_StoreRQ request{};
    request.MessageID = association.get()->nextMsgID++;
    OFStandard::strlcpy(request.AffectedSOPClassUID, object.sop_class.c_str(), sizeof request.AffectedSOPClassUID);
    OFStandard::strlcpy(request.AffectedSOPInstanceUID, object.sop_uid.c_str(), sizeof request.AffectedSOPInstanceUID);
    request.DataSetType = DIMSE_DATASET_PRESENT;
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    T_DIMSE_C_StoreRSP response{};
    DcmDataset* detail = nullptr;
    const OFCondition sent =
        DIMSE_storeUser(association.get(), context, &request, object.file.c_str(), nullptr, nullptr, nullptr,
                        DIMSE_NONBLOCKING, association.patience_s(), &response, &detail, nullptr, 0);
    delete detail;
    if (sent.bad()) return failed(association.why(sent));
    if (!is_stored(response.DimseStatus))
        return failed(fmt::format("refuses {} (status {:04X}H); its log can tell why", object.file.string(),
                                  response.DimseStatus));
    return {};
}

}  // namespace

Result<void> echoed(const Pacs& pacs)
{
    const NoSigpipe no_sigpipe;
    auto association = Association::open(pacs, {{UID_VerificationSOPClass, uncompressed}});
    if (!association) return tl::unexpected<Error>(association.error());
    DIC_US status = 0;
    DcmDataset* detail = nullptr;
    const OFCondition asked = DIMSE_echoUser((*association)->get(), (*association)->get()->nextMsgID++,
                                             DIMSE_NONBLOCKING, (*association)->patience_s(), &status, &detail);
    delete detail;
    if (asked.bad()) return failed((*association)->why(asked));
    if (status != STATUS_Success) return failed(fmt::format("does not answer an echo well (status {:04X}H)", status));
    (*association)->release();
    return {};
}

Result<std::vector<Attributes>> found(const Pacs& pacs, const Attributes& keys)
{
    const NoSigpipe no_sigpipe;
    auto association = Association::open(pacs, {{UID_FINDStudyRootQueryRetrieveInformationModel, uncompressed}});
    if (!association) return tl::unexpected<Error>(association.error());
    auto answers = answers_to(**association, keys);
    if (answers) (*association)->release();
    return answers;
}

Result<void> fetched(const Pacs& pacs, const Attributes& keys, ObjectSink& sink)
{
    const NoSigpipe no_sigpipe;
    auto association = Association::open(pacs, offers_to_take());
    if (!association) return tl::unexpected<Error>(association.error());
    auto taken = take_objects(**association, keys, sink);
    if (taken) (*association)->release();
    return taken;
}

Result<void> sent(const Pacs& pacs, const std::vector<ObjectToSend>& objects)
{
    const NoSigpipe no_sigpipe;
    auto association = Association::open(pacs, offers_to_send(objects));
    if (!association) return tl::unexpected<Error>(association.error());
    for (const ObjectToSend& object : objects) {
        if (auto done = send_object(**association, object); !done) return done;
    }
    (*association)->release();
    return {};
}

}  // namespace nodtrack::exchange
