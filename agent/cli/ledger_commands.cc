// ledger verify, ledger export: the record as an auditor takes it, with the agent running or not.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/io/ledger_file.h"

namespace ght::cli {
namespace {

void complain(const Error& error) {
  std::fprintf(stderr, "%s\n", error.text().c_str());
}

// Empty: a message was printed.
std::string file_of(const LedgerOptions& options) {
  if (!options.file.empty()) return options.file;
  const ConfigOutcome outcome = load_config(options.config_file);
  const Config* config = outcome.get();
  if (config != nullptr) return io::ledger_path(config->state_directory);
  print_problems(outcome);
  return {};
}

Result<io::LedgerFile> open_ledger(const LedgerOptions& options) {
  const std::string path = file_of(options);
  if (path.empty()) return Error{options.config_file, "gives no place of the ledger"};
  return io::LedgerFile::open(path);
}

// The members of the record in their order, bytes as they were hashed.
std::string export_line(const ChainedRecord& chained) {
  const Record& record = chained.record;
  const bool interval = record.kind == RecordKind::interval;
  nlohmann::ordered_json line;
  line["seq"] = chained.seq;
  line["kind"] = name(record.kind);
  line["subject"] = record.subject;
  line["state"] = interval ? name(record.segment.state) : std::string_view();
  line["observed"] = interval ? name(record.segment.observed) : std::string_view();
  line["from_ms"] = to_unix_ms(record.segment.from);
  line["to_ms"] = to_unix_ms(record.segment.to);
  line["reason"] = record.segment.reason;
  line["body"] = record.body;
  line["hash"] = to_hex(chained.hash);
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

int ledger_verify(const LedgerOptions& options) {
  std::optional<io::Witness> witness;
  if (!options.witness.empty()) {
    auto parsed = io::parse_witness(options.witness);
    if (!parsed.ok()) {
      complain(parsed.error());
      return exit_usage;
    }
    witness = std::move(parsed).value();
  }
  Result<io::LedgerFile> file = open_ledger(options);
  if (!file.ok()) {
    complain(file.error());
    return 1;
  }
  const Result<ChainHead> head = io::verify_ledger(file.value(), witness);
  if (!head.ok()) {
    complain({.about = file.value().path(), .message = head.error().text()});
    return 1;
  }
  std::printf(options.english ? "%lld records, head %s: whole\n"
                              : "%lld enregistrements, tête %s : chaîne intacte\n",
              static_cast<long long>(head.value().records), to_hex(head.value().hash).c_str());
  return 0;
}

int ledger_export(const LedgerOptions& options) {
  Result<io::LedgerFile> file = open_ledger(options);
  if (!file.ok()) {
    complain(file.error());
    return 1;
  }
  const auto print = [](const ChainedRecord& record) -> Result<void> {
    const std::string line = export_line(record) + "\n";
    if (std::fputs(line.c_str(), stdout) >= 0) return {};
    return Error{"standard output", "cannot be written"};
  };
  Result<void> done = file.value().records(print);
  if (done.ok() && std::fflush(stdout) != 0) done = Error{"standard output", "cannot be written"};
  if (done.ok()) return 0;
  complain(done.error());
  return 1;
}

}  // namespace ght::cli
