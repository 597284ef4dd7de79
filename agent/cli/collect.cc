#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/engine/oneshot.h"
#include "agent/engine/records.h"
#include "agent/exposition/render.h"
#include "agent/io/ledger_file.h"
#include "agent/io/sqlite_storage.h"
#include "collectors/registry.h"

namespace ght::cli {
namespace {

// {"url": "...", "status": [200]} out of "url=..." and "status=[200]": a value that is JSON is
// taken as JSON, anything else as text.
std::string settings_object(const std::vector<std::string>& assignments) {
  nlohmann::json object = nlohmann::json::object();
  for (const std::string& assignment : assignments) {
    const std::size_t equals = assignment.find('=');
    const std::string value = equals == std::string::npos ? "true" : assignment.substr(equals + 1);
    nlohmann::json parsed = nlohmann::json::parse(value, nullptr, false);
    object[assignment.substr(0, equals)] = parsed.is_discarded() ? nlohmann::json(value) : parsed;
  }
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::shared_ptr<const Check> check_of_collector(const CollectOptions& options,
                                                const Collector& collector) {
  SettingsOutcome outcome = parse_settings(settings_object(options.settings), collector.settings);
  bool refused = false;
  for (const ConfigProblem& problem : outcome.problems) {
    std::fprintf(stderr, "%s: %s\n", options.name.c_str(), problem.text().c_str());
    refused = refused || !problem.warning;
  }
  if (refused) return nullptr;
  const auto first = collector.plan(outcome.settings, {}, {});
  if (!first.ok()) {
    std::fprintf(stderr, "%s: %s\n", options.name.c_str(), first.error().text().c_str());
    return nullptr;
  }
  Check check;
  check.name = options.name;
  check.title = options.name;
  check.collector = &collector;
  check.timeout = std::chrono::minutes(1);
  check.settings = std::move(outcome.settings);
  return std::make_shared<const Check>(std::move(check));
}

// What a run by hand needs to come to the same verdict as the daemon.
struct Subject {
  std::shared_ptr<const Check> check;  // nullptr: a message was printed
  std::string time_zone = "Europe/Paris";
  Memory memory;
  std::string state_directory;  // empty: a collector without a configuration
};

Memory memory_of(const Config& config, const std::string& check) {
  const auto memory = io::stored_memory(io::ledger_path(config.state_directory), check);
  if (memory.ok()) return {.json = memory.value()};
  std::fprintf(stderr, "%s; going on without what the agent remembers of this check\n",
               memory.error().text().c_str());
  return {};
}

Subject find_subject(const CollectOptions& options) {
  Subject subject;
  const Collector* collector = collectors::find(options.name);
  // A collector by name needs no configuration; a check of the same name comes first.
  const bool have_file = std::filesystem::exists(options.config_file);
  if (collector != nullptr && (!have_file || !options.settings.empty())) {
    subject.check = check_of_collector(options, *collector);
    return subject;
  }
  ConfigOutcome outcome = load_config(options.config_file);
  auto* config = std::get_if<Config>(&outcome.config);
  if (config == nullptr) {
    print_problems(outcome);
    return subject;
  }
  subject.time_zone = config->time_zone;
  for (Check& check : config->checks) {
    if (check.name != options.name) continue;
    subject.memory = memory_of(*config, check.name);
    subject.state_directory = config->state_directory;
    subject.check = std::make_shared<const Check>(std::move(check));
    return subject;
  }
  if (collector != nullptr) {
    subject.check = check_of_collector(options, *collector);
    return subject;
  }
  std::fprintf(stderr, "%s: neither a check of %s nor a collector\n", options.name.c_str(),
               options.config_file.c_str());
  return subject;
}

void print(const Check& check, const Landing& landing, Language language,
           const std::string& time_zone) {
  const Observation& seen = landing.observation;
  std::printf("%s: %s\n", std::string(name(seen.verdict)).c_str(),
              reason_sentence(seen.reason, check.collector, language, time_zone).c_str());
  std::printf("# reason=%s duration=%.3fs\n", std::string(seen.reason.code).c_str(),
              to_seconds(landing.elapsed));
  for (const Sample& sample : seen.samples) {
    std::string line(sample.family->name);
    for (std::size_t i = 0; i < sample.label_values.size(); ++i) {
      line += (i == 0 ? "{" : ",") + std::string(sample.family->labels[i]) + "=\"" +
              sample.label_values[i] + "\"";
    }
    if (!sample.label_values.empty()) line += "}";
    std::printf("%s %.17g\n", line.c_str(), sample.value);
  }
}

}  // namespace

int collect(const CollectOptions& options) {
  const Subject subject = find_subject(options);
  if (!subject.check) return exit_unknown;
  const Landing landing = fly_once(subject.check, subject.memory, helper_directory(),
                                   FileRecords(subject.state_directory));
  print(*subject.check, landing, options.english ? Language::en : Language::fr, subject.time_zone);
  switch (landing.observation.verdict) {
    case Verdict::good:
      return exit_good;
    case Verdict::bad:
      return exit_bad;
    case Verdict::unknown:
      return exit_unknown;
  }
  return exit_unknown;
}

}  // namespace ght::cli
