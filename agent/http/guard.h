// Stands before the pages: who may see them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/http/basic_auth.h"
#include "agent/http/server.h"
#include "agent/io/password.h"

namespace ght::http {

// 401 without a password or with a wrong one, 403 without a client certificate, 429 while too many
// passwords are being checked. Must outlive the server.
class Guard {
 public:
  // `refused` is called with the peer's address and a cause, for a wrong password and a missing
  // certificate: not for a request that has not tried a password yet.
  Guard(boost::asio::any_io_executor executor, Handler behind, Server::Refused refused = {});

  // From now on these users, open paths and this demand for a certificate.
  void use(const WebConfig& web);

  Reply operator()(const Request& request);

 private:
  struct Kept;  // a request that waits for its password to be checked
  bool is_open(std::string_view path) const;
  boost::asio::awaitable<Reply> decide(std::shared_ptr<const Kept> kept);

  Handler behind_;
  Server::Refused refused_;
  io::PasswordChecker passwords_;
  bool wants_password_ = false;
  bool wants_certificate_ = false;
  std::vector<std::string> open_paths_;
};

}  // namespace ght::http
