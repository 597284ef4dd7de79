// Keeps the HTTPS server's certificate fresh: its files are looked at every few seconds, and what
// has changed takes effect without a restart.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "agent/io/file_stamp.h"
#include "agent/io/tls_identity.h"

namespace ght::io {

class TlsKeeper {
 public:
  using Identity = std::shared_ptr<const TlsIdentity>;

  // From now on these files, or no TLS. Loads them at once; after an Error everything is as before.
  Result<void> use(const std::optional<TlsServerConfig>& config, bool certificate_later);

  // Loads the files again, changed or not (somebody asked for it).
  void reload();

  // Loads the files when they have changed and have been at rest since the last look: certificate
  // and key are two files, and who replaces them writes one after the other.
  void look();

  // nullptr: no TLS.
  const Identity& identity() const { return identity_; }
  // Of the last attempt to load: empty when it succeeded, else what is wrong while the identity
  // before it goes on.
  const std::string& error() const { return error_; }
  // Grows whenever one of the two has changed.
  unsigned changes() const { return changes_; }

 private:
  using Stamps = std::array<FileStamp, 3>;
  Stamps stamps() const;

  std::optional<TlsServerConfig> config_;
  bool certificate_later_ = false;
  Identity identity_;
  std::string error_;
  unsigned changes_ = 0;
  Stamps loaded_{};  // as they were before the last attempt
  Stamps seen_{};    // at the last look
};

}  // namespace ght::io
