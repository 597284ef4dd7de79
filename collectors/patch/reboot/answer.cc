#include "collectors/patch/reboot/answer.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "collectors/patch/reboot/process_text.h"

namespace ght::collectors::reboot {
namespace {

using nlohmann::json;

constexpr std::int64_t answer_format = 2;
constexpr std::int64_t year_3000 = 32503680000;
constexpr std::int64_t longest_uptime = 100LL * 366 * 86400;
constexpr std::size_t boot_id_bytes = 64;  // the kernel's has 36; it is remembered

Error expected(const std::string& where, const std::string& what) {
  return {.about = where, .message = "expected " + what};
}

// Members of one object; the first that is not as expected is the error of all.
class Reader {
 public:
  Reader(const json& object, std::string at) : object_(object), at_(std::move(at)) {}

  const json* member(const char* key, bool (json::*is)() const noexcept, const char* what) {
    const auto found = object_.is_object() ? object_.find(key) : object_.end();
    if (object_.is_object() && found != object_.end() && ((*found).*is)()) return &*found;
    fail(key, what);
    return nullptr;
  }

  std::string text(const char* key) {
    const json* value = member(key, &json::is_string, "a text");
    return value == nullptr ? std::string() : value->get<std::string>();
  }

  std::string full_text(const char* key) {
    std::string value = text(key);
    if (value.empty()) fail(key, "a text that is not empty");
    return value;
  }

  bool boolean(const char* key) {
    const json* value = member(key, &json::is_boolean, "true or false");
    return value != nullptr && value->get<bool>();
  }

  std::int64_t count(const char* key, std::int64_t most = year_3000) {
    const json* value = member(key, &json::is_number_unsigned, "a whole number");
    if (value == nullptr) return 0;
    const auto number = value->get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(most)) {
      fail(key, "a whole number of at most " + std::to_string(most));
      return 0;
    }
    return static_cast<std::int64_t>(number);
  }

  std::uint32_t revision(const char* key) {
    return static_cast<std::uint32_t>(count(key, UINT32_MAX));
  }

  WallTime time(const char* key) { return WallTime(std::chrono::seconds(count(key))); }

  // A helper of another version leaves a member out: that is not null.
  bool is_null(const char* key) const {
    const auto found = object_.is_object() ? object_.find(key) : object_.end();
    return object_.is_object() && found != object_.end() && found->is_null();
  }

  std::optional<WallTime> time_or_null(const char* key) {
    return is_null(key) ? std::nullopt : std::optional(time(key));
  }

  std::optional<std::string> text_or_null(const char* key) {
    return is_null(key) ? std::nullopt : std::optional(full_text(key));
  }

  // Calls `each` with a reader of every element.
  template <class Each>
  void elements(const char* key, Each each) {
    const json* list = member(key, &json::is_array, "an array");
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size() && !error_; ++i) {
      Reader inner((*list)[i], at_ + "/" + key + "/" + std::to_string(i));
      each(inner);
      if (inner.error_) error_ = inner.error_;
    }
  }

  template <class Each>
  void object(const char* key, Each each) {
    const json* value = member(key, &json::is_object, "an object");
    if (value == nullptr) return;
    Reader inner(*value, at_ + "/" + key);
    each(inner);
    if (inner.error_ && !error_) error_ = inner.error_;
  }

  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> texts;
    const json* list = member(key, &json::is_array, "an array");
    if (list == nullptr) return texts;
    for (const json& each : *list) {
      if (!each.is_string()) {
        fail(key, "an array of texts");
        break;
      }
      texts.push_back(each.get<std::string>());
    }
    return texts;
  }

  void fail(const char* key, const std::string& what) {
    if (!error_) error_ = expected(at_ + "/" + key, what);
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const json& object_;
  std::string at_;
  std::optional<Error> error_;
};

bool is_kind(std::string_view word) {
  return word == word_of(UnitKind::service) || word == word_of(UnitKind::container) ||
         word == word_of(UnitKind::session) || word == word_of(UnitKind::other);
}

void read_boot(Reader& reader, Answer& answer) {
  reader.object("boot", [&](Reader& boot) {
    answer.boot_id = boot.full_text("id");
    if (answer.boot_id.size() > boot_id_bytes) boot.fail("id", "a text of at most 64 bytes");
    answer.booted = boot.time("time");
    answer.uptime = std::chrono::seconds(boot.count("uptime", longest_uptime));
  });
  reader.object("kernel", [&](Reader& kernel) {
    answer.release = kernel.full_text("release");
    answer.version = kernel.full_text("version");
  });
}

void read_lists(Reader& reader, Answer& answer) {
  reader.elements("flags", [&](Reader& flag) {
    answer.flags.push_back({.file = flag.full_text("file"),
                            .since = flag.time("since"),
                            .packages = flag.texts("packages")});
  });
  reader.elements("installed", [&](Reader& kernel) {
    answer.installed.push_back({.release = kernel.full_text("release"),
                                .since = kernel.time_or_null("since"),
                                .changed = kernel.time_or_null("changed"),
                                .package = kernel.text_or_null("package")});
  });
  reader.elements("units", [&](Reader& unit) {
    StaleUnit stale = {.kind = unit.text("kind"),
                       .name = unit.full_text("name"),
                       .started = std::chrono::seconds(unit.count("started", longest_uptime))};
    if (!is_kind(stale.kind)) unit.fail("kind", "service, container, session or other");
    answer.units.push_back(std::move(stale));
  });
}

void read_microcode(Reader& reader, Answer& answer) {
  reader.object("microcode", [&](Reader& microcode) {
    answer.microcode_problem = microcode.text_or_null("problem");
    microcode.elements("processors", [&](Reader& kind) {
      answer.microcode.push_back({.processor = kind.full_text("kind"),
                                  .running = kind.revision("running"),
                                  .installed = kind.revision("installed"),
                                  .since = kind.time("since"),
                                  .loads_for_sure = kind.boolean("loads_for_sure")});
    });
  });
}

// "glibc 1716372059"
std::optional<CorePackage> package_of(std::string_view line, std::string_view name) {
  if (!line.starts_with(name) || line.size() <= name.size() + 1 || line[name.size()] != ' ') {
    return std::nullopt;
  }
  const std::string_view digits = line.substr(name.size() + 1);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc{} || end != digits.data() + digits.size() || seconds <= 0 ||
      seconds > year_3000) {
    return std::nullopt;
  }
  return CorePackage{.name = std::string(name),
                     .installed = WallTime(std::chrono::seconds(seconds))};
}

// The next line with its end; nullopt when there is none that is whole.
std::optional<std::string_view> next_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(0, end);
}

}  // namespace

Result<Answer> read_answer(std::string_view out) {
  const json document = json::parse(out, nullptr, false);
  if (document.is_discarded()) return Error{"", "not a JSON document"};
  Reader reader(document, "");
  if (reader.count("format") != answer_format) {
    reader.fail("format", std::to_string(answer_format));
  }
  Answer answer;
  read_boot(reader, answer);
  read_lists(reader, answer);
  read_microcode(reader, answer);
  answer.rpm_database = reader.text_or_null("rpm");
  reader.object("processes", [&](Reader& processes) {
    answer.processes_read = processes.count("read");
    answer.processes_not_read = processes.count("not_read");
    answer.processes_hidden = processes.boolean("hidden");
    // The helper itself is one that can be read.
    if (answer.processes_read == 0) processes.fail("read", "at least one process");
  });
  if (reader.error()) return *reader.error();
  return answer;
}

Result<std::vector<CorePackage>> read_core_packages(std::string_view out, int exit_status,
                                                    std::span<const std::string_view> asked) {
  std::vector<CorePackage> packages;
  int missing = 0;
  for (const std::string_view name : asked) {
    std::size_t found = 0;
    while (const auto line = next_line(out)) {
      const auto package = package_of(*line, name);
      if (!package) break;
      packages.push_back(*package);
      ++found;
      out.remove_prefix(line->size() + 1);
    }
    if (found > 0) continue;
    const auto line = next_line(out);
    if (!line || *line != "package " + std::string(name) + " is not installed") {
      return expected("rpm", "a line about the package " + std::string(name));
    }
    ++missing;
    out.remove_prefix(line->size() + 1);
  }
  if (!out.empty()) return expected("rpm", "no line after that of the last package");
  if (exit_status != missing) {
    return expected("rpm", "exit status " + std::to_string(missing) +
                               " (packages that are not installed), not " +
                               std::to_string(exit_status));
  }
  if (std::ranges::none_of(packages, [](const auto& each) { return each.name == "glibc"; })) {
    return expected("rpm", "glibc among the installed packages");
  }
  return packages;
}

}  // namespace ght::collectors::reboot
