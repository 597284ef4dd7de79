#include <cstdio>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/core/text.h"
#include "agent/io/runbook_files.h"

namespace ght::cli {

// As it was written: Markdown reads well in a terminal.
int runbook(const RunbookOptions& options) {
  const io::RunbookFiles files(share_directory() + "/runbooks");
  const Language language = options.english ? Language::en : Language::fr;
  if (const auto page = files.read(options.name, language, io::RunbookForm::markdown)) {
    std::fputs(page->c_str(), stdout);
    return 0;
  }
  const std::vector<std::string> names = files.names(language);
  if (options.name.empty()) {
    for (const std::string& name : names) std::printf("%s\n", name.c_str());
    if (!names.empty()) return 0;
    std::fprintf(stderr, "%s: no runbooks there\n", share_directory().c_str());
    return 1;
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  const auto near = nearest(options.name, known);
  std::fprintf(stderr, "%s: there is no such runbook%s\n", options.name.c_str(),
               near ? ("; did you mean \"" + std::string(*near) + "\"?").c_str() : "");
  return 1;
}

}  // namespace ght::cli
