#include "collectors/backup/address.h"

#include <algorithm>

namespace ght::collectors::backup {
namespace {

// Where the user information of an address stands: [begin, end), the "@" left out.
struct UserInfo {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool found = false;
};

// "user:se" before a slash is no host and port: the slash belongs to a password that was not
// percent-encoded. No tool would accept it, but it must not be shown either.
bool is_host_and_port(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return true;
  return std::ranges::all_of(authority.substr(colon + 1),
                             [](char c) { return c >= '0' && c <= '9'; });
}

UserInfo user_info(std::string_view address) {
  if (address.starts_with('/')) return {};  // a local path: "@" is a character like any other
  const std::size_t slashes = address.find("://");
  const std::size_t colon = address.find(':');
  UserInfo info;
  if (slashes != std::string_view::npos) {
    info.begin = slashes + 3;
  } else if (colon != std::string_view::npos) {
    info.begin = colon + 1;
  }
  std::size_t end = std::min(address.find('/', info.begin), address.size());
  const std::string_view authority = address.substr(info.begin, end - info.begin);
  if (slashes != std::string_view::npos && !authority.contains('@') &&
      !is_host_and_port(authority)) {
    end = address.size();
  }
  const std::size_t at = address.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < info.begin) return {};
  info.end = at;
  info.found = true;
  return info;
}

}  // namespace

std::string public_address(std::string_view address) {
  const UserInfo info = user_info(address);
  if (!info.found) return std::string(address);
  return std::string(address.substr(0, info.begin)) + std::string(address.substr(info.end + 1));
}

bool has_password(std::string_view address) {
  const UserInfo info = user_info(address);
  return info.found && address.substr(info.begin, info.end - info.begin).contains(':');
}

std::string last_element(std::string_view address) {
  const std::string shown = public_address(address);
  std::string_view rest = shown;
  while (rest.size() > 1 && (rest.ends_with('/') || rest.ends_with(':'))) rest.remove_suffix(1);
  if (const std::size_t slash = rest.rfind('/');
      slash != std::string_view::npos && slash + 1 < rest.size()) {
    rest.remove_prefix(slash + 1);
  } else if (const std::size_t colon = rest.rfind(':'); colon != std::string_view::npos) {
    rest.remove_prefix(colon + 1);
  }
  return std::string(rest);
}

}  // namespace ght::collectors::backup
