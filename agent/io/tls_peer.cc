#include "agent/io/tls_peer.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <utility>

#include "agent/core/reasons.h"
#include "agent/io/certificate.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;

std::string subject_of(X509* certificate) {
  std::array<char, 256> text{};
  if (certificate == nullptr) return "";
  X509_NAME_oneline(X509_get_subject_name(certificate), text.data(), text.size());
  return text.data();
}

}  // namespace

TlsPeer::TlsPeer(std::string host, bool literal, bool verify)
    : host_(std::move(host)), literal_(literal), verify_(verify) {}

void TlsPeer::prepare(TlsStream& stream) {
  SSL* native = stream.native_handle();
  if (!literal_) {
    // SSL_set_tlsext_host_name is a macro with a C cast.
    SSL_ctrl(native, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host_.data());
  }
  if (!verify_) {
    stream.set_verify_mode(asio::ssl::verify_none);
    return;
  }
  X509_VERIFY_PARAM* wanted = SSL_get0_param(native);
  if (literal_) {
    X509_VERIFY_PARAM_set1_ip_asc(wanted, host_.c_str());
  } else {
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(wanted, host_.c_str(), host_.size());
  }
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback([this](bool accepted, asio::ssl::verify_context& context) {
    return seen(accepted, context);
  });
}

bool TlsPeer::seen(bool accepted, asio::ssl::verify_context& context) {
  X509_STORE_CTX* store = context.native_handle();
  if (!not_after_) not_after_ = end_of_validity(X509_STORE_CTX_get0_cert(store));
  if (!accepted) {
    error_ = X509_STORE_CTX_get_error(store);
    depth_ = X509_STORE_CTX_get_error_depth(store);
    subject_ = subject_of(X509_STORE_CTX_get_current_cert(store));
  }
  return accepted;
}

void TlsPeer::accepted(TlsStream& stream) {
  not_after_ = end_of_validity(SSL_get0_peer_certificate(stream.native_handle()));
}

TlsPeer::Failure TlsPeer::failure(const boost::system::error_code& error) const {
  const bool own = depth_ == 0;
  switch (error_) {
    case X509_V_OK:
      break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      // The date known is that of the server's own certificate, not of another in its chain.
      if (own && not_after_) return {reasons::tls_expired, subject_};
      break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      if (own) return {reasons::tls_not_yet_valid, subject_};
      break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {reasons::tls_hostname, host_};
    default:
      break;
  }
  if (error_ != X509_V_OK) {
    return {reasons::tls_untrusted,
            std::string(X509_verify_cert_error_string(error_)) + " (" + subject_ + ")"};
  }
  const bool closed = error == asio::error::eof || error == asio::error::connection_reset ||
                      error == asio::ssl::error::stream_truncated;
  return {reasons::tls_handshake, closed ? "the server closed the connection" : error.message()};
}

}  // namespace ght::io
