#include "agent/io/tls_trust.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace ght::io {
namespace {

namespace ssl = boost::asio::ssl;

// True when the folder holds at least one name as `openssl rehash` makes them: 9d66eef0.0.
bool is_hashed(const std::string& directory) {
  constexpr std::size_t hash_digits = 8;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(directory, unreadable)) {
    const std::string name = entry.path().filename().string();
    if (name.size() > hash_digits && name[hash_digits] == '.' &&
        std::all_of(name.begin(), name.begin() + hash_digits,
                    [](unsigned char c) { return std::isxdigit(c) != 0; })) {
      return true;
    }
  }
  return false;
}

std::string openssl_directory() {
  const char* chosen = std::getenv(X509_get_default_cert_dir_env());
  return chosen != nullptr ? chosen : X509_get_default_cert_dir();
}

TlsTrust::Context fresh() {
  ERR_clear_error();
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  return context;
}

std::string openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "not usable" : reason;
}

// Contexts are made through Asio, which throws when OpenSSL has no memory or is not usable.
template <class Make>
Result<TlsTrust::Context> guarded(const std::string& about, Make make) {
  try {
    return make();
  } catch (const std::exception& caught) {
    return Error{about, std::string("TLS cannot be set up: ") + caught.what()};
  }
}

}  // namespace

TlsTrust::TlsTrust(TlsTrustOptions options) : options_(std::move(options)) {}

Result<TlsTrust::Context> TlsTrust::system() {
  const std::string directory =
      options_.system_directory.empty() ? openssl_directory() : options_.system_directory;
  const FileStamp stamp = file_stamp(directory);
  if (system_ != nullptr && stamp == system_stamp_) return system_;
  return guarded(directory, [&]() -> Result<Context> {
    Context context = fresh();
    SSL_CTX* native = context->native_handle();
    SSL_CTX_load_verify_dir(native, directory.c_str());
    if (!is_hashed(directory)) SSL_CTX_set_default_verify_file(native);
    ERR_clear_error();
    system_ = context;
    system_stamp_ = stamp;
    return context;
  });
}

Result<TlsTrust::Context> TlsTrust::file(const std::string& path) {
  const FileStamp stamp = file_stamp(path);
  const auto place = std::ranges::find(files_, path, &Cached::path);
  if (place != files_.end() && place->stamp == stamp) {
    files_.splice(files_.begin(), files_, place);
    return files_.front().context;
  }
  if (place != files_.end()) files_.erase(place);
  errno = 0;
  if (!std::ifstream(path).is_open()) return Error{path, std::strerror(errno)};
  return guarded(path, [&]() -> Result<Context> {
    Context context = fresh();
    if (SSL_CTX_load_verify_file(context->native_handle(), path.c_str()) != 1) {
      return Error{path, "expected PEM certificates: " + openssl_error()};
    }
    files_.push_front({path, stamp, context});
    if (files_.size() > options_.ca_files) files_.pop_back();
    return context;
  });
}

Result<TlsTrust::Context> TlsTrust::none() {
  if (none_ != nullptr) return none_;
  return guarded("", [&]() -> Result<Context> {
    none_ = fresh();
    return none_;
  });
}

}  // namespace ght::io
