// What a collector declares: its row, families, settings and reasons. No evidence is needed here.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "agent/config/config.h"
#include "agent/core/reasons.h"
#include "collectors/registry.h"
#include "tests/contract/cases.h"
#include "tests/contract/fixture.h"

namespace ght::contract {
namespace {

bool matches(std::string_view text, const char* pattern) {
  return std::regex_match(text.begin(), text.end(), std::regex(pattern));
}

bool contains(std::span<const std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::vector<std::string> words(std::string_view name) {
  std::vector<std::string> parts(1);
  for (char c : name) {
    if (c == '_') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

class Declaration : public testing::TestWithParam<const Collector*> {
 protected:
  const Collector& collector() const { return *GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Collectors, Declaration, testing::ValuesIn(every_collector()),
                         [](const auto& each) { return collector_name(*each.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Declaration);

TEST(Collectors, NamesAreUnique) {
  std::set<std::string_view> seen;
  for (const Collector* collector : collectors::all()) {
    EXPECT_TRUE(seen.insert(collector->name).second)
        << "two lines of collectors.def lead to a collector named " << collector->name;
  }
}

TEST_P(Declaration, NameIsThatOfItsFolder) {
  EXPECT_TRUE(matches(collector().name, "[a-z][a-z0-9_]*")) << collector().name;
  EXPECT_TRUE(std::filesystem::is_directory(collector_folder(collector())))
      << "Collector::name must be the name in collectors.def and of the folder; looked for "
      << collector_folder(collector());
  EXPECT_FALSE(collector().summary.empty())
      << "give Collector::summary: one sentence for `ght-agent collectors`";
}

TEST_P(Declaration, FolderHasItsReadme) {
  EXPECT_TRUE(std::filesystem::exists(collector_folder(collector()) / "README.md"))
      << "write " << (collector_folder(collector()) / "README.md")
      << ": what it proves, what it asks of the host, its settings by example";
}

TEST_P(Declaration, FamilyNamesAreAsPromtoolWantsThem) {
  // Units that promtool refuses in favour of base units, and words that say the type.
  constexpr std::array<std::string_view, 23> refused = {
      "ms",           "us",      "ns",        "sec",       "s",     "milliseconds",
      "microseconds", "minutes", "hours",     "days",      "weeks", "kb",
      "mb",           "gb",      "kilobytes", "megabytes", "bits",  "percent",
      "gauge",        "counter", "histogram", "summary",   "age"};
  for (const Family* family : collector().families) {
    ASSERT_NE(family, nullptr);
    SCOPED_TRACE(family->name);
    EXPECT_TRUE(matches(family->name, "ght_[a-z0-9]+(_[a-z0-9]+)*"))
        << "metric names are ght_ and snake_case";
    const bool total = family->name.ends_with("_total");
    EXPECT_EQ(total, family->type == MetricType::counter)
        << "counters end in _total, and nothing else does";
    for (const std::string& word : words(family->name)) {
      EXPECT_FALSE(contains(refused, word))
          << "\"" << word << "\": use base units (seconds, bytes, ratio), a timestamp instead of "
          << "an age, and no word for the type";
    }
    EXPECT_FALSE(matches(family->name, ".*_(count|sum|bucket|created)"))
        << "this ending is kept for histograms and OpenMetrics";
  }
}

TEST_P(Declaration, FamiliesOfTheAgentAreLeftToIt) {
  for (const Family* family : collector().families) {
    EXPECT_FALSE(
        matches(family->name, "ght_(check|sla|agent|ledger|exposition|maintenance|build|host)_.*"))
        << family->name << " is the agent's own; choose a word for what the collector sees";
  }
}

TEST_P(Declaration, FamiliesHaveHelpAndUsableLabels) {
  constexpr std::array<std::string_view, 13> refused = {
      "job", "instance", "service",       "type", "env", "check",   "activity",
      "ght", "host",     "establishment", "site", "le",  "quantile"};
  std::set<const Family*> seen;
  for (const Family* family : collector().families) {
    SCOPED_TRACE(family->name);
    EXPECT_TRUE(seen.insert(family).second) << "listed twice in Collector::families";
    EXPECT_FALSE(family->help.empty()) << "give the family a help sentence";
    std::set<std::string_view> labels;
    for (std::string_view label : family->labels) {
      EXPECT_TRUE(matches(label, "[a-z][a-z0-9_]*")) << label;
      EXPECT_FALSE(contains(refused, label))
          << label << ": the agent (check, activity), the target (ght, establishment, site, host) "
          << "or Prometheus gives this label";
      EXPECT_TRUE(labels.insert(label).second) << "label twice: " << label;
    }
  }
}

TEST(Families, SharedNamesAreDeclaredAlike) {
  std::map<std::string_view, const Family*> first;
  for (const Collector* collector : collectors::all()) {
    for (const Family* family : collector->families) {
      const Family* other = first.emplace(family->name, family).first->second;
      EXPECT_EQ(family->help, other->help) << family->name << " in " << collector->name;
      EXPECT_EQ(family->type, other->type) << family->name << " in " << collector->name;
      EXPECT_TRUE(std::ranges::equal(family->labels, other->labels))
          << family->name << " has other labels in " << collector->name
          << " than elsewhere; declare it once in the group's folder and share it";
    }
  }
}

void check_fields(std::span<const Field> fields, const std::string& where);

void check_field(const Field& field, const std::string& where) {
  SCOPED_TRACE(where);
  EXPECT_TRUE(matches(field.key, "[a-z][a-z0-9]*(_[a-z0-9]+)*")) << "keys are snake_case";
  EXPECT_FALSE(field.help.empty()) << "give the setting a help sentence";
  EXPECT_LE(field.min, field.max);
  EXPECT_EQ(field.kind == FieldKind::choice, !field.choices.empty())
      << "`choices` belong to FieldKind::choice";
  const bool nested = field.kind == FieldKind::object || field.kind == FieldKind::object_list;
  EXPECT_EQ(nested, !field.inner.empty()) << "`inner` belongs to object and object_list";
  EXPECT_FALSE(matches(field.key, "(.*_)?(password|passphrase|secret|token)"))
      << "secrets come from a file: call it " << field.key << "_file";
  EXPECT_TRUE(field.need == Need::optional || field.fallback.empty())
      << "a required setting has no fallback";
  if (!field.fallback.empty()) {
    const std::string object =
        "{\"" + std::string(field.key) + "\": " + std::string(field.fallback) + "}";
    for (const ConfigProblem& problem : parse_settings(object, {&field, 1}).problems) {
      ADD_FAILURE() << "the fallback is not valid JSON for its own field: " << problem.text();
    }
  }
  check_fields(field.inner, where);
}

void check_fields(std::span<const Field> fields, const std::string& where) {
  std::set<std::string_view> keys;
  for (const Field& field : fields) {
    const std::string path = where + "/" + std::string(field.key);
    EXPECT_TRUE(keys.insert(field.key).second) << "setting twice: " << path;
    check_field(field, path);
  }
}

TEST_P(Declaration, SettingsTableIsSane) {
  check_fields(collector().settings, std::string(collector().name));
  EXPECT_FALSE(testing::Test::HasFailure()) << "see the settings table of " << collector().name;
}

std::set<std::string> places(std::string_view sentence) {
  std::set<std::string> found;
  const std::string text(sentence);
  const std::regex place("\\{[^}]*\\}?");
  for (std::sregex_iterator it(text.begin(), text.end(), place), end; it != end; ++it) {
    found.insert(it->str());
  }
  return found;
}

void check_reason(const ReasonText& text) {
  SCOPED_TRACE(text.code);
  EXPECT_TRUE(matches(text.code, "[a-z][a-z0-9]*(_[a-z0-9]+)*")) << "codes are snake_case";
  for (std::string_view sentence : {text.fr, text.en}) {
    EXPECT_FALSE(sentence.empty()) << "give both languages";
    EXPECT_FALSE(sentence.ends_with('.')) << "no final full stop: " << sentence;
    for (const std::string& place : places(sentence)) {
      EXPECT_TRUE(place == "{value}" || place == "{expected}")
          << place << " in \"" << sentence << "\"; only {value} and {expected} are replaced";
    }
  }
  EXPECT_EQ(places(text.fr), places(text.en)) << "both languages must say the same values";
}

TEST_P(Declaration, ReasonsSpeakBothLanguages) {
  EXPECT_FALSE(collector().reasons.empty()) << "a good verdict needs a reason of the collector";
  for (const ReasonText& text : collector().reasons) check_reason(text);
}

TEST(Reasons, CommonOnesSpeakBothLanguages) {
  EXPECT_FALSE(reasons::common.empty());
  for (const ReasonText& text : reasons::common) check_reason(text);
}

// A group may share reasons, as it shares families: one code then has one meaning everywhere.
TEST(Reasons, ACodeHasOneMeaningOverAllTables) {
  struct Declared {
    std::string_view by;
    ReasonText text;
  };
  std::map<std::string_view, Declared> known;
  const auto declare = [&](std::string_view by, const ReasonText& text) {
    const Declared& first = known.emplace(text.code, Declared{by, text}).first->second;
    EXPECT_TRUE(first.text.fr == text.fr && first.text.en == text.en)
        << text.code << " of " << by << " is already declared by " << first.by
        << "; put the collector's name or group in front of it";
  };
  for (const ReasonText& text : reasons::common) declare("core/reasons.h", text);
  for (const Collector* collector : collectors::all()) {
    std::set<std::string_view> own;
    for (const ReasonText& text : collector->reasons) {
      EXPECT_TRUE(own.insert(text.code).second) << text.code << " twice in " << collector->name;
      declare(collector->name, text);
    }
  }
}

}  // namespace
}  // namespace ght::contract
