#include "agent/io/tls_keeper.h"

#include <utility>

namespace ght::io {

TlsKeeper::Stamps TlsKeeper::stamps() const {
  Stamps all{};
  if (!config_) return all;
  all = {file_stamp(config_->cert_file), file_stamp(config_->key_file), FileStamp{}};
  if (!config_->client_ca_file.empty()) all[2] = file_stamp(config_->client_ca_file);
  return all;
}

Result<void> TlsKeeper::use(const std::optional<TlsServerConfig>& config, bool certificate_later) {
  Identity loaded;
  TlsKeeper next;
  next.config_ = config;
  next.loaded_ = next.seen_ = next.stamps();  // before they are read: a change since is seen
  if (config) {
    GHT_TRY(loaded, load_tls_identity(*config, certificate_later));
  }
  config_ = config;
  certificate_later_ = certificate_later;
  loaded_ = seen_ = next.loaded_;
  identity_ = std::move(loaded);
  error_.clear();
  ++changes_;
  return {};
}

void TlsKeeper::reload() {
  if (!config_) return;
  loaded_ = seen_ = stamps();
  Result<Identity> loaded = load_tls_identity(*config_, certificate_later_);
  ++changes_;
  if (loaded.ok()) {
    identity_ = std::move(loaded).value();
    error_.clear();
  } else {
    error_ = loaded.error().text();
  }
}

void TlsKeeper::look() {
  if (!config_) return;
  const Stamps now = stamps();
  const bool at_rest = std::exchange(seen_, now) == now;
  if (at_rest && now != loaded_) reload();
}

}  // namespace ght::io
