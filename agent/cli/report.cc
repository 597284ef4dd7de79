#include <cstdio>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/cli/version.h"
#include "agent/engine/reports.h"

namespace ght::cli {

int report(const ReportOptions& options) {
  const ConfigOutcome outcome = load_config(options.config_file);
  const Config* config = outcome.get();
  if (config == nullptr) {
    print_problems(outcome);
    return 1;
  }
  const ReportOrder order{.month = options.month,
                          .format = report_format(options.format).value_or(ReportFormat::html),
                          .language = options.english ? Language::en : Language::fr};
  const Result<std::string> made = make_report(*config, std::string(version()), order);
  if (!made.ok()) {
    std::fprintf(stderr, "%s\n", made.error().text().c_str());
    return 1;
  }
  const bool written =
      std::fwrite(made.value().data(), 1, made.value().size(), stdout) == made.value().size();
  if (!written || std::fflush(stdout) != 0) {
    std::fprintf(stderr, "the report cannot be written\n");
    return 1;
  }
  return 0;
}

}  // namespace ght::cli
