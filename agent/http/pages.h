// The routes of DESIGN 9, and the cache that renders each page at most once per change.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "agent/exposition/view.h"
#include "agent/http/server.h"

namespace ght::http {

// Answers GET / (and ?lang=en), /metrics (text 0.0.4, OpenMetrics 1.0 when the Accept header
// prefers it, gzip when accepted), /-/healthy, /-/ready, /api/v1/status. `source` must outlive it.
class Pages {
 public:
  explicit Pages(const ViewSource& source);
  Reply operator()(const Request& request);

 private:
  struct Entry {
    std::uint64_t generation = 0;
    std::shared_ptr<const std::string> body;
  };
  const ViewSource& source_;
  std::map<std::string, Entry, std::less<>> cache_;
};

}  // namespace ght::http
