// config check, config schema, collectors: what needs no running agent.
#include <cstdio>

#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/core/text.h"
#include "collectors/registry.h"

namespace ght::cli {
namespace {

std::string_view kind_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::boolean:
      return "true or false";
    case FieldKind::integer:
      return "whole number";
    case FieldKind::number:
      return "number";
    case FieldKind::duration:
      return "duration";
    case FieldKind::text:
      return "text";
    case FieldKind::choice:
      return "choice";
    case FieldKind::path:
      return "absolute path";
    case FieldKind::text_list:
      return "list of text";
    case FieldKind::integer_list:
      return "list of whole numbers";
    case FieldKind::text_map:
      return "object of text";
    case FieldKind::object:
      return "object";
    case FieldKind::object_list:
      return "list of objects";
  }
  return "";
}

void print_text(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_fields(std::span<const Field> fields, const std::string& indent) {
  for (const Field& field : fields) {
    std::string line = indent + std::string(field.key) + " (" + std::string(kind_name(field.kind));
    if (field.need == Need::required) line += ", required";
    if (!field.fallback.empty()) line += ", default " + std::string(field.fallback);
    line += ")";
    for (const std::string_view choice : field.choices) line += " " + std::string(choice);
    print_text(line + "\n" + indent + "    " + std::string(field.help) + "\n");
    print_fields(field.inner, indent + "  ");
  }
}

}  // namespace

int config_check(const std::string& config_file) {
  ConfigOutcome outcome = load_config(config_file);
  if (const Config* config = outcome.get()) {
    for (ConfigProblem& problem : web_file_problems(*config, config_file)) {
      if (!problem.warning) outcome.config = {};
      outcome.problems.push_back(std::move(problem));
    }
  }
  print_problems(outcome);
  const Config* config = outcome.get();
  if (config == nullptr) return 1;
  std::printf("%s: valid, %zu check%s\n", config_file.c_str(), config->checks.size(),
              config->checks.size() == 1 ? "" : "s");
  return 0;
}

int config_checks(const std::string& config_file) {
  const ConfigOutcome outcome = load_config(config_file);
  if (outcome.get() == nullptr) {
    print_problems(outcome);
    return 1;
  }
  for (const Check& check : outcome.get()->checks) std::printf("%s\n", check.name.c_str());
  return 0;
}

int config_schema() {
  print_text(ght::config_schema(collectors::all()));
  return 0;
}

int collectors(const std::string& wanted) {
  if (wanted.empty()) {
    for (const Collector* collector : collectors::all()) {
      std::printf("%-14s %-14s %s\n", std::string(collector->name).c_str(),
                  std::string(collectors::group(*collector)).c_str(),
                  std::string(collector->summary).c_str());
    }
    return 0;
  }
  const Collector* collector = collectors::find(wanted);
  if (collector == nullptr) {
    std::vector<std::string_view> names;
    for (const Collector* each : collectors::all()) names.push_back(each->name);
    const auto near = nearest(wanted, names);
    std::fprintf(stderr, "%s: unknown collector%s\n", wanted.c_str(),
                 near ? ("; did you mean \"" + std::string(*near) + "\"?").c_str() : "");
    return 1;
  }
  print_text(std::string(collector->name) + ": " + std::string(collector->summary) +
             "\n\nSettings:\n");
  print_fields(collector->settings, "  ");
  print_text("\nMetrics (every series also has the labels check and activity):\n");
  for (const Family* family : collector->families) {
    std::string line = "  " + std::string(family->name);
    for (std::size_t i = 0; i < family->labels.size(); ++i) {
      line += (i == 0 ? "{" : ", ") + std::string(family->labels[i]);
    }
    if (!family->labels.empty()) line += "}";
    print_text(line + "\n      " + std::string(family->help) + "\n");
  }
  return 0;
}

}  // namespace ght::cli
