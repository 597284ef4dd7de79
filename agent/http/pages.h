// The routes of DESIGN 9, and the cache that renders each page at most once per change.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/core/time.h"
#include "agent/exposition/view.h"
#include "agent/http/server.h"
#include "agent/io/runbook_files.h"

namespace ght::http {

// What is not made of the View; a route whose part is missing is not there.
struct PageParts {
  // Answers /api/v1/report, whose query it is given; it reads a disk.
  std::function<boost::asio::awaitable<Reply>(std::string query)> reports = {};
  // Takes what is posted to /api/v1/backup-report.
  Handler backup_reports = {};
  // Small files beside the agent, read when they are asked for.
  std::optional<io::RunbookFiles> runbooks = {};
};

// Answers GET / (and ?lang=en), /metrics (text 0.0.4, OpenMetrics 1.0 when the Accept header
// prefers it, gzip when accepted), /-/healthy, /-/ready, /api/v1/status, /api/v1/report,
// /runbooks/ and /runbooks/<Alert>, and POST /api/v1/backup-report. `source` must outlive it.
//
// Each form of a page is rendered at the first request after a change. The pages that show the
// present time (/ and /api/v1/status) are rendered again after a second. When changes come faster
// than a page can be rendered at a tenth of the thread's time, requests in between get the last
// page: it is then never older than nine times what rendering it took.
class Pages {
 public:
  explicit Pages(const ViewSource& source, PageParts parts = {});
  // With a clock, for tests.
  Pages(const ViewSource& source, std::function<MonoTime()> clock, PageParts parts = {});
  Reply operator()(const Request& request);

 private:
  struct Entry {
    std::uint64_t generation = 0;
    MonoTime rendered{};
    Duration took{};
    std::shared_ptr<const std::string> body;
  };
  using Renderer = std::function<std::string(const View&)>;

  // `name` is the page's form ("metrics", "metrics openmetrics", ...), the key of the cache.
  Reply page(std::string_view name, std::string_view content_type, const Request& request,
             Duration shown_time, ViewDetail detail, const Renderer& render);
  Reply runbook(std::string_view name, std::string_view query) const;
  const Entry* current(std::string_view key, Duration shown_time) const;

  const ViewSource& source_;
  std::function<MonoTime()> clock_;
  PageParts parts_;
  std::map<std::string, Entry, std::less<>> cache_;
};

}  // namespace ght::http
