#include <dcmtk/config/osconfig.h>
// osconfig.h comes first: DCMTK's other headers rest on it.
#include "association.hpp"

#include <dcmtk/dcmnet/dcmtrans.h>
#include <dcmtk/dcmnet/diutil.h>
#include <dcmtk/dcmtls/tlslayer.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

namespace nodtrack::exchange {
namespace {

constexpr long received_pdu_bytes = ASC_MAXIMUMPDUSIZE;

tl::unexpected<Error> failed(const std::string& why)
{
    return failure(ErrorCode::bad_input, why);
}

void set_socket_patience(DcmNativeSocketType socket, int seconds)
{
    const timeval patience{.tv_sec = seconds, .tv_usec = 0};
    for (const int which : {SO_RCVTIMEO, SO_SNDTIMEO})
        (void)::setsockopt(socket, SOL_SOCKET, which, &patience, sizeof patience);
}

/// DCMTK has one time limit for connecting, of the whole process.
void set_connection_timeout()
{
    static std::once_flag once;
    std::call_once(once, [] { dcmConnectionTimeout.set(PacsLimits::connect_s); });
}

}  // namespace

/// A connection of DCMTK's, plain or encrypted, whose reads and writes end in time.
class Association::Connection final : public DcmTransportConnection {
  public:
    Connection(DcmNativeSocketType socket, DcmTransportConnection* inner, CallBounds& bounds)
        : DcmTransportConnection(socket), inner_(inner), bounds_(bounds)
    {}

    OFCondition serverSideHandshake() override { return inner_->serverSideHandshake(); }
    OFCondition clientSideHandshake() override { return inner_->clientSideHandshake(); }
    OFCondition renegotiate(const char* suite) override { return inner_->renegotiate(suite); }
    void close() override { inner_->close(); }
    void closeTransportConnection() override { inner_->closeTransportConnection(); }
    unsigned long getPeerCertificateLength() override { return inner_->getPeerCertificateLength(); }
    unsigned long getPeerCertificate(void* to, unsigned long room) override
    {
        return inner_->getPeerCertificate(to, room);
    }
    /// It is not: DCMTK would wait on its socket and not here.
    OFBool isTransparentConnection() override { return OFFalse; }
    OFString& dumpConnectionParameters(OFString& text) override { return inner_->dumpConnectionParameters(text); }

    OFBool networkDataAvailable(int timeout_s) override
    {
        if (is_over()) return OFFalse;
        const bool is_there = inner_->networkDataAvailable(std::min(timeout_s, bounds_.patience_s));
        // A look without waiting is no verdict.
        if (!is_there && timeout_s >= bounds_.patience_s) bounds_.ended = CallBounds::Ended::too_slow;
        return is_there;
    }

    ssize_t read(void* to, size_t count) override
    {
        if (is_over()) return failed_with(ETIMEDOUT);
        if (!inner_->networkDataAvailable(bounds_.patience_s)) {
            bounds_.ended = CallBounds::Ended::too_slow;
            return failed_with(ETIMEDOUT);
        }
        const ssize_t taken = inner_->read(to, count);
        if (taken <= 0) {
            if (bounds_.ended == CallBounds::Ended::no) bounds_.ended = CallBounds::Ended::hung_up;
            return taken;
        }
        if (static_cast<std::uint64_t>(taken) > bounds_.bytes_left) {
            bounds_.ended = CallBounds::Ended::too_much;
            return failed_with(EFBIG);
        }
        bounds_.bytes_left -= static_cast<std::uint64_t>(taken);
        return taken;
    }

    ssize_t write(void* from, size_t count) override
    {
        if (is_over()) return failed_with(ETIMEDOUT);
        const ssize_t written = inner_->write(from, count);
        if (written < 0 && errno != EINTR && bounds_.ended == CallBounds::Ended::no) {
            const bool waited = errno == EAGAIN || errno == EWOULDBLOCK;
            bounds_.ended = waited ? CallBounds::Ended::too_slow : CallBounds::Ended::hung_up;
        }
        return written;
    }

  private:
    bool is_over()
    {
        if (bounds_.is_over()) bounds_.ended = CallBounds::Ended::too_long;
        return bounds_.ended == CallBounds::Ended::too_long;
    }
    static ssize_t failed_with(int code)
    {
        errno = code;
        return -1;
    }

    std::unique_ptr<DcmTransportConnection> inner_;
    CallBounds& bounds_;
};

class Association::Layer final : public DcmTransportLayer {
  public:
    explicit Layer(CallBounds& bounds) : bounds_(bounds) {}

    std::unique_ptr<DcmTLSTransportLayer> tls{};

    DcmTransportConnection* createConnection(DcmNativeSocketType socket, OFBool secure) override
    {
        DcmTransportConnection* const inner = secure ? (tls ? tls->createConnection(socket, OFTrue) : nullptr)
                                                     : DcmTransportLayer::createConnection(socket, OFFalse);
        if (inner == nullptr) return nullptr;
        auto* const connection = new Connection(socket, inner, bounds_);
        // Their constructors give the socket DCMTK's 60 seconds.
        set_socket_patience(socket, bounds_.patience_s);
        return connection;
    }

  private:
    CallBounds& bounds_;
};

Association::Association(const Pacs& pacs) : pacs_(pacs)
{
    bounds_.patience_s = pacs.patience_s;
    bounds_.until = std::chrono::steady_clock::now() + std::chrono::seconds(PacsLimits::whole_call_s);
    bounds_.bytes_left = PacsLimits::object_bytes;
    layer_ = std::make_unique<Layer>(bounds_);
}

Association::~Association()
{
    if (association_ != nullptr) {
        if (is_established_) (void)ASC_abortAssociation(association_);
        (void)ASC_destroyAssociation(&association_);
    }
    if (network_ != nullptr) (void)ASC_dropNetwork(&network_);
}

Result<std::unique_ptr<Association>> Association::open(const Pacs& pacs, const std::vector<Offer>& offers)
{
    set_connection_timeout();
    std::unique_ptr<Association> association(new Association(pacs));
    if (pacs.is_encrypted()) {
        if (const auto ready = association->prepare_tls(); !ready) return tl::unexpected<Error>(ready.error());
    }
    if (const auto requested = association->request(offers); !requested)
        return tl::unexpected<Error>(requested.error());
    return association;
}

Result<void> Association::prepare_tls()
{
    auto tls = std::make_unique<DcmTLSTransportLayer>(NET_REQUESTOR, nullptr, OFTrue);
    if (tls->addTrustedCertificateFile(pacs_.ca.c_str(), DCF_Filetype_PEM).bad())
        return failed("cannot be asked: the file of --ca, '" + pacs_.ca.string() + "', cannot be used");
    if (!pacs_.certificate.empty()) {
        if (tls->setPrivateKeyFile(pacs_.key.c_str(), DCF_Filetype_PEM).bad())
            return failed("cannot be asked: the file of --key, '" + pacs_.key.string() + "', cannot be used");
        if (tls->setCertificateFile(pacs_.certificate.c_str(), DCF_Filetype_PEM).bad())
            return failed("cannot be asked: the file of --cert, '" + pacs_.certificate.string() + "', cannot be used");
        if (!tls->checkPrivateKeyMatchesCertificate())
            return failed("cannot be asked: the files of --cert and --key do not belong together");
    }
    if (tls->setTLSProfile(TSP_Profile_BCP195).bad() || tls->activateCipherSuites().bad())
        return failed("cannot be asked: this computer's OpenSSL lacks what DICOM's BCP 195 profile needs");
    tls->setCertificateVerification(DCV_requireCertificate);
    layer_->tls = std::move(tls);
    return {};
}

Result<void> Association::request(const std::vector<Offer>& offers)
{
    if (const auto made = ASC_initializeNetwork(NET_REQUESTOR, 0, bounds_.patience_s, &network_); made.bad())
        return failed(std::string("cannot be asked: ") + made.text());
    (void)ASC_setTransportLayer(network_, layer_.get(), 0);
    T_ASC_Parameters* parameters = nullptr;
    if (ASC_createAssociationParameters(&parameters, received_pdu_bytes).bad())
        return failed("cannot be asked: there is no memory");
    (void)ASC_setAPTitles(parameters, pacs_.calling_ae_title.c_str(), pacs_.ae_title.c_str(), nullptr);
    (void)ASC_setTransportLayerType(parameters, pacs_.is_encrypted() ? OFTrue : OFFalse);
    (void)ASC_setPresentationAddresses(parameters, "localhost", fmt::format("{}:{}", pacs_.host, pacs_.port).c_str());
    T_ASC_PresentationContextID id = 1;
    for (const Offer& offer : offers) {
        std::vector<const char*> syntaxes;
        for (const std::string& syntax : offer.transfer_syntaxes)
            syntaxes.push_back(syntax.c_str());
        (void)ASC_addPresentationContext(parameters, id, offer.abstract_syntax.c_str(), syntaxes.data(),
                                         static_cast<int>(syntaxes.size()),
                                         offer.takes ? ASC_SC_ROLE_SCP : ASC_SC_ROLE_DEFAULT);
        id = static_cast<T_ASC_PresentationContextID>(id + 2);
    }
    const OFCondition asked =
        ASC_requestAssociation(network_, parameters, &association_, nullptr, nullptr, DUL_NOBLOCK, bounds_.patience_s);
    is_established_ = asked.good();
    if (asked.bad()) {
        const std::string said = why_not(asked, parameters);
        if (association_ == nullptr) (void)ASC_destroyAssociationParameters(&parameters);
        return failed(said);
    }
    if (ASC_countAcceptedPresentationContexts(parameters) == 0)
        return failed("accepts nothing of what it is asked for; is the port that of its DICOM service?");
    return {};
}

T_ASC_PresentationContextID Association::context(const std::string& abstract_syntax, const std::string& syntax) const
{
    if (syntax.empty()) return ASC_findAcceptedPresentationContextID(association_, abstract_syntax.c_str());
    return ASC_findAcceptedPresentationContextID(association_, abstract_syntax.c_str(), syntax.c_str());
}

std::string Association::why(const OFCondition& condition) const
{
    switch (bounds_.ended) {
        case CallBounds::Ended::too_slow:
            return fmt::format("brought nothing for {} s, and was given up; is it busy, or the port another program's?",
                               bounds_.patience_s);
        case CallBounds::Ended::too_long:
            return fmt::format("took more than {} s, and was given up", PacsLimits::whole_call_s);
        case CallBounds::Ended::too_much:
            return fmt::format("sends more than {} GB", PacsLimits::object_bytes >> 30U);
        case CallBounds::Ended::hung_up:
            return "hung up before its answer was whole; try again";
        case CallBounds::Ended::no:
            break;
    }
    if (condition == DUL_PEERABORTEDASSOCIATION || condition == DUL_NETWORKCLOSED ||
        condition == DUL_PEERREQUESTEDRELEASE)
        return "hung up before its answer was whole; try again";
    if (condition == DUL_READTIMEOUT || condition == DIMSE_NODATAAVAILABLE)
        return fmt::format("brought nothing for {} s, and was given up; is it busy, or the port another program's?",
                           bounds_.patience_s);
    std::string said = condition.text();
    std::replace(said.begin(), said.end(), '\n', ' ');
    return "does not answer as a PACS does (" + said + ")";
}

/// Why there is no association.
std::string Association::why_not(const OFCondition& condition, T_ASC_Parameters* parameters) const
{
    if (condition == DUL_ASSOCIATIONREJECTED) {
        T_ASC_RejectParameters rejected{};
        (void)ASC_getRejectParameters(parameters, &rejected);
        if (rejected.reason == ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED)
            return "is no '" + pacs_.ae_title + "': it does not know this AE title as its own; is it spelt right?";
        if (rejected.reason == ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED)
            return "does not know us as '" + pacs_.calling_ae_title +
                   "'; its administrator has to enter this AE title, or give the one that is entered by --calling";
        return fmt::format("rejects us (reason {}); its administrator can tell why", static_cast<int>(rejected.reason));
    }
    std::string said = condition.text();
    std::replace(said.begin(), said.end(), '\n', ' ');
    // What DCMTK tells of TLS and of sockets stands in the text alone.
    const auto names = [&](std::string_view words) { return said.find(words) != std::string::npos; };
    if (names("certificate verify failed"))
        return "is not trusted (" + said + "); is the file of --ca the authority that signed its certificate?";
    if (condition == DUL_REQUESTASSOCIATIONFAILED || names("TCP Initialization Error"))
        return "cannot be reached (" + said + "); is it running, and the port right?";
    if (bounds_.ended == CallBounds::Ended::no && pacs_.is_encrypted() && (names("TLS") || names("SSL")))
        return "does not agree on an encrypted connection (" + said +
               "); does it speak TLS on this port, and want a client certificate (--cert, --key)?";
    const std::string said_by_why = why(condition);
    if (!said_by_why.starts_with("hung up")) return said_by_why;
    if (!pacs_.is_encrypted())
        return "hangs up at once; is the port right, and does it want an encrypted connection (--ca)?";
    if (pacs_.certificate.empty()) return "hangs up at once; does it want a client certificate (--cert, --key)?";
    return "hangs up at once; does it know our certificate (--cert)?";
}

void Association::release()
{
    if (is_established_) (void)ASC_releaseAssociation(association_);
    is_established_ = false;
}

}  // namespace nodtrack::exchange
