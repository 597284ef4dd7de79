#include "agent/io/runbook_files.h"

#include <algorithm>
#include <filesystem>

#include "agent/core/limits.h"
#include "agent/io/host.h"

namespace ght::io {
namespace {

std::string_view folder(Language language) {
  return language == Language::fr ? "/fr" : "/en";
}

}  // namespace

bool is_runbook_name(std::string_view name) {
  return !name.empty() && name.size() <= limits::runbook_name_bytes &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

std::vector<std::string> RunbookFiles::names(Language language) const {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator at(directory_ + std::string(folder(language)), error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    const std::filesystem::path file = at->path().filename();
    if (file.extension() == ".html" && is_runbook_name(file.stem().string())) {
      names.push_back(file.stem().string());
    }
    if (names.size() == limits::runbooks) break;
  }
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> RunbookFiles::read(std::string_view name, Language language,
                                              RunbookForm form) const {
  if (!is_runbook_name(name)) return std::nullopt;
  std::string path = directory_ + std::string(folder(language)) + "/" + std::string(name);
  path += form == RunbookForm::html ? ".html" : ".md";
  Result<std::string> text = read_file(path, limits::runbook_bytes);
  if (!text.ok()) return std::nullopt;
  return std::move(text).value();
}

}  // namespace ght::io
