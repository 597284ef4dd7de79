// Any bytes as what Veeam's server answers, and as what was remembered of it.
#include <array>
#include <nlohmann/json.hpp>

#include "collectors/backup/veeam/veeam_jobs.h"
#include "collectors/backup/veeam/veeam_memory.h"
#include "collectors/backup/veeam/veeam_read.h"
#include "tests/fuzz/helper_says.h"

namespace {

using namespace ght;
using namespace ght::collectors;

HttpResult answered(int status, const std::string& body) {
  HttpResult result;
  result.status = status;
  result.body = body;
  return result;
}

void walk_and_judge(const std::string& bytes, const veeam::Recall& before) {
  const StepResult answer = answered(200, bytes);
  const auto list = veeam::walk({"1.3-rev1", "1.2-rev0"}, std::span(&answer, 1));
  GHT_CHECK(list.next.has_value() + list.failed.has_value() + !list.revision.empty() >= 1);
  fuzz::check(list.failed);
  if (list.next || list.failed) return;
  const auto judged = veeam::judged({}, list, before, fuzz::now);
  GHT_CHECK(!judged.items.empty());
  GHT_CHECK(veeam::judged({.jobs = {"nightly"}}, list, before, fuzz::now).items.size() >= 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  const auto memory = nlohmann::json::parse(bytes, nullptr, false);
  const auto before = veeam::recall(memory);
  if (memory.is_object()) {
    const auto again = veeam::remember(before);
    GHT_CHECK(veeam::remember(veeam::recall(again)) == again);
  }
  walk_and_judge(bytes, before);
  const auto span = veeam::parse_time_span(bytes);
  GHT_CHECK(!span || *span >= Duration::zero());
  constexpr std::array statuses = {0, 400, 401, 429, 500};
  const HttpResult refused = answered(statuses[size % statuses.size()], bytes);
  fuzz::check(veeam::failure_reason(refused));
  (void)veeam::is_unknown_revision(refused);
  for (const char c : veeam::error_code(bytes)) GHT_CHECK(static_cast<unsigned char>(c) > 0x20);
  return 0;
}
