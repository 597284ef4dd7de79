#include "agent/cli/restore_attempt.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include "agent/core/text.h"
#include "agent/exposition/render.h"
#include "agent/io/clock.h"
#include "agent/io/restore_folder.h"
#include "agent/io/streamed_command.h"
#include "collectors/backup/restore_sample.h"

namespace ght::cli {
namespace {

using collectors::backup::CopyFile;
using collectors::backup::FoundCopy;
using collectors::backup::Records;
using collectors::backup::RestorePlace;
using collectors::backup::RestoreSample;
using End = RestoreOutcome::End;

// Beside the files themselves: folders, the list of names, what a tool notes.
constexpr std::uint64_t spare_bytes = 16 << 20;

bool says_disk_full(const std::string& words) {
  return std::ranges::any_of(
      std::to_array<std::string_view>({"o space left on device", "isk quota exceeded"}),
      [&](std::string_view each) { return words.contains(each); });
}

// Each step returns false when the test ends there; outcome says why.
class Attempt {
 public:
  Attempt(const RestoreRequest& request, const io::Interrupts& interrupts,
          const io::RestoreFolder& folder)
      : request_(request),
        tool_(request.tool),
        interrupts_(interrupts),
        folder_(folder),
        deadline_(io::mono_now() + request.timeout) {}

  RestoreOutcome run() {
    const MonoTime began = io::mono_now();
    if (find() && not_locked() && choose() && make_place() && hash() && restore() && compare()) {
      outcome_.end = End::success;
    }
    outcome_.elapsed = io::mono_now() - began;
    return std::move(outcome_);
  }

 private:
  std::string say(std::string french, std::string english) const {
    return request_.language == Language::fr ? std::move(french) : std::move(english);
  }

  bool untried(std::string why) {
    outcome_.end = End::untried;
    outcome_.why = std::move(why);
    return false;
  }

  bool failed(std::string why) {
    outcome_.end = End::failed;
    outcome_.why = std::move(why);
    return false;
  }

  bool not_understood(const Error& error) {
    return untried(say("réponse non comprise : ", "answer not understood: ") + error.text());
  }

  std::string sentence(const Reason& reason) const {
    return reason_sentence(reason, request_.check.collector, request_.language, request_.time_zone);
  }

  RunHelper prepared(RunHelper step) const {
    step.environment.emplace_back("TMPDIR", folder_.path());
    // That of the setting is in a /tmp of the privileged service's own; here it would be anybody's.
    for (auto& [name, value] : step.environment) {
      if (request_.check.privileged && name == "BORG_BASE_DIR") value = folder_.path();
    }
    return step;
  }

  io::HelperOptions options() const {
    return {.helper_directory = request_.helper_directory,
            .cache_directory = {},
            .working_directory = place_.target.empty() ? "/" : place_.target};
  }

  HelperResult run_kept(RunHelper step) const {
    return io::run_kept(prepared(std::move(step)), options(), interrupts_, deadline_);
  }

  // Runs a list and hands each record on; `record` returns why it is not understood.
  template <class Each>
  bool run_list(RunHelper step, const std::string& command, Each record) {
    Records records(tool_.separator);
    Result<void> understood;
    bool taken = true;
    const auto take = [&](std::string_view piece) {
      taken = records.take(piece, [&](std::string_view each) {
        understood = record(each);
        return understood.ok();
      });
      return taken;
    };
    const HelperResult result =
        io::run_streamed(prepared(std::move(step)), options(), interrupts_, deadline_, take);
    if (!understood.ok()) return not_understood(understood.error());
    if (!taken) return not_understood({command, "a line without end"});
    if (!ended_well(result, command)) return false;
    return records.whole() || not_understood({command, "the last line is cut"});
  }

  bool find() {
    const HelperResult listed = run_kept(tool_.list_copies(request_.check.settings));
    auto found = tool_.find_copy(request_.check.settings, request_.backup, listed);
    if (const auto* reason = std::get_if<Reason>(&found)) return untried(sentence(*reason));
    outcome_.copy = std::get<FoundCopy>(std::move(found));
    return true;
  }

  bool locked() const {
    const Settings& settings = request_.check.settings;
    std::vector<HelperResult> looked;
    for (Plan round = tool_.look_for_locks(settings, looked); !round.empty();
         round = tool_.look_for_locks(settings, looked)) {
      for (Step& step : round) looked.push_back(run_kept(std::get<RunHelper>(std::move(step))));
    }
    return tool_.is_locked(looked, io::wall_now());
  }

  bool not_locked() {
    return !locked() || untried(say("dépôt verrouillé par un autre programme : à refaire après",
                                    "repository locked by another program: try again later"));
  }

  // From here on the copy is known to be there: what cannot be read of it is a failed test, unless
  // the trouble is somewhere else.
  bool ended_well(const HelperResult& result, const std::string& command) {
    const std::array<StepResult, 1> own = {result};
    const auto answer = collectors::backup::helper_answer(own, 0, command, tool_.why_failed);
    const auto* reason = std::get_if<Reason>(&answer);
    if (reason == nullptr) return true;
    const bool elsewhere =
        std::ranges::find(tool_.out_of_reach, reason->code) != tool_.out_of_reach.end();
    if (result.end != HelperEnd::exited || elsewhere) {
      return untried(sentence(*reason));
    }
    if (says_disk_full(result.err)) {
      return untried(say("disque plein à l'endroit de la restauration : ",
                         "the disk is full where files are restored to: ") +
                     request_.parent);
    }
    // A prune that begins meanwhile takes files away from under a reader without a lock.
    if (!not_locked()) return false;
    outcome_.words = clean_text(result.err, limits::helper_error_output);
    return failed(command + say(" a fini avec le code ", " ended with status ") +
                  std::to_string(result.code));
  }

  bool choose() {
    RestoreSample sample(request_.files, request_.max_size, request_.seed);
    std::uint64_t records = 0;
    const bool read = run_list(tool_.list_files(request_.check.settings, *outcome_.copy),
                               say("la liste des fichiers", "the list of files"),
                               [&](std::string_view record) -> Result<void> {
                                 GHT_TRY(auto entry, tool_.read_entry(record, *outcome_.copy));
                                 sample.offer(std::move(entry));
                                 ++records;
                                 return {};
                               });
    if (!read) return false;
    files_ = sample.files();
    outcome_.listed = sample.offered();
    outcome_.chosen = files_.size();
    for (const CopyFile& file : files_) outcome_.bytes += file.size;
    if (records == 0) {
      return untried(say("la liste des fichiers est vide", "the list of files is empty"));
    }
    if (sample.damaged() > 0) {
      return failed(std::to_string(sample.damaged()) +
                    say(" fichiers dont le dépôt sait lui-même le contenu perdu",
                        " files of which the repository itself knows the content to be lost"));
    }
    if (sample.offered() == 0) {
      return failed(say("la copie ne contient aucun fichier avec un contenu",
                        "the copy holds no file with content"));
    }
    if (!files_.empty()) return true;
    return untried(std::to_string(sample.too_large()) + say(" fichiers sur ", " files out of ") +
                   std::to_string(sample.offered()) +
                   say(" dépassent --max-size, les autres ont un nom inutilisable ici",
                       " are larger than --max-size, the others have names of no use here"));
  }

  bool make_place() {
    std::error_code error;
    const auto space = std::filesystem::space(folder_.path(), error);
    if (!error && space.available < outcome_.bytes + spare_bytes) {
      return untried(say("pas assez de place pour restaurer ", "not enough room to restore ") +
                     std::to_string(outcome_.bytes) + say(" octets dans ", " bytes in ") +
                     request_.parent);
    }
    const auto target = folder_.make_folder("files");
    if (!target.ok()) return untried(target.error().text());
    const std::string names = tool_.selection(files_);
    if (!names.empty()) {
      const auto selection = folder_.write("selection", names);
      if (!selection.ok()) return untried(selection.error().text());
      place_.selection = selection.value();
    }
    place_.target = target.value();
    return true;
  }

  bool hash() {
    if (tool_.hash_files == nullptr) return true;
    std::map<std::string, CopyFile> known;
    const bool read = run_list(tool_.hash_files(request_.check.settings, *outcome_.copy, place_),
                               say("la lecture des empreintes", "reading the hashes"),
                               [&](std::string_view record) -> Result<void> {
                                 GHT_TRY(CopyFile file, tool_.read_hash(record, *outcome_.copy));
                                 // A path that is there twice is restored twice: the last stays.
                                 known[file.path] = file;
                                 return {};
                               });
    if (!read) return false;
    for (CopyFile& file : files_) {
      const auto found = known.find(file.path);
      if (found == known.end()) return not_understood({"sha256", "not told of every file"});
      file = found->second;
    }
    return true;
  }

  bool restore() {
    const HelperResult result =
        run_kept(tool_.restore(request_.check.settings, *outcome_.copy, files_, place_));
    if (!ended_well(result, say("la restauration", "the restore"))) return false;
    if (tool_.compared == nullptr) return true;
    const auto compared = tool_.compared(result);
    if (!compared.ok()) return not_understood(compared.error());
    if (compared.value() == files_.size()) return true;
    return failed(
        std::to_string(compared.value()) +
        say(" fichiers restaurés et comparés sur ", " files restored and compared out of ") +
        std::to_string(files_.size()));
  }

  bool compare() {
    const auto go_on = [&] { return interrupts_.caught() == 0 && io::mono_now() < deadline_; };
    for (const CopyFile& file : files_) {
      const auto digest = io::digest_below(place_.target, file.path, go_on);
      if (!go_on()) return untried(say("interrompu ou trop long", "interrupted or too long"));
      if (!digest.ok()) {
        outcome_.words += digest.error().text() + "\n";
      } else if (digest.value().size != file.size) {
        outcome_.words += file.path + ": " + std::to_string(digest.value().size) + " / " +
                          std::to_string(file.size) + "\n";
      } else if (!file.sha256.empty() && digest.value().sha256 != file.sha256) {
        outcome_.words +=
            file.path + ": SHA-256 " + digest.value().sha256 + " / " + file.sha256 + "\n";
      } else {
        ++outcome_.equal;
      }
    }
    if (outcome_.equal == files_.size()) return true;
    return failed(std::to_string(files_.size() - outcome_.equal) +
                  say(" fichiers sur ", " files out of ") + std::to_string(files_.size()) +
                  say(" manquent ou diffèrent", " are missing or differ"));
  }

  const RestoreRequest& request_;
  const collectors::backup::RestoreTool& tool_;
  const io::Interrupts& interrupts_;
  const io::RestoreFolder& folder_;
  const MonoTime deadline_;
  RestorePlace place_;
  std::vector<CopyFile> files_;
  RestoreOutcome outcome_;
};

}  // namespace

RestoreOutcome try_restore(const RestoreRequest& request, const io::Interrupts& interrupts) {
  std::vector<Error> left = io::remove_left_restores(request.parent);
  RestoreOutcome outcome;
  auto folder = io::RestoreFolder::make(request.parent);
  if (folder.ok()) {
    outcome = Attempt(request, interrupts, folder.value()).run();
    const Result<void> removed = folder.value().remove();
    if (!removed.ok()) left.push_back(removed.error());
  } else {
    outcome.why = folder.error().text();
  }
  outcome.left = std::move(left);
  return outcome;
}

}  // namespace ght::cli
