// restore-test run: brings some files of a backup back, compares them, and has it recorded.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/cli/restore_attempt.h"
#include "agent/cli/restore_record.h"
#include "agent/core/text.h"
#include "agent/exposition/people.h"
#include "agent/io/clock.h"

namespace ght::cli {
namespace {

using collectors::backup::RestoreTool;
using nlohmann::json;
using End = RestoreOutcome::End;

constexpr int exit_signal = 128;  // and the signal's number, as a shell says it

struct Words {
  bool english;
  std::string operator()(std::string french, std::string text) const {
    return english ? std::move(text) : std::move(french);
  }
  Language language() const { return english ? Language::en : Language::fr; }
};

int refuse(int status, const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  return status;
}

// The backup that is meant, in `name`; an exit status when that is not clear.
int choose_backup(const RestoreTool& tool, const Check& check, const RestoreRunOptions& options,
                  const Words& say, std::string& name) {
  std::string known;
  const auto names = tool.names(check.settings);
  for (const auto& each : names) {
    known += (known.empty() ? "" : ", ") + each.backup;
    if (each.backup == options.backup) name = each.backup;
  }
  if (options.backup.empty() && names.size() == 1) name = names.front().backup;
  if (!name.empty()) return 0;
  return refuse(exit_usage, "--backup: " + say("attendu : une de ", "expected one of ") + known);
}

// What was restored, without names of files: those may tell of patients, and the ledger is kept
// for years, exported, and shown to people who may not know of them.
std::string files_text(const RestoreOutcome& outcome, const Words& say) {
  if (outcome.chosen == 0) return say("aucun fichier restauré", "no file restored");
  return std::to_string(outcome.chosen) +
         say(" fichiers tirés au hasard sur ", " files drawn at random out of ") +
         std::to_string(outcome.listed) + ", " + std::to_string(outcome.bytes) +
         say(" octets ; ", " bytes; ") + std::to_string(outcome.equal) +
         say(" identiques à ce que dit le dépôt", " equal to what the repository tells");
}

json record_of(const RestoreOutcome& outcome, const RestoreRunOptions& options,
               const std::string& collector, const Words& say) {
  const bool success = outcome.end == End::success;
  std::string remark = "ght-agent restore-test run, " + collector;
  if (!success) remark += ": " + outcome.why;
  return {{"command", "restore_test"},
          {"backup", outcome.copy->name.backup},
          {"at_ms", to_unix_ms(io::wall_now())},
          {"success", success},
          {"operator", options.operator_name},
          {"requester", options.requester.empty() ? options.operator_name : options.requester},
          {"files", files_text(outcome, say)},
          {"remark", remark},
          {"backup_date_ms", to_unix_ms(outcome.copy->begun)},
          {"duration_ms",
           std::chrono::duration_cast<std::chrono::milliseconds>(outcome.elapsed).count()}};
}

void print(const RestoreOutcome& outcome, const Config& config, const Words& say) {
  if (outcome.copy) {
    std::printf("%s%s\n", say("copie du ", "copy of ").c_str(),
                say_date(outcome.copy->begun, say.language(), config.time_zone).c_str());
  }
  if (outcome.end != End::untried) {
    std::printf("%s\n%s%s\n", files_text(outcome, say).c_str(), say("durée : ", "took ").c_str(),
                say_duration(outcome.elapsed, say.language()).c_str());
    std::puts(outcome.end == End::success ? say("RÉUSSI", "SUCCESS").c_str()
                                          : (say("ÉCHEC : ", "FAILURE: ") + outcome.why).c_str());
  }
  if (!outcome.words.empty()) std::fprintf(stderr, "%s\n", outcome.words.c_str());
}

int conclude(const RestoreOutcome& outcome, const RestoreRunOptions& options, const Check& check,
             const Config& config) {
  const Words say{options.english};
  print(outcome, config, say);
  for (const Error& left : outcome.left) {
    std::fprintf(stderr, "%s%s\n", say("ATTENTION : ", "WARNING: ").c_str(), left.text().c_str());
  }
  if (outcome.end == End::untried) {
    return refuse(exit_unknown, say("Rien n'est démontré, rien n'est enregistré : ",
                                    "Nothing is proven, nothing is recorded: ") +
                                    outcome.why);
  }
  const json request = record_of(outcome, options, std::string(check.collector->name), say);
  if (!send_restore_test(request, config.control_socket, options.english)) {
    return refuse(1, say("Le test n'est PAS enregistré. Pour l'enregistrer à la main :\n  ",
                         "The test is NOT recorded. To record it by hand:\n  ") +
                         record_command(request, options.config_file));
  }
  if (!outcome.left.empty()) return 1;
  return outcome.end == End::success ? exit_good : exit_bad;
}

int run_on(const RestoreRunOptions& options, const Config& config) {
  const Words say{options.english};
  const auto timeout = parse_duration(options.timeout);
  if (!timeout || *timeout <= Duration::zero()) {
    return refuse(exit_usage, "--timeout: expected a duration such as 90m or 2h");
  }
  const auto check = std::ranges::find(config.checks, options.check, &Check::name);
  if (check == config.checks.end()) {
    return refuse(exit_usage,
                  options.check + ": " +
                      say("aucun contrôle de ce nom dans ", "no check of this name in ") +
                      options.config_file);
  }
  const RestoreTool* tool = collectors::backup::restore_tool(check->collector->name);
  if (tool == nullptr) {
    return refuse(exit_usage,
                  options.check + ": " +
                      say("seules les sauvegardes restic et borg s'essaient ainsi ; restaurez "
                          "autrement, puis restore-test record",
                          "only backups by restic and borg can be tried like this; restore in "
                          "another way, then restore-test record"));
  }
  std::string backup;
  if (const int status = choose_backup(*tool, *check, options, say, backup)) return status;
  std::random_device random;
  const RestoreRequest request = {
      .check = *check,
      .tool = *tool,
      .backup = std::move(backup),
      .files = static_cast<std::size_t>(options.files),
      .max_size = options.max_size,
      .seed = (static_cast<std::uint64_t>(random()) << 32) | random(),
      .parent = options.into.empty() ? config.state_directory : options.into,
      .helper_directory = helper_directory(),
      .timeout = *timeout,
      .language = say.language(),
      .time_zone = config.time_zone};
  const io::Interrupts interrupts;
  const RestoreOutcome outcome = try_restore(request, interrupts);
  const int status = outcome.end == End::untried && interrupts.caught() != 0
                         ? exit_signal + interrupts.caught()
                         : 0;
  const int concluded = conclude(outcome, options, *check, config);
  return status != 0 ? status : concluded;
}

}  // namespace

int restore_test_run(const RestoreRunOptions& options) {
  ConfigOutcome outcome = load_config(options.config_file);
  const auto* config = std::get_if<Config>(&outcome.config);
  if (config != nullptr) return run_on(options, *config);
  print_problems(outcome);
  return 1;
}

}  // namespace ght::cli
