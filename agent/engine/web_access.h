// The agent's HTTP server and who may reach it: the configuration's "web" in effect, kept fresh,
// its troubles logged and shown.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/engine/engine.h"
#include "agent/http/guard.h"
#include "agent/http/server.h"
#include "agent/io/log.h"
#include "agent/io/tls_keeper.h"

namespace ght {

class WebAccess {
 public:
  // `engine` and `log` must outlive it.
  WebAccess(const boost::asio::any_io_executor& executor, http::Handler pages, Engine& engine,
            const io::Log& log);

  // Puts it into effect whole (but for the addresses), or, when its files cannot be used, not at
  // all. Files that were in use already and are damaged now are no Error: the old ones go on, and
  // that is logged and shown.
  Result<void> use(const WebConfig& web);

  Result<void> listen(const std::vector<std::string>& addresses);

  // Looks at the files every few seconds, for ever.
  boost::asio::awaitable<void> watch();

  void stop() { server_.stop(); }

 private:
  void spread();  // what the keeper has, to the server, the pages and the log
  // One line at once, then one every ten seconds at most, with the number of those without.
  void refused(const std::string& peer, const std::string& reason);

  Engine& engine_;
  const io::Log& log_;
  http::Guard guard_;
  http::Server server_;
  boost::asio::steady_timer timer_;
  io::TlsKeeper keeper_;
  std::optional<WebConfig> used_;
  unsigned spread_ = 0;  // the keeper's changes that are spread
  MonoTime next_line_{};
  std::size_t unsaid_ = 0;  // refusals since the last line
};

}  // namespace ght
