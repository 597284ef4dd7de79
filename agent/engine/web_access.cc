#include "agent/engine/web_access.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "agent/io/clock.h"

namespace ght {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr Duration refusal_lines = 10s;

WebAccess::WebAccess(const asio::any_io_executor& executor, http::Handler pages, Engine& engine,
                     const io::Log& log)
    : engine_(engine),
      log_(log),
      guard_(executor, std::move(pages), std::bind_front(&WebAccess::refused, this)),
      server_(executor, std::ref(guard_)),
      timer_(executor) {
  server_.on_refused_handshake(std::bind_front(&WebAccess::refused, this));
}

Result<void> WebAccess::listen(const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    GHT_TRY(const std::string bound, server_.listen(address));
    log_.info("listening", {{"address", bound}});
  }
  return {};
}

Result<void> WebAccess::use(const WebConfig& web) {
  const bool later = !web.open_paths.empty();
  const bool same_files =
      used_ && used_->tls == web.tls && used_->open_paths.empty() == web.open_paths.empty();
  if (same_files) {
    keeper_.reload();
  } else {
    GHT_TRY_VOID(keeper_.use(web.tls, later));
  }
  guard_.use(web);
  if (used_ && used_->listen != web.listen) {
    log_.warn("web.listen takes effect at the next start");
  }
  used_ = web;
  if (web.tls) {
    for (const io::TlsFileWarning& each : io::tls_file_warnings(*web.tls, io::wall_now())) {
      log_.warn("configuration",
                {{"problem", "/web/tls_server_config/" + each.key + ": " + each.message}});
    }
  }
  spread();
  return {};
}

void WebAccess::spread() {
  if (spread_ == keeper_.changes()) return;
  spread_ = keeper_.changes();
  server_.use_tls(keeper_.identity());
  std::optional<WebTlsView> view;
  if (const auto& identity = keeper_.identity()) {
    view = {.not_after = identity->not_after, .reload_error = keeper_.error()};
    const std::string until = format_rfc3339(identity->not_after);
    if (keeper_.error().empty()) {
      log_.info("TLS certificate in use", {{"not_after", until}});
    } else {
      log_.error("TLS files refused, those from before go on",
                 {{"error", keeper_.error()}, {"not_after", until}});
    }
  }
  engine_.set_web_tls(std::move(view));
}

asio::awaitable<void> WebAccess::watch() {
  for (;;) {
    timer_.expires_after(limits::tls_file_look);
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    co_await timer_.async_wait(token);
    if (error) co_return;
    keeper_.look();
    spread();
  }
}

void WebAccess::refused(const std::string& peer, const std::string& reason) {
  const MonoTime now = io::mono_now();
  if (now < next_line_) {
    ++unsaid_;
    return;
  }
  log_.warn("access refused",
            {{"peer", peer}, {"reason", reason}, {"others_before", std::to_string(unsaid_)}});
  unsaid_ = 0;
  next_line_ = now + refusal_lines;
}

}  // namespace ght
