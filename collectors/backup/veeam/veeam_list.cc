#include "collectors/backup/veeam/veeam_list.h"

#include <cstdint>
#include <map>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"

namespace ght::collectors::veeam {
namespace {

Reason broken(std::string_view what) {
  return {.code = reasons::collector_error, .value = std::string(what)};
}

// Jobs by id, with the page each was first seen on.
class Collected {
 public:
  void add(Page page) {
    ++pages_;
    for (Job& job : page.jobs) {
      const auto [known, fresh] = places_.try_emplace(job.id, Place{jobs_.size(), pages_});
      if (fresh) {
        jobs_.push_back(std::move(job));
        continue;
      }
      // On a later page: the list moved by one, because a job was added or taken away meanwhile.
      if (known->second.page != pages_) moved_ = true;
      Job& first = jobs_[known->second.index];
      // What both agree on is known; a job that went on between two pages is read at the next run.
      if (first != job) first.not_understood = "listed twice, in two different states";
    }
    if (pages_ > 1 && page.total != total_) moved_ = true;
    received_ += page.jobs.size();
    total_ = page.total;
  }

  std::size_t received() const { return received_; }
  bool whole() const { return pages_ > 0 && received_ == total_; }
  bool moved() const { return moved_; }
  std::vector<Job> take() { return std::move(jobs_); }

 private:
  struct Place {
    std::size_t index = 0;
    std::size_t page = 0;
  };
  std::vector<Job> jobs_;
  std::map<std::string, Place> places_;
  std::size_t pages_ = 0;
  std::size_t received_ = 0;
  std::size_t total_ = 0;
  bool moved_ = false;
};

}  // namespace

Walk walk(const std::vector<std::string>& revisions, std::span<const StepResult> answers) {
  Walk walk;
  Collected collected;
  auto revision = revisions.begin();
  for (const StepResult& answer : answers) {
    const auto* result = std::get_if<HttpResult>(&answer);
    if (result == nullptr || collected.whole()) {
      walk.failed = broken("an answer that was not asked for");
      return walk;
    }
    if (is_unknown_revision(*result) && collected.received() == 0 &&
        std::next(revision) != revisions.end()) {
      ++revision;
      continue;
    }
    walk.failed = failure_reason(*result);
    if (walk.failed) return walk;
    auto page = read_page(result->body, collected.received());
    if (!page.ok()) {
      walk.failed = Reason{.code = "veeam_unreadable",
                           .value = clean_text(page.error().text(), limits::reason_value_bytes)};
      return walk;
    }
    collected.add(std::move(page).value());
  }
  walk.revision = *revision;
  if (collected.whole()) {
    if (collected.moved()) walk.gap = "jobs were added or removed while the list was read";
    walk.jobs = collected.take();
  } else if (answers.size() >= limits::plan_rounds) {
    walk.failed = Reason{.code = "veeam_endless",
                         .value = static_cast<std::int64_t>(collected.received()),
                         .expected = static_cast<std::int64_t>(limits::plan_rounds)};
  } else {
    walk.next = Question{.revision = *revision, .skip = collected.received()};
  }
  return walk;
}

}  // namespace ght::collectors::veeam
