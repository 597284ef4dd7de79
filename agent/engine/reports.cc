#include "agent/engine/reports.h"

#include <functional>
#include <utility>

#include "agent/exposition/report_render.h"
#include "agent/http/answer.h"
#include "agent/io/clock.h"
#include "agent/io/ledger_file.h"
#include "agent/io/read_report.h"
#include "agent/ledger/calendar.h"
#include "collectors/registry.h"

namespace ght {
namespace {

namespace asio = boost::asio;

// Value of a key of "a=b&c=d"; months, formats and languages need no escapes.
std::string_view value_of(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
      return pair.substr(key.size() + 1);
    }
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return {};
}

std::string_view content_type(ReportFormat format) {
  switch (format) {
    case ReportFormat::html:
      return "text/html; charset=utf-8";
    case ReportFormat::csv:
      return "text/csv; charset=utf-8";
    case ReportFormat::json:
      break;
  }
  return "application/json; charset=utf-8";
}

std::string render(const Report& report, const ReportOrder& order) {
  switch (order.format) {
    case ReportFormat::html:
      return render_report_html(report, order.language, collectors::find);
    case ReportFormat::csv:
      return render_report_csv(report, order.language);
    case ReportFormat::json:
      break;
  }
  return render_report_json(report);
}

}  // namespace

std::optional<ReportFormat> report_format(std::string_view name) {
  if (name == "html") return ReportFormat::html;
  if (name == "json") return ReportFormat::json;
  if (name == "csv") return ReportFormat::csv;
  return std::nullopt;
}

Result<std::string> make_report(const Config& config, const std::string& version,
                                const ReportOrder& order) {
  ReportRequest request;
  request.identity = config.identity;
  request.agent_version = version;
  request.numbering = config.numbering;
  request.time_zone = config.time_zone;
  request.holidays = config.holidays;
  request.now = io::wall_now();
  if (order.month.empty()) {
    const Calendar calendar(config.time_zone, config.holidays);
    request.month = calendar.month_of(request.now) - std::chrono::months(1);
  } else {
    GHT_TRY(request.month, parse_month(order.month));
  }
  GHT_TRY(const Report report, io::read_report(io::ledger_path(config.state_directory), request));
  return render(report, order);
}

asio::awaitable<http::Reply> Reports::answer(std::string query) {
  ReportOrder order{.month = std::string(value_of(query, "month")), .format = ReportFormat::json};
  if (value_of(query, "lang") == "en") order.language = Language::en;
  if (const auto format = value_of(query, "format"); !format.empty()) {
    const auto known = report_format(format);
    if (!known) co_return http::plain_reply(400, "format is json, html or csv");
    order.format = *known;
  }
  if (!order.month.empty()) {
    if (const auto month = parse_month(order.month); !month.ok()) {
      co_return http::plain_reply(400, month.error().text());
    }
  }
  if (busy_) co_return http::plain_reply(503, "another report is being made");
  busy_ = true;
  // A copy: a reload may come while the disk is read.
  auto work = std::bind_front(make_report, engine_.config(), version_, order);
  auto making = writer_.run(std::move(work));
  Result<std::string> made = co_await std::move(making);
  busy_ = false;
  if (!made.ok()) co_return http::plain_reply(503, made.error().text());
  http::Reply reply;
  reply.content_type = content_type(order.format);
  reply.body = std::make_shared<const std::string>(std::move(made).value());
  co_return reply;
}

}  // namespace ght
