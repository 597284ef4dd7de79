#include "agent/io/credential.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "agent/core/limits.h"

namespace ght::io {
namespace {

Result<std::string> first_line(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{path, std::strerror(errno)};
  std::string line(limits::secret_bytes + 1, '\0');
  errno = 0;
  in.read(line.data(), static_cast<std::streamsize>(line.size()));
  if (in.bad()) return Error{path, std::strerror(errno)};
  line.resize(static_cast<std::size_t>(in.gcount()));
  line.resize(std::min(line.find_first_of("\r\n"), line.size()));
  if (line.empty()) return Error{path, "its first line is empty: expected a secret"};
  if (line.size() > limits::secret_bytes) {
    return Error{path, "expected at most " + std::to_string(limits::secret_bytes) + " bytes"};
  }
  const bool control =
      std::ranges::any_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (control) return Error{path, "expected a line without control characters"};
  return line;
}

std::string base64(const std::string& text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace

Result<std::string> secret_of(const Credential& credential) {
  return first_line(credential.secret_file);
}

Result<std::string> authorization(const Credential& credential) {
  using Kind = Credential::Kind;
  if (credential.kind == Kind::none || credential.kind == Kind::oauth2_password) {
    return std::string();
  }
  GHT_TRY(std::string secret, secret_of(credential));
  if (credential.kind == Kind::bearer) return "Bearer " + secret;
  return "Basic " + base64(credential.user + ":" + secret);
}

}  // namespace ght::io
