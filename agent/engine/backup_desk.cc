#include "agent/engine/backup_desk.h"

#include <algorithm>
#include <utility>

#include "agent/http/answer.h"
#include "agent/io/clock.h"

namespace ght {
namespace {

namespace asio = boost::asio;

// A form of a foreign page cannot send this type without asking first, which is refused.
bool is_json(std::string_view content_type) {
  constexpr std::string_view json = "application/json";
  return content_type.starts_with(json) &&
         (content_type.size() == json.size() || content_type[json.size()] == ';');
}

bool may_report(const WebConfig& web, std::string_view user) {
  return !user.empty() &&
         std::ranges::find(web.backup_reporters, user) != web.backup_reporters.end();
}

}  // namespace

http::Reply BackupDesk::take(const http::Request& request) {
  const Config& config = engine_.config();
  if (!may_report(config.web, request.user)) {
    return http::plain_reply(403, "only users of web.backup_reporters may report a backup");
  }
  if (!is_json(request.content_type)) {
    return http::plain_reply(415, "expected Content-Type: application/json");
  }
  auto told = io::parse_told_run(request.body);
  if (!told.ok()) return http::plain_reply(400, told.error().text());
  const auto run = io::run_of(told.value(), config.time_zone, io::wall_now());
  if (!run.ok()) return http::plain_reply(400, run.error().text());
  if (!engine_.asks_for_backup(told.value().name)) {
    return http::plain_reply(404, "no check of this agent asks for a backup of this name");
  }
  http::Reply reply;
  reply.later = [this, user = std::string(request.user), told = std::move(told).value(),
                 run = run.value()] { return write(user, told, run); };
  return reply;
}

asio::awaitable<http::Reply> BackupDesk::write(std::string user, io::ToldRun told, BackupRun run) {
  if (busy_) co_return http::plain_reply(503, "another report is being written");
  busy_ = true;
  // A copy: a reload may come while the disk is written.
  auto work = [directory = engine_.config().state_directory, told, run]() -> Result<std::string> {
    GHT_TRY_VOID(io::tell_run(directory, told, run));
    return std::string();
  };
  auto writing = writer_.run(std::move(work));
  const Result<std::string> written = co_await std::move(writing);
  busy_ = false;
  if (!written.ok()) {
    log_.error("backup report not written",
               {{"backup", told.name}, {"error", written.error().text()}});
    co_return http::plain_reply(503, "the report cannot be written on this server");
  }
  log_.info("backup reported", {{"backup", told.name}, {"status", told.status}, {"user", user}});
  co_return http::plain_reply(200, "recorded");
}

}  // namespace ght
