#include "collectors/backup/veeam/veeam_jobs.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace ght::collectors::veeam {
namespace {

using End = BackupRun::End;

// A job that was not seen idle for longer than this before its session began may have had another
// one in between. The moment is kept to the hour.
constexpr WallDuration unseen_at_most = std::chrono::hours(3);

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::ranges::find(list, text) != list.end();
}

// A verification of backups (SureBackup) leaves no copy, whatever its result.
bool makes_no_backup(const Job& job) {
  return job.type.starts_with("SureBackup");
}

// A job and what was remembered of it: what is known now, and what to remember.
class Look {
 public:
  Look(const Job& job, const Remembered* before, const Wanted& wanted, WallTime now)
      : job_(job), wanted_(wanted), now_(now) {
    if (before != nullptr) kept_ = *before;
    seen_before_ = before != nullptr;
    kept_.name = job.name;
    if (!job.repository.empty() || !seen_before_) kept_.repository = job.repository;
  }

  std::variant<backup::Reading, Reason> state() {
    if (!job_.not_understood.empty()) {
      return Reason{.code = "veeam_job_unreadable", .value = job_.not_understood};
    }
    if (makes_no_backup(job_)) return Reason{.code = "veeam_not_a_backup", .value = job_.type};
    if (job_.status == Status::running) return under_way();
    if (!job_.last_run && job_.outcome != Outcome::none) {
      return Reason{.code = "veeam_job_unreadable", .value = "lastRun: a result without a run"};
    }
    return at_rest();
  }

  const Remembered& kept() const { return kept_; }

 private:
  // The list tells only of the session that runs; what came before is what earlier looks saw.
  backup::Reading under_way() const {
    backup::Reading reading{.newest = kept_.copy};
    const bool unseen =
        !seen_before_ || !job_.last_run || *job_.last_run - kept_.idle > unseen_at_most;
    if (!unseen) reading.last_run = kept_.ended;
    if (unseen || !reading.newest) {
      reading.gap = "a session is under way, how those before it ended was not seen";
    }
    const bool of_the_one_before = kept_.ended && kept_.ended->begun == job_.last_run;
    if (!of_the_one_before) reading.running_since = job_.last_run;
    return reading;
  }

  backup::Reading at_rest() {
    kept_.idle = std::chrono::floor<std::chrono::hours>(now_);
    if (!job_.last_run) {
      kept_.copy.reset();
      kept_.ended.reset();
      return {};
    }
    backup::Reading reading;
    if (job_.outcome == Outcome::none) {
      reading.gap = "the last session has no result";
    } else {
      take_session();
    }
    reading.newest = kept_.copy;
    reading.last_run = kept_.ended;
    if (!reading.newest && reading.gap.empty()) {
      reading.gap = "the sessions before the last one were not seen";
    }
    return reading;
  }

  // A Warning that looked at nothing (no virtual machine found, say) copied nothing.
  bool is_complete() const {
    if (job_.outcome == Outcome::success) return true;
    return job_.outcome == Outcome::warning && wanted_.warning_is_good && job_.processed != 0U;
  }

  void take_session() {
    backup::Run run{.begun = *job_.last_run};
    if (is_complete()) {
      kept_.copy = backup::Copy{.begun = *job_.last_run, .duration = job_.duration};
      // 0: a copy job that works by sessions of its own, one for each machine.
      if (job_.processed != 0U) kept_.copy->size = job_.processed;
    } else {
      const bool warning = job_.outcome == Outcome::warning;
      run.end = warning ? End::partial : End::failed;
      run.detail = warning ? "lastResult Warning" : "lastResult Failed";
    }
    kept_.ended = std::move(run);
  }

  const Job& job_;
  const Wanted& wanted_;
  WallTime now_;
  Remembered kept_;
  bool seen_before_ = false;
};

backup::Name name_of(const Wanted& wanted, const std::string& job, const std::string& repository) {
  return {.backup = wanted.backup.empty() ? job : wanted.backup,
          .repository = repository.empty() ? wanted.server : repository};
}

backup::Name name_of_server(const Wanted& wanted) {
  return name_of(wanted, wanted.server, wanted.server);
}

const Remembered* remembered(const Recall& before, const std::string& name) {
  for (const auto& [id, job] : before.jobs) {
    if (job.name == name) return &job;
  }
  return nullptr;
}

// Series of two jobs under the same labels would be one: then neither is shown.
void merge_same_names(std::vector<backup::Item>& items) {
  for (auto item = items.begin(); item != items.end(); ++item) {
    const auto same = [&](const backup::Item& other) {
      return other.name.backup == item->name.backup &&
             other.name.repository == item->name.repository;
    };
    const auto rest = std::remove_if(std::next(item), items.end(), same);
    if (rest == items.end()) continue;
    items.erase(rest, items.end());
    item->state = Reason{.code = "veeam_same_labels",
                         .value = item->name.backup + ", " + item->name.repository};
  }
}

bool is_wanted(const Wanted& wanted, const Job& job) {
  if (!wanted.jobs.empty()) return contains(wanted.jobs, job.name);
  return !contains(wanted.ignored, job.name) && !makes_no_backup(job);
}

// A wanted job that the list does not have.
void add_missing(const Wanted& wanted, const Walk& list, const Recall& before, Judged& judged) {
  for (const std::string& name : wanted.jobs) {
    if (std::ranges::any_of(list.jobs, [&](const Job& job) { return job.name == name; })) continue;
    const Remembered* known = remembered(before, name);
    backup::Item item{.name = name_of(wanted, name, known == nullptr ? "" : known->repository),
                      .state = backup::Reading{}};
    if (list.gap.empty()) {
      judged.missing.push_back(name);
    } else {
      item.state = Reason{.code = "veeam_list_changed"};
    }
    judged.items.push_back(std::move(item));
  }
}

}  // namespace

std::vector<backup::Name> names_of(const Wanted& wanted, const Recall& before) {
  std::vector<backup::Name> names;
  for (const std::string& name : wanted.jobs) {
    const Remembered* known = remembered(before, name);
    names.push_back(name_of(wanted, name, known == nullptr ? "" : known->repository));
  }
  if (wanted.jobs.empty()) {
    for (const auto& [id, job] : before.jobs) {
      if (contains(wanted.ignored, job.name)) continue;
      names.push_back(name_of(wanted, job.name, job.repository));
    }
  }
  if (names.empty()) names.push_back(name_of_server(wanted));
  std::ranges::sort(
      names, {}, [](const backup::Name& name) { return std::pair(name.backup, name.repository); });
  const auto same = std::ranges::unique(names, [](const backup::Name& a, const backup::Name& b) {
    return a.backup == b.backup && a.repository == b.repository;
  });
  names.erase(same.begin(), same.end());
  return names;
}

Judged judged(const Wanted& wanted, const Walk& list, const Recall& before, WallTime now) {
  Judged judged;
  for (const Job& job : list.jobs) {
    if (!is_wanted(wanted, job)) continue;
    const auto known = before.jobs.find(job.id);
    Look look(job, known == before.jobs.end() ? nullptr : &known->second, wanted, now);
    auto state = look.state();
    judged.items.push_back(
        {.name = name_of(wanted, job.name, look.kept().repository), .state = std::move(state)});
    judged.jobs[job.id] = look.kept();
  }
  add_missing(wanted, list, before, judged);
  if (judged.items.size() > jobs_of_check) {
    Reason reason{.code = "veeam_too_many",
                  .value = static_cast<std::int64_t>(judged.items.size()),
                  .expected = static_cast<std::int64_t>(jobs_of_check)};
    return {.items = {{.name = name_of_server(wanted), .state = std::move(reason)}},
            .jobs = before.jobs,
            .missing = {}};
  }
  if (wanted.jobs.empty() && !list.gap.empty()) {
    judged.items.push_back(
        {.name = name_of_server(wanted), .state = Reason{.code = "veeam_list_changed"}});
  }
  if (judged.items.empty()) {
    judged.items.push_back(
        {.name = name_of_server(wanted), .state = Reason{.code = "veeam_no_job"}});
  }
  merge_same_names(judged.items);
  return judged;
}

}  // namespace ght::collectors::veeam
