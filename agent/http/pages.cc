#include "agent/http/pages.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "agent/exposition/render.h"
#include "agent/exposition/runbook_page.h"
#include "agent/http/answer.h"
#include "agent/http/negotiate.h"
#include "agent/io/clock.h"

namespace ght::http {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view html = "text/html; charset=utf-8";
constexpr std::string_view json = "application/json; charset=utf-8";
constexpr std::string_view text_0_0_4 = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view openmetrics =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

constexpr std::string_view runbooks_path = "/runbooks/";

// How long a page may be shown without any change.
constexpr Duration shows_no_time = Duration::max();
constexpr Duration shows_seconds = 1s;

// Rendering may take one part in ten of the thread: probes have to start in time beside it.
constexpr int rest_per_render = 9;

bool wants_english(std::string_view query) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    if (query.substr(0, end) == "lang=en") return true;
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return false;
}

}  // namespace

Pages::Pages(const ViewSource& source, PageParts parts)
    : Pages(source, io::mono_now, std::move(parts)) {}

Pages::Pages(const ViewSource& source, std::function<MonoTime()> clock, PageParts parts)
    : source_(source), clock_(std::move(clock)), parts_(std::move(parts)) {}

Reply Pages::operator()(const Request& request) {
  const bool posts = request.method == Request::Method::post;
  if (request.path == "/api/v1/backup-report" && parts_.backup_reports) {
    if (posts) return parts_.backup_reports(request);
    Reply refused = plain_reply(405, "a report is sent here with POST");
    refused.allow = "POST";
    return refused;
  }
  if (posts) return plain_reply(405, "nothing but /api/v1/backup-report takes a POST");
  if (request.path == "/metrics") {
    const MetricsFormat format = metrics_format(request.accept);
    const bool open = format == MetricsFormat::openmetrics_1_0_0;
    return page(open ? "metrics openmetrics" : "metrics", open ? openmetrics : text_0_0_4, request,
                shows_no_time, ViewDetail::figures,
                [format](const View& view) { return render_metrics(view, format); });
  }
  if (request.path == "/") {
    const Language language = wants_english(request.query) ? Language::en : Language::fr;
    return page(language == Language::en ? "status en" : "status fr", html, request, shows_seconds,
                ViewDetail::everything,
                [language](const View& view) { return render_status_page(view, language); });
  }
  if (request.path == "/api/v1/status") {
    return page("status json", json, request, shows_seconds, ViewDetail::everything,
                render_status_json);
  }
  if (request.path == "/api/v1/report" && parts_.reports) {
    Reply reply;
    reply.later = std::bind_front(parts_.reports, std::string(request.query));
    return reply;
  }
  if (request.path.starts_with(runbooks_path) && parts_.runbooks) {
    return runbook(request.path.substr(runbooks_path.size()), request.query);
  }
  if (request.path == "/-/healthy") return plain_reply(200, "ght-agent is healthy");
  if (request.path == "/-/ready") {
    return source_.ready() ? plain_reply(200, "ght-agent is ready")
                           : plain_reply(503, "ght-agent is not ready: it is still starting");
  }
  return plain_reply(
      404,
      "there is no such page; there are /, /metrics, /api/v1/status, /api/v1/report, "
      "/api/v1/backup-report, /runbooks/, /-/healthy and /-/ready");
}

Reply Pages::runbook(std::string_view name, std::string_view query) const {
  const Language language = wants_english(query) ? Language::en : Language::fr;
  Reply reply{.status = 200, .content_type = html, .content_encoding = "", .body = nullptr};
  std::string page;
  if (const auto fragment = parts_.runbooks->read(name, language, io::RunbookForm::html)) {
    page = render_runbook(name, *fragment, language);
  } else {
    if (!name.empty()) reply.status = 404;
    page = render_runbook_list(parts_.runbooks->names(language), name, language);
  }
  reply.body = std::make_shared<const std::string>(std::move(page));
  return reply;
}

const Pages::Entry* Pages::current(std::string_view key, Duration shown_time) const {
  const auto found = cache_.find(key);
  if (found == cache_.end()) return nullptr;
  const Entry& entry = found->second;
  const Duration age = clock_() - entry.rendered;
  if (age < entry.took * rest_per_render) return &entry;
  return entry.generation == source_.generation() && age < shown_time ? &entry : nullptr;
}

Reply Pages::page(std::string_view name, std::string_view content_type, const Request& request,
                  Duration shown_time, ViewDetail detail, const Renderer& render) {
  const bool compressed = accepts_gzip(request.accept_encoding);
  Reply reply{.status = 200,
              .content_type = content_type,
              .content_encoding = compressed ? "gzip" : "",
              .body = nullptr};
  const std::string key = std::string(name) + (compressed ? " gzip" : "");
  if (const Entry* entry = current(key, shown_time)) {
    reply.body = entry->body;
    return reply;
  }
  // Read before the view: a change in between is then rendered again, never missed.
  const std::uint64_t generation = source_.generation();
  const MonoTime begin = clock_();
  std::string body = render(source_.view(detail));
  if (compressed) body = gzip(body);
  reply.body = std::make_shared<const std::string>(std::move(body));
  const MonoTime end = clock_();
  // What another change has outdated is not kept for a client that may not come back.
  std::erase_if(cache_, [&](const auto& item) {
    const Entry& other = item.second;
    return other.generation != generation && end - other.rendered >= other.took * rest_per_render;
  });
  cache_[key] = Entry{generation, end, end - begin, reply.body};
  return reply;
}

}  // namespace ght::http
