// Whom TLS probes trust. Contexts are made once and shared: making one costs more than a handshake.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "agent/core/result.h"
#include "agent/io/file_stamp.h"

namespace ght::io {

struct TlsTrustOptions {
  // Hashed directory of CA certificates (`openssl rehash`), in which only the issuers that are met
  // are looked up and kept. Empty: OpenSSL's own, or SSL_CERT_DIR.
  std::string system_directory;
  std::size_t ca_files = 32;  // contexts kept; the one not used for longest makes room
};

// All contexts: TLS 1.2 or later, no session reuse. One thread.
class TlsTrust {
 public:
  using Context = std::shared_ptr<boost::asio::ssl::context>;

  explicit TlsTrust(TlsTrustOptions options);

  // The system's CAs; forgotten and looked up again when the directory has changed. Where the
  // system has no hashed directory, its CA file as a whole.
  Result<Context> system();
  // The certificates of one PEM file only; read again when the file has changed. The error names
  // the file and says why it cannot be used.
  Result<Context> file(const std::string& path);
  // Trusts nobody and must be used without verification.
  Result<Context> none();

 private:
  struct Cached {
    std::string path;
    FileStamp stamp;
    Context context;
  };

  TlsTrustOptions options_;
  Context system_, none_;
  FileStamp system_stamp_;
  std::list<Cached> files_;  // last used first
};

}  // namespace ght::io
